//go:build e2e

package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser starts Chromium and a site with the made-up world.
func browser(t *testing.T) (context.Context, string, []string) {
	t.Helper()
	s, revs := sampleSite(t)
	ctx, base := browserOf(t, s)
	return ctx, base, paths(revs)
}

// browserOf starts Chromium and a site.
func browserOf(t *testing.T, s http.Handler) (context.Context, string) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx, server.URL
}

// screen sets the width of the screen.
func screen(t *testing.T, ctx context.Context, width int64) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600}); err != nil {
		t.Fatal(err)
	}
}

// open shows a page on a screen of a width, to a reader who likes it dark or not.
func open(t *testing.T, ctx context.Context, address string, width int64, dark bool) {
	t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	screen(t, ctx, width)
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(address))
	}
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

// ask evaluates an expression in the page.
func ask[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.60s: %v", expression, err)
	}
	return v
}

// axeCore returns the source of axe-core, a script that KEEPITON_AXE names;
// empty when it names none. CI always does.
func axeCore(t *testing.T) string {
	t.Helper()
	file := os.Getenv("KEEPITON_AXE")
	if file == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("KEEPITON_AXE does not name axe.min.js")
		}
		t.Log("WITHOUT AXE, LOUDLY: KEEPITON_AXE does not name axe.min.js (npm pack axe-core)")
		return ""
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(axe)
}

const axeRun = `axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>JSON.stringify(r.violations.filter(v=>v.impact=='serious'||v.impact=='critical').map(v=>({id:v.id,impact:v.impact,nodes:v.nodes.slice(0,3).map(n=>n.html.slice(0,160)+' | '+n.failureSummary.slice(0,300))}))))`

// TestKeyboardReachesEverything walks the list by keyboard alone: the first
// stop is the way past the navigation, every stop is visible, and Enter in the
// search field sends the form.
func TestKeyboardReachesEverything(t *testing.T) {
	ctx, base, _ := browser(t)
	var stops []string
	const where = `(()=>{const e=document.activeElement,r=e.getBoundingClientRect(),c=getComputedStyle(e);return [e.tagName,(e.textContent||e.name||'').trim().slice(0,30),r.width>0&&r.height>0&&c.outlineStyle!='none'&&r.top>=0&&r.bottom<=innerHeight+1].join('|')})()`
	open(t, ctx, base+"/en/incidents", 1280, false)
	for range 24 {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			t.Fatal(err)
		}
		at := ask[string](t, ctx, where)
		stops = append(stops, at)
		if !strings.HasSuffix(at, "|true") {
			t.Errorf("stop %d cannot be seen: %s", len(stops), at)
		}
	}
	if !strings.HasPrefix(stops[0], "A|Skip") {
		t.Errorf("first stop is %s, want the way past the navigation", stops[0])
	}
	if all := strings.Join(stops, "\n"); !strings.Contains(all, "INPUT|q") || !strings.Contains(all, "BUTTON|") || !strings.Contains(all, "SUMMARY|") {
		t.Errorf("filter form is not on the way:\n%s", all)
	}
	field := chromedp.CSS("input[name=q]")
	err := chromedp.Do(ctx, chromedp.Focus(field), chromedp.KeyEvent("wadi"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".chips")))
	address := ask[string](t, ctx, `location.href`)
	if err != nil || !strings.Contains(address, "q=wadi") {
		t.Errorf("search by keyboard led to %s: %v", address, err)
	}
}

// TestNothingIsLoadedBesideThePage loads pages with their real policy and
// expects no violation and no second request but the icon.
func TestNothingIsLoadedBesideThePage(t *testing.T) {
	ctx, base, all := browser(t)
	for _, path := range all[:12] {
		open(t, ctx, base+"/en"+path, 1280, false)
		loaded := ask[[]string](t, ctx, `performance.getEntriesByType('resource').map(e=>e.name).filter(n=>!n.endsWith('/favicon.svg'))`)
		if len(loaded) > 0 {
			t.Errorf("%s loads %v", path, loaded)
		}
		if font := ask[string](t, ctx, `getComputedStyle(document.querySelector('h1')).fontWeight`); font != "700" {
			t.Errorf("%s: the style did not pass the policy: h1 has weight %s", path, font)
		}
	}
}
