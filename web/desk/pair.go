package desk

import (
	"encoding/json"
	"net/http"
	"time"

	"keepiton"
	"keepiton/casework/remote"
	"keepiton/review"
)

// pairBegin gives a machine a code to show. Anybody may ask: a code that nobody
// confirms is worth nothing.
func pairBegin(v *visit) error {
	code, poll, err := v.pairing.Begin()
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, remote.BeginAnswer{
		Code: code, Poll: poll, Address: v.opt.BaseURL + "/desk/pair",
		Expires: int(review.PairLife / time.Second), Interval: int(review.PairInterval / time.Second),
	})
}

func pairPoll(v *visit) error {
	var ask remote.PollAsk
	if err := json.NewDecoder(v.r.Body).Decode(&ask); err != nil {
		return keepiton.Errorf(keepiton.Invalid, "the question of a machine: %w", err)
	}
	token, err := v.pairing.Poll(v.r.Context(), ask.Poll)
	if err != nil {
		return err
	}
	if token == "" {
		return v.json(http.StatusOK, remote.PollAnswer{State: "waiting"})
	}
	return v.json(http.StatusOK, remote.PollAnswer{State: "paired", Token: token})
}

// pairEnd is the machine's own goodbye.
func pairEnd(v *visit) error {
	s, err := v.accounts.Machine(v.r.Context(), bearer(v.r))
	if err == nil {
		err = v.accounts.SignOut(v.r.Context(), s)
	}
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, struct{}{})
}

type pairBody struct {
	Typed string
	Code  string // as the machine shows it; empty: none was found yet
	Error string
	May   bool
}

func pairPage(v *visit) error {
	typed := v.r.URL.Query().Get("code")
	body := pairBody{Typed: typed, May: true}
	err := v.accounts.MayUnseal(v.r.Context(), v.user)
	if err == nil && typed != "" {
		body.Code, err = v.pairing.Look(v.r.Context(), v.user, typed)
	}
	return v.showPair(body, err)
}

func (v *visit) showPair(body pairBody, err error) error {
	status := http.StatusOK
	switch keepiton.CodeOf(err) {
	case "":
	case keepiton.NotFound, keepiton.RateLimited, keepiton.Forbidden:
		status, body.Error = statusOf(err), v.say(err)
		body.May = keepiton.CodeOf(err) == keepiton.NotFound
	default:
		return err
	}
	return v.render(status, "pair", body)
}

func pair(v *visit) error {
	code := v.r.PostForm.Get("code")
	if err := v.pairing.Confirm(v.r.Context(), v.user, code); err != nil {
		return v.showPair(pairBody{Typed: code}, err)
	}
	return v.redirect("/desk/account?done=pair")
}

func machineEnd(v *visit) error {
	if err := v.accounts.EndMachine(v.r.Context(), v.user.Person, v.r.PostForm.Get("machine")); err != nil {
		return err
	}
	return v.redirect("/desk/account?done=machine_ended")
}
