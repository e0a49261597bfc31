//go:build e2e

package twin_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	chrome "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/bundle"
	"keepiton/web/twin"
)

// reader is a browser without a network, in front of a copy on a disk.
type reader struct {
	*testing.T
	ctx       context.Context
	dir       string
	downloads string
	saved     chan string

	mu    sync.Mutex
	asked []string
}

func newReader(t *testing.T, dir string) *reader {
	t.Helper()
	r := &reader{T: t, dir: dir, downloads: t.TempDir(), saved: make(chan string, 4)}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(cancel)
	r.ctx = ctx
	r.must(chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	names := map[string]string{}
	r.must(chromedp.ListenBrowser(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *chrome.EventDownloadWillBegin:
			names[ev.GUID] = ev.SuggestedFilename
		case *chrome.EventDownloadProgress:
			if ev.State == chrome.DownloadProgressStateCompleted {
				r.saved <- filepath.Join(r.downloads, names[ev.GUID])
			}
		}
	}))
	r.must(chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			r.mu.Lock()
			r.asked = append(r.asked, ev.Request.URL)
			r.mu.Unlock()
		case *log.EventEntryAdded:
			if ev.Entry.Source == log.EntrySourceSecurity || strings.Contains(ev.Entry.Text, "Content Security Policy") {
				t.Errorf("the browser complains: %s", ev.Entry.Text)
			}
		}
	}))
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	r.must(err)
	yes := true
	_, err = chromedp.CallBrowser(ctx, chrome.SetDownloadBehavior, chrome.SetDownloadBehaviorParams{Behavior: chrome.SetDownloadBehaviorBehaviorAllow, DownloadPath: r.downloads, EventsEnabled: &yes})
	r.must(err)
	_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	r.must(err)
	_, err = chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	r.must(err)
	return r
}

func (r *reader) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// open shows a page of the copy on a screen of a width.
func (r *reader) open(page string, width int64, dark bool) {
	r.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(r.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600})
	r.must(err)
	_, err = chromedp.Call(r.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	r.must(err)
	if err := chromedp.Do(r.ctx, chromedp.Navigate("file://"+filepath.Join(r.dir, filepath.FromSlash(page)))); err != nil {
		r.Fatalf("%s: %v", page, err)
	}
}

func ask1[T any](r *reader, expression string) T {
	r.Helper()
	v, err := chromedp.Run(r.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		r.Fatalf("%.60s: %v", expression, err)
	}
	return v
}

func (r *reader) press(selector string) {
	r.Helper()
	r.must(chromedp.Do(r.ctx, chromedp.Click(chromedp.CSS(selector))))
}

// wait returns when there is such an element.
func (r *reader) wait(selector string) {
	r.Helper()
	r.must(chromedp.Do(r.ctx, chromedp.WaitVisible(chromedp.CSS(selector))))
}

// shot keeps a picture where KEEPITON_SHOTS names a folder, to be looked at.
func (r *reader) shot(name string) {
	r.Helper()
	to := os.Getenv("KEEPITON_SHOTS")
	if to == "" {
		return
	}
	picture, err := chromedp.Run(r.ctx, chromedp.FullScreenshot(90))
	r.must(err)
	r.must(os.WriteFile(filepath.Join(to, name+".png"), picture, 0o600))
}

// axe returns the source of axe-core, which KEEPITON_AXE names; CI always does.
func axe(t *testing.T) string {
	t.Helper()
	file := os.Getenv("KEEPITON_AXE")
	if file == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("KEEPITON_AXE does not name axe.min.js")
		}
		t.Log("WITHOUT AXE, LOUDLY: KEEPITON_AXE does not name axe.min.js (npm pack axe-core)")
		return ""
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

const axeRun = `axe.run(document,{preload:false,runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>JSON.stringify(r.violations.filter(v=>v.impact=='serious'||v.impact=='critical').map(v=>({id:v.id,nodes:v.nodes.slice(0,3).map(n=>n.html.slice(0,160)+' | '+n.failureSummary.slice(0,300))}))))`

var older = regexp.MustCompile(`-revisions-[0-9]+\.html$`)

