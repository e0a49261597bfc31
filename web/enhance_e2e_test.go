//go:build e2e

package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/store"
	"keepiton/web/door"
)

// recorder keeps all that a server gets of requests, as the operator of a bad
// one would, and can break the line.
type recorder struct {
	next http.Handler

	mu    sync.Mutex
	seen  bytes.Buffer
	lines []string // METHOD path
	cut   int      // so many pieces of an upload are cut off in the middle
	mute  int      // so many times the intake takes a report, and says that it did not
}

func (rec *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	rec.mu.Lock()
	rec.lines = append(rec.lines, r.Method+" "+r.URL.Path)
	rec.seen.WriteString(r.Method + " " + r.RequestURI + "\n")
	r.Header.Write(&rec.seen)
	rec.seen.Write(body)
	cut := r.Method == http.MethodPatch && rec.cut > 0
	if cut {
		rec.cut--
	}
	mute := r.URL.Path == "/intake/sealed" && rec.mute > 0
	if mute {
		rec.mute--
	}
	rec.mu.Unlock()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if cut {
		r.Body = io.NopCloser(bytes.NewReader(body[:len(body)/3])) // a part of it arrives, and the answer does not
		rec.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	if mute {
		rec.next.ServeHTTP(httptest.NewRecorder(), r)
		http.Error(w, "no", http.StatusTeapot)
		return
	}
	rec.next.ServeHTTP(w, r)
}

func (rec *recorder) count(line string) (n int) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for _, l := range rec.lines {
		if strings.HasPrefix(l, line) {
			n++
		}
	}
	return n
}

// takingSite is a site with the made-up world that takes reports.
func takingSite(t *testing.T) (*intaketest.Desk, *recorder, string) {
	t.Helper()
	desk := intaketest.New(t)
	rec, base := siteOf(t, desk, desk.Campaign.Recipients)
	return desk, rec, base
}

