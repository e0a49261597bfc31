package evaluate

import (
	"math"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
)

var day0 = time.Date(2021, 2, 10, 0, 0, 0, 0, time.UTC)

func span(country string, from, to float64) Stretch {
	s := Stretch{Country: country, From: day0.Add(time.Duration(from * float64(time.Hour)))}
	if to > 0 {
		s.To = day0.Add(time.Duration(to * float64(time.Hour)))
	}
	return s
}

func TestMatchIsOneToOneByTheTimeInCommon(t *testing.T) {
	truth := []True{
		{Stretch: span("TD", 10, 20), Size: "country"},
		{Stretch: span("TD", 10.25, 12), Size: "country"},
		{Stretch: span("TG", 10, 20), Size: "country"},
		{Stretch: span("GA", 0, 24), Size: "country", Day: true},
		{Stretch: span("ML", 10, 20), Size: "region", Day: false},
	}
	alarms := []Alarm{
		{Stretch: span("TD", 10.1, 12)}, // the second, although it overlaps the first as well
		{Stretch: span("TD", 10, 19)},   // the first
		{Stretch: span("TD", 10.2, 18)}, // a third of the same: none is left
		{Stretch: span("TG", 10.6, 20)}, // begins too late
		{Stretch: span("GA", 30, 40)},   // six hours after the day, and without overlap
		{Stretch: span("GA", 23, 40)},   // in the day
		{Stretch: span("ML", 10, 20)},   // the whole country finds its region
		{Stretch: Stretch{Country: "TG", Region: "TG-M", From: truth[2].From, To: truth[2].To}}, // a region is not the country
	}
	got := Match(truth, alarms)
	want := map[int]int{0: 1, 1: 0, 3: 5, 4: 6}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for _, p := range got {
		if want[p.True] != p.Alarm {
			t.Errorf("truth %d by alarm %d, want %d", p.True, p.Alarm, want[p.True])
		}
	}
	if p := got[0]; math.Abs(p.IoU-0.9) > 1e-9 || p.Off != 0 {
		t.Errorf("%+v: nine hours of ten in common", p)
	}
}

func TestDetectCountsWhatWasFoundAndWhatWasNot(t *testing.T) {
	cover := Cover{}
	for _, country := range []string{"TD", "TG"} {
		bins := make([]keepiton.Bin, 24*61)
		for i := range bins {
			bins[i].State = keepiton.Present
		}
		cover.Add(&keepiton.Series{SeriesKey: keepiton.SeriesKey{Entity: keepiton.Entity{Country: country}}, From: day0.AddDate(0, 0, -30), Step: time.Hour, Bins: bins})
	}
	// A year later, for a week: the year between is not covered.
	cover.Add(&keepiton.Series{SeriesKey: keepiton.SeriesKey{Entity: keepiton.Entity{Country: "TD"}}, From: day0.AddDate(1, 0, 0), Step: 24 * time.Hour, Bins: slices.Repeat([]keepiton.Bin{{State: keepiton.Present}}, 7)})
	truth := []True{
		{Stretch: Stretch{Country: "TD", From: day0.AddDate(0, 6, 0)}, Size: "country", Network: "all", Shut: true},
		{Stretch: span("TD", 10, 20), Size: "country", Network: "all", Shut: true},
		{Stretch: span("TG", 10, 20), Size: "country", Network: "mobile"},
		{Stretch: span("GA", 10, 20), Size: "country", Network: "all"}, // no series
	}
	ours := []Alarm{
		{Stretch: span("TD", 10, 20), At: day0.Add(10*time.Hour + 20*time.Minute), P: 0.9, Intent: 0.8, Claimed: true, Shutdown: true},
		{Stretch: span("TD", 40, 50), At: day0.Add(40 * time.Hour), P: 0.7, Intent: 0.6, Claimed: true, Shutdown: true},
		{Stretch: span("TD", 90, 91), P: 0.1, Intent: detect.NotKnown},
	}
	d := Detect(cover, 2, truth, ours, nil)
	if d.Truth != 2 || d.Unseen != 2 || math.Abs(d.CountryMonths-(2*60+6)/30.4375) > 1e-3 {
		t.Errorf("truth %d, unseen %d, months %v", d.Truth, d.Unseen, d.CountryMonths)
	}
	k := d.Detectors[0]
	if k.Alarms != 2 || k.Matched != 1 || k.WithinDay != 1 || k.Recall.Value != 0.5 || k.Precision.Value != 0.5 || *k.DelayMedian != 20 || *k.IoU != 1 {
		t.Errorf("%+v", k)
	}
	if want := rounded(1 / cover.months()); k.FalseAlarms != want || k.FalseShut != want {
		t.Errorf("%v and %v false alarms in a country and month, want %v", k.FalseAlarms, k.FalseShut, want)
	}
	if len(k.ByNetwork) != 2 || k.ByNetwork[1].Name != "mobile" || k.ByNetwork[1].Found != 0 {
		t.Errorf("by network: %+v", k.ByNetwork)
	}
	if k.Disruption == nil || math.Abs(k.Disruption.Brier.Value-rounded((0.01+0.49+0.01)/3)) > 1e-9 {
		t.Errorf("P(disruption): %+v", k.Disruption)
	}
	if p := d.Detectors[1]; p.Name != "persistence" || p.Matched != 0 || p.Alarms != 2 {
		t.Errorf("persistence: %+v", p)
	}
}

func TestTruthsTakeEachDisruptionOnce(t *testing.T) {
	claims := []Claim{
		{Country: "TD", From: day0, To: day0.AddDate(0, 0, 2), Full: true, National: true, Wide: true, Network: "mobile"},
		{Country: "TD", From: day0.AddDate(0, 1, 0), Full: true, Wide: true, Network: "all"},
		{Country: "TD", From: day0.AddDate(0, 2, 0), National: true},
	}
	got := Truths([]Event{{Country: "TD", Scope: National, From: day0.Add(10 * time.Hour)}, {Country: "IR", Scope: Network, Part: "44244", From: day0}}, claims)
	if len(got) != 3 || got[0].ASN != 44244 || !got[1].Shut || got[1].Day || !got[2].Day || got[2].Size != "region" {
		t.Errorf("%+v", got)
	}
}
