//go:build e2e

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	chrome "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// walked are the languages in which every stop is looked at: two directions,
// three scripts.
var walked = []string{"en", "ar", "am"}

// patience is for one step: what takes longer does not come.
const patience = 30 * time.Second

// tour is what the tabs of one browser share.
type tour struct {
	axe      string // source of axe-core; empty: without
	pictures string // folder for pictures; empty: none is taken
	stops    int
	saved    chan string // full names of finished downloads
}

// walker is a tab of a real browser in which somebody of the story walks.
type walker struct {
	*testing.T
	*tour
	ctx    context.Context
	silent bool // no script runs
}

// newWalker starts Chromium. KEEPITON_AXE names axe-core, which CI always does;
// KEEPITON_SCREENS names a folder for pictures of every stop.
func newWalker(t *testing.T) *walker {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := context.WithTimeout(alloc, 5*time.Minute)
	t.Cleanup(cancel)
	w := &walker{T: t, ctx: ctx, tour: &tour{pictures: os.Getenv("KEEPITON_SCREENS"), saved: make(chan string, 10)}}
	if file := os.Getenv("KEEPITON_AXE"); file != "" {
		axe, err := os.ReadFile(file)
		check(t, err)
		w.axe = string(axe)
	} else if os.Getenv("CI") != "" {
		t.Fatal("KEEPITON_AXE does not name axe.min.js")
	} else {
		t.Log("WITHOUT AXE, LOUDLY: KEEPITON_AXE does not name axe.min.js (npm pack axe-core)")
	}
	w = w.tab()
	downloads, names, yes := t.TempDir(), map[string]string{}, true
	check(t, chromedp.ListenBrowser(w.ctx, func(ev any) {
		switch ev := ev.(type) {
		case *chrome.EventDownloadWillBegin:
			names[ev.GUID] = ev.SuggestedFilename
		case *chrome.EventDownloadProgress:
			if ev.State == chrome.DownloadProgressStateCompleted {
				w.saved <- filepath.Join(downloads, names[ev.GUID])
			}
		}
	}))
	_, err := chromedp.CallBrowser(w.ctx, chrome.SetDownloadBehavior, chrome.SetDownloadBehaviorParams{Behavior: chrome.SetDownloadBehaviorBehaviorAllow, DownloadPath: downloads, EventsEnabled: &yes})
	check(t, err)
	return w
}

// tab opens another tab of the same browser. Whatever a page's policy stops and
// whatever a script throws fails the test.
func (w *walker) tab() *walker {
	w.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx)
	w.Cleanup(cancel)
	other := &walker{T: w.T, tour: w.tour, ctx: ctx}
	check(w.T, chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	check(w.T, chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *log.EventEntryAdded:
			if ev.Entry.Source == log.EntrySourceSecurity || strings.Contains(ev.Entry.Text, "Content Security Policy") {
				w.Errorf("the browser complains: %s", ev.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			w.Errorf("a script threw: %s", ev.ExceptionDetails.Text)
		}
	}))
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	check(w.T, err)
	return other
}

func (w *walker) do(steps ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.Fatalf("%v, at %s", err, ask[string](w, `location.pathname+': '+document.body.innerText.slice(0,1500)`))
	}
}

func (w *walker) open(address string) { w.Helper(); w.do(chromedp.Navigate(address)) }

// press clicks and waits for the page that it leads to, which is no error page.
func (w *walker) press(selector string) { w.Helper(); w.pressFor(selector, http.StatusOK) }

// pressFor expects a page with a status.
func (w *walker) pressFor(selector string, status int64) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil || res.Status != status {
		w.Fatalf("press %s: %v %+v, at %s", selector, err, res, ask[string](w, `location.pathname+': '+document.body.innerText.slice(0,1500)`))
	}
}

// touch clicks where no page follows.
func (w *walker) touch(selector string) { w.Helper(); w.do(chromedp.Click(chromedp.CSS(selector))) }

func (w *walker) text(selector string) string {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
	check(w.T, err)
	return text
}

// says wants words in the page's main part.
func (w *walker) says(words ...string) {
	w.Helper()
	main := w.text("main")
	for _, want := range words {
		if !strings.Contains(main, want) {
			w.Errorf("%s lacks %q: %.1500s", ask[string](w, "location.pathname"), want, main)
		}
	}
}

// fill types words, chooses and ticks, by the names of the fields, and tells the
// scripts of the page, if there are any.
func (w *walker) fill(fields map[string]string) { w.Helper(); w.fillIn("main", fields) }

// fillIn does so within one part of the page.
func (w *walker) fillIn(part string, fields map[string]string) {
	w.Helper()
	given, err := json.Marshal(fields)
	check(w.T, err)
	missing := ask[[]string](w, `Object.entries(`+string(given)+`).filter(([name, value]) => {
		const all = [...document.querySelectorAll(`+strconv.Quote(part)+` + ' [name="' + name + '"]')];
		const e = /radio|checkbox/.test(all[0] && all[0].type) ? all.find(e => e.value === value) : all[0];
		if (!e) return true;
		if (/radio|checkbox/.test(e.type)) { if (!e.checked) e.click(); return !e.checked; }
		e.value = value;
		e.dispatchEvent(new Event('input', {bubbles: true}));
		e.dispatchEvent(new Event('change', {bubbles: true}));
		return e.value !== value;
	}).map(([name]) => name)`)
	if len(missing) > 0 {
		w.Fatalf("%s: these fields could not be filled: %v", ask[string](w, "location.pathname"), missing)
	}
}

