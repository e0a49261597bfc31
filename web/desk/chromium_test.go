//go:build e2e

package desk_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/review"
	"keepiton/sample"
	"keepiton/store"
)

// chromium opens a real browser, which ends with the test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// click presses a button and waits for the page it leads to.
func click(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	res, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil || res.Status >= 400 {
		t.Fatalf("press %s: %v %+v", selector, err, res)
	}
}

func text(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	s, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
	if err != nil {
		t.Fatalf("read %s: %v", selector, err)
	}
	return s
}

// enterAs signs the browser in as an account, by a link.
func (o *office) enterAs(ctx context.Context, name string) {
	o.t.Helper()
	link, err := o.accounts.Invite(o.t.Context(), review.Operator, name)
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/enter?t="+url.QueryEscape(link)))
	}
	if err != nil {
		o.t.Fatal(err)
	}
	click(o.t, ctx, "main button")
}

// furnish fills the record with the made-up world and what waits at a desk.
func (o *office) furnish() {
	o.t.Helper()
	var edits []store.Edit
	for _, rev := range sample.World(o.now()) {
		edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
	}
	revs, err := o.store.Append(context.Background(), edits...)
	if err != nil {
		o.t.Fatal(err)
	}
	first, last := revs[0].Incident.ID, revs[len(revs)-1].Incident.ID
	err = o.store.ApplyImport(context.Background(), store.Import{
		Edition:     store.Edition{Name: "2026-may", Published: o.now().Truncate(24 * time.Hour), SHA256: "x"},
		Ambiguities: []store.Ambiguity{{Kind: "match", Edition: "2026-may", Incident: first, Candidates: []store.Candidate{{Incident: last, Score: .72, Reasons: []string{"same start", "other region"}}}}},
		Unmapped:    []store.Unmapped{{Kind: "place", Column: "area_name", Country: "IN", Words: "Jammu & Kashmr", Count: 3}, {Kind: "value", Column: "actual_cause", Words: "protest march", Count: 1}},
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestPasskeyInChromium(t *testing.T) {
	o := newOffice(t)
	if _, err := o.accounts.Add(t.Context(), review.Operator, "ana", keepiton.RoleAnalyst, "Org One"); err != nil {
		t.Fatal(err)
	}
	ctx := chromium(t)
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
	o.enterAs(ctx, "ana")
	if err := chromedp.Do(ctx, chromedp.SetValue(chromedp.CSS("#label"), "phone")); err != nil {
		t.Fatal(err)
	}
	click(t, ctx, "button[data-begin]")
	if got := text(t, ctx, "main"); !strings.Contains(got, "Passkey added") || !strings.Contains(got, "phone") {
		t.Fatalf("after adding: %s", got)
	}
	click(t, ctx, `header form[action="/desk/sign-out"] button`)
	click(t, ctx, "button[data-begin]")
	if got := text(t, ctx, ".who"); !strings.HasPrefix(got, "ana") {
		t.Errorf("signed in as %q", got)
	}
}

// TestPagesFitPhoneAndDesk opens every page in three languages at two widths:
// nothing is wider than the screen, and every control has a name. With
// KEEPITON_SHOTS the pictures are kept in that folder.
func TestPagesFitPhoneAndDesk(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.hire("adm", keepiton.RoleAdmin, "Org One")
	id := write(b, "submit", nil)
	var public keepiton.IncidentID
	for _, rev := range sample.World(o.now()) {
		if rev.Incident.State == keepiton.Published && len(rev.Incident.Sources) > 1 {
			public = rev.Incident.ID
		}
	}
	ctx := chromium(t)
	o.enterAs(ctx, "adm")
	pages := []string{
		"/desk/", "/desk/incidents", "/desk/incidents/new", "/desk/incidents/" + string(public), "/desk/incidents/" + string(id) + "/act",
		"/desk/incidents/" + string(public) + "/history", "/desk/questions/1", "/desk/unmapped", "/desk/account", "/desk/people", "/desk/settings",
	}
	for _, lang := range []string{"en", "ar", "am"} {
		err := chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/"), chromedp.SetValue(chromedp.CSS("#tongue"), lang))
		if err != nil {
			t.Fatal(err)
		}
		click(t, ctx, `form[action="/desk/language"] button`)
		for _, width := range []int64{360, 1280} {
			for i, path := range pages {
				look(t, ctx, o.site.URL+path, fmt.Sprintf("%02d-%s-%d", i, lang, width), width)
			}
		}
	}
}

// look measures a page: how much wider than the screen it is, and the controls
// without an accessible name.
func look(t *testing.T, ctx context.Context, address, name string, width int64) {
	t.Helper()
	const measure = `(() => {
		const named = e => e.labels && e.labels.length || e.getAttribute('aria-label') || e.textContent.trim();
		return {
			over: document.documentElement.scrollWidth - innerWidth,
			nameless: [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button')].filter(e => !named(e)).map(e => e.outerHTML.slice(0, 90)),
			twice: [...document.querySelectorAll('[id]')].map(e => e.id).filter((v, i, all) => all.indexOf(v) !== i),
			headings: document.querySelectorAll('h1').length,
			small: [...document.querySelectorAll('button')].filter(e => e.offsetWidth && !e.classList.contains('sr') && (e.offsetHeight < 24 || e.offsetWidth < 24)).length,
		};
	})()`
	type measured struct {
		Over, Headings, Small int
		Nameless, Twice       []string
	}
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600})
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(address))
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := chromedp.Run(ctx, chromedp.Evaluate[measured](measure))
	if err != nil {
		t.Fatal(err)
	}
	if m.Over > 0 || len(m.Nameless) > 0 || len(m.Twice) > 0 || m.Headings != 1 || m.Small > 0 {
		t.Errorf("%s: %d px too wide, nameless %v, ids twice %v, %d h1, %d small buttons", name, m.Over, m.Nameless, m.Twice, m.Headings, m.Small)
	}
	axe(t, ctx, name)
	if dir := os.Getenv("KEEPITON_SHOTS"); dir != "" {
		picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// axe runs axe-core, a script that KEEPITON_AXE names, in the page.
func axe(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	file := os.Getenv("KEEPITON_AXE")
	if file == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("KEEPITON_AXE does not name axe.min.js")
		}
		t.Logf("%s: LOUDLY WITHOUT axe-core: KEEPITON_AXE does not name axe.min.js", name)
		return
	}
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int](string(script)+";0")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](`axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}).then(r=>r.violations.filter(v=>v.impact=='serious'||v.impact=='critical').map(v=>v.id+': '+v.nodes.slice(0,2).map(n=>n.html.slice(0,160)).join(' | ')).join('\n'))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if found != "" {
		t.Errorf("%s: %s", name, found)
	}
}
