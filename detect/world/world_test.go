package world

import (
	"math"
	"reflect"
	"testing"
	"time"

	"keepiton"
)

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func all(w *World) map[string]keepiton.Series {
	out := map[string]keepiton.Series{}
	for s := range w.Series() {
		out[s.String()] = s
	}
	return out
}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	make := func(seed uint64) map[string]keepiton.Series {
		w := New(day, 3)
		w.Seed = seed
		w.Countries = []Country{NewCountry("XB")}
		return all(w)
	}
	if a, b := make(5), make(5); !reflect.DeepEqual(a, b) || len(a) < 15 {
		t.Errorf("%d and %d series", len(a), len(b))
	}
	if reflect.DeepEqual(make(5), make(6)) {
		t.Error("another seed makes the same noise")
	}
}

// TestWhatFallsInANetworkFallsInItsCountry holds the arithmetic of the world.
func TestWhatFallsInANetworkFallsInItsCountry(t *testing.T) {
	w := New(day, 2)
	c := NewCountry("XB")
	w.Countries = []Country{c}
	noon := day.Add(36 * time.Hour)
	w.Events = []Event{
		{What: Fall, From: noon, To: noon.Add(time.Hour), Level: 0.2, ASNs: []keepiton.ASN{c.Networks[0].ASN}, Over: 20 * time.Minute},
		{What: Down, From: noon.Add(3 * time.Hour), To: noon.Add(4 * time.Hour), Metrics: []string{"v4"}},
	}
	got := all(w)
	at := func(name string, when time.Time) keepiton.Bin {
		s, ok := got[name]
		if !ok {
			t.Fatalf("no %s", name)
		}
		return s.Bins[int(when.Sub(s.From)/s.Step)]
	}
	for when, left := range map[time.Time]float64{noon.Add(-time.Hour): 1, noon.Add(30 * time.Minute): 1 - 0.8*0.45, noon.Add(2 * time.Hour): 1} {
		if v := at("bgp/v4/country/XB", when).Value; math.Abs(v/4000-left) > 0.02 {
			t.Errorf("%s: %v, want %v of 4000", when, v, left)
		}
	}
	if v := at("ioda/ping-slash24/geoasn/"+asn(c, 0)+"-XB/mobile", noon.Add(30*time.Minute)).Value; math.Abs(v/(0.6*4000*0.45*0.2)-1) > 0.1 {
		t.Errorf("hosts of the network: %v", v)
	}
	if v := at("bgp/v4/asn/"+asn(c, 1)+"/fixed", noon.Add(30*time.Minute)).Value; math.Abs(v/(4000*0.35)-1) > 0.02 {
		t.Errorf("another network: %v", v)
	}
	if b := at("bgp/v4/country/XB", noon.Add(3*time.Hour+5*time.Minute)); b.State != keepiton.SourceDown || b.Has() {
		t.Errorf("source down: %+v", b)
	}
	if b := at("bgp/v6/country/XB", noon.Add(3*time.Hour+5*time.Minute)); !b.Has() {
		t.Errorf("another metric: %+v", b)
	}
}

func TestWhatMovesIsCountedElsewhere(t *testing.T) {
	w := New(day, 2)
	b, d := NewCountry("XB"), NewCountry("XD")
	w.Countries = []Country{b, d}
	noon := day.Add(36 * time.Hour)
	w.Events = []Event{{What: Move, From: noon, Level: 0.5, Countries: []string{"XB"}, Into: "XD", Metrics: []string{"v4"}}}
	got := all(w)
	last := func(name string) float64 { s := got[name]; return s.Bins[len(s.Bins)-1].Value }
	if here, there, whole := last("bgp/v4/country/XB"), last("bgp/v4/country/XD"), last("bgp/v4/asn/"+asn(b, 0)+"/mobile"); math.Abs(here/2000-1) > 0.03 || math.Abs(there/6000-1) > 0.03 || math.Abs(whole/1800-1) > 0.03 {
		t.Errorf("here %v, there %v, the network as a whole %v", here, there, whole)
	}
}

func asn(c Country, i int) string { return c.Networks[i].ASN.String()[2:] }

func TestPeopleSleepAtNightByTheirOwnClock(t *testing.T) {
	zone := time.FixedZone("east", 6*3600)
	if evening, night := rhythm(time.Date(2026, 3, 4, 14, 0, 0, 0, time.UTC), zone), rhythm(time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC), zone); evening < 0.99 || night > 0.36 {
		t.Errorf("evening %v, night %v", evening, night)
	}
}