// siteOf is a site whose script is told of a set of keys.
func siteOf(t *testing.T, desk *intaketest.Desk, set *seal.Recipients) (*recorder, string) {
	t.Helper()
	s, err := New(Options{
		Record: newMemory(sample.World(testNow)), Now: func() time.Time { return testNow }, Sample: true,
		Recipients: func() (*seal.Recipients, error) { return set, nil }, Intake: desk.Intake,
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(door.Prefix, door.New(door.Options{Intake: desk.Intake}))
	mux.Handle("/", s)
	rec := &recorder{next: mux}
	server := httptest.NewServer(rec)
	t.Cleanup(server.Close)
	return rec, server.URL
}

func envelopes(t *testing.T, desk *intaketest.Desk) (all []keepiton.Envelope) {
	t.Helper()
	err := desk.Store.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		all = append(all, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestServerGetsNothingItCouldRead fills the form of the site with script on,
// and looks for each typed word, file name and byte of a picture in all that the
// server got. The line breaks in the middle of pieces.
func TestServerGetsNothingItCouldRead(t *testing.T) {
	desk, rec, base := takingSite(t)
	s := newSender(t)
	folder := t.TempDir()
	small, large := filepath.Join(folder, "MARK-name-ስዕል.png"), filepath.Join(folder, "MARK-large.bin")
	s.must(os.WriteFile(small, []byte(marked), 0o600))
	s.must(os.WriteFile(large, bytes.Repeat([]byte("MARKED-BYTES-OF-A-LARGE-FILE\n"), 40_000), 0o600))
	rec.cut = 3 // a browser tries once more by itself
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(base+"/am/report"), chromedp.WaitVisible(chromedp.CSS("#plain .note"))))
	if ask[bool](t, s.ctx, `!!document.querySelector('button[value=check]')`) {
		t.Error("the button that would send the words to be checked is still there")
	}
	words := map[string]string{
		"began_date": "16/3/2019", "began_time": "3", "place": "ማርክ-ባሕር-ዳር", "provider": "MARK-operator", "seen": "ማርክ-ኔትወርክ የለም\nMARK-second-line", "contact": "MARK-contact@example.org",
		"services_other": "MARK-service", "name": "MARK-nurse",
	}
	s.fill(words)
	s.fill(map[string]string{"began_calendar": "ethiopic", "began_clock": "ethiopic-day", "country": "ET", "mobile": "yes", "firsthand": "yes", "consent_media": "tick", "naming": "role_place", "open": "tick"})
	s.must(chromedp.Do(s.ctx, chromedp.WaitVisible(chromedp.CSS("select[name=region]"))))
	s.fill(map[string]string{"region": "ET-AM"})
	s.must(chromedp.Do(s.ctx, chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{small, large})))
	s.press(`button[value=send]`)
	digits := s.text("#digits")

	receipt, err := seal.ParseReceipt(digits)
	s.must(err)
	all := envelopes(t, desk)
	if len(all) != 1 {
		t.Fatalf("%d envelopes", len(all))
	}
	e := all[0]
	if e.Receipt != receipt.Address() || e.Lane != keepiton.LaneWork || e.Open != (keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}) {
		t.Errorf("envelope: lane %s, open %+v", e.Lane, e.Open)
	}
	opened := desk.Open(t, e.ID)
	rep := opened.Report
	if rep.Seen.Reveal() != words["seen"] || rep.Place.Reveal() != words["place"] || rep.Contact.Reveal() != words["contact"] || rep.Provider.Reveal() != words["provider"] ||
		rep.Consent.Name.Reveal() != words["name"] || rep.Region != "ET-AM" || rep.Consent.Media != true || rep.Consent.Publish || rep.Road != keepiton.RoadBrowser || rep.Lang != "am" ||
		rep.Began.At.String() != "2026-11-25T06Z" || rep.Began.Date != "16/3/2019" || len(rep.Services) != 1 || rep.Services[0] != words["services_other"] {
		t.Errorf("the analyst reads another report: %q, began %+v", rep.Seen.Reveal(), rep.Began)
	}
	if string(opened.Files[filepath.Base(small)]) != marked || len(opened.Files[filepath.Base(large)]) != 40_000*29 {
		t.Errorf("%d files", len(opened.Files))
	}

	if rec.count("PATCH /intake/uploads/") < 5 || rec.count("HEAD /intake/uploads/") < 1 || rec.cut != 0 {
		t.Errorf("the line was not cut, or the upload did not go on: %v", rec.lines)
	}
	if rec.count("GET /am/regions.json") != 1 {
		t.Errorf("the table of all regions was not asked for: %v", rec.lines)
	}
	got := rec.seen.String()
	for _, mark := range []string{"MARK", "ማርክ", "%E1%88%9B", "example.org", "nurse", digits, strings.ReplaceAll(digits, " ", ""), "PICTURE", "LARGE-FILE", "16/3/2019", "began_date", "ET-AM"} {
		if i := strings.Index(got, mark); i >= 0 {
			t.Errorf("the server got %q: …%q…", mark, got[max(0, i-40):i+40])
		}
	}
	if rec.count("POST /am/report") > 0 {
		t.Error("the form itself was sent")
	}
	if left := ask[string](t, s.ctx, `document.documentElement.outerHTML`); strings.Contains(left, "MARK") || strings.Contains(left, "ማርክ") {
		t.Error("the page still has the words")
	}
	s.quit()
	for range s.asked {
		if len(s.asked) == 0 {
			break
		}
	}
	if found, _ := traces(t, s.profile, []string{"MARK-", "ማርክ-", digits}); len(found) > 0 {
		t.Errorf("the browser's profile keeps: %v", found)
	}
}

