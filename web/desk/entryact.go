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
}

// entryProblem is one thing to be mended before publishing.
type entryProblem struct {
	Field string
	Label template.HTML
	Text  template.HTML
}

func (b entryActBody) title(p voice) template.HTML { return p.T("desk.act.title", "ID", string(b.ID)) }

// Reason returns what was typed into a refused form of the action.
func (b entryActBody) Reason(do string) string {
	if b.Typed.get("do") != do {
		return ""
	}
	return b.Typed.get("reason")
}

// The actions of the campaign's office, in the order of the page. Those that the
// record has too bear its names.
const (
	entrySubmit   = "submit"
	entryApprove  = "approve"
	entryAgainst  = "against"
	entryPublish  = "publish"
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
	if b.Standing, err = v.opt.Office.Standing(v.r.Context(), ed.rev.ID, ed.rev.N); err != nil {
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
	m := entryMaker{maker: maker{p: voice{v.p}, check: true}, kind: ed.kind, problems: campaign.Check(ed.e, v.opt.Now())}
	for _, f := range fields {
		for _, text := range m.beside(f) {
			b.Problems = append(b.Problems, entryProblem{f.Name(), m.p.T(f.Label), text})
		}
	}
	b.Can = v.entryActions(b, ed.rev.State)
	return v.render(status, "entryact", b)
}

// entryActions lists what the person may do to an entry as it stands.
func (v *visit) entryActions(b entryActBody, state keepiton.State) (out []action) {
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
	add(editor && whole && b.Standing.Enough && state != keepiton.Published, entryPublish, "optional", "")
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
		_, err = office.Publish(ctx, who, id, base, reason)
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
	if err != nil {
		return err
	}
	return v.redirect(entryHere(id, "act") + "?done=" + do)
}
