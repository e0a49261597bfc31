package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

// TestWhatIsLostFromSightNeitherGoesOnNorHasEnded looks at one disruption on every page
// that tells of it, while it is seen and after nobody could for a day.
func TestWhatIsLostFromSightNeitherGoesOnNorHasEnded(t *testing.T) {
	s, _ := sampleSite(t)
	seen := time.Date(2026, 7, 14, 11, 20, 0, 0, time.UTC)
	d := disruptionsAt(testNow)[0]
	d.ID, d.Entity, d.End, d.Episodes = "KID-20260701T0000-VE", keepiton.Entity{Country: "VE"}, keepiton.Interval{}, []keepiton.Span{{From: seen.AddDate(0, 0, -13)}}
	d.Onset = keepiton.Interval{From: seen.AddDate(0, 0, -13), To: seen.AddDate(0, 0, -13).Add(time.Hour)}
	d.Seen, d.Lost = seen, seen.Add(keepiton.LostAfter)
	d.Verdicts = []keepiton.Verdict{d.Verdicts[0]}
	d.Verdicts[0].State, d.Verdicts[0].At = keepiton.Disrupted, d.Onset.To
	told := s.opt.Signals.Disruptions.(*toldOf)
	told.all = append(told.all, d)
	look := func(path string) string {
		t.Helper()
		s.cache = newPageCache(1 << 20)
		w := get(t, s, path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, w.Code)
		}
		return w.Body.String()
	}
	const since, goes = "lost from sight since 14 July 2026, 11:20", `<span class="now">Going on</span>`
	pages := []string{"/en/signals?country=VE", "/en/signals/" + string(d.ID), "/en/countries/VE"}
	files := map[string]string{
		"/en/signals.json?country=VE": `"lost_from_sight_since":"2026-07-14T11:20:00Z"`, "/en/signals.csv?country=VE": ",2026-07-14T11:20:00Z,", "/en/signals.atom?country=VE": "lost from sight since",
		"/en/signals/" + string(d.ID) + ".json": `"last_seen": "2026-07-14T11:20:00Z"`,
	}

	now := d.Lost.Add(-time.Second)
	s.opt.Now, s.opt.Signals.Now = func() time.Time { return now }, func() time.Time { return now }
	for _, path := range pages {
		if body := look(path); strings.Contains(body, "lost from sight") || !strings.Contains(body, ">Going on<") {
			t.Errorf("%s: it is seen, and said to be lost, or not to go on", path)
		}
	}
	if !strings.Contains(look("/en/signals?state=ongoing"), string(d.ID)) || strings.Contains(look("/en/signals.json?country=VE"), "lost_from_sight") {
		t.Error("it is seen, and does not stand among what goes on")
	}

	now = d.Lost
	for _, path := range pages {
		if body := look(path); !strings.Contains(body, since) || strings.Contains(body, goes) || strings.Contains(body, "<b class=\"now\">") {
			t.Errorf("%s: nobody saw it for a day, and that is not told, or it is said to go on", path)
		}
	}
	for path, want := range files {
		if body := look(path); !strings.Contains(body, want) || strings.Contains(body, `"end"`) && !strings.Contains(path, "VE.json") {
			t.Errorf("%s lacks %q, or has an end", path, want)
		}
	}
	if body := look("/en/signals?state=ongoing"); strings.Contains(body, string(d.ID)) {
		t.Error("it stands among what goes on")
	}
	if body := look("/en/signals/" + string(d.ID)); !strings.Contains(body, "no end seen") {
		t.Error("its signals are said to go on")
	}
	v := &visit{p: locale.For("en"), now: now, req: httptest.NewRequest(http.MethodGet, "/", nil)}
	doc, _, err := s.opt.Signals.One(t.Context(), v.p, d.ID, time.Time{})
	if marks := s.chartOfDisruption(v, &doc).marks; err != nil || len(marks) != 1 || !marks[0].To.Equal(seen) {
		t.Errorf("its bracket is %+v, %v; it was seen until %v", marks, err, seen)
	}
	if body := look("/en/signals/" + string(d.ID) + "?as_of=2026-07-13"); strings.Contains(body, "lost from sight") {
		t.Error("it was lost before it was")
	}
	for _, tag := range locale.Tags() {
		if body := look("/" + tag + "/signals/" + string(d.ID)); strings.Contains(body, "signal.lost") || strings.Contains(body, "{{") {
			t.Errorf("%s: the words are missing", tag)
		}
	}
}