// TestFormGoesAsWithoutScriptWhenNobodyHasAnAgeKey offers the script a set of
// keys that a browser cannot seal to.
func TestFormGoesAsWithoutScriptWhenNobodyHasAnAgeKey(t *testing.T) {
	desk := intaketest.New(t)
	public, err := desk.Campaign.Secret.Public()
	if err != nil {
		t.Fatal(err)
	}
	set, err := desk.Campaign.Secret.Sign([]seal.Member{{Name: "paper", Organization: "Org", OpenPGP: public, Added: intaketest.Now}}, 2, intaketest.Now)
	if err != nil {
		t.Fatal(err)
	}
	rec, base := siteOf(t, desk, set)
	s := newSender(t)
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(base+"/en/report")))
	s.fill(map[string]string{"seen": "words for the server's memory"})
	s.press(`button[value=send]`)
	receipt, err := seal.ParseReceipt(s.text("#digits"))
	s.must(err)
	all := envelopes(t, desk)
	if rec.count("POST /en/report") != 1 || rec.count("POST /intake/") != 0 || len(all) != 1 || all[0].Receipt != receipt.Address() {
		t.Errorf("requests %v, %d envelopes", rec.lines, len(all))
	}
	if rep := desk.Open(t, all[0].ID).Report; rep.Road != keepiton.RoadForm || rep.Seen != "words for the server's memory" {
		t.Errorf("road %s", rep.Road)
	}
}

// TestSealedFilesGoInPiecesThatSurviveACut hands in a carried file, a large one
// whose line breaks, and something that is none.
func TestSealedFilesGoInPiecesThatSurviveACut(t *testing.T) {
	desk, rec, base := takingSite(t)
	_, small := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	_, large := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, map[string][]byte{"film": bytes.Repeat([]byte("frame "), 150_000)})
	s := newSender(t)
	folder := t.TempDir()
	var names []string
	for name, content := range map[string][]byte{"a.dat": small, "b.dat": large, "c.dat": []byte("MARK-not sealed")} {
		names = append(names, filepath.Join(folder, name))
		s.must(os.WriteFile(names[len(names)-1], content, 0o600))
	}
	slices.Sort(names)
	rec.cut = 3
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(base+"/en/report/sealed"), chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), names)))
	s.press(`button[value=send]`)
	s.must(chromedp.Do(s.ctx, chromedp.WaitVisible(chromedp.CSS("#taken li:nth-child(3)"))))
	told := s.text("#taken")
	if strings.Count(told, "it is with us") != 2 || !strings.Contains(told, "c.dat: not taken: it is not a sealed file") {
		t.Errorf("told %q", told)
	}
	if n := len(envelopes(t, desk)); n != 2 || rec.count("HEAD /intake/uploads/") < 1 || rec.count("POST /en/report/sealed") != 0 {
		t.Errorf("%d envelopes, requests %v", n, rec.lines)
	}
	if got := rec.seen.String(); strings.Contains(got, "a.dat") || strings.Contains(got, "MARK-not") {
		t.Error("the server got the names of the files, or the one that is not sealed")
	}
}

// TestSendingAgainIsOneReport has the intake take a report while its answer says
// otherwise. The sender presses the button again: it is the same report.
func TestSendingAgainIsOneReport(t *testing.T) {
	desk, rec, base := takingSite(t)
	rec.mute = 1
	s := newSender(t)
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(base+"/en/report"), chromedp.WaitVisible(chromedp.CSS("#plain .note"))))
	s.fill(map[string]string{"seen": "once"})
	s.press(`button[value=send]`)
	s.must(chromedp.Do(s.ctx, chromedp.WaitVisible(chromedp.CSS("#said a[download]"))))
	s.press("#said a[download]")
	kept, err := os.ReadFile(<-s.saved)
	s.must(err)
	if _, rep, _ := unsealed(t, desk.Campaign.Keys[0], kept); rep.Seen != "once" {
		t.Errorf("the file that is offered has %q", rep.Seen.Reveal())
	}
	s.press(`button[value=send]`)
	receipt, err := seal.ParseReceipt(s.text("#digits"))
	s.must(err)
	if all := envelopes(t, desk); len(all) != 1 || all[0].Receipt != receipt.Address() || rec.count("POST /intake/sealed") != 2 {
		t.Errorf("%d envelopes, requests %v", len(all), rec.lines)
	}
}
