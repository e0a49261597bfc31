package web

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/signals"
)

func TestTheListOfDisruptionsIsNewestFirstAndSaysWhatItIsNot(t *testing.T) {
	s, _ := sampleSite(t)
	body := get(t, s, "/en/signals").Body.String()
	dark, cable, nights := strings.Index(body, "-XG\">"), strings.Index(body, "-XA\">"), strings.Index(body, "-XB-mobile\">")
	if dark < 0 || nights < dark || cable < nights {
		t.Errorf("places are in another order: %d, %d, %d", dark, nights, cable)
	}
	for _, want := range []string{"Only people verify a shutdown", "Likely a shutdown, on purpose", "Likely an outage, not on purpose", "99%", "94%", "sample-1", "n = 31", "as expected, which speaks against it"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	if strings.Contains(body, "-XF\"") {
		t.Error("what is too little to claim anything stands among the claims")
	}
	if only := get(t, s, "/en/signals?state=insufficient").Body.String(); !strings.Contains(only, "-XF\"") || strings.Contains(only, "-XG\"") {
		t.Error("the filter by state does not filter")
	}
	if xa := get(t, s, "/en/signals?country=xa").Body.String(); !strings.Contains(xa, "-XA\"") || strings.Contains(xa, "-XG\"") {
		t.Error("the filter by country does not filter")
	}
	if early := get(t, s, "/en/signals?to=2026-07-04").Body.String(); !strings.Contains(early, "-XA\"") || strings.Contains(early, "-XG\"") {
		t.Error("the list does not go back in time")
	}
	for _, bad := range []string{"?state=verified", "?from=tomorrow", "?country=Atlantis", "?from=2026-07-05&to=2026-07-01"} {
		if w := get(t, s, "/en/signals"+bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", bad, w.Code)
		}
	}
}

func TestAPageAsOfADayKnowsNoLaterVerdict(t *testing.T) {
	s, _ := sampleSite(t)
	found := disruptionsAt(testNow)
	id := string(found[0].ID)
	if w := get(t, s, "/en/signals/"+id+"?as_of="+found[0].Onset.From.AddDate(0, 0, -2).Format(time.DateOnly)); w.Code != http.StatusNotFound {
		t.Errorf("two days before it began it had status %d", w.Code)
	}
	body := get(t, s, "/en/signals/"+id).Body.String()
	if n := strings.Count(body, `<th scope="row">After`) + strings.Count(body, `<th scope="row">At the`); n != len(found[0].Verdicts) {
		t.Errorf("%d verdicts on the page, want %d", n, len(found[0].Verdicts))
	}
}

func TestWhatPeopleDecidedIsToldAndNothingOfTheirNotes(t *testing.T) {
	s, _ := sampleSite(t)
	told := s.opt.Signals.Disruptions.(*toldOf)
	found := disruptionsAt(testNow)
	path := "/en/signals/" + string(found[0].ID)
	body := get(t, s, path).Body.String()
	if !strings.Contains(body, "People made it part of the record") || strings.Contains(body, "a note of the desk") || strings.Contains(body, ">ana<") {
		t.Error("the decision is not told, or more than it")
	}
	decide := func(id keepiton.DisruptionID, d keepiton.Decision) {
		d.Disruption, d.By, d.At = id, "ana", testNow
		told.last[id] = append(told.last[id], d)
		s.cache = newPageCache(1 << 20)
	}
	decide(found[1].ID, keepiton.Decision{What: keepiton.Rejected, Code: "cable", Note: "a note of the desk"})
	if list := get(t, s, "/en/signals").Body.String(); strings.Contains(list, "-XA\"") {
		t.Error("what people set aside stands among the claims")
	}
	if list := get(t, s, "/en/signals?state=rejected").Body.String(); !strings.Contains(list, "-XA\"") || strings.Contains(list, "a note") {
		t.Error("what people set aside cannot be found, or tells their note")
	}
	decide(found[2].ID, keepiton.Decision{What: keepiton.MergedWith, Into: found[0].ID})
	if w := get(t, s, "/en/signals/"+string(found[2].ID)); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != path {
		t.Errorf("a merged one leads to %d %s", w.Code, w.Header().Get("Location"))
	}
	decide(found[0].ID, keepiton.Decision{What: keepiton.Accepted, Incident: "KIO-2099-0001"})
	if body := get(t, s, path).Body.String(); strings.Contains(body, "KIO-2099-0001") || !strings.Contains(body, "People are looking into it") {
		t.Error("an incident that is not public is named, or it is not told that people are looking")
	}
}

// TestNoValueOfAClosedFeedLeaves asks every public address of the instruments, in
// every form, for the values of a feed that is not open: marked ones, which stand
// nowhere else.
func TestNoValueOfAClosedFeedLeaves(t *testing.T) {
	s, revs := sampleSite(t)
	board := *s.opt.Signals
	const level = 777123.25
	kept := drawer{}
	closed := keepiton.SeriesKey{Feed: "ioda", Metric: "ping-slash24", Entity: keepiton.Entity{Country: "XG"}}
	for _, m := range measurementsAt(testNow) {
		if m.SeriesKey == closed && m.Has() {
			m.Value = level
			if m.At.After(testNow.Add(-30 * time.Hour)) {
				m.Value = level / 1000
			}
		}
		if err := kept.Put(t.Context(), []keepiton.Measurement{m}); err != nil {
			t.Fatal(err)
		}
	}
	told := *board.Disruptions.(*toldOf)
	told.all = disruptionsAt(testNow)
	for i := range told.all[0].Signals {
		if sig := &told.all[0].Signals[i]; sig.Series == closed {
			sig.Witness.Value, sig.Witness.Baseline, sig.LogLR = level/1000, level, 99
		}
	}
	board.Series, board.Disruptions = kept, &told
	opt := s.opt
	opt.Signals = &board
	site, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	id := string(told.all[0].ID)
	var incident string
	for _, d := range told.last[told.all[0].ID] {
		incident = string(d.Incident)
	}
	asked, drawn := 0, 0
	for _, path := range []string{"/signals", "/signals/" + id, "/signals/" + id + "/charts", "/countries/XG", "/countries/XG/charts", "/incidents/" + incident, "/incidents/" + incident + "/charts", "/feeds"} {
		for _, suffix := range []string{"", ".json", ".csv", ".svg", ".atom", ".feed.json"} {
			w := get(t, site, "/en"+path+suffix)
			if w.Code != http.StatusOK {
				continue
			}
			asked++
			body := w.Body.String()
			if strings.Contains(body, "Georgia Tech") {
				drawn++
			}
			for _, raw := range []string{"777123", "777,123", "777.12", "7.77123e"} {
				if strings.Contains(body, raw) {
					t.Errorf("%s%s holds %s, a value of a feed that is not open", path, suffix, raw)
				}
			}
		}
	}
	if asked < 20 || drawn < 8 {
		t.Errorf("%d addresses answered, %d of them credit the feed: the test asks too little", asked, drawn)
	}
	if len(revs) == 0 {
		t.Error("no record")
	}
}

func TestAChartOfAClosedFeedIsInShares(t *testing.T) {
	s, _ := sampleSite(t)
	rows, err := csv.NewReader(get(t, s, "/en/countries/XG/charts.csv").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, row := range rows[1:] {
		seen[row[0]]++
		switch row[0] {
		case "ioda":
			if row[11] != "true" || row[10] != "%" || row[8] != "" || row[5] != "" && row[5] != "100" {
				t.Fatalf("a row of a feed that is not open: %q", row)
			}
			if row[9] == "source_down" && row[4] != "" {
				t.Fatalf("a gap has a value: %q", row)
			}
		case "bgp":
			if row[11] != "false" || row[4] != "" && row[8] != "31" {
				t.Fatalf("a row of an open feed: %q", row)
			}
		}
		if !strings.Contains(row[12], "http") {
			t.Fatalf("a row without credit: %q", row)
		}
	}
	if seen["ioda"] == 0 || seen["bgp"] == 0 {
		t.Errorf("rows by feed: %v", seen)
	}
	var doc chartDoc
	if err := json.Unmarshal(get(t, s, "/en/countries/XG/charts.json").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	nulls := 0
	for _, one := range doc.Series {
		for _, b := range one.Bins {
			if b.State == "source_down" {
				nulls++
				if b.Value != nil {
					t.Fatal("a gap is a number")
				}
			}
			if one.Derived && b.N != nil {
				t.Fatal("a denominator of a feed that is not open")
			}
		}
	}
	if nulls == 0 || len(doc.Episodes) == 0 || !doc.Sample {
		t.Errorf("%d gaps, %d episodes, sample %t", nulls, len(doc.Episodes), doc.Sample)
	}
	if err := xml.Unmarshal(get(t, s, "/ar/countries/XG/charts.svg").Body.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}
}

func TestWithoutInstrumentsThePagesSaySo(t *testing.T) {
	s, _ := sampleSite(t)
	opt := s.opt
	opt.Signals = nil
	bare, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/signals", "/feeds", "/countries/XG/charts"} {
		if w := get(t, bare, "/en"+path); w.Code != 200 || !strings.Contains(w.Body.String(), "No instrument is connected to this site") {
			t.Errorf("%s: status %d, or it does not say that nothing is measured", path, w.Code)
		}
	}
	for path, code := range map[string]int{"/signals.json": 200, "/signals.csv": 200, "/signals.atom": 200, "/feeds.json": 200, "/countries/XG/charts.svg": 404, "/countries/XG/charts.csv": 200, "/signals/KID-1-XG": 404} {
		if w := get(t, bare, "/en"+path); w.Code != code {
			t.Errorf("%s: status %d, want %d", path, w.Code, code)
		}
	}
	kept := drawer{}
	if err := kept.Put(t.Context(), measurementsAt(testNow)); err != nil {
		t.Fatal(err)
	}
	opt.Signals = &signals.Board{Series: kept, Disruptions: &toldOf{}}
	quiet, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	if body := get(t, quiet, "/en/feeds").Body.String(); !strings.Contains(body, "No feed is switched on") {
		t.Error("the page of feeds does not say that none is switched on")
	}
	if body := get(t, quiet, "/en/signals").Body.String(); !strings.Contains(body, "have told of none") {
		t.Error("an empty list does not say what that means")
	}
}

func TestFeedsThatFailAreTold(t *testing.T) {
	s, _ := sampleSite(t)
	body := get(t, s, "/en/feeds").Body.String()
	for _, want := range []string{"Not to be had at the last try", "Speaks", "all rights reserved", "3 records of the last reading", "0 of 5 series have fallen behind"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of feeds lacks %q", want)
		}
	}
	var doc struct{ Feeds []signals.FeedHealth }
	if err := json.Unmarshal(get(t, s, "/en/feeds.json").Body.Bytes(), &doc); err != nil || len(doc.Feeds) != 2 || !doc.Feeds[1].Down || doc.Feeds[1].Open {
		t.Errorf("%v: %+v", err, doc)
	}
}

func TestAnAnswerAboutInstrumentsIsKeptForAMinute(t *testing.T) {
	s, _ := sampleSite(t)
	now := testNow
	s.opt.Now = func() time.Time { return now }
	first := get(t, s, "/en/signals")
	told := s.opt.Signals.Disruptions.(*toldOf)
	told.all = nil
	now = now.Add(50 * time.Second)
	if again := get(t, s, "/en/signals", "If-None-Match", first.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("status %d after 50 seconds, want 304", again.Code)
	}
	now = now.Add(20 * time.Second)
	if late := get(t, s, "/en/signals"); late.Code != 200 || late.Header().Get("ETag") == first.Header().Get("ETag") {
		t.Error("after a minute the page is still the old one")
	}
}

func TestOnsetIsToldInTheClockOfThePlace(t *testing.T) {
	s, _ := sampleSite(t)
	at := time.Date(2026, 1, 8, 17, 0, 0, 0, time.UTC)
	d := keepiton.Disruption{ID: "KID-20260108T1700-IR", Entity: keepiton.Entity{Country: "IR"}, Onset: keepiton.Interval{From: at, To: at.Add(30 * time.Minute)}, Verdicts: []keepiton.Verdict{{At: at, State: keepiton.Disrupted}}}
	v := &visit{p: locale.For("en"), now: testNow}
	doc := export.NewDisruption(v.p, &d, keepiton.Decision{}, nil, false, export.Options{})
	one := s.disruptionView(v, &doc)
	if want := "8 January 2026, between 20:30 and 21:00 (UTC+03:30)"; one.Local != want {
		t.Errorf("local %q, want %q", one.Local, want)
	}
	if want := "8 January 2026, between 17:00 and 17:30 (UTC)"; one.UTC != want {
		t.Errorf("UTC %q, want %q", one.UTC, want)
	}
}

func TestCountryAndIncidentTellValuesBesideWhatWasExpected(t *testing.T) {
	s, _ := sampleSite(t)
	country := get(t, s, "/en/countries/XG").Body.String()
	for _, want := range []string{"where 388", "of what was expected", `href="/en/countries/XG/charts"`, "Only people verify a shutdown", `href="/en/signals?country=XG"`} {
		if !strings.Contains(country, want) {
			t.Errorf("the page of the country lacks %q", want)
		}
	}
	if other := get(t, s, "/en/countries/FR").Body.String(); strings.Contains(other, "/charts") || strings.Contains(other, "was expected") {
		t.Error("the page of a country that nobody measures offers charts")
	}
	seen := 0
	for id, revs := range s.opt.Record.(*memory).revs {
		inc := revs[len(revs)-1].Incident
		if !inc.State.Public() || inc.State == keepiton.Merged {
			continue
		}
		body := get(t, s, "/en/incidents/"+string(id)).Body.String()
		says := func(key string) bool { return strings.Contains(body, "<p>"+locale.For("en").T(key)+"</p>") }
		switch {
		case len(inc.Signals) > 0 || inc.Visibility == "visible":
			if seen++; !says("page.incident.signals.visible") {
				t.Errorf("%s was seen, and its page does not say so", id)
			}
		case inc.Visibility == "not_visible":
			if seen++; !says("page.incident.signals.invisible") {
				t.Errorf("%s was not visible, and its page does not say so", id)
			}
		default:
			if !says("page.incident.signals.none") {
				t.Errorf("of %s nothing is linked, and its page does not say so", id)
			}
		}
	}
	if seen < 3 {
		t.Errorf("%d incidents of which it is known", seen)
	}
}
