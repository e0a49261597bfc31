package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

// rawValue stands in series and signals of a feed that is not open, and nowhere else.
const rawValue = 777123.25

// measuredHere is a data folder with series of an open and of a closed feed, and one
// disruption of both.
func measuredHere(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s := settings{Data: dir}
	st, err := openStore(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	kept, err := openSeries(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	iran := keepiton.Entity{Country: "IR"}
	end := time.Now().UTC().Truncate(time.Hour)
	var all []keepiton.Measurement
	d := keepiton.Disruption{ID: "KID-20260108T1630-IR", Entity: iran, Onset: keepiton.Interval{From: end.Add(-6 * time.Hour), To: end.Add(-5 * time.Hour)}, Depth: 0.9}
	for _, feed := range []struct{ name, metric string }{{"bgp", "v4"}, {"ioda", "ping-slash24"}} {
		key := keepiton.SeriesKey{Feed: feed.name, Metric: feed.metric, Entity: iran}
		for h := range 9 * 24 {
			b := keepiton.Bin{Value: 5000, N: 40, State: keepiton.Present}
			if feed.name == "ioda" {
				b.Value = rawValue
			}
			if h >= 9*24-6 {
				b.Value /= 10
			}
			all = append(all, keepiton.Measurement{SeriesKey: key, At: end.Add(time.Duration(h-9*24) * time.Hour), Step: time.Hour, Bin: b})
		}
		last := all[len(all)-1].Value
		d.Signals = append(d.Signals, keepiton.Signal{Series: key, Onset: d.Onset, Depth: 0.9, LogLR: 8, Witness: keepiton.Witness{At: end.Add(-time.Hour), Value: last, Baseline: 10 * last, N: 40}})
	}
	d.Verdicts = []keepiton.Verdict{{At: end.Add(-5 * time.Hour), Stage: keepiton.AtOnset, State: keepiton.LikelyShutdown, Disruption: 0.97, Intentional: 0.8, Sources: []string{"bgp", "ioda"}, Rules: "r", Geolocation: "g"}}
	if err := kept.Put(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := st.KeepDisruption(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return dir
}

// raw finds the marked value, however it is written.
func raw(data []byte) string {
	for _, text := range []string{"777123", "777,123", "77712.3", "77,712", "7.77123"} {
		if bytes.Contains(data, []byte(text)) {
			return text
		}
	}
	return ""
}

func TestDisruptionsAreExportedWithCreditAndWithoutValuesOfClosedFeeds(t *testing.T) {
	dir := measuredHere(t)
	rows, err := csv.NewReader(strings.NewReader(mustRun(t, exitGood, "export", "signals", "-o", "-", "--data", dir, "--base-url", "https://keepiton.example"))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	line := strings.Join(rows[1], "|")
	for _, want := range []string{"KID-20260108T1630-IR", "likely_shutdown", "https://keepiton.example/signals/KID-20260108T1630-IR", "all rights reserved", "ris.ripe.net", "|no|"} {
		if !strings.Contains(line, want) {
			t.Errorf("the line lacks %q: %s", want, line)
		}
	}
	file := filepath.Join(t.TempDir(), "signals.json")
	mustRun(t, exitGood, "export", "signals", "-o", file, "--data", dir, "--country", "IR")
	if data := read(t, file); raw(data) != "" || !bytes.Contains(data, []byte(`"value":500`)) || !bytes.Contains(data, []byte(`"share_of_expected":0.1`)) {
		t.Errorf("value of a closed feed %q, or the one of the open feed is not there: %s", raw(data), data)
	}
	mustRun(t, exitGood, "export", "signals", "-o", file, "--data", dir, "--country", "SD")
	if data := read(t, file); bytes.Contains(data, []byte("KID-")) {
		t.Error("the filter by country does not filter")
	}
	mustRun(t, exitUsage, "export", "signals", "-o", file, "--data", dir, "--cause", "elections")
}

// TestNoValueOfAClosedFeedTravels looks into every file of a package and of a copy of
// the site.
func TestNoValueOfAClosedFeedTravels(t *testing.T) {
	if testing.Short() {
		t.Skip("a copy of the site")
	}
	dir := measuredHere(t)
	out := filepath.Join(t.TempDir(), "copy")
	mustRun(t, exitGood, "export", "site", "-o", out, "--data", dir, "--lang", "en")
	seen := 0
	err := filepath.WalkDir(out, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data := read(t, name)
		if text := raw(data); text != "" {
			t.Errorf("%s holds %s, a value of a feed that is not open", name, text)
		}
		if bytes.Contains(data, []byte("KID-20260108T1630-IR")) {
			seen++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"en/signals.html", "en/signals/KID-20260108T1630-IR.html", "en/signals/KID-20260108T1630-IR-charts.html", "en/feeds.html", "data/signals.csv", "data/signals.json", "en/countries/IR-charts.html"} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil && name != "en/countries/IR-charts.html" { // the record has no page of a country without incidents
			t.Error(err)
		}
	}
	if seen < 4 {
		t.Errorf("the disruption stands in %d files", seen)
	}
	if loose, _ := looseEnds(t, out); len(loose) > 0 {
		t.Errorf("links that lead nowhere: %v", loose[:min(5, len(loose))])
	}
	zip := filepath.Join(t.TempDir(), "record.zip")
	mustRun(t, exitGood, "export", "json", "-o", zip, "--data", dir)
	if out := mustRun(t, exitGood, "verify", zip); !strings.Contains(out, "All of it fits") {
		t.Errorf("verify: %s", out)
	}
	if locale.For("en").T("pack.signals") == "pack.signals" {
		t.Error("the README does not explain the file")
	}
}
