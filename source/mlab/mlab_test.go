package mlab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/source"
)

func decode(t testing.TB, name, text string) (map[string][]keepiton.Measurement, source.Summary, error) {
	t.Helper()
	out := map[string][]keepiton.Measurement{}
	sum, err := Decode(context.Background(), strings.NewReader(text), source.Options{Name: name}, func(m keepiton.Measurement) error {
		out[m.SeriesKey.String()] = append(out[m.SeriesKey.String()], m)
		return nil
	})
	return out, sum, err
}

func TestEveryMonthOfTheBarometerIsRead(t *testing.T) {
	files, err := filepath.Glob("../../../shared/data/mlab/iqb/*.json")
	if err != nil || len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no files", err)
		}
		t.Skip("REAL DATA ARE MISSING")
	}
	bins := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, sum, err := decode(t, file, string(data))
		if err != nil || sum.Records != 1 || sum.Defects() != 0 {
			t.Errorf("%s: %+v, %v", file, sum, err)
		}
		bins += int(sum.Measurements)
		if filepath.Base(file) == "ir_2025_10.json" {
			m := got["mlab/download-month/country/IR"][0]
			if m.Value != 9.235704895226206 || m.N != 6747 || !m.At.Equal(time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)) || got["mlab/upload-month/country/IR"][0].N != 5048 || got["mlab/rtt-month/country/IR"][0].Value != 208.005 || got["mlab/loss-month/country/IR"][0].Value != 0.004264776933597652 {
				t.Errorf("Iran, October 2025: %+v", got)
			}
		}
	}
	// Of one month a country had fewer than ten tests.
	if len(files) != 136 || bins != 540 {
		t.Errorf("%d files, %d bins", len(files), bins)
	}
}

func TestDaysWithoutATestAreDaysWithNone(t *testing.T) {
	got, sum, err := decode(t, "days.csv", "date,country,asn,tests,download_mbps,loss\n2026-01-07,IR,,900,9.5,0.01\n2026-01-08,IR,,4,3,\n2026-01-07,IR,AS44244,50,8,\n2026-01-08,ZZ,,4,3,\n2026-01-08,IR,,4,3,\nsoon,IR,,1,1,\n2026-01-09,IR,,20,fast,\n")
	if err != nil || sum.Records != 7 || sum.Skipped["unknown_entity"] != 1 || sum.Skipped["twice"] != 1 || sum.Skipped["bad_time"] != 1 || sum.Skipped["bad_value"] != 1 {
		t.Fatalf("%+v, %v", sum, err)
	}
	say := func(key string) (s string) {
		for _, m := range got[key] {
			s += fmt.Sprintf("%s %g of %d; ", m.At.Format("02"), m.Value, m.N)
		}
		return s
	}
	for key, want := range map[string]string{
		"mlab/tests/country/IR": "07 900 of 900; 08 4 of 4; 09 20 of 20; ", "mlab/tests/geoasn/44244-IR": "07 50 of 50; 08 0 of 0; 09 0 of 0; ",
		"mlab/download/country/IR": "07 9.5 of 900; ", "mlab/loss/country/IR": "07 0.01 of 900; ", "mlab/download/geoasn/44244-IR": "07 8 of 50; ",
	} {
		if say(key) != want {
			t.Errorf("%s: %s, want %s", key, say(key), want)
		}
	}
	for text, says := range map[string]string{"date,country\n": `no column "tests"`, "": "empty", `{"metrics":{}}`: "which country and month"} {
		if _, _, err := decode(t, "file", text); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, sum, err := decode(t, "ir_2025_10.json", `{"sample_counts":{"downloads":67,"uploads":50},"metrics":{"download_throughput_mbps":{"p50":9`); err != nil || sum.Skipped["cut_json"] != 1 || sum.Measurements != 0 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestThrottlingIsSeenInThroughput makes the first months of what Anderson measured of
// Iran from 30 November 2011 on (notes/detection.md 2.4): download falls by 77 %, and
// stays so. Day to day it scatters by a tenth.
func TestThrottlingIsSeenInThroughput(t *testing.T) {
	begin := time.Date(2011, 10, 1, 0, 0, 0, 0, time.UTC)
	text := "date,country,tests,download_mbps\n"
	for i := range 120 {
		at := begin.AddDate(0, 0, i)
		v := 0.60 * (1 + 0.1*float64((i*7)%11-5)/5)
		if !at.Before(time.Date(2011, 11, 30, 0, 0, 0, 0, time.UTC)) {
			v *= 0.23
		}
		text += fmt.Sprintf("%s,IR,%d,%.3f\n", at.Format(time.DateOnly), 300+i%7*10, v)
	}
	got, _, err := decode(t, "days.csv", text)
	if err != nil {
		t.Fatal(err)
	}
	for metric, want := range map[string]int{"download": 1, "tests": 0} {
		m, _ := Feed.Metric(metric)
		s := keepiton.Series{From: begin, Step: day}
		for _, one := range got["mlab/"+metric+"/country/IR"] {
			s.Bins = append(s.Bins, one.Bin)
		}
		found := detect.Signals(&s, m)
		if len(found) != want {
			t.Fatalf("%s: %+v", metric, found)
		}
		if want == 1 && (found[0].Onset.To.Format(time.DateOnly) != "2011-12-01" || found[0].Depth < 0.7 || !found[0].End.IsZero()) {
			t.Errorf("%+v", found[0])
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("date,country,asn,tests,download_mbps,loss\n2026-01-07,IR,,900,9.5,0.01\n2026-01-08,IR,44244,4,3,\n"))
	f.Add([]byte(`{"sample_counts":{"downloads":67,"uploads":50},"metrics":{"download_throughput_mbps":{"p50":9}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = Decode(context.Background(), bytes.NewReader(data), source.Options{Name: "ir_2025_10.json"}, func(m keepiton.Measurement) error {
			if m.Value < 0 || m.Step != day || m.At.Unix()%86400 != 0 {
				t.Fatalf("%+v", m)
			}
			return nil
		})
	})
}
