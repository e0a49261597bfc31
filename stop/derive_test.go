package stop

import (
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"keepiton"
)

// threeEditions are the real ones with the days they became public.
func threeEditions(t testing.TB) []Edition {
	return []Edition{
		edition(t, "2019-first", "2020-02-01", []int{2019}, realFile(t, first2019)),
		edition(t, "2023-spring", "2023-03-01", nil, realFile(t, workbookFile)),
		edition(t, "2026-05", "2026-05-20", nil, realFile(t, combinedFile)),
	}
}

var derived struct {
	once   sync.Once
	record Record
}

// threeDerived is the record of threeEditions, worked out once; read only.
func threeDerived(t testing.TB) Record {
	es := threeEditions(t)
	derived.once.Do(func() { derived.record = Derive(es, Pins{}) })
	return derived.record
}

// rowsByYear is what the counting rule "rows" sees at a moment.
func rowsByYear(r Record, at time.Time) map[int]int {
	out := map[int]int{}
	for _, d := range r.Incidents {
		var state *keepiton.Incident
		for i, s := range d.Steps {
			if !s.Revision.Recorded.After(at) {
				state = &d.Steps[i].Revision.Incident
			}
		}
		if state != nil {
			for _, row := range state.Rows {
				out[row.CountYear]++
			}
		}
	}
	return out
}

func ownRows(e Edition) map[int]int {
	out := map[int]int{}
	for _, r := range e.Rows() {
		out[r.CountYear]++
	}
	return out
}

func TestOrderOfEditionsDoesNotMatter(t *testing.T) {
	es := threeEditions(t)
	want := threeDerived(t)
	for _, order := range [][]int{{2, 1, 0}, {1, 2, 0}} {
		var shuffled []Edition
		for _, i := range order {
			shuffled = append(shuffled, es[i])
		}
		if got := Derive(shuffled, Pins{}); !reflect.DeepEqual(got, want) {
			t.Errorf("order %v gives another record", order)
		}
	}
}

func TestEachEditionGivesItsOwnRowsOnItsOwnDay(t *testing.T) {
	es := threeEditions(t)
	r := threeDerived(t)
	for _, e := range es {
		if got, want := rowsByYear(r, e.Published), ownRows(e); !reflect.DeepEqual(got, want) {
			t.Errorf("as of %s: got rows %v, want those of %s: %v", e.Published.Format(time.DateOnly), got, e.Name, want)
		}
	}
	if got := rowsByYear(r, day("2020-01-31")); len(got) != 0 {
		t.Errorf("before the first edition: got %v, want nothing", got)
	}
}

func TestYearsThatANewerEditionDoesNotCoverStay(t *testing.T) {
	es := threeEditions(t)
	late := es[0]
	late.Published, late.Name = day("2026-06-01"), "2019-again"
	r := Derive([]Edition{es[2], late}, Pins{})
	got, want := rowsByYear(r, late.Published), ownRows(es[2])
	want[2019] = ownRows(late)[2019]
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want the combined sheet with 2019 replaced: %v", got, want)
	}
}

func TestLinkageOfTheRealEditionsIsOneToOneAndNearlyComplete(t *testing.T) {
	r := threeDerived(t)
	seen := map[string]keepiton.IncidentID{}
	for _, d := range r.Incidents {
		for _, s := range d.Steps {
			key := s.Edition + string(d.ID)
			if _, twice := seen[key]; twice {
				t.Errorf("%s has two steps of %s", d.ID, s.Edition)
			}
			seen[key] = d.ID
		}
	}
	known := map[string]int{}
	for _, l := range r.Links {
		if l.Known {
			known[l.Edition]++
		}
	}
	// Checked by hand against the sheets: every row of the older two has its
	// counterpart in the combined sheet.
	if known["2019-first"] != 137 || known["2023-spring"] != 744 || len(r.Incidents) != 1278 {
		t.Errorf("got %v rows with a counterpart and %d incidents, want all 137 and 744, and 1278", known, len(r.Incidents))
	}
}

