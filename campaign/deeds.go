package campaign

import (
	"context"
	"slices"
	"strings"

	"keepiton"
)

// ConfirmOutcome takes over what rule pledge-1 proposes for a pledge, over the
// incidents of its country: outcome, day and incidents go into a draft on top of
// revision base, with the reason of the person who confirms. Nobody sees it before it
// is published as any other change is. seen is the outcome that the person was shown.
//
// Errors: Conflict when the rule proposes something else by now, or nothing new;
// Invalid without a reason.
func (o *Office) ConfirmOutcome(ctx context.Context, who Person, id keepiton.EntryID, base int, incidents []keepiton.Incident, seen, reason string) (keepiton.EntryRevision, error) {
	rev, p, err := deed[*keepiton.Pledge](ctx, o, who, id, base, reason)
	if err != nil {
		return rev, err
	}
	q := OutcomeOf(p, incidents, o.Now())
	if q.Outcome != seen || q.Agrees(p) {
		return rev, fail(keepiton.Conflict, "campaign.error.proposal", "the record proposes %q for %s now", q.Outcome, id)
	}
	p.Outcome, p.On, p.BrokenBy = q.Outcome, q.On, q.By
	return o.Save(ctx, who, id, base, p, reason)
}

// Agrees reports whether a pledge says what the record proposes, incidents and all.
func (q Proposal) Agrees(p *keepiton.Pledge) bool {
	if q.Outcome != p.Outcome {
		return false
	}
	return q.Outcome == "open" || q.On == p.On && slices.Equal(q.By, p.BrokenBy)
}

// HandOver notes in a draft on top of revision base that a petition was handed over
// on a day, and to whom, in the language of the person who notes it; to may be empty.
// Once it is published the petition is closed for good.
func (o *Office) HandOver(ctx context.Context, who Person, id keepiton.EntryID, base int, day keepiton.Moment, lang, to, reason string) (keepiton.EntryRevision, error) {
	rev, p, err := deed[*keepiton.Petition](ctx, o, who, id, base, reason)
	switch {
	case err != nil:
		return rev, err
	case !o.was(day):
		return rev, fail(keepiton.Invalid, "campaign.error.day", "not a day that was")
	}
	p.Handed = day
	if to = strings.TrimSpace(to); to != "" {
		p.HandedTo = with(p.HandedTo, lang, to)
	}
	return o.Save(ctx, who, id, base, p, reason)
}

// Answer notes in a draft on top of revision base what came of a petition, in the
// language of the person who notes it, and since when that is known.
func (o *Office) Answer(ctx context.Context, who Person, id keepiton.EntryID, base int, day keepiton.Moment, lang, words, reason string) (keepiton.EntryRevision, error) {
	rev, p, err := deed[*keepiton.Petition](ctx, o, who, id, base, reason)
	switch {
	case err != nil:
		return rev, err
	case !o.was(day):
		return rev, fail(keepiton.Invalid, "campaign.error.day", "not a day that was")
	case strings.TrimSpace(words) == "":
		return rev, fail(keepiton.Invalid, "campaign.error.answer", "no answer was written")
	}
	p.Answered, p.Answer = day, with(p.Answer, lang, strings.TrimSpace(words))
	return o.Save(ctx, who, id, base, p, reason)
}

// was reports whether a day is given, and not yet to come.
func (o *Office) was(day keepiton.Moment) bool { return !day.IsZero() && !day.At.After(o.Now()) }

func with(t keepiton.Texts, lang, text string) keepiton.Texts {
	out := keepiton.Texts{lang: text}
	for l, s := range t {
		if l != lang {
			out[l] = s
		}
	}
	return out
}

// deed reads the newest revision of an entry that an analyst may change, with a reason.
func deed[E keepiton.Entry](ctx context.Context, o *Office, who Person, id keepiton.EntryID, base int, reason string) (rev keepiton.EntryRevision, e E, err error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return rev, e, err
	}
	if strings.TrimSpace(reason) == "" {
		return rev, e, fail(keepiton.Invalid, "campaign.error.reason", "say why")
	}
	if rev, _, err = o.newest(ctx, id, base); err != nil {
		return rev, e, err
	}
	e, err = As[E](rev)
	return rev, e, err
}
