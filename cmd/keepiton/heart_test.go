package main

import (
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/sqlite"
)

// TestSilenceOfAProbeIsNoughtAndThatOfTheServerIsAGap: the server listens from 9:40 to
// 13:20, away from 11 to 12; heartbeats come at 10 and 12.
func TestSilenceOfAProbeIsNoughtAndThatOfTheServerIsAGap(t *testing.T) {
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "series.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	at := func(clock string) time.Time {
		m, err := time.Parse(time.DateTime, "2026-11-26 "+clock)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	h := &heart{series: st}
	h.now = func() time.Time { return at("09:50:11") }
	for range 3 {
		if err := h.beat(t.Context(), "XG", "mobile"); err != nil {
			t.Fatal(err)
		}
	}
	h.now = func() time.Time { return at("12:59:59") }
	if err := h.beat(t.Context(), "XG", ""); err != nil {
		t.Fatal(err)
	}
	for _, span := range [][2]string{{"09:40:00", "10:01:00"}, {"09:40:00", "11:02:00"}, {"11:30:00", "13:20:00"}, {"13:00:00", "15:00:00"}, {"14:20:00", "14:30:00"}} {
		h.since, h.now = at(span[0]), func() time.Time { return at(span[1]) }
		if err := h.listened(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := st.Range(t.Context(), keepiton.SeriesKey{Feed: "probe", Metric: "heartbeats", Entity: keepiton.Entity{Country: "XG"}}, at("09:00:00"), at("16:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		value float64
		n     uint32
		state keepiton.BinState
	}{{3, 3, keepiton.Present}, {0, 0, keepiton.Present}, {0, 0, keepiton.Silent}, {1, 1, keepiton.Present}, {0, 0, keepiton.Present}, {0, 0, keepiton.Present}, {0, 0, keepiton.Silent}}
	for i, w := range want {
		if b := got.Bins[i]; b.Value != w.value || b.N != w.n || b.State != w.state {
			t.Errorf("%s: %v of %d, %s; want %+v", got.At(i).Format("15:04"), b.Value, b.N, b.State, w)
		}
	}
	for one, err := range st.Scan(t.Context(), series.Filter{Metric: "heartbeats", Entity: keepiton.Entity{Country: "XG", Access: "mobile"}}, at("09:00:00"), at("10:00:00")) {
		if err != nil || one.Bins[0].Value != 3 {
			t.Errorf("%+v %v", one, err)
		}
	}
}
