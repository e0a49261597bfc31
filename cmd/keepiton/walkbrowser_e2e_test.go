//go:build e2e

package main

import (
	"context"
	"encoding/json"
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