func TestOneShutdownInTwoSheetsOfAWorkbookIsOneIncident(t *testing.T) {
	e := edition(t, "2023-spring", "2023-03-01", nil, realFile(t, workbookFile))
	for _, ev := range events(&e, Pins{}) {
		if ev.draft.Area == "Kashmir Valley, Jammu and Kashmir" && ev.draft.Start().String() == "2019-08-03" {
			if len(ev.rows) != 2 || ev.rows[0].Sheet == ev.rows[1].Sheet {
				t.Errorf("got %d rows, want one of the sheet 2019 and one of 2020", len(ev.rows))
			}
			return
		}
	}
	t.Error("the shutdown is not there")
}

// small makes an edition of rows with country, start, area and end.
func small(t *testing.T, name, published string, covers []int, rows ...[]string) Edition {
	t.Helper()
	s := Sheet{Layout: G4, Columns: []Column{
		{"start_date", "start_date"},
		{"country", "country"},
		{"area_name", "area_name"},
		{"shutdown_extent", "shutdown_extent"},
		{"end_date", "end_date"},
		{"event", "event"},
		{"info_source_link", "info_source_link"},
		{"count_year", "count_year"},
	}}
	for i, r := range rows {
		s.Rows = append(s.Rows, SheetRow{Number: i + 2, Cells: slices.Concat(r, make([]string, len(s.Columns)-len(r)-1), []string{r[0][:4]})})
	}
	return edition(t, name, published, covers, File{Name: name + ".csv", SHA256: name, Sheets: []Sheet{s}})
}

func TestIncidentThatIsNoLongerListedStaysAndMayComeBack(t *testing.T) {
	row := []string{"2021-03-01", "India", "Srinagar", "Full network", "2021-03-02"}
	other := []string{"2021-07-01", "Uganda", "Nationwide", "Service-based"}
	r := Derive([]Edition{
		small(t, "a", "2022-01-01", nil, row, other), small(t, "b", "2023-01-01", nil, other), small(t, "c", "2024-01-01", nil, row, other),
	}, Pins{})
	if len(r.Incidents) != 2 {
		t.Fatalf("got %d incidents, want 2", len(r.Incidents))
	}
	steps := r.Incidents[0].Steps
	if len(steps) != 3 {
		t.Fatalf("got %d steps, want listed, not listed, listed", len(steps))
	}
	gone, back := steps[1].Revision.Incident, steps[2].Revision.Incident
	if gone.NotListed != "b" || len(gone.Rows) != 0 || gone.State != keepiton.Published {
		t.Errorf("got not listed %q with %d rows and state %s, want b, none and published", gone.NotListed, len(gone.Rows), gone.State)
	}
	if back.NotListed != "" || len(back.Rows) != 1 {
		t.Errorf("got not listed %q with %d rows, want listed with one row", back.NotListed, len(back.Rows))
	}
}

func TestTwoLikelyCandidatesAreAQuestion(t *testing.T) {
	link := "https://example.org/story"
	old := small(t, "a", "2022-01-01", nil,
		[]string{"2021-03-01", "India", "Srinagar", "Full network", "2021-03-04", "", link},
		[]string{"2021-03-03", "India", "Srinagar", "Full network", "2021-03-04", "", link})
	next := small(t, "b", "2023-01-01", nil, []string{"2021-03-02", "India", "Srinagar", "Full network", "2021-03-04", "", link})
	r := Derive([]Edition{old, next}, Pins{})
	if len(r.Questions) != 1 || len(r.Questions[0].Candidates) != 2 {
		t.Fatalf("got questions %+v, want one with two candidates", r.Questions)
	}
	if len(r.Incidents) != 3 {
		t.Errorf("got %d incidents, want 3: none is merged blindly", len(r.Incidents))
	}
}

func TestNeighbouringDistrictOnTheSameDayIsNotMerged(t *testing.T) {
	old := small(t, "a", "2022-01-01", nil, []string{"2021-03-01", "India", "Pulwama, Jammu & Kashmir", "Full network", "2021-03-02"})
	next := small(t, "b", "2023-01-01", nil, []string{"2021-03-01", "India", "Shopian, Jammu & Kashmir", "Full network", "2021-03-02"})
	if r := Derive([]Edition{old, next}, Pins{}); len(r.Incidents) != 2 {
		t.Errorf("got %d incidents, want 2", len(r.Incidents))
	}
}

