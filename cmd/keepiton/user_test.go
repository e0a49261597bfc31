package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/review"
)

// runUserHere runs keepiton user with input on a record of its own.
func runUserHere(t *testing.T, data, input string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	e := testEnv(map[string]string{"KEEPITON_DATA": data})
	e.stdin, e.stdout, e.stderr = strings.NewReader(input), &stdout, &stderr
	code = run(t.Context(), e, append([]string{"user"}, args...))
	return code, stdout.String(), stderr.String()
}

func TestFirstAdministratorEntersByThePrintedLink(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	code, out, errs := runUserHere(t, data, "", "add", "alice", "--role", "administrator", "--organization", "Org One", "--base-url", "https://s.example")
	if code != exitGood {
		t.Fatalf("%d %s", code, errs)
	}
	_, token, found := strings.Cut(out, "https://s.example/desk/enter?t=")
	if !found {
		t.Fatalf("printed %q", out)
	}
	st, err := openStore(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	accounts := &review.Accounts{Store: st, Meta: st, Now: time.Now}
	session, err := accounts.Enter(t.Context(), strings.TrimSpace(token))
	if err != nil {
		t.Fatal(err)
	}
	who, err := accounts.Session(t.Context(), session)
	if err != nil || who.Account != "alice" || who.Role != keepiton.RoleAdmin || who.Organization != "Org One" {
		t.Errorf("signed in as %+v: %v", who.Person, err)
	}
}

func TestPasswordComesFromStandardInputAndIsNeverPrinted(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if code, _, errs := runUserHere(t, data, "short\n", "add", "bob", "--role", "analyst", "--password-stdin"); code != exitFailed || !strings.Contains(errs, "12 characters") {
		t.Errorf("a short password: %d %s", code, errs)
	}
	code, out, errs := runUserHere(t, data, "four quiet words here\n", "add", "bob", "--role", "analyst", "--password-stdin")
	if code != exitGood || strings.Contains(out+errs, "quiet") || strings.Contains(out, "enter?t=") {
		t.Fatalf("%d %q %q", code, out, errs)
	}
	_, out, _ = runUserHere(t, data, "", "list")
	if out != "bob\tanalyst\t\tenabled\t0 passkeys, password, 0 recovery codes\n" {
		t.Errorf("list printed %q", out)
	}
}

func TestUserCommandManagesAccounts(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, step := range []struct {
		code int
		want string
		args []string
	}{
		{exitGood, "enter?t=", []string{"add", "ann", "--role", "editor"}},
		{exitFailed, "already", []string{"add", "ann", "--role", "editor"}},
		{exitGood, "ann is analyst", []string{"role", "ann", "--role", "analyst"}},
		{exitGood, "ann is disabled", []string{"disable", "ann"}},
		{exitGood, "\tdisabled\t", []string{"list"}},
		{exitGood, "ann is enabled", []string{"enable", "ann"}},
		{exitGood, "-", []string{"codes", "ann"}},
		{exitGood, "10 recovery codes", []string{"list"}},
		{exitGood, "enter?t=", []string{"reset", "ann"}},
		{exitGood, "0 recovery codes", []string{"list"}},
		{exitGood, "publishing one, passwords on", []string{"policy"}},
		{exitGood, "500 sealed reports a day for each account, pairing without a passkey off", []string{"policy"}},
		{exitGood, "publishing two_people, passwords off", []string{"policy", "--publishing", "two_people", "--passwords", "off"}},
		{exitGood, "publishing two_people, passwords off, 40 sealed reports a day for each account, pairing without a passkey on", []string{"policy", "--budget", "40", "--pair-without-passkey", "on"}},
		{exitGood, `"budget": 40`, []string{"policy", "--json"}},
		{exitGood, "500 sealed reports a day for each account, pairing without a passkey off", []string{"policy", "--budget", "default", "--pair-without-passkey", "off"}},
		{exitFailed, "no number of reports", []string{"policy", "--budget", "0"}},
		{exitFailed, "no number of reports", []string{"policy", "--budget", "many"}},
		{exitFailed, "budget", []string{"policy", "--budget", "100001"}},
		{exitFailed, "not on or off", []string{"policy", "--pair-without-passkey", "yes"}},
		{exitFailed, "not one of", []string{"policy", "--publishing", "three"}},
		{exitFailed, "no such account", []string{"disable", "nobody"}},
		{exitUsage, "--role", []string{"add", "x1"}},
		{exitUsage, "takes one name", []string{"reset"}},
		{exitUsage, "no action", []string{"delete", "ann"}},
	} {
		code, out, errs := runUserHere(t, data, "", step.args...)
		if code != step.code || !strings.Contains(out+errs, step.want) {
			t.Errorf("user %v: exit %d, printed %q %q; want %d and %q", step.args, code, out, errs, step.code, step.want)
		}
	}
}
