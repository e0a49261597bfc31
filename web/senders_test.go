package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/store"
)

// senderSite serves the made-up world with a campaign behind it, which opens
// what was sent. log is what the site wrote.
type senderSite struct {
	*Server
	desk *intaketest.Desk
	log  *bytes.Buffer
}

func newSenderSite(t testing.TB) *senderSite {
	t.Helper()
	return senderSiteOver(t, intaketest.New(t))
}

func senderSiteOver(t testing.TB, desk *intaketest.Desk) *senderSite {
	t.Helper()
	log := &bytes.Buffer{}
	s, err := New(Options{
		Record: newMemory(sample.World(testNow)), Now: desk.Clock.Now, BaseURL: "https://keepiton.example", Sample: true,
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), Intake: desk.Intake,
		Recipients: func() (*seal.Recipients, error) { return desk.Campaign.Recipients, nil },
		Contact:    "security@campaign.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	return &senderSite{s, desk, log}
}

// upload is a file of a form.
type upload struct {
	name    string
	content []byte
}

// encode writes a form as browsers do: words, files, and the button at its
// place behind them.
func encode(fields url.Values, files []upload, button string) (body *bytes.Buffer, contentType string) {
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name, values := range fields {
		for _, v := range values {
			w.WriteField(name, v)
		}
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="files"; filename=%q`, f.name))
		h.Set("Content-Type", "image/png")
		part, _ := w.CreatePart(h)
		part.Write(f.content)
	}
	w.WriteField("do", button)
	w.Close()
	return body, w.FormDataContentType()
}

// send posts a form with files.
func send(s http.Handler, path string, fields url.Values, files []upload, button string) *httptest.ResponseRecorder {
	body, kind := encode(fields, files, button)
	return sendBody(s, path, body, kind)
}

func sendBody(s http.Handler, path string, body io.Reader, kind string) *httptest.ResponseRecorder {
	r := newRequest(path, body, kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return serve(s, r)
}

func newRequest(path string, body io.Reader, kind string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", kind)
	return r
}

func serve(s http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// sendWords posts a form as the button of a check does, without files.
func sendWords(s http.Handler, path string, fields url.Values, button string) *httptest.ResponseRecorder {
	fields = url.Values(cloneFields(fields))
	fields.Set("do", button)
	return sendBody(s, path, strings.NewReader(fields.Encode()), "application/x-www-form-urlencoded")
}

func cloneFields(f url.Values) url.Values {
	out := url.Values{}
	for k, v := range f {
		out[k] = v
	}
	return out
}

var shownDigits = regexp.MustCompile(`(?s)id="digits"[^>]*>(.*?)</p>`)

// receiptOn reads the receipt from a page.
func receiptOn(t testing.TB, body string) seal.Receipt {
	t.Helper()
	m := shownDigits.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no receipt on the page:\n%.2000s", styleOrCode.ReplaceAllString(body, ""))
	}
	r, err := seal.ParseReceipt(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], ""))
	if err != nil {
		t.Fatalf("the page shows %q: %v", m[1], err)
	}
	return r
}

// stored opens the report behind a receipt.
func (s *senderSite) stored(t testing.TB, r seal.Receipt) (keepiton.Envelope, intaketest.Opened) {
	t.Helper()
	e, err := s.desk.Store.EnvelopeByLookup(t.Context(), r.Address().Lookup)
	if err != nil {
		t.Fatal(err)
	}
	return e, s.desk.Open(t, e.ID)
}

// envelopes counts what is stored.
func (s *senderSite) envelopes(t testing.TB) (n int) {
	t.Helper()
	if err := s.desk.Store.Envelopes(t.Context(), store.EnvelopeQuery{Gone: true}, func(keepiton.Envelope) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// amharic is a report as somebody in Mekelle types it.
func amharic() url.Values {
	return url.Values{
		"began_date": {"ኅዳር 16 2019"}, "began_time": {"3:00"}, "began_calendar": {"ethiopic"}, "began_clock": {"ethiopic-day"}, "began_about": {"yes"},
		"ongoing": {"yes"}, "country": {"ET"}, "place": {"መቀሌ፣ ሓወልቲ"}, "mobile": {"yes"}, "fixed": {"no"}, "voice": {"unknown"},
		"services": {"whatsapp", "facebook"}, "services_other": {"IMO፣ ቫይበር"}, "provider": {"ኢትዮ ቴሌኮም"},
		"seen": {"ኢንተርኔት ተቋርጧል።\r\nስልክ ይሠራል።"}, "firsthand": {"yes"}, "contact": {"+251 91 234 5678"},
		"consent_publish": {"yes"}, "consent_court": {"yes"}, "naming": {"role_place"}, "name": {"በመቀሌ ያለች ተማሪ"}, "open": {"yes"},
	}
}

func TestReportIsSealedAsItWasTyped(t *testing.T) {
	s := newSenderSite(t)
	shot := bytes.Repeat([]byte("screen"), 50_000)
	w := send(s, "/am/report", amharic(), []upload{{"ማያ.png", shot}, {"", nil}}, "send")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	e, got := s.stored(t, receiptOn(t, w.Body.String()))
	rep := got.Report
	if rep.Kind != keepiton.ReportShutdown || rep.Road != keepiton.RoadForm || rep.Lang != "am" {
		t.Errorf("kind %s, road %s, lang %s", rep.Kind, rep.Road, rep.Lang)
	}
	want := keepiton.When{Date: "ኅዳር 16 2019", Time: "3:00", Calendar: "ethiopic", Clock: "ethiopic-day", Zone: "Africa/Addis_Ababa", About: true}
	want.At, _ = keepiton.ParseMoment("2026-11-25T06:00Z~")
	if rep.Began != want {
		t.Errorf("began %+v, want %+v", rep.Began, want)
	}
	if rep.Ongoing != keepiton.Yes || rep.Country != "ET" || rep.Place != "መቀሌ፣ ሓወልቲ" || rep.Networks.Mobile != keepiton.Yes || rep.Networks.Fixed != keepiton.No || rep.Networks.Voice != keepiton.Unknown || rep.Networks.SMS != keepiton.NotAsked {
		t.Errorf("%+v", rep)
	}
	if got := strings.Join(rep.Services, "|"); got != "whatsapp|facebook|IMO|ቫይበር" {
		t.Errorf("services %s", got)
	}
	if rep.Seen != "ኢንተርኔት ተቋርጧል።\nስልክ ይሠራል።" || rep.Contact != "+251 91 234 5678" || rep.Provider != "ኢትዮ ቴሌኮም" || rep.Firsthand != keepiton.Yes {
		t.Errorf("words: %q %q %q", rep.Seen.Reveal(), rep.Contact.Reveal(), rep.Provider.Reveal())
	}
	if (rep.Consent != keepiton.Consent{Publish: true, Court: true, Naming: keepiton.NamedRolePlace, Name: "በመቀሌ ያለች ተማሪ", Version: keepiton.ConsentVersion}) {
		t.Errorf("consent %+v", rep.Consent)
	}
	if !bytes.Equal(got.Files["ማያ.png"], shot) || len(got.Files) != 1 {
		t.Errorf("%d files, the first with %d bytes", len(got.Files), len(got.Files["ማያ.png"]))
	}
	if (e.Open != keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}) || e.Lane != keepiton.LaneOpen {
		t.Errorf("open fields %+v, lane %s", e.Open, e.Lane)
	}
	body := w.Body.String()
	for _, say := range []string{"25 ኖቬምበር 2026", "06:00 UTC", "ከጠዋቱ 3:00", `<html lang="am"`} {
		if !strings.Contains(body, say) {
			t.Errorf("the page does not show %q", say)
		}
	}
}

func TestFormIsStoredNowhereButInTheSeal(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s := newSenderSite(t)
	for _, button := range []string{"check", "send"} {
		send(s, "/en/report", url.Values{"seen": {"MARK-words"}, "country": {"ET"}}, []upload{{"MARK-name.png", bytes.Repeat([]byte("MARK-bytes"), 2_000_000)}}, button)
	}
	send(s, "/en/report", url.Values{"seen": {strings.Repeat("MARK-long", 20_000)}}, nil, "send")
	err := filepath.WalkDir(tmp, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("a form left the file %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.log.String(), "MARK") || strings.Contains(s.log.String(), "192.0.2.1") {
		t.Errorf("the log holds the form:\n%s", s.log)
	}
	if n := s.envelopes(t); n != 1 {
		t.Errorf("%d envelopes, want the one that was sent", n)
	}
}

func TestCheckShowsHowItIsReadAndKeepsWhatWasTyped(t *testing.T) {
	s := newSenderSite(t)
	fields := amharic()
	fields["began_calendar"], fields["began_clock"] = nil, nil
	w := sendWords(s, "/am/report", fields, "check")
	body := html.UnescapeString(w.Body.String())
	if w.Code != http.StatusOK || s.envelopes(t) != 0 {
		t.Fatalf("status %d, %d envelopes", w.Code, s.envelopes(t))
	}
	for _, say := range []string{
		`value="ኅዳር 16 2019"`, `value="3:00"`, `value="መቀሌ፣ ሓወልቲ"`, `ስልክ ይሠራል።</textarea>`, `value="+251 91 234 5678"`, `value="በመቀሌ ያለች ተማሪ"`,
		`name="mobile" value="yes" checked`, `name="services" value="facebook" checked`, `name="consent_court" value="yes" checked`, `name="open" value="yes" checked`,
		`value="role_place" checked`, `value="ET" selected`, `name="began_about" value="yes" checked`, `name="firsthand" value="yes" checked`,
		`name="began_reading" value="ethiopic|ethiopic-day"`, `name="began_reading" value="ethiopic|ethiopic-night"`, `name="began_reading" value="ethiopic|24h"`,
		`06:00 UTC`, `18:00 UTC`, `00:00 UTC`,
	} {
		if !strings.Contains(body, say) {
			t.Errorf("the page does not hold %s", say)
		}
	}
	// One of the readings is chosen, and is the one from then on.
	fields.Set("began_reading", "ethiopic|ethiopic-night")
	body = sendWords(s, "/am/report", fields, "check").Body.String()
	if !strings.Contains(body, "18:00 UTC") || strings.Contains(body, "06:00 UTC") || !strings.Contains(body, `value="ethiopic-night" selected`) {
		t.Error("the reading that was chosen is not kept")
	}
	_, got := s.stored(t, receiptOn(t, send(s, "/am/report", fields, nil, "send").Body.String()))
	if at := got.Report.Began.At.String(); at != "2026-11-25T18:00Z~" {
		t.Errorf("stored as %s", at)
	}
}

// Where calendar and clock are both open, the date is asked for first.
func TestCheckAsksForTheDateBeforeTheTime(t *testing.T) {
	s := newSenderSite(t)
	fields := url.Values{"country": {"ET"}, "began_date": {"16/3/2019"}, "began_time": {"3:00"}}
	body := sendWords(s, "/en/report", fields, "check").Body.String()
	if strings.Count(body, `name="began_reading"`) != 2 || !strings.Contains(body, `value="ethiopic|"`) || !strings.Contains(body, `value="gregory|"`) || !strings.Contains(body, "16 Hedar 2019") {
		t.Errorf("%d readings", strings.Count(body, `name="began_reading"`))
	}
	fields.Set("began_reading", "ethiopic|")
	body = sendWords(s, "/en/report", fields, "check").Body.String()
	if strings.Count(body, `name="began_reading"`) != 4 || strings.Contains(body, "March 2019") {
		t.Errorf("then %d readings", strings.Count(body, `name="began_reading"`))
	}
}

func TestCheckFindsTheRegionAndAsksForTheZone(t *testing.T) {
	s := newSenderSite(t)
	body := sendWords(s, "/en/report", url.Values{"country": {"IN"}, "place": {"Srinagar, Jammu and Kashmir"}}, "check").Body.String()
	if !strings.Contains(body, `value="IN-JK" selected`) {
		t.Error("the region is not chosen")
	}
	body = sendWords(s, "/en/report", url.Values{"country": {"CD"}, "began_date": {"25/11/2026"}, "began_time": {"15:00"}}, "check").Body.String()
	if !strings.Contains(body, `value="Africa/Kinshasa"`) || !strings.Contains(body, "several time zones") {
		t.Error("the zone is not asked for")
	}
	body = sendWords(s, "/en/report", url.Values{"country": {"CD"}, "zone": {"Africa/Kinshasa"}, "began_date": {"25/11/2026"}, "began_time": {"15:00"}}, "check").Body.String()
	if !strings.Contains(body, "14:00 UTC") || strings.Contains(body, "several time zones") {
		t.Error("the zone that was chosen is not used")
	}
}

func TestRefusedFormComesBackWithEverythingTyped(t *testing.T) {
	s := newSenderSite(t)
	fields := amharic()
	large := make([]byte, 26_000_000)
	w := send(s, "/am/report", fields, []upload{{"a", large}, {"b", large}, {"c", large}}, "send")
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("75 MB: status %d", w.Code)
	}
	many := make([]upload, 41)
	for i := range many {
		many[i] = upload{fmt.Sprint(i), []byte("x")}
	}
	if w := send(s, "/am/report", fields, many, "send"); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("41 files: status %d", w.Code)
	}
	for _, say := range []string{`value="ኅዳር 16 2019"`, `value="መቀሌ፣ ሓወልቲ"`, `ስልክ ይሠራል።</textarea>`, `name="mobile" value="yes" checked`, "50 ሜባ", "እንደገና መምረጥ"} {
		if !strings.Contains(w.Body.String(), say) {
			t.Errorf("too large: the page does not hold %s", say)
		}
	}
	fields.Set("seen", strings.Repeat("ረጅም ", 10_000))
	w = sendWords(s, "/am/report", fields, "send")
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), strings.Repeat("ረጅም ", 10_000)[:100_000]) {
		t.Errorf("too many words: status %d, or words are lost", w.Code)
	}
	w = send(s, "/en/report", url.Values{"consent_press": {"yes"}, "naming": {""}, "began_calendar": {"gregory"}, "seen": {" \r\n "}}, []upload{{"", nil}}, "send")
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "the form is empty") || !strings.Contains(w.Body.String(), `name="consent_press" value="yes" checked`) {
		t.Errorf("empty: status %d", w.Code)
	}
	if n := s.envelopes(t); n != 0 {
		t.Errorf("%d refused forms were stored", n)
	}
}

// Nothing but an empty form and one that is too large is refused.
func TestAnyOneThingIsAReport(t *testing.T) {
	s := newSenderSite(t)
	n := 0
	for name, value := range map[string]string{
		"began_date": "when the market closed", "place": "here", "country": "ET", "mobile": "yes", "services": "vpns", "services_other": "x", "provider": "x",
		"seen": "\xff\xfe broken", "firsthand": "no", "contact": "x", "ongoing": "unknown", "ended_time": "3",
	} {
		w := send(s, "/en/report", url.Values{name: {value}, "naming": {""}}, nil, "send")
		if w.Code != http.StatusOK {
			t.Errorf("%s alone: status %d", name, w.Code)
			continue
		}
		receiptOn(t, w.Body.String())
		n++
	}
	w := send(s, "/en/report", nil, []upload{{"only.png", []byte("x")}}, "send")
	receiptOn(t, w.Body.String())
	w = send(s, "/en/report", url.Values{"country": {"<script>"}, "zone": {"../../etc"}, "region": {"XX-9"}, "naming": {"king"}, "began_clock": {"sundial"}, "seen": {"x"}}, nil, "send")
	_, got := s.stored(t, receiptOn(t, w.Body.String()))
	if r := got.Report; r.Country != "" || r.Region != "" || r.Consent.Naming != "" || r.Began.Clock != "" || r.Began.Zone != "" {
		t.Errorf("codes of no list came through: %+v", r)
	}
	if s.envelopes(t) != n+2 {
		t.Errorf("%d envelopes, want %d", s.envelopes(t), n+2)
	}
}

func TestFormsAreOfThisSiteAlone(t *testing.T) {
	s := newSenderSite(t)
	for _, c := range []struct {
		site, origin string
		want         int
	}{
		{"same-origin", "https://example.com", 200},
		{"none", "", 200},
		{"", "", 200},                   // a program
		{"", "null", 200},               // an old browser: our pages give no referrer
		{"", "http://example.com", 200}, // httptest's host
		{"", "https://evil.example", 403},
		{"cross-site", "null", 403},
		{"same-site", "https://other.example.com", 403},
	} {
		body, kind := encode(url.Values{"seen": {"x"}}, nil, "send")
		r := newRequest("/en/report", body, kind)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if w := serve(s, r); w.Code != c.want {
			t.Errorf("%q from %q: status %d, want %d", c.site, c.origin, w.Code, c.want)
		}
	}
}

func TestSenderPagesAreKeptByNobody(t *testing.T) {
	s := newSenderSite(t)
	answers := map[string]*httptest.ResponseRecorder{
		"form":    get(t, s, "/en/report"),
		"check":   sendWords(s, "/en/report", url.Values{"seen": {"x"}}, "check"),
		"receipt": send(s, "/en/report", url.Values{"seen": {"x"}}, nil, "send"),
		"refused": send(s, "/en/report", nil, nil, "send"),
	}
	for name, w := range answers {
		h := w.Header()
		if h.Get("Cache-Control") != "no-store" || h.Get("Set-Cookie") != "" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("ETag") != "" {
			t.Errorf("%s: %v", name, h)
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %s", name, csp)
		}
		if strings.Contains(w.Body.String(), "action=") {
			t.Errorf("%s: the form leads to another address", name)
		}
	}
	a, b := ticket.FindStringSubmatch(answers["form"].Body.String()), ticket.FindStringSubmatch(get(t, s, "/en/report").Body.String())
	if a == nil || b == nil || a[1] == b[1] {
		t.Error("two readers have the same ticket")
	}
}

var ticket = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

func TestTicketOfAFormThatWasOpenForAWhileCounts(t *testing.T) {
	s := newSenderSite(t)
	m := ticket.FindStringSubmatch(get(t, s, "/en/report").Body.String())
	if m == nil {
		t.Fatal("the form has no ticket")
	}
	s.desk.Clock.Pass(10 * 60e9)
	p := s.admit(&visit{ctx: t.Context()}, typed{"ticket": {m[1]}})
	if p.Lane != keepiton.LaneOpen || p.Work == 0 {
		t.Errorf("pass %+v, want the waiting to count", p)
	}
}

func TestFormThatCannotBeReadIsSaidSo(t *testing.T) {
	s := newSenderSite(t)
	whole, kind := encode(url.Values{"seen": {"x"}}, []upload{{"a.png", make([]byte, 100_000)}}, "send")
	for name, c := range map[string]struct {
		body io.Reader
		kind string
		want int
	}{
		"text":          {strings.NewReader("hello"), "text/plain", 400},
		"no type":       {strings.NewReader("hello"), "", 400},
		"no boundary":   {strings.NewReader("hello"), "multipart/form-data", 400},
		"cut off":       {io.LimitReader(bytes.NewReader(whole.Bytes()), 60_000), kind, 400},
		"bad escape":    {strings.NewReader("seen=%zz&do=send"), "application/x-www-form-urlencoded", 400},
		"long headers":  {strings.NewReader("--b\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\nx\r\n--b--"), "multipart/form-data; boundary=b", 400},
		"many fields":   {strings.NewReader(strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"seen\"\r\n\r\nx\r\n", 500) + "--b--"), "multipart/form-data; boundary=b", 413},
		"not our field": {strings.NewReader("other=" + strings.Repeat("x", 1000) + "&do=send"), "application/x-www-form-urlencoded", 400},
	} {
		if w := sendBody(s, "/en/report", c.body, c.kind); w.Code != c.want {
			t.Errorf("%s: status %d, want %d", name, w.Code, c.want)
		}
	}
	if n := s.envelopes(t); n != 0 {
		t.Errorf("%d of them were stored", n)
	}
	if w := sendBody(s, "/en/about", strings.NewReader("x"), kind); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("a page without a form answers %d", w.Code)
	}
}

func TestSiteWithoutKeysSaysSoAndKeepsTheWords(t *testing.T) {
	s := newSenderSite(t)
	s.desk.Sealer = func() (*seal.Sealer, error) { return nil, keepiton.Errorf(keepiton.Unavailable, "no keys") }
	for _, lang := range locale.Languages {
		w := get(t, s, "/"+lang.Tag+"/report")
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), locale.For(lang.Tag).T("page.refused.unavailable")) {
			t.Errorf("%s: status %d", lang.Tag, w.Code)
		}
	}
	w := send(s, "/en/report", url.Values{"seen": {"kept words"}}, []upload{{"a", []byte("x")}}, "send")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "kept words</textarea>") {
		t.Errorf("status %d", w.Code)
	}
}

// A form weighs no more for what was typed but the words themselves.
func TestAnsweredFormsWeighAtMost13000Bytes(t *testing.T) {
	s := newSenderSite(t)
	fields := amharic()
	fields["began_date"], fields["began_calendar"], fields["began_clock"] = []string{"16/3/2019"}, nil, nil
	fields.Set("ended_date", "17/3/2019")
	fields.Set("ended_time", "4")
	for _, l := range locale.Languages {
		for name, w := range map[string]*httptest.ResponseRecorder{
			"empty form": get(t, s, "/"+l.Tag+"/report"),
			"checked":    sendWords(s, "/"+l.Tag+"/report", fields, "check"),
			"sent":       sendWords(s, "/"+l.Tag+"/report", fields, "send"),
			"regions":    sendWords(s, "/"+l.Tag+"/report", url.Values{"country": {"IN"}}, "check"),
			"story":      get(t, s, "/"+l.Tag+"/stories/share"),
			"join":       get(t, s, "/"+l.Tag+"/coalition/join"),
			"key":        get(t, s, "/"+l.Tag+"/key"),
		} {
			gz, err := compress(w.Body.Bytes(), gzipped)
			if err != nil || w.Code != http.StatusOK {
				t.Fatalf("%s: status %d, %v", name, w.Code, err)
			}
			if len(gz) > maxPage {
				t.Errorf("%s in %s: %d bytes with gzip, at most %d", name, l.Tag, len(gz), maxPage)
			}
			if name == "empty form" {
				t.Logf("report form in %s: %d bytes with gzip", l.Tag, len(gz))
			}
		}
	}
}

func FuzzReportForm(f *testing.F) {
	whole, kind := encode(amharic(), []upload{{"a.png", []byte("x")}}, "send")
	f.Add(whole.Bytes(), kind)
	f.Add([]byte("seen=x&do=send"), "application/x-www-form-urlencoded")
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"files\"; filename*=UTF-8''x\r\n\r\nx\r\n--b--"), "multipart/form-data; boundary=b")
	s := newSenderSite(f)
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		w := sendBody(s, "/en/report", bytes.NewReader(body), kind)
		if w.Code >= 500 {
			t.Errorf("status %d", w.Code)
		}
	})
}

func sendAccepting(s http.Handler, path string, body io.Reader, kind, accept string) *httptest.ResponseRecorder {
	r := newRequest(path, body, kind)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	return serve(s, r)
}

// unpacked reads an answer as a browser does, with the standard library's gzip.
func unpacked(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	switch w.Header().Get("Content-Encoding") {
	case "":
		return w.Body.String()
	case "gzip":
		r, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	t.Fatalf("a padded page in %s", w.Header().Get("Content-Encoding"))
	return ""
}

func BenchmarkReportForm(b *testing.B) {
	s := newSenderSite(b)
	for _, accept := range []string{"gzip", "gzip, br"} {
		b.Run(accept, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/am/report", nil)
			r.Header.Set("Accept-Encoding", accept)
			for b.Loop() {
				s.ServeHTTP(discard{http.Header{}}, r)
			}
		})
	}
}

// BenchmarkSendReport sends a form with 2 KB of words, and one with 50 MB of
// files, which is read, sealed and padded as it arrives.
func BenchmarkSendReport(b *testing.B) {
	for name, size := range map[string]int{"2kB": 0, "50MB": 50_000_000} {
		b.Run(name, func(b *testing.B) {
			s := newSenderSite(b)
			var files []upload
			if size > 0 {
				files = []upload{{"a", make([]byte, size)}}
			}
			body, kind := encode(url.Values{"seen": {strings.Repeat("no line ", 250)}}, files, "send")
			b.SetBytes(int64(body.Len()))
			b.ReportAllocs()
			for b.Loop() {
				w := sendBody(s, "/en/report", bytes.NewReader(body.Bytes()), kind)
				b.StopTimer() // so that the lane does not fill
				if err := s.desk.WithdrawAll(b.Context(), receiptOn(b, w.Body.String())); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}
