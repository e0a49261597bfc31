package detect

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"keepiton"
)

// rows reads a real CSV.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("../../shared/data", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL SERIES ARE MISSING: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// iran2026 is what IODA had of Iran from 2025-12-01 to 2026-01-10.
func iran2026(t testing.TB) map[string]keepiton.Series {
	t.Helper()
	all := rows(t, "ioda/iran-2026-01/ioda-iran-2025-12-01_2026-01-10-normalized.csv")
	from, err := time.Parse(time.DateTime, all[1][0])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]keepiton.Series{}
	for col, metric := range map[int]string{1: "gtr", 2: "merit-nt", 3: "bgp", 4: "ping-slash24"} {
		s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "ioda", Metric: metric, Entity: keepiton.Entity{Country: "IR"}}, From: from.UTC(), Step: 30 * time.Minute}
		for _, row := range all[1:] {
			var b keepiton.Bin
			if v, err := strconv.ParseFloat(row[col], 64); err == nil {
				b = keepiton.Bin{Value: v, State: keepiton.Present}
			}
			s.Bins = append(s.Bins, b)
		}
		out[metric] = s
	}
	return out
}

func iodaMetric(name string) keepiton.Metric {
	m := keepiton.Metric{Feed: "ioda", Name: name, Family: keepiton.DataPlane}
	switch name {
	case "bgp":
		m.Family = keepiton.ControlPlane
	case "gtr", "merit-nt":
		m.Family, m.Season = keepiton.Users, keepiton.HourOfWeek
	}
	return m
}

func TestIran2026(t *testing.T) {
	for name, s := range iran2026(t) {
		for _, sig := range Signals(&s, iodaMetric(name)) {
			t.Logf("%s: onset %s..%s end %s first %s depth %.2f logLR %.1f witness %+v", name, sig.Onset.From.Format("01-02 15:04"), sig.Onset.To.Format("15:04"), sig.End.From.Format("01-02 15:04"), sig.First.Format("01-02 15:04"), sig.Depth, sig.LogLR, sig.Witness)
		}
	}
}