// attach chooses files.
func (w *walker) attach(files ...string) {
	w.Helper()
	w.do(chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), files))
}

// ask evaluates an expression in the page.
func ask[T any](w *walker, expression string) T {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.Fatalf("%.60s: %v", expression, err)
	}
	return v
}

// wide sets the width of the screen.
func (w *walker) wide(width int64) {
	w.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600})
	check(w.T, err)
}

// withoutScript makes the tab as Tor Browser's safest level is.
func (w *walker) withoutScript() { w.Helper(); w.silent = true; w.script(false) }

func (w *walker) script(on bool) {
	w.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	check(w.T, err)
}

// media sets what a page is made for: "screen" or "print", "light" or "dark".
func (w *walker) media(kind, scheme string) {
	w.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	check(w.T, err)
}

// stop is a page of the story, seen in three languages on a phone and on a desk.
// turn brings it in a language; the walk goes on from the last of them.
func (w *walker) stop(name string, turn func(lang string)) {
	w.Helper()
	w.stops++
	for _, lang := range walked {
		w.wide(360)
		turn(lang)
		w.script(true) // or there are no pictures and no axe-core; the page has been loaded without
		for _, width := range []int64{360, 1280} {
			w.wide(width)
			at := fmt.Sprintf("%02d-%s-%s-%d", w.stops, name, lang, width)
			w.measure(at, lang)
			w.keep(at)
		}
		w.accessible(fmt.Sprintf("%02d-%s-%s", w.stops, name, lang), lang == "ar")
		if w.pictures != "" && lang == "en" {
			w.media("print", "light")
			w.keep(fmt.Sprintf("%02d-%s-print", w.stops, name))
			w.media("screen", "dark")
			w.wide(360)
			w.keep(fmt.Sprintf("%02d-%s-dark", w.stops, name))
			w.media("screen", "light")
		}
		w.script(!w.silent)
	}
}

// measure wants a page that fits, has one heading, speaks its language, and
// shows no key of a message instead of the message.
func (w *walker) measure(name, lang string) {
	w.Helper()
	type measured struct {
		Over, Headings int
		Out, Cut, Keys []string
		Lang, Dir      string
	}
	m := ask[measured](w, `(() => {
		const root = document.documentElement, width = root.clientWidth, seen = [...document.querySelectorAll('body *')].filter(e => !e.closest('.sr') && e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
		const within = e => e.closest('.scroll, pre, textarea, .skip');
		return {
			Over: root.scrollWidth - width, Headings: document.querySelectorAll('h1').length, Lang: root.lang, Dir: getComputedStyle(document.body).direction,
			Out: seen.filter(e => !within(e) && !e.closest('svg') && (e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1)).map(e => e.outerHTML.slice(0, 100)).slice(0, 4),
			Cut: seen.filter(e => e.tagName === 'BUTTON' && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 100)).slice(0, 4),
			Keys: document.body.innerText.match(/\b(page|desk|casework|code|field|lint|nav|error|story|seal)\.[a-z_]+(\.[a-z_]+)*\b/g) || [],
		};
	})()`)
	want := measured{Headings: 1, Lang: lang, Dir: map[string]string{"ar": "rtl"}[lang]}
	if want.Dir == "" {
		want.Dir = "ltr"
	}
	if m.Over > 0 || len(m.Out)+len(m.Cut)+len(m.Keys) > 0 || m.Headings != 1 || m.Lang != want.Lang || m.Dir != want.Dir {
		w.Errorf("%s: %d px too wide (%s), cut off %s, keys %v, %d h1, in %s %s", name, m.Over, m.Out, m.Cut, m.Keys, m.Headings, m.Lang, m.Dir)
	}
}

// accessible runs axe-core in the page.
func (w *walker) accessible(name string, dark bool) {
	w.Helper()
	if w.axe == "" {
		return
	}
	if dark {
		w.media("screen", "dark")
		defer w.media("screen", "light")
	}
	ask[int](w, w.axe+";0")
	found := ask[string](w, `axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations.filter(v=>v.impact=='serious'||v.impact=='critical').map(v=>v.id+': '+v.nodes.slice(0,2).map(n=>n.html.slice(0,160)).join(' | ')).join('\n'))`)
	if found != "" {
		w.Errorf("%s: %s", name, found)
	}
}

// keep writes what the browser shows into the folder for pictures.
func (w *walker) keep(name string) {
	w.Helper()
	if w.pictures == "" {
		return
	}
	picture, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	check(w.T, err)
	check(w.T, os.WriteFile(filepath.Join(w.pictures, name+".png"), picture, 0o644))
}
