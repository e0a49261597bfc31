package desk

import (
	"html/template"
	"net/http"
	"strconv"

	"keepiton"
	"keepiton/campaign"
)

// memberLettersBody are the open letters that an organization can sign, or has signed.
type memberLettersBody struct {
	Letters []campaign.Signing
	Error   string
}

func (b memberLettersBody) title(p voice) template.HTML { return p.T("desk.member.letters") }

func memberLettersPage(v *visit) error { return v.showLetters(http.StatusOK, "") }

func (v *visit) showLetters(status int, wrong string) (err error) {
	b := memberLettersBody{Error: wrong}
	if b.Letters, err = v.opt.Office.Letters(v.r.Context(), v.who()); err != nil {
		return err
	}
	return v.render(status, "memberletters", b)
}

// memberLetters puts the organization's name under a letter, or takes it back.
func memberLetters(v *visit) (err error) {
	ctx, f := v.r.Context(), v.r.PostForm
	letter := keepiton.EntryID(f.Get("letter"))
	switch f.Get("do") {
	case "sign":
		n, _ := strconv.Atoi(f.Get("n"))
		err = v.opt.Office.Sign(ctx, v.who(), letter, n)
	case "unsign":
		err = v.opt.Office.Unsign(ctx, v.who(), letter)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", f.Get("do"))
	}
	switch keepiton.CodeOf(err) {
	case keepiton.Conflict, keepiton.NotFound:
		return v.showLetters(statusOf(err), v.say(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(memberPath + "/letters?done=" + f.Get("do"))
}
