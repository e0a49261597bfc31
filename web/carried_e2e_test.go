//go:build e2e

package web

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// marked is a picture whose bytes are found again wherever they stand.
const marked = "\x89PNG\r\n\x1a\nMARKED-PICTURE-BYTES-71934-of-a-blank-page"

// TestCarriedFormSealsFromADiskWithoutANetwork walks the whole way of somebody
// who has only a file from a friend, in two scripts.
func TestCarriedFormSealsFromADiskWithoutANetwork(t *testing.T) {
	set, keys := sealtest.New(t)
	for _, c := range []struct {
		lang, date, time, seen, place, provider, region string
		fields                                          map[string]string
		began                                           keepiton.When
	}{
		{
			"am", "16/3/2019", "3", "ማርክ-ኔትወርክ-የለም ከትናንት ጀምሮ", "ማርክ-ባሕር-ዳር ቀበሌ 14", "ማርክ-ቴሌኮም", "ET-AM",
			map[string]string{"began_calendar": "ethiopic", "began_clock": "ethiopic-day", "country": "ET", "mobile": "yes", "fixed": "no", "ongoing": "yes", "firsthand": "yes", "consent_publish": "tick", "naming": "role_place", "name": "ማርክ-ነርስ", "contact": "ማርክ-ስልክ"},
			keepiton.When{Date: "16/3/2019", Time: "3", Calendar: "ethiopic", Clock: "ethiopic-day", Zone: "Africa/Addis_Ababa", At: keepiton.Moment{At: time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC), Precision: keepiton.Hour}},
		},
		{
			"ar", "٢٥/١١/٢٠٢٦", "15:30", "علامة-لا-شبكة منذ أمس", "علامة-حي-الشاطئ", "علامة-اتصالات", "SD-KH",
			map[string]string{"began_clock": "24h", "country": "SD", "sms": "unknown", "services_other": "علامة-خدمة، إيمو", "began_about": "tick"},
			keepiton.When{Date: "٢٥/١١/٢٠٢٦", Time: "15:30", Clock: "24h", Zone: "Africa/Khartoum", About: true, At: keepiton.Moment{At: time.Date(2026, 11, 25, 13, 30, 0, 0, time.UTC), Precision: keepiton.Minute, Estimated: true}},
		},
	} {
		t.Run(c.lang, func(t *testing.T) {
			s := newSender(t)
			folder := t.TempDir()
			file, picture := filepath.Join(folder, "form.html"), filepath.Join(folder, "ማርክ-picture-علامة.png")
			s.must(os.WriteFile(file, []byte(writtenForm(t, Carried{Recipients: set, Site: "https://keepiton.example"})), 0o600))
			s.must(os.WriteFile(picture, []byte(marked), 0o600))
			s.offline(true)
			s.must(chromedp.Do(s.ctx, chromedp.Navigate("file://"+file)))
			// Something typed in one language stays when another is chosen.
			s.press(`#languages [value=fr]`)
			s.fill(map[string]string{"seen": c.seen})
			s.must(chromedp.Do(s.ctx, chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{picture})))
			s.press(`#languages [value=` + c.lang + `]`)
			if dir := ask[string](t, s.ctx, `document.documentElement.lang + getComputedStyle(document.body).direction`); dir != c.lang+map[string]string{"am": "ltr", "ar": "rtl"}[c.lang] {
				t.Errorf("the page is in %s", dir)
			}
			s.fill(map[string]string{"began_date": c.date, "began_time": c.time, "place": c.place, "provider": c.provider})
			s.fill(c.fields)
			if n := ask[int](t, s.ctx, `document.querySelectorAll('select[name=region] option').length`); n < 10 {
				t.Errorf("%d regions are offered", n)
			}
			s.fill(map[string]string{"region": c.region})
			s.press(`#languages [value=es]`) // and back: the choice stays
			s.press(`#languages [value=` + c.lang + `]`)
			if read := s.text("#began .read"); !strings.Contains(read, "2026") || !strings.Contains(read, "2019") {
				t.Errorf("the date is shown back as %q", read)
			}
			s.press(`button[value=send]`)
			digits := s.text("#digits")
			name := <-s.saved
			if !regexp.MustCompile(`^[a-z]{4,6}-[0-9]{5}\.(bin|dat)$`).MatchString(filepath.Base(name)) || s.text("#file") != filepath.Base(name) {
				t.Errorf("saved as %s, and the page says %s", filepath.Base(name), s.text("#file"))
			}
			sealed, err := os.ReadFile(name)
			s.must(err)
			if bytes.Contains(bytes.ToLower(sealed), []byte("keepiton")) {
				t.Error("the file names us")
			}
			header, rep, files := unsealed(t, keys, sealed)
			receipt, err := seal.ParseReceipt(digits)
			s.must(err)
			if header != (bundle.Header{}) || rep.Receipt != receipt.Address() {
				t.Errorf("header %+v", header)
			}
			if rep.Began != c.began {
				t.Errorf("began %+v, want %+v", rep.Began, c.began)
			}
			f := c.fields
			want := keepiton.Report{
				ID: rep.ID, Kind: keepiton.ReportShutdown, Lang: c.lang, Road: keepiton.RoadCarried, Began: c.began, Country: f["country"],
				Place: keepiton.Private(c.place), Provider: keepiton.Private(c.provider), Seen: keepiton.Private(c.seen), Contact: keepiton.Private(f["contact"]),
			}
			if rep.Kind != want.Kind || rep.Lang != want.Lang || rep.Road != want.Road || rep.Country != want.Country || rep.Region != c.region || rep.Place != want.Place || rep.Provider != want.Provider || rep.Seen != want.Seen || rep.Contact != want.Contact ||
				rep.Networks.Mobile.String() != cmp.Or(f["mobile"], "not_asked") || rep.Networks.SMS.String() != cmp.Or(f["sms"], "not_asked") || rep.Ongoing.String() != cmp.Or(f["ongoing"], "not_asked") || rep.Firsthand.String() != cmp.Or(f["firsthand"], "not_asked") ||
				rep.Consent.Publish != (f["consent_publish"] != "") || rep.Consent.Media || string(rep.Consent.Naming) != f["naming"] || rep.Consent.Name.Reveal() != f["name"] || rep.Consent.Version != keepiton.ConsentVersion {
				rep.Receipt = keepiton.ReceiptAddress{}
				t.Errorf("another report was sealed: %+v with seen %q", *rep, rep.Seen.Reveal())
			}
			if c.lang == "ar" && strings.Join(rep.Services, "|") != "علامة-خدمة|إيمو" {
				t.Errorf("services %q", rep.Services)
			}
			if len(files) != 1 || string(files[filepath.Base(picture)]) != marked {
				t.Errorf("files %q", files)
			}
			// Nothing readable is left: not in the page, not in what it asked for.
			left := ask[string](t, s.ctx, `document.documentElement.outerHTML + [...document.querySelectorAll('input,textarea')].map(e => e.value)`)
			if strings.Contains(left, c.seen) || strings.Contains(left, c.place) {
				t.Error("the page still has the words")
			}
			s.press("#again")
			if typed := ask[string](t, s.ctx, `[...document.querySelectorAll('input:not([type=radio]):not([type=checkbox]),textarea')].map(e => e.value).join('')`); typed != "" {
				t.Errorf("the form is not empty: %q", typed)
			}
			close(s.asked)
			for a := range s.asked {
				if !strings.HasPrefix(a, "file://"+folder) && !strings.HasPrefix(a, "blob:") && a != "about:blank" {
					t.Errorf("the page asked for %s", a)
				}
			}
			s.quit()
			found, n := traces(t, s.profile, []string{c.seen, c.place, c.provider, digits, strings.ReplaceAll(digits, " ", ""), marked[8:]})
			if where, _ := traces(t, s.profile, []string{filepath.Base(folder)}); len(where) == 0 {
				t.Errorf("%d files in the profile, and not even the page's address: it was not written yet", n)
			}
			for _, where := range found {
				t.Errorf("the browser's profile keeps it in %s", where)
			}
		})
	}
}

