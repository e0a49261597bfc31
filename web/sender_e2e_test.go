//go:build e2e

package web

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	chrome "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
)

// sender is a browser of somebody who sends, with its profile and its
// downloads in folders of the test.
type sender struct {
	*testing.T
	ctx                context.Context
	profile, downloads string
	saved              chan string // full names of finished downloads, in order
	asked              chan string // addresses that pages asked for
	quit               func()
}

// newSender starts Chromium with a flag or without. crypto.subtle is taken
// away: other browsers keep it from pages of files.
func newSender(t *testing.T) *sender {
	t.Helper()
	s := &sender{T: t, profile: t.TempDir(), downloads: t.TempDir(), saved: make(chan string, 10), asked: make(chan string, 1000)}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(s.profile))
	alloc, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(alloc)
	s.quit = func() { cancel(); end() }
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	s.ctx = ctx
	s.must(chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	names := map[string]string{}
	s.must(chromedp.ListenBrowser(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *chrome.EventDownloadWillBegin:
			names[ev.GUID] = ev.SuggestedFilename
		case *chrome.EventDownloadProgress:
			if ev.State == chrome.DownloadProgressStateCompleted {
				s.saved <- filepath.Join(s.downloads, names[ev.GUID])
			}
		}
	}))
	s.must(chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			s.asked <- ev.Request.URL
		case *log.EventEntryAdded: // the policy, a hash that does not fit
			if ev.Entry.Source == log.EntrySourceSecurity || strings.Contains(ev.Entry.Text, "Content Security Policy") {
				t.Errorf("the browser complains: %s", ev.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			t.Errorf("the script threw: %s", ev.ExceptionDetails.Text)
		}
	}))
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	s.must(err)
	yes := true
	_, err = chromedp.CallBrowser(ctx, chrome.SetDownloadBehavior, chrome.SetDownloadBehaviorParams{Behavior: chrome.SetDownloadBehaviorBehaviorAllow, DownloadPath: s.downloads, EventsEnabled: &yes})
	s.must(err)
	_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	s.must(err)
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Object.defineProperty(Crypto.prototype, 'subtle', {get() { throw new Error('crypto.subtle was asked for'); }});`,
	})
	s.must(err)
	return s
}

func (s *sender) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// offline pulls the plug, or puts it back.
func (s *sender) offline(off bool) {
	s.Helper()
	_, err := chromedp.Call(s.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	s.must(err)
	_, err = chromedp.Call(s.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
	s.must(err)
}

// press clicks what a selector finds.
func (s *sender) press(selector string) {
	s.Helper()
	s.must(chromedp.Do(s.ctx, chromedp.Click(chromedp.CSS(selector))))
}

// fill types words, chooses and ticks, by the names of the fields.
func (s *sender) fill(fields map[string]string) {
	s.Helper()
	for name, value := range fields {
		if value == "tick" {
			s.press(`[name="` + name + `"]`)
			continue
		}
		if n := ask[int](s.T, s.ctx, `document.querySelectorAll('[name="`+name+`"][type=radio]').length`); n > 0 {
			s.press(`[name="` + name + `"][value="` + value + `"]`)
			continue
		}
		field := chromedp.CSS(`[name="` + name + `"]`)
		if ask[string](s.T, s.ctx, `document.querySelector('[name="`+name+`"]').tagName`) == "SELECT" {
			s.must(chromedp.Do(s.ctx, chromedp.SetValue(field, value)))
			ask[bool](s.T, s.ctx, `document.querySelector('[name="`+name+`"]').dispatchEvent(new Event('change', {bubbles: true}))`)
			continue
		}
		s.must(chromedp.Do(s.ctx, chromedp.SendKeys(field, value)))
	}
}

func (s *sender) text(selector string) string {
	s.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Text(chromedp.CSS(selector)))
	s.must(err)
	return v
}

// unsealed opens a container with an analyst's keys.
func unsealed(t *testing.T, keys *seal.Keys, container []byte) (bundle.Header, *keepiton.Report, map[string][]byte) {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(container))
	header, err := bundle.ReadHeader(r)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := keys.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	rep, err := bundle.Read(plain, func(f keepiton.ReportFile, r io.Reader) error {
		b, err := io.ReadAll(r)
		files[f.Name.Reveal()] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return header, rep, files
}

// traces searches every file of a folder for words, as UTF-8 and as UTF-16.
func traces(t *testing.T, folder string, words []string) (found []string, files int) {
	t.Helper()
	needles := map[string]string{}
	for _, w := range words {
		needles[w] = w
		var wide []byte
		for _, u := range utf16.Encode([]rune(w)) {
			wide = append(wide, byte(u), byte(u>>8))
		}
		needles[string(wide)] = w + " (UTF-16)"
	}
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		for needle, w := range needles {
			if bytes.Contains(data, []byte(needle)) {
				found = append(found, filepath.Base(name)+": "+w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, files
}
