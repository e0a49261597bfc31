package campaign

import (
	"context"

	"keepiton"
	"keepiton/store"
)

// takenBack is the reason of what is struck because its application was withdrawn.
const takenBack = "its application was taken back"

// Strike gives up an entry that readers never saw and forgets its words, in every
// revision: its number, and when and by whom it was drafted, stay with the reason
// alone. It is for who was refused, above all: nobody's name stands in the history
// of a desk for ever because they asked. An editor may. Conflict once readers have
// seen it: then it is withdrawn in the open.
func (o *Office) Strike(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleEditor); err != nil {
		return keepiton.EntryRevision{}, err
	}
	if reason == "" || len([]rune(reason)) > maxReason {
		return keepiton.EntryRevision{}, fail(keepiton.Invalid, "campaign.error.reason", "say why, in at most %d letters", maxReason)
	}
	return o.strike(ctx, base, keepiton.EntryRevision{ID: id, Role: who.Role, Author: who.Account, Reason: reason})
}

func (o *Office) strike(ctx context.Context, base int, rev keepiton.EntryRevision) (keepiton.EntryRevision, error) {
	rev.Recorded = o.Now()
	rev, err := o.Entries.StrikeEntry(ctx, base, rev)
	if keepiton.CodeOf(err) == keepiton.Conflict {
		err = &keepiton.Error{Code: keepiton.Conflict, Key: "campaign.error.strike", Err: err}
	}
	return rev, err
}

// StrikeFor strikes every organization that rests on an application and that
// readers never saw: its sender has taken the application back. What is public
// stays; it is the organization's own account that changes it. Twice is once.
func (o *Office) StrikeFor(ctx context.Context, id keepiton.EnvelopeID) error {
	page, err := o.Entries.ListEntries(ctx, store.EntryQuery{Kind: keepiton.KindOrganization, Desk: true, Facets: map[string][]string{"basis": {string(id)}}, Limit: 1000})
	if err != nil {
		return err
	}
	for _, rev := range page.Items {
		switch _, err := o.Entries.PublicEntry(ctx, rev.ID); keepiton.CodeOf(err) {
		case "":
			continue
		case keepiton.NotFound:
		default:
			return err
		}
		if _, err := o.strike(ctx, rev.N, keepiton.EntryRevision{ID: rev.ID, Role: keepiton.RoleReader, Reason: takenBack}); err != nil {
			return err
		}
	}
	return nil
}

// Struck reports whether the words of a revision were forgotten.
func Struck(rev keepiton.EntryRevision) bool { return string(rev.Doc) == "{}" }
