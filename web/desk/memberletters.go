package desk

import (
	"html/template"
	"io"
	"net/http"
	"strconv"

	"keepiton"
	"keepiton/campaign"
)

// memberLettersBody are the open letters that an organization can sign, or has signed.
type memberLettersBody struct {
	Letters []campaign.Signing
	Key     bool // readers see a key of the organization
	Error   string
}

func (b memberLettersBody) title(p voice) template.HTML { return p.T("desk.member.letters") }

func memberLettersPage(v *visit) error { return v.showLetters(http.StatusOK, "") }

func (v *visit) showLetters(status int, wrong string) (err error) {
	b := memberLettersBody{Error: wrong}
	if b.Letters, err = v.opt.Office.Letters(v.r.Context(), v.who()); err != nil {
		return err
	}
	own, err := v.opt.Office.Own(v.r.Context(), v.who())
	if err != nil {
		return err
	}
	b.Key = own.Public != nil && own.Public.Key != ""
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
	case "key":
		n, _ := strconv.Atoi(f.Get("n"))
		var signature string
		if signature, err = v.pasted("signature", campaign.MaxSignature); err == nil {
			err = v.opt.Office.SignWithKey(ctx, v.who(), letter, n, signature)
		}
	case "unsign":
		err = v.opt.Office.Unsign(ctx, v.who(), letter)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", f.Get("do"))
	}
	switch keepiton.CodeOf(err) {
	case keepiton.Conflict, keepiton.NotFound, keepiton.Invalid, keepiton.TooLarge:
		return v.showLetters(statusOf(err), v.say(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(memberPath + "/letters?done=" + f.Get("do"))
}

// pasted is a text that somebody pasted into the field name, or sent as the file
// file.<name>, of at most so many bytes.
func (v *visit) pasted(name string, most int) (string, error) {
	if m := v.r.MultipartForm; m != nil {
		if files := m.File["file."+name]; len(files) > 0 && files[0].Size > 0 {
			f, err := files[0].Open()
			if err != nil {
				return "", keepiton.Errorf(keepiton.Internal, "open what was sent: %w", err)
			}
			defer f.Close()
			b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
			if err != nil {
				return "", keepiton.Errorf(keepiton.Internal, "read what was sent: %w", err)
			}
			return string(b), nil
		}
	}
	return v.r.PostForm.Get(name), nil
}
