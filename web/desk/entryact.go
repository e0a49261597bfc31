package desk

import (
	"html/template"
	"net/http"
	"strconv"

	"keepiton"
	"keepiton/campaign"
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
