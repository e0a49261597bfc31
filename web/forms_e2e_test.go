//go:build e2e

package web

import (
	"image"
	"image/png"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/intake"
	"keepiton/locale"
	"keepiton/seal"
)

// withoutScript makes a phone of the browser, and turns script off: as Tor
// Browser's safest level does.
func (s *sender) withoutScript() {
	s.Helper()
	s.script(false)
	s.wide(360)
}

// wide sets the width of the screen.
func (s *sender) wide(width int64) {
	s.Helper()
	_, err := chromedp.Call(s.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 740, DeviceScaleFactor: 1, Mobile: width < 600})
	s.must(err)
}

// script turns script on or off.
func (s *sender) script(on bool) {
	s.Helper()
	_, err := chromedp.Call(s.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	s.must(err)
}

// choose sets a list without telling a script of it: there is none.
func (s *sender) choose(name, value string) {
	s.Helper()
	s.must(chromedp.Do(s.ctx, chromedp.SetValue(chromedp.CSS(`select[name="`+name+`"]`), value)))
}

// submit presses a button and waits for the page that answers.
func (s *sender) submit(button string) {
	s.Helper()
	_, err := chromedp.RunResponse(s.ctx, chromedp.Click(chromedp.CSS("button[value="+button+"]")))
	s.must(err)
}

// screenshot makes a picture as somebody attaches it.
func screenshot(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ማያ ገጽ \"1\".png")
	f, err := os.Create(file)
	if err == nil {
		err = png.Encode(f, image.NewGray(image.Rect(0, 0, 300, 500)))
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	return file
}

// keepPicture writes what the browser shows into the folder that
// KEEPITON_SCREENS names, for people to look at.
func (s *sender) keepPicture(name string) {
	s.Helper()
	dir := os.Getenv("KEEPITON_SCREENS")
	if dir == "" {
		return
	}
	s.script(true) // or there is no picture; the page was loaded without
	picture, err := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
	s.must(err)
	s.script(false)
	s.must(os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

// A student in Mekelle, on a phone, in Amharic, without script: she asks how her
// date is read, chooses one of its readings, attaches a screenshot, sends, and
// comes back with her receipt.
func TestReportWithoutScriptInAmharic(t *testing.T) {
	site := newSenderSite(t)
	server := httptest.NewServer(site)
	defer server.Close()
	s := newSender(t)
	s.withoutScript()
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(server.URL+"/am/report")))
	s.fill(map[string]string{
		"began_date": "ኅዳር 16 2019", "began_time": "3:00", "place": "መቀሌ፣ ሓወልቲ", "mobile": "yes", "ongoing": "yes",
		"seen": "ኢንተርኔት የለም። ስልክ ይሠራል።", "firsthand": "yes", "services_other": "IMO",
	})
	s.choose("country", "ET")
	s.submit("check")
	s.keepPicture("noscript-check-am-360")
	if told := s.text("#began .tell"); !strings.Contains(told, "06:00 UTC") || !strings.Contains(told, "18:00 UTC") || !strings.Contains(told, "16 ቀን 2019") {
		t.Errorf("the readings are not shown: %s", told)
	}
	s.press(`input[name=began_reading][value="ethiopic|ethiopic-day"]`)
	file := screenshot(t)
	s.must(chromedp.Do(s.ctx, chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{file})))
	s.submit("send")
	s.keepPicture("noscript-sent-am-360")
	address, err := chromedp.Run(s.ctx, chromedp.Location())
	s.must(err)
	if address != server.URL+"/am/report" {
		t.Errorf("the address became %s", address)
	}
	receipt, err := seal.ParseReceipt(s.text("#digits"))
	s.must(err)
	_, got := site.stored(t, receipt)
	if rep := got.Report; rep.Began.At.String() != "2026-11-25T06:00Z" || rep.Began.Date != "ኅዳር 16 2019" || rep.Seen != "ኢንተርኔት የለም። ስልክ ይሠራል።" || rep.Place != "መቀሌ፣ ሓወልቲ" || rep.Country != "ET" || rep.Networks.Mobile != keepiton.Yes || rep.Road != keepiton.RoadForm {
		t.Errorf("another report was stored: %+v", rep)
	}
	want, err := os.ReadFile(file)
	s.must(err)
	if len(got.Files) != 1 || string(got.Files[filepath.Base(file)]) != string(want) {
		t.Errorf("%d files, or not the screenshot", len(got.Files))
	}

	// Back with the receipt: the page that was padded is read, and adds.
	reply, err := seal.SealReply(receipt.Address(), []byte("የትኛው ኦፕሬተር?"))
	s.must(err)
	s.must(site.desk.Store.PutReply(t.Context(), receipt.Address().Lookup, reply))
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(server.URL+"/am/receipt")))
	s.fill(map[string]string{"receipt": receipt.String()})
	s.submit("look")
	s.keepPicture("noscript-receipt-am-360")
	if said := s.text("main"); !strings.Contains(said, "የትኛው ኦፕሬተር?") || !strings.Contains(said, locale.For("am").T("page.receipt.state.new")) {
		t.Errorf("the receipt shows %s", said)
	}
	s.fill(map[string]string{"seen": "ኢትዮ ቴሌኮም"})
	s.submit("add")
	if said := s.text("main"); !strings.Contains(said, locale.For("am").T("page.receipt.added")) {
		t.Errorf("after adding: %s", said)
	}
	if _, added := site.stored(t, intake.AdditionReceipt(receipt, 1)); added.Report.Seen != "ኢትዮ ቴሌኮም" {
		t.Errorf("added %+v", added.Report)
	}
	s.submit("withdraw")
	s.submit("withdrawn")
	s.keepPicture("noscript-withdrawn-am-360")
	if said := s.text("main"); !strings.Contains(said, locale.For("am").T("page.receipt.state.withdrawn")) {
		t.Errorf("after withdrawing: %s", said)
	}
	close(s.asked)
	for a := range s.asked {
		if strings.Contains(a, "?") || strings.ContainsAny(strings.TrimPrefix(a, server.URL), "0123456789") {
			t.Errorf("an address says too much: %s", a)
		}
	}
}

