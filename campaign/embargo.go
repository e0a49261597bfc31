package campaign

import (
	"context"
	"errors"
	"time"

	"keepiton"
	"keepiton/store"
)

// Embargo lets revision base of a statement wait, approved, for the end of its
// embargo: the time that it names, or, where it names none, the moment when an
// editor lifts it. An editor may, with a reason that stays at the desk, once enough
// people stand behind it. Readers hear nothing of it before.
func (o *Office) Embargo(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	rev, s, err := o.statement(ctx, who, id, base)
	switch {
	case err != nil:
		return rev, err
	case reason == "":
		return rev, fail(keepiton.Invalid, "campaign.error.reason", "say why")
	case !s.Embargo.IsZero() && !s.Embargo.After(o.Now()):
		return rev, fail(keepiton.Invalid, "campaign.error.embargo_past", "the embargo of %s ended at %s", id, s.Embargo.Format(time.RFC3339))
	}
	if err := o.approved(ctx, id, base, s); err != nil {
		return rev, err
	}
	return o.append(ctx, who, keepiton.KindStatement, base, keepiton.EntryRevision{ID: id, State: keepiton.Embargoed, Reason: reason}, s)
}

// Lift ends the embargo of revision base now, whatever time it names, and shows the
// statement to the world. One editor is enough: it was approved before.
func (o *Office) Lift(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	rev, s, err := o.statement(ctx, who, id, base)
	if err == nil && rev.State != keepiton.Embargoed {
		err = fail(keepiton.Conflict, "campaign.error.no_embargo", "%s is %s, not under embargo", id, rev.State)
	}
	if err != nil {
		return rev, err
	}
	return o.release(ctx, who, rev, s, reason)
}

// Release publishes what is under an embargo that has ended, in the name of whoever
// put it under. It returns their ids, and when the next embargo ends; zero: none
// does by itself. Called twice, or by two processes at once, it publishes once.
func (o *Office) Release(ctx context.Context) (shown []keepiton.EntryID, next time.Time, err error) {
	now, failed := o.Now(), error(nil)
	q := store.EntryQuery{Kind: keepiton.KindStatement, Desk: true, States: []keepiton.State{keepiton.Embargoed}, Limit: 500}
	for {
		page, err := o.Entries.ListEntries(ctx, q)
		if err != nil {
			return shown, next, err
		}
		for _, rev := range page.Items {
			s, err := As[*keepiton.Statement](rev)
			switch {
			case err != nil: // one that is broken must not keep the others back
				failed = errors.Join(failed, err)
			case s.Embargo.IsZero():
			case s.Embargo.After(now):
				if next.IsZero() || s.Embargo.Before(next) {
					next = s.Embargo
				}
			default:
				switch _, err := o.release(ctx, Person{Account: rev.Author, Role: rev.Role}, rev, s, ""); keepiton.CodeOf(err) {
				case "":
					shown = append(shown, rev.ID)
				case keepiton.Conflict: // somebody was faster, or is at work on it again
				default:
					failed = errors.Join(failed, err)
				}
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return shown, next, failed
		}
	}
}

// release publishes a statement whose embargo is over. What its teller does not
// allow any more is not in it: the others must not wait for that.
func (o *Office) release(ctx context.Context, who Person, rev keepiton.EntryRevision, s *keepiton.Statement, reason string) (keepiton.EntryRevision, error) {
	if s.Embargo.After(o.Now()) {
		s.Embargo = time.Time{} // or it would still be told as kept back
	}
	var err error
	if s.Quotes, err = AllowedQuotes(ctx, o.Stories, s.Quotes); err != nil {
		return rev, err
	}
	return o.append(ctx, who, keepiton.KindStatement, rev.N, keepiton.EntryRevision{ID: rev.ID, State: keepiton.Published, Reason: reason}, s)
}

// statement returns the newest revision of a statement, for an editor.
func (o *Office) statement(ctx context.Context, who Person, id keepiton.EntryID, base int) (keepiton.EntryRevision, *keepiton.Statement, error) {
	if err := who.least(keepiton.RoleEditor); err != nil {
		return keepiton.EntryRevision{}, nil, err
	}
	rev, e, err := o.newest(ctx, id, base)
	if err != nil {
		return rev, nil, err
	}
	s, ok := e.(*keepiton.Statement)
	if !ok {
		return rev, nil, fail(keepiton.Invalid, "campaign.error.no_embargo", "a %s has no embargo", e.Kind())
	}
	return rev, s, nil
}
