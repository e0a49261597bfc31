package casework_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keepiton"
	work "keepiton/casework"
	"keepiton/casework/casetest"
	"keepiton/evidence"
	"keepiton/geo"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/locale/localetest"
	"keepiton/seal"
	"keepiton/store"
	"keepiton/store/sqlite"
	face "keepiton/web/casework"
)

// TestMain lets this test program be the child that opens files.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == evidence.ChildCommand {
		os.Exit(evidence.RunChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

type world struct {
	*testing.T
	server *intaketest.Desk
	record store.Store
	desk   *work.Desk
	face   http.Handler
	who    face.Session
	err    error // that Who returns
	lang   string
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, server: intaketest.New(t), lang: "en"}
	record, err := sqlite.Open(t.Context(), t.TempDir()+"/record.db", sqlite.Options{Volatile: true})
	w.must(err)
	t.Cleanup(func() { _ = record.Close() })
	w.record = record
	ways := casetest.Over(t, record, w.server.Store, w.server.Clock.Now)
	sealer := w.server.Campaign.Recipients.Sealer()
	w.desk = &work.Desk{Server: ways.Local(ways.Hire("ana")), Keys: w.server.Campaign.Keys[0], Sealer: func() (*seal.Sealer, error) { return sealer, nil }, Now: w.server.Clock.Now}
	w.who = face.Session{Desk: w.desk, Account: "ana", Organization: "Example Org", CSRF: "token"}
	w.face = face.New(face.Options{
		Who: func(*http.Request) (face.Session, error) { return w.who, w.err }, SignIn: "/desk/sign-in", Prefix: "/desk/reports",
		Queue: intake.Queue, Evidence: evidence.Child{}, Now: w.server.Clock.Now,
	})
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	w.Helper()
	var body io.Reader
	if form != nil {
		if !form.Has("csrf") {
			form.Set("csrf", "token")
		}
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Accept-Language", w.lang)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rec := httptest.NewRecorder()
	w.face.ServeHTTP(rec, r)
	return rec
}

func (w *world) get(path string) string {
	w.Helper()
	rec := w.do("GET", path, nil)
	if rec.Code != 200 {
		w.Fatalf("GET %s: %d %s", path, rec.Code, rec.Body)
	}
	if h := rec.Header(); h.Get("Cache-Control") != "no-store" && !strings.Contains(path, ".css") {
		w.Errorf("%s may be kept: %v", path, h)
	}
	return rec.Body.String()
}

// post follows the redirect and returns where it led.
func (w *world) post(path string, form url.Values) (where, page string) {
	w.Helper()
	rec := w.do("POST", path, form)
	if rec.Code != http.StatusSeeOther {
		w.Fatalf("POST %s: %d %s", path, rec.Code, rec.Body)
	}
	where = rec.Header().Get("Location")
	return where, w.get(where)
}

func screenshot(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 200, 120))
	for y := range 120 {
		for x := range 200 {
			m.Set(x, y, color.RGBA{uint8(x), uint8(2 * y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (w *world) send(place, seen, began string, files map[string][]byte) seal.Receipt {
	w.Helper()
	s, err := w.server.Begin(w.Context(), intake.Pass{Lane: keepiton.LaneOpen})
	w.must(err)
	defer s.Cancel()
	for name, content := range files {
		f, err := s.File(name, "image/png")
		w.must(err)
		_, err = f.Write(content)
		w.must(err)
	}
	m, err := keepiton.ParseMoment(began)
	w.must(err)
	receipt, err := s.Finish(&keepiton.Report{
		Kind: keepiton.ReportShutdown, Country: "ET", Region: "ET-AA", Place: keepiton.Private(place), Seen: keepiton.Private(seen), Ongoing: keepiton.Yes,
		Began:    keepiton.When{Date: "16 3 2019", Time: "3:00", Calendar: "ethiopic", Clock: "ethiopic-day", Zone: "Africa/Addis_Ababa", At: m},
		Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Unknown}, Consent: keepiton.Consent{Publish: true, Media: true},
	}, keepiton.OpenFields{})
	w.must(err)
	return receipt
}

var (
	reportLink = regexp.MustCompile(`href="(/desk/reports/reports/[0-9a-f]{32})"`)
	chosen     = regexp.MustCompile(`name="report" value="([0-9a-f ]+)"`)
)

// TestAnAnalystWalksFromTheQueueToADraft is the desk's part of the story, page by
// page and without script.
func TestAnAnalystWalksFromTheQueueToADraft(t *testing.T) {
	w := newWorld(t)
	receipt := w.send("Bole <b>Addis</b>", "የሞባይል ኢንተርኔት ጠፋ", "2026-11-25T06:00Z", map[string][]byte{"IMG_private.png": screenshot(t)})
	w.send("Piassa", "mobile data is gone since nine", "2026-11-25T06:30Z", nil)
	if page := w.get("/desk/reports/"); !strings.Contains(page, "2 reports wait") || strings.Contains(page, "Piassa") {
		t.Errorf("before anything is opened: %s", page)
	}
	_, page := w.post("/desk/reports/open", url.Values{})
	for _, want := range []string{"Piassa", "Bole &lt;b&gt;Addis&lt;/b&gt;", "የሞባይል ኢንተርኔት ጠፋ", "may be the same cut", "Ethiopia"} {
		if !strings.Contains(page, want) {
			t.Errorf("the queue lacks %q", want)
		}
	}
	var ids []string
	for _, m := range chosen.FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	where, page := w.post("/desk/reports/group", url.Values{"report": ids, "do": {"new"}, "title": {"Addis Ababa, 25 November"}})
	if !strings.HasPrefix(where, "/desk/reports/cases/") || !strings.Contains(page, "Addis Ababa, 25 November") {
		t.Fatalf("%s %s", where, page)
	}
	casePath, _, _ := strings.Cut(where, "?")

	reports := reportLink.FindAllStringSubmatch(page, -1)
	for i, m := range reports {
		page := w.get(m[1])
		if !strings.Contains(page, "16 3 2019 3:00") || !strings.Contains(page, "May speak of the same cut") {
			t.Errorf("report %d: %s", i, page)
		}
		w.post(m[1]+"/judge", url.Values{"firsthand": {"yes"}, "time_sure": {"yes"}, "place_sure": {"unknown"}, "independent": {"yes"}, "decision": {"use"}, "note": {"called the bank"}})
	}
	// The one with the picture.
	var withFile string
	for _, m := range reports {
		if strings.Contains(w.get(m[1]), "IMG_private.png") {
			withFile = m[1]
		}
	}
	page = w.get(withFile + "/files/1")
	if !strings.Contains(page, "PNG picture") || !strings.Contains(page, `data-width="200"`) {
		t.Errorf("the file's page: %s", page)
	}
	if rec := w.do("GET", withFile+"/files/1/look/0", nil); rec.Code != 200 || !strings.HasPrefix(rec.Header().Get("Content-Type"), "image/") {
		t.Errorf("the working copy: %d %v", rec.Code, rec.Header())
	}
	rec := w.do("GET", withFile+"/files/1/original", nil)
	if d := rec.Header().Get("Content-Disposition"); !bytes.Equal(rec.Body.Bytes(), screenshot(t)) || strings.Contains(d, "private") || !strings.HasPrefix(d, "attachment") {
		t.Errorf("the original: %d bytes, %s", rec.Body.Len(), d)
	}
	if rec := w.do("POST", withFile+"/files/1/clean", url.Values{"boxes": {"1 10 10"}}); rec.Code != 422 || !strings.Contains(rec.Body.String(), "Line 1 is no box") {
		t.Errorf("a bad box: %d", rec.Code)
	}
	if rec := w.do("POST", withFile+"/files/1/clean", url.Values{"boxes": {"1 10 10 50 30"}}); rec.Code != 200 || !strings.Contains(rec.Body.String(), "data:image/png;base64,") {
		t.Errorf("the copy is not shown: %d %s", rec.Code, rec.Body)
	}
	_, page = w.post(withFile+"/files/1/exhibit", url.Values{"do": {"public"}, "boxes": {"1 10 10 50 30"}, "alt": {"a page that does not open"}, "authenticity": {"yes"}, "authenticity_note": {"compared with the bank's page"}})
	if !strings.Contains(page, "A copy is kept for publication") || !strings.Contains(page, "compared with the bank") || !strings.Contains(page, "arrive") {
		t.Errorf("the exhibit: %s", page)
	}

	_, page = w.post(withFile+"/reply", url.Values{"words": {"Is the fixed line down too?"}, "ask": {"1"}})
	if !strings.Contains(page, "The reply is sealed") {
		t.Errorf("after the reply: %s", page)
	}
	if box, err := w.server.Mailbox(t.Context(), receipt); err != nil || len(box.Replies) != 1 || box.State != keepiton.EnvelopeAsked {
		t.Errorf("the sender finds %+v %v", box, err)
	}

	_, page = w.post(casePath, url.Values{"title": {"Addis Ababa"}, "country": {"et"}, "region": {"ET-AA"}, "says_ioda": {"agrees"}, "url_ioda": {"https://ioda.example/et"}, "says_ooni": {"silent"}})
	if !strings.Contains(page, "<b>2</b> independent witnesses") || !strings.Contains(page, "Draft an incident") {
		t.Errorf("the case: %s", page)
	}
	page = w.get(casePath + "/draft")
	if !strings.Contains(page, "This is all that leaves your machine") || strings.Contains(page, "Bole") || strings.Contains(page, "nine") {
		t.Errorf("the draft tells too much: %s", page)
	}
	_, page = w.post(casePath+"/draft", url.Values{"summary": {"Mobile internet was cut in Addis Ababa."}, "reason": {"two reports agree"}})
	drafts, err := w.record.List(t.Context(), store.Query{States: []keepiton.State{keepiton.Draft}})
	w.must(err)
	if len(drafts.Items) != 1 || !strings.Contains(page, string(drafts.Items[0].Incident.ID)) {
		t.Fatalf("%d drafts, page %s", len(drafts.Items), page)
	}
	inc := drafts.Items[0].Incident
	sum := ""
	for _, s := range inc.Sources {
		if s.SHA256 != "" {
			sum = s.SHA256
		}
	}
	m, err := w.record.Media(t.Context(), sum)
	if err != nil || m.Type != "image/png" || len(m.Subjects) != 1 || m.Subjects[0] != string(inc.ID) {
		t.Errorf("the picture: %+v %v", m.Subjects, err)
	}
	if rec := w.do("POST", casePath+"/draft", url.Values{"reason": {"again"}}); rec.Code != http.StatusConflict {
		t.Errorf("drafted twice: %d", rec.Code)
	}
}

func TestPagesOfTheDeskRefuseStrangers(t *testing.T) {
	w := newWorld(t)
	if rec := w.do("POST", "/desk/reports/open", url.Values{"csrf": {"other"}}); rec.Code != http.StatusForbidden {
		t.Errorf("a form of another session: %d", rec.Code)
	}
	w.err = keepiton.Errorf(keepiton.Unsigned, "nobody")
	if rec := w.do("GET", "/desk/reports/", nil); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/desk/sign-in" {
		t.Errorf("nobody is signed in: %d %v", rec.Code, rec.Header())
	}
	w.err = nil
	for _, path := range []string{"/desk/reports/reports/nothing", "/desk/reports/reports/00112233445566778899aabbccddeeff", "/desk/reports/cases/x", "/desk/reports/nowhere"} {
		if rec := w.do("GET", path, nil); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func TestAWithdrawnReportIsGoneFromTheDesk(t *testing.T) {
	w := newWorld(t)
	receipt := w.send("Bole", "cut", "2026-11-25T06:00Z", nil)
	_, page := w.post("/desk/reports/open", url.Values{})
	id := chosen.FindStringSubmatch(page)[1]
	w.post("/desk/reports/group", url.Values{"report": {id}, "do": {"new"}, "title": {"a case"}})
	w.must(w.server.Withdraw(t.Context(), receipt.Address().Lookup, receipt.Withdrawal()))
	if rec := w.do("GET", "/desk/reports/reports/"+id, nil); rec.Code != http.StatusNotFound || strings.Contains(rec.Body.String(), "Bole") {
		t.Errorf("the report: %d %s", rec.Code, rec.Body)
	}
	if page := w.get("/desk/reports/gone"); !strings.Contains(page, id[:8]) || !strings.Contains(page, "a case") || !strings.Contains(page, "withdrawn") {
		t.Errorf("the list of what is gone: %s", page)
	}
}

// TestEveryPageIsThereInEveryLanguage finds templates that a language breaks.
func TestEveryPageIsThereInEveryLanguage(t *testing.T) {
	localetest.Speak(t, "rtl") // and a language that only its file brings
	w := newWorld(t)
	w.send("Bole", "cut", "2026-11-25T06:00Z", map[string][]byte{"a.png": screenshot(t)})
	_, page := w.post("/desk/reports/open", url.Values{})
	id := chosen.FindStringSubmatch(page)[1]
	where, _ := w.post("/desk/reports/group", url.Values{"report": {id}, "do": {"new"}, "title": {"a case"}})
	casePath, _, _ := strings.Cut(where, "?")
	for _, l := range locale.Languages {
		w.lang = l.Tag
		for _, path := range []string{"/desk/reports/", "/desk/reports/reports/" + id, "/desk/reports/reports/" + id + "/files/1", "/desk/reports/cases", casePath, casePath + "/draft", "/desk/reports/gone", "/desk/reports/lanes"} {
			page := w.get(path)
			if !strings.Contains(page, fmt.Sprintf(`<html lang="%s" dir="%s">`, l.Tag, l.Dir)) {
				t.Errorf("%s in %s is in another language", path, l.Tag)
			}
			if l.Tag == localetest.Tag {
				foreign(t, path, page)
			}
			if strings.Contains(page, "casework.") || strings.Contains(page, "code.") {
				t.Errorf("%s in %s shows the name of a message", path, l.Tag)
			}
		}
	}
}

// own are words of these pages that no language changes: names, formats and what
// the sender wrote.
var own = regexp.MustCompile(`KeepItOn|UTC|PNG|SHA-256|a case|image/\w+|[\w.-]+\.(png|zip|json)|Bole|Addis Ababa|KI[A-Z]-[\w-]+|Access Now|OpenPGP|Africa/Addis_Ababa`)

// foreign reports what a page in the made-up language says that is in no message
// file.
func foreign(t *testing.T, path, page string) {
	t.Helper()
	var names []string
	for _, c := range geo.Countries() {
		names = append(names, geo.Name(c.Code, "en"))
		for _, r := range geo.Regions(c.Code) {
			names = append(names, r.Name)
		}
	}
	for _, l := range locale.Languages {
		names = append(names, l.Name)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, name, "")
	}
	tables := strings.NewReplacer(pairs...)
	for _, text := range localetest.Visible(t, page) {
		if rest := tables.Replace(own.ReplaceAllString(text, "")); localetest.Foreign(rest) {
			t.Errorf("%s says %q, which is in no message file", path, strings.TrimSpace(text))
		}
	}
}
