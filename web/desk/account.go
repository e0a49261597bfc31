package desk

import (
	"encoding/base64"
	"net/http"

	"keepiton"
	"keepiton/review"
)

type accountBody struct {
	review.Means
	Machines  []review.Machine
	Passwords bool
	MinLength int
	Codes     []string // shown once
	Error     string
}

// KeyID writes a passkey's id for a form.
func (accountBody) KeyID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func accountPage(v *visit) error { return v.showAccount(http.StatusOK, accountBody{}) }

func (v *visit) showAccount(status int, body accountBody) error {
	means, err := v.accounts.Means(v.r.Context(), v.user.Person)
	if err != nil {
		return err
	}
	policy, err := review.LoadPolicy(v.r.Context(), v.opt.Store)
	if err != nil {
		return err
	}
	if body.Machines, err = v.accounts.Machines(v.r.Context(), v.user.Person); err != nil {
		return err
	}
	body.Means, body.Passwords, body.MinLength = means, policy.Passwords, review.MinPassword
	return v.render(status, "account", body)
}

// setPassword ends every session, this one too: a new one is opened with the
// new password.
func setPassword(v *visit) error {
	f := v.r.PostForm
	var err error
	if f.Get("password") != f.Get("again") {
		err = &keepiton.Error{Code: keepiton.Invalid, Key: "desk.error.password_differs", Err: keepiton.Errorf(keepiton.Invalid, "the two passwords differ")}
	} else {
		err = v.accounts.SetPassword(v.r.Context(), v.user.Person, v.user.Account, f.Get("password"))
	}
	if err != nil {
		v.note(err)
		return v.showAccount(statusOf(err), accountBody{Error: v.say(err)})
	}
	token, err := v.accounts.SignIn(v.r.Context(), v.user.Account, f.Get("password"))
	if err != nil {
		return v.redirect("/desk/sign-in?done=password")
	}
	v.signIn(token)
	return v.redirect("/desk/account?done=password")
}

// newCodes shows the codes in the answer to the POST itself: they stand in no
// address and in no store.
func newCodes(v *visit) error {
	codes, err := v.accounts.RecoveryCodes(v.r.Context(), v.user.Person)
	if err != nil {
		return err
	}
	return v.showAccount(http.StatusOK, accountBody{Codes: codes})
}

func passkeyRemove(v *visit) error {
	id, err := base64.RawURLEncoding.DecodeString(v.r.PostForm.Get("id"))
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "passkey id: %w", err)
	}
	if err := v.passkeys.Remove(v.r.Context(), v.user.Person, id); err != nil {
		return err
	}
	return v.redirect("/desk/account?done=passkey_removed")
}