// Enter in a field asks how the date is read. It never sends.
func TestEnterDoesNotSend(t *testing.T) {
	site := newSenderSite(t)
	server := httptest.NewServer(site)
	defer server.Close()
	s := newSender(t)
	s.withoutScript()
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(server.URL+"/en/report")))
	s.fill(map[string]string{"place": "Mekelle\r"})
	if told := s.text("#told"); !strings.Contains(told, "Nothing has been sent yet") {
		t.Errorf("the page says %q", told)
	}
	if n := site.envelopes(t); n != 0 {
		t.Errorf("%d reports were sent", n)
	}
}

// TestAnsweredFormsFitAPhone looks at the pages that only an answer shows, in
// three scripts.
func TestAnsweredFormsFitAPhone(t *testing.T) {
	site := newSenderSite(t)
	server := httptest.NewServer(site)
	defer server.Close()
	s := newSender(t)
	s.withoutScript()
	axe := axeCore(t)
	narrow := func(name string) {
		if axe != "" {
			s.script(true)
			ask[int](t, s.ctx, axe+";0")
			if found := ask[string](t, s.ctx, axeRun); found != "[]" {
				t.Errorf("%s: %s", name, found)
			}
			s.script(false)
		}
		if width := ask[int](t, s.ctx, `document.documentElement.scrollWidth`); width > 360 {
			t.Errorf("%s: %d pixels wide", name, width)
		}
		s.keepPicture(name + "-360")
		s.wide(1280)
		s.keepPicture(name + "-1280")
		s.wide(360)
	}
	for _, lang := range []string{"en", "ar", "am"} {
		s.must(chromedp.Do(s.ctx, chromedp.Navigate(server.URL+"/"+lang+"/report")))
		s.fill(map[string]string{"began_date": "16/3/2019", "began_time": "3", "ended_date": "when the market closed", "seen": strings.Repeat("x", 200)})
		s.choose("country", "ET")
		s.submit("check")
		narrow("check-" + lang)
		s.submit("send")
		narrow("sent-" + lang)
		digits := strings.Join(strings.Fields(s.text("#digits")), " ") // a line break would be Enter
		s.must(chromedp.Do(s.ctx, chromedp.Navigate(server.URL+"/"+lang+"/receipt")))
		s.fill(map[string]string{"receipt": digits})
		s.submit("look")
		narrow("receipt-" + lang)
		s.must(chromedp.Do(s.ctx, chromedp.Navigate(server.URL+"/"+lang+"/stories/share")))
		s.submit("send")
		narrow("refused-" + lang)
	}
}
