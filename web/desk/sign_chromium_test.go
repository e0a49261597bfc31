//go:build e2e

package desk_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/casework/remote"
	"keepiton/review"
)

// withPasskeys gives the browser a device that holds passkeys.
func withPasskeys(t *testing.T, ctx context.Context) {
	t.Helper()
	_, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{})
	if err == nil {
		_, err = chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func navigate(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
}

// TestTwoPeopleSignInChromium lets two people sign with passkeys of a real
// browser what a third publishes. The signatures are then proved by our own
// verifier, from the proof alone.
func TestTwoPeopleSignInChromium(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "Org One")
	id := write(ana, "submit", onReport)
	act := o.site.URL + "/desk/incidents/" + string(id) + "/act"
	ctx := chromium(t)
	withPasskeys(t, ctx)
	for _, who := range []struct{ name, organization string }{{"ana", "Org One"}, {"eve", "Org Two"}} {
		if who.name != "ana" {
			if _, err := o.accounts.Add(t.Context(), review.Operator, who.name, keepiton.RoleEditor, who.organization); err != nil {
				t.Fatal(err)
			}
		}
		o.enterAs(ctx, who.name)
		navigate(t, ctx, act)
		if got := text(t, ctx, "main"); !strings.Contains(got, "no passkey to sign with") {
			t.Errorf("%s without a passkey reads: %s", who.name, got)
		}
		navigate(t, ctx, o.site.URL+"/desk/account")
		click(t, ctx, "button[data-begin]")
		navigate(t, ctx, act)
		if got := text(t, ctx, "main"); strings.Contains(got, "a script of this site has to run") {
			t.Errorf("with script the page says: %s", got)
		}
		click(t, ctx, "button[data-begin]")
		if got := text(t, ctx, "main"); !strings.Contains(got, "Signed.") || !strings.Contains(got, "You have signed this") {
			t.Fatalf("after %s signed: %s", who.name, got)
		}
	}
	if got := text(t, ctx, "main"); !strings.Contains(got, "Two people of two organizations have signed") {
		t.Fatalf("after both signed: %s", got)
	}
	click(t, ctx, `button[value="publish"]`)
	if got := o.state(id).Incident.State; got != keepiton.Published {
		t.Fatalf("it is %s", got)
	}
	proof := ana.get("/desk/incidents/" + string(id) + "/proof/3").body
	p, err := review.ReadProof([]byte(proof))
	if err != nil || len(p.Signatures) != 2 {
		t.Errorf("a browser's signatures: %v %s", err, proof)
	}
}

// TestSigningPagesFitPhoneAndDesk looks at the pages where people sign and pair
// in three languages at two widths.
func TestSigningPagesFitPhoneAndDesk(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	ana, key := o.byPasskey("ana", keepiton.RoleEditor, "Org One")
	eve, evesKey := o.byPasskey("eve", keepiton.RoleEditor, "منظمة السلام للحقوق الرقمية")
	waiting := write(ana, "submit", onReport)
	ana.get("/desk/incidents/" + string(waiting) + "/act").sign(key)
	shown := write(ana, "save", onReport)
	act := "/desk/incidents/" + string(shown) + "/act"
	ana.get(act).sign(key)
	eve.get(act).sign(evesKey)
	ana.get(act).press("publish", nil).must(200)
	ana.get("/desk/incidents/"+string(shown)).press("preview", url.Values{"f.impact": {"shops closed"}, "reason": {"a report of the chamber"}})
	ana.press("correct", nil).must(200, "Proposed")
	proposal := ana.at.Path
	o.machine(func(code string) { ana.confirm(code) })
	_, begun := o.browser().script(remote.BeginPath, "", "", "{}")
	o.policy(review.Policy{Publishing: review.OnePerson, Passwords: true, Pairing: true})

	ctx := chromium(t)
	withPasskeys(t, ctx)
	if _, err := o.accounts.Add(t.Context(), review.Operator, "ben", keepiton.RoleAdmin, "Org Three"); err != nil {
		t.Fatal(err)
	}
	o.enterAs(ctx, "ben")
	click(t, ctx, "button[data-begin]")
	pages := []string{
		"/desk/incidents/" + string(waiting) + "/act", proposal, "/desk/incidents/" + string(shown) + "/history",
		"/desk/pair", "/desk/pair?code=" + begun["code"].(string), "/desk/account", "/desk/settings", "/desk/people",
	}
	for _, lang := range []string{"en", "ar", "am"} {
		err := chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/"), chromedp.SetValue(chromedp.CSS("#tongue"), lang))
		if err != nil {
			t.Fatal(err)
		}
		click(t, ctx, `form[action="/desk/language"] button`)
		for _, width := range []int64{360, 1280} {
			for i, path := range pages {
				look(t, ctx, o.site.URL+path, fmt.Sprintf("sign-%02d-%s-%d", i, lang, width), width)
			}
		}
	}
}
