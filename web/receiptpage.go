package web

import (
	"slices"

	"keepiton"
	"keepiton/intake"
	"keepiton/seal"
)

// The page of a receipt. The digits are typed into a form, never into an
// address; where they are needed again, the page carries them on in a hidden
// field, since nothing else remembers a sender.
//
//	receipt    the digits
//	seen       words that are added
//	files      files that are added
//	consent_again and the fields of consent: what is allowed from now on
//	do         look; add; withdraw, which asks; withdrawn, which does it
var receiptFields = append([]string{"receipt", "seen", "consent_again", "ticket", "do"}, consentFields...)

// receiptPage asks for the digits or shows what stands behind them.
type receiptPage struct {
	frame
	Form    typed
	Told    []string
	Ticket  string
	Digits  string // of the receipt that is shown; empty: asked for
	State   string // message key of the state
	Replies []keepiton.Private
	More    bool // there are older replies
	Sure    bool // asks whether to withdraw
	Gone    bool // withdrawn or expired: nothing can be added
}

// receiptForm answers with the question for the digits.
func (s *Server) receiptForm(v *visit) (*answer, error) {
	return s.sender("receipt", &receiptPage{frame: s.frame(v, "receipt"), Form: typed{}}), nil
}

// postReceipt does what the button says. Every answer to a receipt that is well
// formed has the same length, whether a report stands behind it or not.
func (s *Server) postReceipt(v *visit, in *incoming) (*answer, error) {
	page := &receiptPage{frame: s.frame(v, "receipt"), Form: in.form}
	receipt, err := seal.ParseReceipt(in.form.Get("receipt"))
	if err == nil {
		err = s.ready()
	}
	if err == nil {
		err = s.actOnReceipt(v, in, page, receipt)
	} else {
		in.each(pass)
	}
	if in.broken != nil && !intake.Lost(err) {
		return nil, in.broken
	}
	if err != nil {
		page.Told = s.refusal(v, page.Form, err)
	}
	a := s.sender("receipt", page)
	if a.padded = page.Digits != ""; err != nil {
		a.status = StatusOf(err)
	}
	return a, nil
}

// actOnReceipt does what was asked for and fills the page with what stands then.
func (s *Server) actOnReceipt(v *visit, in *incoming, page *receiptPage, receipt seal.Receipt) error {
	acted := s.act(v, in, page, receipt)
	if intake.Lost(acted) { // the line is cut: nothing more is asked
		return acted
	}
	box, err := s.opt.Intake.Mailbox(v.ctx, receipt)
	if err != nil {
		return err
	}
	page.Digits, page.Ticket = receipt.String(), s.opt.Intake.Ticket()
	page.State, page.Replies, page.More = "page.receipt.state.none", box.Replies, box.More
	if box.State != "" {
		page.State = "page.receipt.state." + string(box.State)
	}
	page.Gone = box.State == keepiton.EnvelopeWithdrawn || box.State == keepiton.EnvelopeExpired
	slices.Reverse(page.Replies)
	return acted
}

// act adds or withdraws, and says on the page what was done. What was added is
// taken out of the form.
func (s *Server) act(v *visit, in *incoming, page *receiptPage, receipt seal.Receipt) error {
	// The button stands behind the files, so that they come first: they are
	// sealed on the chance that they are to be added.
	err := s.add(v, in, receipt)
	switch do := in.form.Get("do"); {
	case err == nil:
		page.Told, page.Form = []string{page.T("page.receipt.added")}, typed{}
	case err != errOtherButton:
		return err
	case do == "withdraw":
		page.Sure = true
	case do == "withdrawn":
		if err := s.opt.Intake.WithdrawAll(v.ctx, receipt); err != nil {
			return err
		}
		page.Told = []string{page.T("page.receipt.withdrawn")}
	}
	return nil
}

// add seals an addition, if that is what the button says in the end.
func (s *Server) add(v *visit, in *incoming, receipt seal.Receipt) error {
	_, _, err := s.submitBy(v, in, "add", func() (*keepiton.Report, keepiton.OpenFields) {
		rep := &keepiton.Report{Kind: keepiton.ReportAddition, Lang: v.p.Lang().Tag, Road: keepiton.RoadForm, Seen: keepiton.Private(in.form.words("seen"))}
		if in.form.Is("consent_again", "yes") {
			rep.Consent = in.form.consent()
		}
		return rep, keepiton.OpenFields{}
	}, func() (*intake.Submission, error) {
		return s.opt.Intake.Add(v.ctx, s.admit(v, in.form), receipt)
	})
	return err
}
