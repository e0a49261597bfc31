//go:build e2e

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// walked are the languages in which every stop is looked at: two directions,
// three scripts.
var walked = []string{"en", "ar", "am"}

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
		if lang != "am" { // what axe-core finds is not in the words: light and dark, to the right and to the left
			w.accessible(fmt.Sprintf("%02d-%s-%s", w.stops, name, lang), lang == "ar")
		}
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
	// Chromium shifts a page in Arabic that is shorter than the screen when it is
	// asked for more than the screen.
	beyond := ask[bool](w, `document.documentElement.scrollHeight > innerHeight`)
	shot, err := chromedp.Call(w.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond})
	check(w.T, err)
	check(w.T, os.WriteFile(filepath.Join(w.pictures, name+".png"), shot.Data, 0o644))
}
