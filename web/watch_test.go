package web

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"keepiton"
	"keepiton/locale"
)

func TestTheCalendarIsReadInEveryLanguage(t *testing.T) {
	pageAfterPage(t)
	s, st := campaignSite(t)
	id, w := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool {
		return w.Cause == "election" && !w.Over(testNow) && w.Status == "confirmed"
	})
	for _, l := range locale.Languages {
		page := get(t, s, "/"+l.Tag+"/watch")
		title, _ := w.Title.In(l.Tag)
		if page.Code != 200 || !strings.Contains(page.Body.String(), title) {
			t.Errorf("%s: %d, without %q", l.Tag, page.Code, title)
		}
		item := get(t, s, "/"+l.Tag+"/watch/"+string(id))
		if item.Code != 200 || !strings.Contains(item.Body.String(), title) || !strings.Contains(item.Body.String(), "watch-1") {
			t.Errorf("%s: the item answers %d", l.Tag, item.Code)
		}
		if strings.Contains(item.Body.String(), `class="asof"`) {
			t.Errorf("%s: the item says that it is of another day", l.Tag)
		}
		for _, missing := range []string{"page.watch", "entry.watch", "code.watch"} {
			if strings.Contains(page.Body.String()+item.Body.String(), missing) {
				t.Errorf("%s: a message %s… is missing", l.Tag, missing)
			}
		}
	}
}

func TestWhatIsOverStandsApart(t *testing.T) {
	s, st := campaignSite(t)
	id, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return !w.Over(testNow) })
	if body := get(t, s, "/en/watch?view=past").Body.String(); strings.Contains(body, string(id)) {
		t.Error("what is to come stands among what is over")
	}
	if body := get(t, s, "/en/watch?country=XA&kind=exam").Body.String(); !strings.Contains(body, "Nothing matches") {
		t.Error("a choice without a match does not say so")
	}
	if w := get(t, s, "/en/watch/KIW-2026-9999"); w.Code != 404 {
		t.Errorf("an item that is not there: %d", w.Code)
	}
	if w := get(t, s, "/en/watch/KIP-2026-0001"); w.Code != 404 {
		t.Errorf("another kind under /watch: %d", w.Code)
	}
}

func TestDraftsOfTheCalendarAreNobodysBusiness(t *testing.T) {
	s, _ := campaignSite(t)
	for _, path := range []string{"/en/watch", "/en/watch.ics", "/en/watch.json"} {
		if body := get(t, s, path).Body.String(); strings.Contains(body, "Velkovia") {
			t.Errorf("%s tells of a draft", path)
		}
	}
}

func TestTheCalendarFileIsOneThatProgramsRead(t *testing.T) {
	pageAfterPage(t)
	s, st := campaignSite(t)
	for _, l := range locale.Languages {
		body := get(t, s, "/"+l.Tag+"/watch.ics").Body.Bytes()
		for line := range bytes.SplitSeq(body, []byte("\r\n")) {
			if len(line) > 75 || bytes.ContainsAny(line, "\r\n") {
				t.Fatalf("%s: a line of %d octets, or not ended by CR LF (RFC 5545, 3.1): %q", l.Tag, len(line), line)
			}
		}
		cal, err := ics.ParseCalendar(bytes.NewReader(body))
		if err != nil || len(cal.Events()) < 5 {
			t.Fatalf("%s: %v, %d events", l.Tag, err, len(cal.Events()))
		}
	}
	id, w := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return w.Cause == "exam" })
	cal, err := ics.ParseCalendar(bytes.NewReader(get(t, s, "/ar/watch/"+string(id)+".ics").Body.Bytes()))
	if err != nil || len(cal.Events()) != 1 {
		t.Fatal(err)
	}
	e := cal.Events()[0]
	start, err1 := e.GetAllDayStartAt()
	end, err2 := e.GetAllDayEndAt()
	if err1 != nil || err2 != nil || !start.Equal(w.From.At) || !end.Equal(w.To.At.Add(24*time.Hour)) {
		t.Errorf("from %v to %v, want %v to %v, exclusive", start, end, w.From.At, w.To.Until())
	}
	title, _ := w.Title.In("ar")
	if got := e.GetProperty(ics.ComponentPropertySummary).Value; !strings.Contains(got, title) {
		t.Errorf("the title is %q", got)
	}
	if got := e.GetProperty(ics.ComponentPropertyStatus).Value; got != "TENTATIVE" {
		t.Errorf("status %s", got)
	}
}

// Another program's library reads the calendar, too.
func TestPythonReadsTheCalendar(t *testing.T) {
	if err := exec.Command("/usr/bin/python3", "-c", "import icalendar").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-icalendar is missing")
		}
		t.Skip("SKIPPED: python3-icalendar is not installed")
	}
	s, _ := campaignSite(t)
	cmd := exec.Command("/usr/bin/python3", "-c", `
import sys, icalendar
cal = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
for e in cal.walk("VEVENT"):
    assert e["UID"] and e["DTSTAMP"] and e.decoded("DTSTART") < e.decoded("DTEND"), e
    assert not e.errors, e.errors
print(len(cal.walk("VEVENT")))`)
	cmd.Stdin = bytes.NewReader(get(t, s, "/am/watch.ics").Body.Bytes())
	out, err := cmd.CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) == "0" {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestTheCalendarAsJSON(t *testing.T) {
	s, st := campaignSite(t)
	id, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return w.Country == "XG" })
	var doc struct {
		Sample bool
		Watch  []struct {
			ID   keepiton.EntryID `json:"id"`
			From string           `json:"from"`
		}
	}
	if err := json.Unmarshal(get(t, s, "/en/watch.json?country=XG").Body.Bytes(), &doc); err != nil || !doc.Sample || len(doc.Watch) != 2 || doc.Watch[0].ID != id || doc.Watch[0].From == "" {
		t.Errorf("%+v, %v", doc, err)
	}
}
