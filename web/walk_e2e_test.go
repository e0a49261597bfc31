//go:build e2e

package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"keepiton/locale"
	"keepiton/sample"
)

// narrow is the width at which pages must still be read without scrolling
// sideways (WCAG 2.2, 1.4.10), which is less than any phone has; wide is a desk.
const narrow, wide = 320, 1280

// looked is what a page shows of itself.
type looked struct {
	Lang, Dir, Title   string
	Headings           int
	Over               int      // pixels that it is wider than the screen
	Out, Keys, Foreign []string // elements outside, keys of messages, addresses of other servers
	Broken             []string // pictures that are not there
	Words              []string // texts in the page's language, of three words or more in Latin letters
}

const lookAt = `(() => {
	const root = document.documentElement, width = root.clientWidth;
	const seen = [...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll,pre,.sr,.skip,svg,textarea') && e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
	const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode();) {
		const e = n.parentElement, text = n.data.trim();
		if ((text.match(/[A-Za-z]{2,}/g) || []).length > 2 && e.closest('[lang]').lang === root.lang && !e.closest('bdi,code,pre,style,script,body [dir=auto],body [dir=ltr]')) texts.push(text);
	}
	return {
		Lang: root.lang, Dir: getComputedStyle(document.body).direction, Title: document.title, Headings: document.querySelectorAll('h1').length,
		Over: Math.max(root.scrollWidth - width, 0),
		Out: seen.filter(e => e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1).slice(0, 3).map(e => e.outerHTML.slice(0, 120)),
		Keys: document.body.innerText.match(/(^|\s)(page|nav|error|field|answer|entry)\.[a-z]+\.[a-z_.]+/g) || [],
		Foreign: performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin)),
		Broken: [...document.images].filter(i => i.complete && i.currentSrc && !i.naturalWidth).map(i => i.src),
		Words: texts,
	};
})()`

// TestEveryPageIsWalkedInChromium opens every page of the route table in every
// language: on a screen narrower than any phone and on a desk, without script but
// in Arabic and Amharic. Each fits, has its language, direction, title and one
// heading, shows no message of another language, and asks no other server; axe-core
// finds nothing serious in three scripts, light and dark. KEEPITON_SCREENS names a
// folder for pictures of all of them, at 360 and 1280 pixels, and
// KEEPITON_SCREENS_OF a part of the addresses to walk alone.
func TestEveryPageIsWalkedInChromium(t *testing.T) {
	site, links := walkedSite(t)
	axe, named := axeCore(t), names(t, sample.Entries(testNow))
	browser, base := browserOf(t, site)
	tabs := make(chan context.Context, 2)
	for range cap(tabs) {
		tab, end := chromedp.NewContext(browser)
		t.Cleanup(end)
		if err := watched(t, tab); err != nil {
			t.Fatal(err)
		}
		tabs <- tab
	}
	for _, path := range walkedPages(t, site, links) {
		if !strings.Contains(path, os.Getenv("KEEPITON_SCREENS_OF")) {
			continue
		}
		t.Run(strings.Trim(path, "/"), func(t *testing.T) {
			t.Parallel()
			tab := <-tabs
			defer func() { tabs <- tab }()
			var english []string
			for _, lang := range locale.Languages {
				got := visited(t, tab, base, lang, path, axe)
				if lang.Tag == "en" {
					english = got.Words
				} else {
					for _, words := range got.Words {
						if slices.Contains(english, words) && len(latin.FindAllString(ownNames.ReplaceAllString(named.Replace(words), ""), -1)) > 2 {
							t.Errorf("%s: still in English: %q", lang.Tag, words)
						}
					}
				}
			}
			if len(english) == 0 {
				t.Error("not one text in English was found to be looked for in other languages")
			}
		})
	}
}

// watched fails the test for what the policy of a page stops.
func watched(t *testing.T, tab context.Context) error {
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		return err
	}
	if _, err := chromedp.Call(tab, log.Enable, cdp.Empty{}); err != nil {
		return err
	}
	return chromedp.Listen(tab, func(ev any) {
		if ev, ok := ev.(*log.EventEntryAdded); ok && ev.Entry.Source == log.EntrySourceSecurity {
			t.Errorf("%s: the browser complains: %s", ev.Entry.URL, ev.Entry.Text)
		}
	})
}

// visited opens one page in one language and looks at it.
func visited(t *testing.T, tab context.Context, base string, lang locale.Language, path, axe string) looked {
	t.Helper()
	script(t, tab, lang.Tag == "ar" || lang.Tag == "am")
	open(t, tab, base+"/"+lang.Tag+path, narrow, lang.Tag == "ar")
	script(t, tab, true) // what is loaded is loaded; axe-core is a script
	got := ask[looked](t, tab, lookAt)
	if got.Lang != lang.Tag || got.Dir != dirOf(lang) || got.Headings != 1 || got.Title == "" || got.Over > 0 || len(got.Out)+len(got.Keys)+len(got.Foreign)+len(got.Broken) > 0 {
		t.Errorf("%s: lang %s, %s, %q, %d h1, %d pixels too wide, outside %s, keys %s, asks %s, broken %s", lang.Tag, got.Lang, got.Dir, got.Title, got.Headings, got.Over, got.Out, got.Keys, got.Foreign, got.Broken)
	}
	if axe != "" && slices.Contains([]string{"en", "ar", "am"}, lang.Tag) {
		ask[int](t, tab, axe+";0")
		if found := ask[string](t, tab, axeRun); found != "[]" {
			t.Errorf("%s: %s", lang.Tag, found)
		}
	}
	keep(t, tab, lang.Tag, path, 360)
	screen(t, tab, wide)
	if over := ask[int](t, tab, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("%s: %d pixels too wide on a desk", lang.Tag, over)
	}
	keep(t, tab, lang.Tag, path, wide)
	return got
}

func dirOf(lang locale.Language) string {
	if lang.Tag == "ar" {
		return "rtl"
	}
	return "ltr"
}

func script(t *testing.T, tab context.Context, on bool) {
	t.Helper()
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		t.Fatal(err)
	}
}

// latin is a word in Latin letters.
var latin = regexp.MustCompile(`[A-Za-z]{2,}`)

var notInNames = regexp.MustCompile(`[^\pL0-9.-]+`)

// keep writes what the tab shows at a width into the folder for pictures.
func keep(t *testing.T, tab context.Context, lang, path string, width int64) {
	t.Helper()
	dir := os.Getenv("KEEPITON_SCREENS")
	if dir == "" {
		return
	}
	screen(t, tab, width)
	// Chromium shifts a page in Arabic that is shorter than the screen when it is
	// asked for more than the screen.
	beyond := ask[bool](t, tab, `document.documentElement.scrollHeight > innerHeight`)
	shot, err := chromedp.Call(tab, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s-%d-%.80s.png", lang, width, strings.Trim(notInNames.ReplaceAllString(path, "_"), "_"))
	if err := os.WriteFile(filepath.Join(dir, name), shot.Data, 0o644); err != nil {
		t.Fatal(err)
	}
}