// TestACopyIsReadFromADiskWithoutANetwork opens each kind of page from file://,
// in three scripts, at the width of a phone and of a desk, and reports from
// inside it.
func TestACopyIsReadFromADiskWithoutANetwork(t *testing.T) {
	w := newWorld(t)
	dir := w.copied(t, func(o *twin.Options) { o.Languages = []string{"en", "ar", "am"} })
	r := newReader(t, dir)
	source := axe(t)
	var story, revised string
	for name, p := range readPages(t, dir) {
		if p.tags["img"] > 0 && !strings.Contains(name, "view-") {
			story = strings.TrimPrefix(name[2:], "/")
		}
		if older.MatchString(name) {
			revised = strings.TrimPrefix(name[2:], "/")
		}
	}
	history := older.ReplaceAllString(revised, "-revisions.html")
	incident := older.ReplaceAllString(revised, ".html")
	for _, page := range []string{"index.html", incident, revised, history, "incidents.html", "incidents/view-map.html", "incidents/cause-protests.html", "countries.html", "countries/XA.html", "years/2025.html", "trends.html", "corrections.html", "data.html", "stories.html", story, "key.html", "receipt.html", "report/sealed.html", "help.html"} {
		for i, lang := range []string{"en", "ar", "am"} {
			for _, width := range []int64{360, 1280} {
				name := lang + "/" + page
				r.open(name, width, i == 1)
				if got := ask1[int](r, `document.documentElement.scrollWidth`); got > int(width) {
					wide := ask1[string](r, `[...document.querySelectorAll('main *')].filter(e=>!e.closest('.scroll')&&!e.closest('pre')&&!e.closest('.sr')&&(e.getBoundingClientRect().right>innerWidth+1||e.getBoundingClientRect().left<-1)).slice(0,3).map(e=>e.outerHTML.slice(0,120)).join(' || ')`)
					t.Errorf("%s at %d: %d pixels wide: %s", name, width, got, wide)
				}
				if ask1[string](r, `getComputedStyle(document.querySelector('.menu ul')).display`) != "flex" {
					t.Errorf("%s: the style sheet is not in force", name)
				}
				if dark := ask1[int](r, `Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().then(() => 0, () => 1) })).then(r => r.reduce((a, b) => a + b, 0))`); dark > 0 {
					t.Errorf("%s: %d pictures do not show", name, dark)
				}
				if width == 1280 && source != "" {
					ask1[int](r, source+";0")
					if found := ask1[string](r, axeRun); found != "[]" {
						t.Errorf("%s: %s", name, found)
					}
				}
				r.shot(strings.NewReplacer("/", "-", ".html", "").Replace(fmt.Sprintf("%s-%d", name, width)))
			}
		}
	}
	// From the page on top, in Amharic, to an incident and to the form.
	r.open("index.html", 360, false)
	r.shot("top-360")
	r.press(`#am .go a`)
	r.press(`.list a`)
	r.wait("#sentence")
	if at := ask1[string](r, `location.pathname`); !strings.Contains(at, "/am/incidents/KIO-") {
		t.Errorf("the first of what goes on leads to %s", at)
	}
	r.press(`header .go`)
	r.wait(`[name=seen]`)
	if at := ask1[string](r, `location.pathname + document.documentElement.lang`); !strings.HasSuffix(at, "/am/report-offline.htmlam") {
		t.Errorf("the form is at %s", at)
	}
	r.must(chromedp.Do(r.ctx, chromedp.SendKeys(chromedp.CSS(`[name=seen]`), "ማርክ-ኔትወርክ-የለም")))
	r.press(`button[value=send]`)
	if digits, err := chromedp.Run(r.ctx, chromedp.Text(chromedp.CSS("#digits"))); err != nil || len(strings.Fields(digits)) < 4 {
		t.Errorf("receipt %q, %v", digits, err)
	}
	sealed, err := os.ReadFile(<-r.saved)
	r.must(err)
	in := bufio.NewReader(bytes.NewReader(sealed))
	_, err = bundle.ReadHeader(in)
	r.must(err)
	plain, err := w.keys.Open(in)
	r.must(err)
	rep, err := bundle.Read(plain, func(keepiton.ReportFile, io.Reader) error { return nil })
	r.must(err)
	if rep.Seen.Reveal() != "ማርክ-ኔትወርክ-የለም" || rep.Lang != "am" || rep.Road != keepiton.RoadCarried {
		t.Errorf("another report was sealed: %+v", rep)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, url := range r.asked {
		if !strings.HasPrefix(url, "file://"+dir) && url != "about:blank" && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
			t.Errorf("a page asked for %s", url)
		}
	}
	if len(r.asked) < 100 {
		t.Errorf("only %d requests were seen", len(r.asked))
	}
}
