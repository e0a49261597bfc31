package casework_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/store"
)

// readable sends n reports by a lane whose senders left those fields readable.
func (w *world) readable(lane keepiton.Lane, n int, open keepiton.OpenFields) {
	w.Helper()
	for range n {
		rep := intaketest.Report()
		rep.ID = bundle.NewID()
		rep.Country, rep.Began = open.Country, keepiton.When{Date: open.Day, At: keepiton.On(2026, 11, 25)}
		_, container := w.server.Container(w.T, rep, open, nil)
		_, err := w.server.Take(w.Context(), intake.Pass{Lane: lane}, bytes.NewReader(container))
		w.must(err)
	}
}

// words is a page without its marks, blanks as one.
func words(page string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "")), " ")
}

func TestWhatSendersLeftReadableIsAHintBeforeAnythingIsOpened(t *testing.T) {
	w := newWorld(t)
	mobile := keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}
	w.readable(keepiton.LaneOpen, 9, mobile)
	w.readable(keepiton.LaneWork, 4, mobile)
	w.readable(keepiton.LaneOnion, 1, mobile)
	w.readable(keepiton.LaneOpen, 30, keepiton.OpenFields{Country: "SD", Day: "2026-11-25", Kind: "full"})
	page := words(w.get("/desk/reports/"))
	ethiopia, sudan := strings.Index(page, "Ethiopia · 25 November 2026 in 3 lanes"), strings.Index(page, "Sudan · 25 November 2026 in 1 lane")
	if ethiopia < 0 || sudan < ethiopia {
		t.Errorf("three lanes stand at %d, a flood of one at %d: %.1500s", ethiopia, sudan, page)
	}
	for _, want := range []string{
		"Mobile internet is cut: 14 reports (with work 4 · onion 1 · open 9) · 0 opened", "All internet is cut: 30 reports (open 30) · 0 opened",
		"Nobody has checked it", "The record has nothing there around that day",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the queue lacks %q", want)
		}
	}
	if page := words(w.get("/desk/reports/?country=SD&day=2026-11-25")); strings.Contains(page, "Mobile internet is cut") || !strings.Contains(page, "All internet is cut") {
		t.Error("the hints do not follow the filter")
	}

	// What was opened, and what the record has, stands beside.
	inc := keepiton.Incident{State: keepiton.Draft, Places: []keepiton.Place{{Country: "ET", Confidence: 1}}, Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 11, 24), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2026, 11, 26)}}}}
	revs, err := w.record.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: w.server.Clock.Now(), Role: keepiton.RoleAnalyst, Author: "ana", Reason: "seen", Incident: inc}})
	w.must(err)
	all := w.get("/desk/reports/?country=ET")
	if !strings.Contains(words(all), string(revs[0].Incident.ID)+" (draft)") && !strings.Contains(words(all), string(revs[0].Incident.ID)+" (Draft)") {
		t.Errorf("the record is not beside: %.2000s", words(all))
	}
	_, page = w.post("/desk/reports/open", url.Values{})
	if got := words(page); !strings.Contains(got, "· 14 opened") {
		t.Errorf("after all were opened: %.900s", got)
	}

	// A case and its draft show it, and nothing of it leaves with the draft.
	ids := chosen.FindAllStringSubmatch(page, -1)
	var ethiopian string
	for _, m := range ids {
		id, _, _ := strings.Cut(m[1], " ")
		if o := w.desk.Known(keepiton.EnvelopeID(id)); o != nil && o.Report.Country == "ET" {
			ethiopian = id
		}
	}
	where, page := w.post("/desk/reports/group", url.Values{"report": {ethiopian}, "do": {"new"}, "title": {"Ethiopia"}})
	casePath, _, _ := strings.Cut(where, "?")
	for what, page := range map[string]string{"case": page, "draft": w.get(casePath + "/draft")} {
		if got := words(page); !strings.Contains(got, "Mobile internet is cut: 14 reports") || strings.Contains(got, "All internet is cut: 30") {
			t.Errorf("the %s does not show what speaks of its country and day alone", what)
		}
	}
	w.post(casePath+"/draft", url.Values{"summary": {"A cut."}, "reason": {"a report"}})
	drafts, err := w.record.List(t.Context(), store.Query{States: []keepiton.State{keepiton.Draft}})
	w.must(err)
	for _, d := range drafts.Items {
		text, err := json.Marshal(d.Incident)
		w.must(err)
		for _, hint := range []string{"onion", "lane", "14", "Sudan", `"SD"`} {
			if strings.Contains(string(text), hint) {
				t.Errorf("a draft holds %q of the hints: %s", hint, text)
			}
		}
	}

	for _, l := range locale.Languages {
		w.lang = l.Tag
		if page := w.get("/desk/reports/?country=ET"); strings.Contains(page, "casework.hint") || !strings.Contains(page, `class="hints"`) {
			t.Errorf("hints in %s: %.200s", l.Tag, page)
		}
	}
}

// A flood may name every country and a year of days.
func TestHintsOfAPageAreBounded(t *testing.T) {
	w := newWorld(t)
	for _, country := range strings.Fields("AA BB CC DD EE FF GG HH II JJ KK LL MM NN OO") {
		w.readable(keepiton.LaneOpen, 1, keepiton.OpenFields{Country: country, Day: "2026-11-24", Kind: "full"})
	}
	w.readable(keepiton.LaneMail, 1, keepiton.OpenFields{Country: "ET", Day: "2026-11-02", Kind: "mobile"})
	w.readable(keepiton.LaneWork, 1, keepiton.OpenFields{Country: "ET", Day: "2026-11-02", Kind: "mobile"})
	page := w.get("/desk/reports/")
	if n := strings.Count(page, "<article>"); n != 12 || !strings.Contains(page, "4 more places and days are not shown") {
		t.Errorf("%d hints are shown", n)
	}
	if !strings.Contains(words(page), "Ethiopia · 2 November 2026 in 2 lanes") {
		t.Error("what two lanes say is not among them")
	}
}
