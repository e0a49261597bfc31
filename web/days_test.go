package web

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"keepiton/count"
)

func TestTrendsNeverAddDaysOfDifferentKinds(t *testing.T) {
	s, _ := sampleSite(t)
	_, section, found := strings.Cut(get(t, s, "/en/trends").Body.String(), `id="days"`)
	if !found {
		t.Fatal("the page does not say how long")
	}
	if strings.Contains(section, "<tfoot") {
		t.Error("days have a total")
	}
	for _, want := range []string{"Full network", "Certain services only", "Throttling", "inclusive-days"} {
		if !strings.Contains(strings.ToLower(section), strings.ToLower(want)) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestCorrectionsAreThoseOfTheCommand(t *testing.T) {
	s, _ := sampleSite(t)
	const query = "?from=2024-01-01&to=2026-07-01"
	var report count.ChangeReport
	if err := json.Unmarshal(get(t, s, "/en/corrections.json"+query).Body.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	csv := get(t, s, "/en/corrections.csv"+query).Body.String()
	if !strings.HasPrefix(csv, "id,years,field,from,to,recorded,edition\n") || len(report.Changes) == 0 || len(report.Years) == 0 {
		t.Fatalf("csv %.60q, %d changes, %d years", csv, len(report.Changes), len(report.Years))
	}
	if strings.Contains(csv, "name known to the desk") {
		t.Error("a confidential source is named")
	}
	page := get(t, s, "/en/corrections"+query).Body.String()
	for _, y := range report.Years {
		for _, f := range y.Fields {
			if f.Rewritten() > 0 && !strings.Contains(page, "year="+strconv.Itoa(y.Year)) {
				t.Errorf("%d is not on the page", y.Year)
			}
		}
	}
}
