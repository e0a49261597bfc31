//go:build e2e

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
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
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx, server.URL
}

// open shows a page on a screen of a width, to a reader who likes it dark or not.
func open(t *testing.T, ctx context.Context, address string, width int64, dark bool) {
	t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	}
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(address))
	}
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

// few keeps two addresses of each kind of page.
func few(all []string) []string {
	seen := map[string]int{}
	return slices.DeleteFunc(slices.Clone(all), func(path string) bool {
		kind, _, _ := strings.Cut(path, "?")
		kind = strings.TrimRight(strings.TrimLeft(kind, "/"), "0123456789")
		for _, id := range []string{"KIO-", "countries/"} {
			if before, after, ok := strings.Cut(kind, id); ok {
				_, last, _ := strings.Cut(after, "/")
				kind = before + id + last
			}
		}
		seen[kind]++
		return seen[kind] > 2
	})
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

// TestAxeFindsNothingSerious runs axe-core in each kind of page, light and dark,
// in three scripts.
func TestAxeFindsNothingSerious(t *testing.T) {
	axe := axeCore(t)
	if axe == "" {
		t.Skip("SKIPPED, LOUDLY: no axe-core")
	}
	ctx, base, all := browser(t)
	for _, path := range few(all) {
		for i, lang := range []string{"en", "ar", "am"} {
			open(t, ctx, base+"/"+lang+path, 1280, i == 1)
			ask[int](t, ctx, axe+";0")
			if found := ask[string](t, ctx, axeRun); found != "[]" {
				t.Errorf("/%s%s: %s", lang, path, found)
			}
		}
	}
}

func TestNothingIsWiderThan320Pixels(t *testing.T) {
	ctx, base, all := browser(t)
	for _, path := range few(all) {
		for _, lang := range []string{"en", "ar", "am"} {
			open(t, ctx, base+"/"+lang+path, 320, false)
			width := ask[int](t, ctx, `document.documentElement.scrollWidth`)
			wide := ask[string](t, ctx, `[...document.querySelectorAll('main *')].filter(e=>!e.closest('.scroll')&&!e.closest('pre')&&!e.closest('.sr')&&(e.getBoundingClientRect().right>321||e.getBoundingClientRect().left<-1)).slice(0,3).map(e=>e.outerHTML.slice(0,120)).join(' || ')`)
			if width > 320 {
				t.Errorf("/%s%s: %d pixels wide: %s", lang, path, width, wide)
			}
		}
	}
}

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

// TestTakeScreens writes pictures into the folder that KEEPITON_SCREENS names,
// for people to look at.
func TestTakeScreens(t *testing.T) {
	dir := os.Getenv("KEEPITON_SCREENS")
	if dir == "" {
		t.Skip("KEEPITON_SCREENS names no folder")
	}
	ctx, base, all := browser(t)
	if other := os.Getenv("KEEPITON_SCREENS_OF"); other != "" {
		base = other
	}
	if more := os.Getenv("KEEPITON_SCREENS_PATHS"); more != "" {
		all = strings.Split(more, ",")
	}
	for _, path := range few(all) {
		for _, width := range []int64{360, 1280} {
			for _, dark := range []bool{false, true} {
				for _, lang := range []string{"en", "ar", "am"} {
					if dark && lang == "am" || !dark && lang == "ar" && width == 1280 {
						continue
					}
					open(t, ctx, base+"/"+lang+path, width, dark)
					png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
					if err != nil {
						t.Fatal(err)
					}
					name := fmt.Sprintf("%s-%s-%d-%v.png", strings.Trim(strings.NewReplacer("/", "_", "?", "_", "=", "_", "&", "_").Replace(path), "_"), lang, width, dark)
					if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