func TestPublicIDsStayWhenAnOlderEditionArrives(t *testing.T) {
	es := threeEditions(t)
	first := Derive(es[2:], Pins{})
	pins := Pins{Rows: map[RowRef]keepiton.IncidentID{}, Taken: map[int]int{}}
	for _, l := range first.Links {
		pins.Rows[l.RowRef] = l.Incident
	}
	for y := 2000; y < 2030; y++ {
		pins.Taken[y] = 5000
	}
	again := Derive(es, pins)
	for _, l := range again.Links {
		if want, ok := pins.Rows[l.RowRef]; ok && l.Incident != want {
			t.Fatalf("row %v: got %s, want its public id %s", l.RowRef, l.Incident, want)
		}
	}
	if len(again.Incidents) != len(first.Incidents) {
		t.Errorf("got %d incidents, want %d", len(again.Incidents), len(first.Incidents))
	}
}

func TestNewerEditionLeavesWhatAPersonCorrected(t *testing.T) {
	from := keepiton.Incident{
		Area: "Sringar", Summary: "old", Sources: []keepiton.Source{{ID: "s1", URL: "https://a.example/1"}},
		Claims: map[string]keepiton.Claim{"*": {Sources: []keepiton.SourceID{"s1"}}},
	}
	to := from.Clone()
	to.Summary = "new"
	to.Sources = append(to.Sources, keepiton.Source{ID: "s2", URL: "https://a.example/2"})
	mine := from.Clone()
	mine.Area = "Srinagar"
	mine.Sources = append(mine.Sources, keepiton.Source{ID: "s2", URL: "https://person.example"})
	mine.Claims["area"] = keepiton.Claim{Sources: []keepiton.SourceID{"s2"}}
	Apply(mine, &from, to)
	if mine.Area != "Srinagar" || mine.Summary != "new" {
		t.Errorf("got area %q and summary %q, want the person's and the edition's", mine.Area, mine.Summary)
	}
	if len(mine.Sources) != 3 || mine.Sources[2].ID != "s3" || !slices.Equal(mine.Claims["area"].Sources, []keepiton.SourceID{"s3"}) {
		t.Errorf("got sources %v and claim %v, want the person's source kept as s3", mine.Sources, mine.Claims["area"])
	}
}

func TestEditionSurvivesItsEncoding(t *testing.T) {
	e := edition(t, "2023-spring", "2023-03-01", nil, realFile(t, workbookFile))
	payload, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := UnmarshalEdition(payload)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, e) {
		t.Error("the edition differs after decoding")
	}
}

func TestRowsFollowWhatPeopleMergedAndSplit(t *testing.T) {
	one := []string{"2021-03-01", "India", "Srinagar", "Full network", "2021-03-02"}
	two := []string{"2021-03-01", "India", "Pulwama", "Full network", "2021-03-02"}
	a := small(t, "a", "2022-01-01", nil, one, two)
	b := small(t, "b", "2023-01-01", nil, one, two)
	merged := Pins{Rows: map[RowRef]keepiton.IncidentID{{"a", "a.csv", "", 2}: "KIO-2021-0001", {"a", "a.csv", "", 3}: "KIO-2021-0001"}, Taken: map[int]int{2021: 2}}
	r := Derive([]Edition{a, b}, merged)
	if steps := r.Incidents[0].Steps; r.Incidents[0].ID != "KIO-2021-0001" || len(steps[0].Revision.Incident.Rows) != 2 {
		t.Errorf("got %s with %d rows, want the incident that both were merged into", r.Incidents[0].ID, len(steps[0].Revision.Incident.Rows))
	}
	split := Pins{Rows: map[RowRef]keepiton.IncidentID{{"a", "a.csv", "", 2}: "KIO-2021-0001", {"a", "a.csv", "", 3}: "KIO-2021-0007"}, Taken: map[int]int{2021: 7}}
	r = Derive([]Edition{a, b}, split)
	for _, l := range r.Links {
		want := keepiton.IncidentID("KIO-2021-0001")
		if l.Row == 3 {
			want = "KIO-2021-0007"
		}
		if l.Incident != want {
			t.Errorf("edition %s row %d: got %s, want %s", l.Edition, l.Row, l.Incident, want)
		}
	}
}
