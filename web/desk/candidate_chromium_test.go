//go:build e2e

package desk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"keepiton"
)

// tab presses the tabulator until what a selector names has the focus.
func tab(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	for range 120 {
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector)))
		if err != nil {
			t.Fatal(err)
		}
		if there {
			return
		}
		if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("no key reaches %s", selector)
}

// enter presses the key on what has the focus and waits for the page it leads to.
func enter(t *testing.T, ctx context.Context) {
	t.Helper()
	res, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter))
	if err != nil || res.Status >= 400 {
		t.Fatalf("press Enter: %v %+v", err, res)
	}
}

func (o *office) measureThree() (first, second, third keepiton.DisruptionID) {
	o.t.Helper()
	told := func(d *keepiton.Disruption) {
		series := "bgp/v4/country/" + d.Entity.Country
		v := &d.Verdicts[1]
		v.Reasons = []keepiton.Reason{
			{Key: "control_down", Args: map[string]any{"Depth": "91", "Series": series}, Weight: 3, Of: "disruption"},
			{Key: "mobile_only", Weight: 1, Of: "intentional"},
		}
	}
	at := o.now()
	o.measure("KID-20260101T0000-UG", "UG", at.Add(-6*time.Hour), told)
	o.measure("KID-20260101T0010-UG", "UG", at.Add(-5*time.Hour), told)
	o.measure("KID-20260101T0020-TD", "TD", at.Add(-4*time.Hour), told)
	return "KID-20260101T0000-UG", "KID-20260101T0010-UG", "KID-20260101T0020-TD"
}

// TestCandidatesAreDecidedInChromium goes through the candidates by keyboard, with scripts
// off as with scripts on: the desk's pages have none there. Then every page of it is
// measured in three languages, narrow and wide.
func TestCandidatesAreDecidedInChromium(t *testing.T) {
	o := newOffice(t)
	first, second, third := o.measureThree()
	o.hire("ana", keepiton.RoleAnalyst, "Org One")
	ctx := chromium(t)
	scripts := func(off bool) {
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
			t.Fatal(err)
		}
	}
	at := func(path string) { navigate(t, ctx, o.site.URL+path) }
	says := func(what string, words ...string) {
		t.Helper()
		got := text(t, ctx, "main")
		for _, w := range words {
			if !strings.Contains(got, w) {
				t.Errorf("%s: the page does not say %q:\n%s", what, w, got)
			}
		}
	}
	scripts(true)
	o.enterAs(ctx, "ana")
	at("/desk/candidates")
	says("queue", "3 candidates", "Uganda", "Chad", "Routes fell: 91% missing", "97%")
	tab(t, ctx, `a[href="/desk/candidates/`+string(first)+`"]`)
	enter(t, ctx)
	says("candidate", "(UTC+03:00)", "A machine found this and verified nothing", "Routes fell: 91% missing in BGP, routes, IPv4, Uganda", "Only mobile networks fell", "n = 43", "After 1 hour")
	tab(t, ctx, `#decide button[value=accept]`)
	enter(t, ctx)
	says("draft", "Accepted: here is the draft", "KIO-2026-0001")
	window, err := chromedp.Run(ctx, chromedp.Evaluate[string](`[...document.querySelectorAll('[name^="signals."]')].map(e => e.name + '=' + e.value).join('\n')`))
	if err != nil {
		t.Fatal(err)
	}
	link := o.state("KIO-2026-0001").Incident.Signals[0]
	if link.Feed != "bgp" || link.From.IsZero() || !strings.Contains(window, "=bgp") || !strings.Contains(window, link.From.String()) {
		t.Errorf("the incident has the signal %+v, its page shows %s", link, window)
	}
	// Undo, and merge by the keyboard: the choice is typed.
	at("/desk/candidates/" + string(first))
	says("accepted", "Part of an incident", "KIO-2026-0001")
	tab(t, ctx, `button[value=reopen]`)
	enter(t, ctx)
	says("undone", "It waits again")
	scripts(false)
	at("/desk/candidates/" + string(second))
	if err := chromedp.Do(ctx, chromedp.SetValue(chromedp.CSS("#other"), string(first))); err != nil {
		t.Fatal(err)
	}
	tab(t, ctx, `button[value=merge]`)
	enter(t, ctx)
	says("merged", "Merged with another", string(first))
	at("/desk/candidates/" + string(third))
	tab(t, ctx, `button[value=reject]`)
	if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Enter)); err != nil { // no reason was chosen: the browser keeps it
		t.Fatal(err)
	}
	if last, err := o.store.Decisions(t.Context(), third); err != nil || len(last) != 0 {
		t.Errorf("rejected without a reason: %+v %v", last, err)
	}
	if err := chromedp.Do(ctx, chromedp.SetValue(chromedp.CSS("#code"), "cable")); err != nil {
		t.Fatal(err)
	}
	click(t, ctx, `button[value=reject]`)
	says("rejected", "Rejected")
	if last, err := o.store.Decisions(t.Context(), third); err != nil || len(last) != 1 || last[0].Code != "cable" || last[0].By != "ana" {
		t.Errorf("%+v %v", last, err)
	}
	click(t, ctx, `button[value=reopen]`)
	click(t, ctx, `button[value=watch]`)
	says("watched", "Watched")
	pages := map[string]string{"queue": "/desk/candidates?show=all", "waiting": "/desk/candidates/" + string(first), "decided": "/desk/candidates/" + string(third)}
	for _, lang := range []string{"en", "ar", "am"} {
		if err := chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/"), chromedp.SetValue(chromedp.CSS("#tongue"), lang)); err != nil {
			t.Fatal(err)
		}
		click(t, ctx, `form[action="/desk/language"] button`)
		for _, width := range []int64{360, 1280} {
			for name, path := range pages {
				if name == "decided" && (lang != "ar" || width != 360) {
					continue // it differs by its forms alone
				}
				look(t, ctx, o.site.URL+path, fmt.Sprintf("candidate-%s-%s-%d", name, lang, width), width)
			}
		}
	}
}
