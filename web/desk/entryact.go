package desk

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
)

// entryActBody is what may be decided on an entry now.
type entryActBody struct {
	entryHead
	Standing campaign.Standing
	For      int // people who stand behind it
	Against  int
	Diff     []change // from what readers see to the newest revision
	Problems []entryProblem
	Can      []action
	Base     int
	Error    string
	Typed    form // as it was sent, when it was refused

	standing string // of an organization, as readers see it; else empty

	// Of a statement.
	Embargo template.HTML // when it ends; empty: it is under none
	Checks  []pressCheck
	Links   []linkView
	Hours   []int  // that a new link may be good for; empty: none can be made
	Made    string // a new link, shown this once
}

// entryProblem is one thing to be mended before publishing.
type entryProblem struct {
	Field string
	Label template.HTML
	Text  template.HTML
}

func (b entryActBody) title(p voice) template.HTML { return p.T("desk.act.title", "ID", string(b.ID)) }

// Reason returns what was typed into a refused form of the action.
func (b entryActBody) Reason(do string) string { return b.Kept(do, "reason") }

// Kept returns what was typed into another input of a refused form of the action.
func (b entryActBody) Kept(do, name string) string {
	if b.Typed.get("do") != do {
		return ""
	}
	return b.Typed.get(name)
}

// Told reports whether alerts tell of the kind, so that they can be kept back.
func (b entryActBody) Told() bool {
	return b.Kind == keepiton.KindStatement || b.Kind == keepiton.KindWatch
}

// The actions of the campaign's office, in the order of the page. Those that the
// record has too bear its names.
const (
	entrySubmit   = "submit"
	entryApprove  = "approve"
	entryAgainst  = "against"
	entryPublish  = "publish"
	entryEmbargo  = "embargo"
	entryLift     = "lift"
	entrySendBack = "send_back"
	entryWithdraw = "withdraw"
	entryGiveUp   = "give_up"
	entryStrike   = "strike"
	entrySuspend  = "suspend"
	entryResume   = "end_suspension"
)

func entryActPage(v *visit) error { return v.showEntryAct(http.StatusOK, entryActBody{}) }

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

func entryAct(v *visit) error {
	ctx, who, f, office := v.r.Context(), v.who(), form(v.r.PostForm), v.opt.Office
	id, reason, do := keepiton.EntryID(v.r.PathValue("id")), f.get("reason"), f.get("do")
	base, _ := strconv.Atoi(f.get("base"))
	var err error
	switch do {
	case entrySubmit:
		_, err = office.Submit(ctx, who, id, base, reason)
	case entryApprove, entryAgainst:
		err = office.Approve(ctx, who, id, base, do == entryApprove, reason)
	case entryPublish:
		err = v.held(string(id), f, func() error { _, err := office.Publish(ctx, who, id, base, reason); return err })
	case entryEmbargo:
		_, err = office.Embargo(ctx, who, id, base, reason)
	case entryLift:
		err = v.held(string(id), f, func() error { _, err := office.Lift(ctx, who, id, base, reason); return err })
	case entrySendBack:
		_, err = office.SendBack(ctx, who, id, base, reason)
	case entryStrike:
		_, err = office.Strike(ctx, who, id, base, reason)
	case entrySuspend:
		_, err = office.Suspend(ctx, who, id, base, v.inDeskLanguage(reason))
	case entryResume:
		_, err = office.EndSuspension(ctx, who, id, base, v.inDeskLanguage(reason))
	case entryWithdraw, entryGiveUp:
		_, err = office.Withdraw(ctx, who, id, base, reason)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	if mendable(err) {
		return v.showEntryAct(statusOf(err), entryActBody{Error: v.say(err), Typed: f})
	}
	if err == nil && (do == entryLift || do == entryGiveUp || do == entryWithdraw) && id.Kind() == keepiton.KindStatement {
		_, err = v.opt.Store.ForgetEarlyLinks(ctx, v.opt.Now(), id)
	}
	if err != nil {
		return err
	}
	return v.redirect(entryHere(id, "act") + "?done=" + do)
}