// TestCarriedFormTakesAStory begins a report, goes over to a story and back,
// and seals the story alone.
func TestCarriedFormTakesAStory(t *testing.T) {
	set, keys := sealtest.New(t)
	s := newSender(t)
	file := filepath.Join(t.TempDir(), "form.html")
	s.must(os.WriteFile(file, []byte(writtenForm(t, Carried{Recipients: set})), 0o600))
	s.offline(true)
	s.must(chromedp.Do(s.ctx, chromedp.Navigate("file://"+file)))
	s.press(`#languages [value=pt]`)
	s.fill(map[string]string{"seen": "palavras do relato", "place": "Luanda"})
	s.press("#other")
	s.fill(map[string]string{"story_text": "Andei quatro horas", "story_title": "Quatro horas", "consent_publish": "tick"})
	s.press(`[name=story_harms][value=family]`)
	s.press("#other")
	if seen := ask[string](t, s.ctx, `document.querySelector('[name=seen]').value`); seen != "palavras do relato" {
		t.Errorf("the words of the report are gone: %q", seen)
	}
	s.press("#other")
	s.press(`button[value=send]`)
	receipt, err := seal.ParseReceipt(s.text("#digits"))
	s.must(err)
	sealed, err := os.ReadFile(<-s.saved)
	s.must(err)
	_, rep, _ := unsealed(t, keys, sealed)
	if rep.Kind != keepiton.ReportStory || rep.Story == nil || rep.Story.Text != "Andei quatro horas" || rep.Story.Title != "Quatro horas" || strings.Join(rep.Story.Harms, " ") != "family" ||
		rep.Place != "Luanda" || rep.Seen != "" || !rep.Consent.Publish || rep.Receipt != receipt.Address() || rep.Lang != "pt" {
		t.Errorf("another story was sealed: %+v", rep.Story)
	}
}

// TestCarriedFormIsUsable looks at each view in three scripts, on a narrow
// screen: nothing is wider than it, and axe-core, which KEEPITON_AXE names, finds
// nothing serious.
func TestCarriedFormIsUsable(t *testing.T) {
	set, _ := sealtest.New(t)
	s := newSender(t)
	file := filepath.Join(t.TempDir(), "form.html")
	s.must(os.WriteFile(file, []byte(writtenForm(t, Carried{Recipients: set, Site: "https://keepiton.example"})), 0o600))
	axe := axeCore(t)
	look := func(name string) {
		t.Helper()
		if wide := ask[int](t, s.ctx, `document.documentElement.scrollWidth`); wide > 320 {
			t.Errorf("%s: %d pixels wide", name, wide)
		}
		if axe == "" {
			return
		}
		ask[int](t, s.ctx, axe+";0")
		if found := ask[string](t, s.ctx, axeRun); found != "[]" {
			t.Errorf("%s: %s", name, found)
		}
	}
	for _, lang := range []string{"en", "ar", "am"} {
		open(t, s.ctx, "file://"+file, 320, lang == "ar")
		s.press("#languages [value=" + lang + "]")
		s.fill(map[string]string{"began_date": "3/4/2026", "began_time": "3", "country": "CD"})
		look(lang + " report")
		s.press("#other")
		look(lang + " story")
		s.press("button[value=send]")
		s.text("#digits")
		look(lang + " sealed")
	}
}
