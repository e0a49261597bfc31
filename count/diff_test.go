package count

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"keepiton"
)

func TestChangesAreSummedUpByCountYear(t *testing.T) {
	rev := func(n int, edition string, edit func(*keepiton.Incident)) *keepiton.Revision {
		inc := keepiton.Incident{ID: keepiton.NewIncidentID(2022, n), State: keepiton.Published, Causes: []string{"protests"}}
		edit(&inc)
		return &keepiton.Revision{N: 2, Recorded: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), Edition: edition, Incident: inc}
	}
	same := func(*keepiton.Incident) {}
	cause := func(i *keepiton.Incident) { i.Causes = []string{"conflict"} }
	pairs := [][2]*keepiton.Revision{
		{rev(1, "2023", same), rev(1, "2024", cause)},
		{rev(2, "2023", same), rev(2, "2024", func(i *keepiton.Incident) { cause(i); i.GovAck = keepiton.Yes })},
		{rev(3, "2023", same), rev(3, "2024", func(i *keepiton.Incident) { i.NotListed = "2024" })},
		{nil, rev(4, "2024", same)},
		{rev(5, "2023", same), rev(5, "2024", same)},
	}
	years := map[keepiton.IncidentID][]int{"KIO-2022-0001": {2022, 2023}, "KIO-2022-0002": {2022}, "KIO-2022-0003": {2022}, "KIO-2022-0004": {2023}}
	var lines []string
	got, err := SummarizeChanges(years, func(yield func(before, after *keepiton.Revision) error) error {
		for _, p := range pairs {
			if err := yield(p[0], p[1]); err != nil {
				return err
			}
		}
		return nil
	}, func(l ChangeLine) error {
		lines = append(lines, strings.TrimSpace(fmt.Sprintln(l.ID, l.Years, l.Field, l.From, l.To, l.Edition)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []YearChanges{
		{Year: 2022, Changed: 3, Removed: 1, Fields: []FieldChanges{{"causes", 2, 0}, {"gov_ack", 1, 1}, {"not_listed", 1, 1}}},
		{Year: 2023, Changed: 1, Added: 1, Fields: []FieldChanges{{"causes", 1, 0}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	wantLines := []string{
		"KIO-2022-0001 [2022 2023] causes [protests] [conflict] 2024",
		"KIO-2022-0002 [2022] causes [protests] [conflict] 2024",
		"KIO-2022-0002 [2022] gov_ack [] [yes] 2024",
		"KIO-2022-0003 [2022] not_listed [] [2024] 2024",
		"KIO-2022-0004 [2023] incident [] [added] 2024",
	}
	if !reflect.DeepEqual(lines, wantLines) {
		t.Errorf("got  %q\nwant %q", lines, wantLines)
	}
}

func TestYearsComeFromTheSheetElseFromWhenItWasActive(t *testing.T) {
	sheet := lasting("Full network", keepiton.Published, keepiton.Episode{Start: keepiton.On(2015, 1, 1)})
	sheet.ID, sheet.Rows = "KIO-2015-0001", []RowCase{{Year: 2017}, {Year: 2016}, {Year: 2017}}
	person := lasting("Full network", keepiton.Withdrawn, keepiton.Episode{Start: keepiton.On(2021, 12, 31), End: until(keepiton.On(2022, 1, 1))})
	person.ID = "KIO-2021-0001"
	got, err := CountYears(asOf, these(sheet, person))
	want := map[keepiton.IncidentID][]int{"KIO-2015-0001": {2016, 2017}, "KIO-2021-0001": {2021, 2022}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
}

func TestChangesNeverNameAConfidentialSource(t *testing.T) {
	rev := func(confidential bool) *keepiton.Revision {
		return &keepiton.Revision{Incident: keepiton.Incident{
			ID: "KIO-2022-0001", State: keepiton.Published, Summary: "Told by a.person.of.trust at the border",
			Sources: []keepiton.Source{{ID: "s1", Kind: "partner", Words: "a.person.of.trust", Confidential: confidential}},
		}}
	}
	for _, l := range Compare(rev(false), rev(true)) {
		if text := fmt.Sprint(l.From, l.To); strings.Contains(text, "trust") {
			t.Errorf("%s shows %s", l.Field, text)
		}
	}
}

func TestDraftsStayOutOfTheChanges(t *testing.T) {
	rev := func(state keepiton.State) *keepiton.Revision {
		return &keepiton.Revision{Incident: keepiton.Incident{ID: "KIO-2022-0001", State: state}}
	}
	if got := Compare(rev(keepiton.Draft), rev(keepiton.InReview)); got != nil {
		t.Errorf("got %v", got)
	}
	if got := Compare(rev(keepiton.Draft), rev(keepiton.Published)); len(got) != 1 || got[0].Field != FieldIncident {
		t.Errorf("got %v", got)
	}
}
