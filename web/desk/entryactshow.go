package desk

import (
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
)

func (v *visit) showEntryAct(status int, b entryActBody) error {
	ed, err := v.entryOf()
	if err != nil {
		return err
	}
	if b.entryHead, err = v.head(ed); err != nil {
		return err
	}
	b.Base = ed.rev.N
	approved := ed.rev.N
	if ed.rev.State == keepiton.Embargoed {
		approved-- // the revision that was put under it
	}
	if b.Standing, err = v.opt.Office.Standing(v.r.Context(), ed.rev.ID, approved); err != nil {
		return err
	}
	for _, a := range b.Standing.Approvals {
		if a.Approves {
			b.For++
		} else {
			b.Against++
		}
	}
	if ed.kind == keepiton.KindOrganization && b.Public.State == keepiton.Published {
		shown, err := campaign.As[*keepiton.Organization](b.Public)
		if err != nil {
			return err
		}
		b.standing = shown.Standing
	}
	fields := campaign.Fields(ed.kind)
	if b.Public.N != ed.rev.N {
		var shown keepiton.Entry
		if b.Public.State == keepiton.Published {
			if shown, err = campaign.Read(b.Public); err != nil {
				return err
			}
		}
		if b.Diff, err = compareEntries(v.p, fields, shown, ed.e); err != nil {
			return err
		}
	}
	problems, err := v.opt.Office.Problems(v.r.Context(), ed.e)
	if err != nil {
		return err
	}
	m := entryMaker{maker: maker{p: voice{v.p}, check: true}, kind: ed.kind, problems: problems}
	for _, f := range fields {
		for _, text := range m.beside(f) {
			b.Problems = append(b.Problems, entryProblem{f.Name(), m.p.T(f.Label), text})
		}
	}
	later := false
	if s, ok := ed.e.(*keepiton.Statement); ok {
		later = s.Embargo.After(v.opt.Now())
		if err := v.ofStatement(&b, ed.rev, s); err != nil {
			return err
		}
	}
	b.Can = v.entryActions(b, ed.rev.State, later)
	return v.render(status, "entryact", b)
}

// ofStatement adds what the page of a statement has beside: its embargo, the links to
// it, and what to look at before it is published.
func (v *visit) ofStatement(b *entryActBody, rev keepiton.EntryRevision, s *keepiton.Statement) (err error) {
	p := voice{v.p}
	if rev.State == keepiton.Embargoed {
		b.Embargo = p.T("desk.embargo.open")
		if !s.Embargo.IsZero() {
			b.Embargo = p.T("desk.embargo.until", "Time", v.p.Instant(s.Embargo), "Local", s.Embargo.Format("2006-01-02 15:04 Z07:00"))
		}
		if v.mayEntries(keepiton.RoleEditor) {
			b.Hours = linkHours
		}
		if b.Links, err = v.linksOf(rev.ID); err != nil {
			return err
		}
	}
	if rev.State != keepiton.Published && rev.State != keepiton.Withdrawn {
		b.Checks, err = v.pressChecks(s)
	}
	return err
}

// entryActions lists what the person may do to an entry as it stands; later says that
// the time of its embargo is to come.
func (v *visit) entryActions(b entryActBody, state keepiton.State, later bool) (out []action) {
	analyst, editor, whole := v.mayEntries(keepiton.RoleAnalyst), v.mayEntries(keepiton.RoleEditor), len(b.Problems) == 0
	add := func(may bool, do, reason, kind string) {
		if may {
			out = append(out, action{Do: review.Action(do), Reason: reason, Kind: kind})
		}
	}
	inReview := state == keepiton.InReview
	add(analyst && whole && state == keepiton.Draft, entrySubmit, "optional", "")
	add(analyst && inReview, entryApprove, "desk", "")
	add(analyst && inReview, entryAgainst, "desk", "danger")
	ready := editor && whole && b.Standing.Enough && state != keepiton.Published && state != keepiton.Embargoed
	add(ready && !later, entryPublish, "optional", "")
	add(ready && b.Kind == keepiton.KindStatement && inReview, entryEmbargo, "desk", "")
	add(editor && state == keepiton.Embargoed, entryLift, "optional", "")
	add(analyst && inReview, entrySendBack, "back", "danger")
	public := b.Public.State == keepiton.Published
	add(editor && public && (b.standing == keepiton.StandingMember || b.standing == keepiton.StandingPartner), entrySuspend, "required", "danger")
	add(analyst && public && b.standing == keepiton.StandingSuspended && !inReview, entryResume, "required", "")
	add(editor && public, entryWithdraw, "required", "danger")
	add(editor && !b.Shown() && state != keepiton.Withdrawn, entryGiveUp, "desk", "danger")
	add(editor && !b.Shown() && !campaign.Struck(b.Rev), entryStrike, "desk", "danger")
	return out
}

// inDeskLanguage is what was typed for readers, in the language that the desk is
// read in; the form of the entry has the others.
func (v *visit) inDeskLanguage(words string) keepiton.Texts {
	return keepiton.Texts{v.p.Lang().Tag: strings.TrimSpace(words)}
}
