package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"keepiton"
	"keepiton/locale"
	"keepiton/review"
)

type signInBody struct {
	Name, To, Error string
	Passwords       bool
}

func signInPage(v *visit) error {
	if v.user.Account != "" {
		return v.redirect(local(v.r.FormValue("to")))
	}
	return v.showSignIn(http.StatusOK, signInBody{To: v.r.FormValue("to")})
}

func (v *visit) showSignIn(status int, body signInBody) error {
	policy, err := review.LoadPolicy(v.r.Context(), v.opt.Store)
	if err != nil {
		return err
	}
	body.Passwords = policy.Passwords
	return v.render(status, "signin", body)
}

// local keeps a redirect on the desk: anything else leads to the dashboard.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/desk/") || strings.HasPrefix(u.Path, "/desk/sign-in") || strings.Contains(to, "\\") {
		return "/desk/"
	}
	return u.RequestURI()
}

func signIn(v *visit) error {
	f := v.r.PostForm
	token, err := v.accounts.SignIn(v.r.Context(), f.Get("name"), f.Get("password"))
	if err != nil {
		v.note(err)
		return v.showSignIn(statusOf(err), signInBody{Name: f.Get("name"), To: f.Get("to"), Error: v.say(err)})
	}
	v.signIn(token)
	return v.redirect(local(f.Get("to")))
}

func recoverPage(v *visit) error { return v.render(http.StatusOK, "recover", signInBody{}) }

func recoverAccount(v *visit) error {
	f := v.r.PostForm
	token, _, err := v.accounts.Recover(v.r.Context(), f.Get("name"), f.Get("code"))
	if err != nil {
		v.note(err)
		return v.render(statusOf(err), "recover", signInBody{Name: f.Get("name"), Error: v.say(err)})
	}
	v.signIn(token)
	return v.redirect("/desk/account?done=recovered")
}

type enterBody struct{ Token string }

// enterPage only shows a button: whatever looks at links in mails must not use
// them up.
func enterPage(v *visit) error {
	return v.render(http.StatusOK, "enter", enterBody{v.r.FormValue("t")})
}

func enter(v *visit) error {
	token, err := v.accounts.Enter(v.r.Context(), v.r.PostForm.Get("t"))
	if err != nil {
		return err
	}
	v.signIn(token)
	return v.redirect("/desk/account?done=entered")
}

func signOut(v *visit) error {
	end := v.accounts.SignOut
	if v.r.PostForm.Get("everywhere") != "" {
		end = v.accounts.SignOutEverywhere
	}
	if err := end(v.r.Context(), v.user); err != nil {
		return err
	}
	v.setCookie(cookieName, "", -1)
	return v.redirect("/desk/sign-in?done=signed_out")
}

func setLanguage(v *visit) error {
	tag := v.r.PostForm.Get("lang")
	if !locale.Known(tag) {
		return keepiton.Errorf(keepiton.Invalid, "no language %q", tag)
	}
	v.setCookie(languageCookie, tag, 365*24*3600)
	to := v.r.PostForm.Get("to")
	if strings.HasPrefix(to, "/desk/sign-in") {
		return v.redirect("/desk/sign-in")
	}
	return v.redirect(local(to))
}

// json answers the script of passkeys.
func (v *visit) json(status int, value any) error {
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	return json.NewEncoder(v.w).Encode(value)
}

func passkeyBegin(v *visit) error {
	options, ticket, err := v.passkeys.BeginSignIn()
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]any{"options": options.Response, "ticket": ticket})
}

func passkeyFinish(v *visit) error {
	token, err := v.passkeys.FinishSignIn(v.r.Context(), v.r.Header.Get("X-Ticket"), v.r.Body)
	if err != nil {
		return err
	}
	v.signIn(token)
	return v.json(http.StatusOK, map[string]string{"to": local(v.r.URL.Query().Get("to"))})
}

func passkeyAddBegin(v *visit) error {
	options, ticket, err := v.passkeys.BeginAdd(v.r.Context(), v.user.Person)
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]any{"options": options.Response, "ticket": ticket})
}

func passkeyAddFinish(v *visit) error {
	err := v.passkeys.FinishAdd(v.r.Context(), v.user.Person, v.r.Header.Get("X-Ticket"), v.r.URL.Query().Get("label"), v.r.Body)
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]string{"to": "/desk/account?done=passkey"})
}
