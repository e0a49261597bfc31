package google

import (
	"bytes"
	"context"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/source"
	"keepiton/source/sourcetest"
)

func decode(t testing.TB, r io.Reader, entity string) ([]keepiton.Measurement, source.Summary, error) {
	t.Helper()
	e, err := keepiton.ParseEntity(entity)
	if err != nil {
		t.Fatal(err)
	}
	var all []keepiton.Measurement
	sum, err := Decode(context.Background(), r, source.Options{Name: "file", Entity: e}, func(m keepiton.Measurement) error {
		all = append(all, m)
		return nil
	})
	return all, sum, err
}

func real(t testing.TB, name string) io.Reader {
	t.Helper()
	return bytes.NewReader(sourcetest.Real(t, "google-transparency", name))
}

// TestTwoStepsOfOneTimeAreOne compares weeks of 2024 of which there are means of two hours
// in one file and of three in an answer. That they agree shows that a time is the end of
// its mean, and that the scale is not that of the answer.
func TestTwoStepsOfOneTimeAreOne(t *testing.T) {
	csv, sum, err := decode(t, real(t, "RU.csv"), "country/RU/youtube")
	if err != nil || sum.Records != 25760 || sum.Defects() != 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	answer, sum, err := decode(t, real(t, "raw_api_response_example.txt"), "country/RU/youtube")
	if err != nil || sum.Records != 336 || sum.Defects() != 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	// The two have an edge in common every six hours, from 22:00.
	quarters := func(all []keepiton.Measurement, shift time.Duration) map[int64]float64 {
		sums, count := map[int64]float64{}, map[int64]int{}
		for _, m := range all {
			if m.Metric != "fraction-2h" || m.Step != 2*time.Hour {
				t.Fatalf("%+v", m)
			}
			at := (m.At.Add(shift).Unix() - 22*3600) / (6 * 3600)
			sums[at] += m.Value / 3
			count[at]++
		}
		for at, n := range count {
			if n != 3 {
				delete(sums, at)
			}
		}
		return sums
	}
	apart := func(a, b map[int64]float64) (n int, off float64) {
		var all float64
		for at, v := range a {
			if w, ok := b[at]; ok {
				n, off, all = n+1, off+math.Abs(v-w), all+v
			}
		}
		return n, off / all
	}
	n, off := apart(quarters(csv, 0), quarters(answer, 0))
	_, shifted := apart(quarters(csv, 2*time.Hour), quarters(answer, 2*time.Hour))
	t.Logf("%d bins and %d; %d quarters of days in common, %.2f %% apart", len(csv), len(answer), n, 100*off)
	if len(csv) != 25680 || n < 150 || off > 0.01 {
		t.Errorf("%d quarters of days in common, %.2f %% apart", n, 100*off)
	}
	// Had the times been beginnings, the edges would lie elsewhere.
	if shifted < 3*off {
		t.Errorf("shifted by a step they are only %.2f %% apart", 100*shifted)
	}
}

// TestYouTubeFellInRussiaAndNeverInTheNetherlands looks for signals in six years of both.
func TestYouTubeFellInRussiaAndNeverInTheNetherlands(t *testing.T) {
	m, _ := Feed.Metric("fraction-2h")
	for country, want := range map[string]int{"RU": 1, "NL": 0} {
		all, _, err := decode(t, real(t, country+".csv"), "country/"+country+"/youtube")
		if err != nil {
			t.Fatal(err)
		}
		last := all[len(all)-1].At
		s := keepiton.Series{SeriesKey: all[0].SeriesKey, From: all[0].At, Step: coarse, Bins: make([]keepiton.Bin, last.Sub(all[0].At)/coarse+1)}
		for _, one := range all {
			s.Bins[one.At.Sub(s.From)/coarse] = one.Bin
		}
		found := detect.Signals(&s, m)
		if len(found) != want {
			t.Errorf("%s: %+v", country, found)
		}
		for _, f := range found {
			if f.Onset.From.Format(time.DateOnly) != "2024-08-08" || f.Depth < 0.5 {
				t.Errorf("%s: %+v", country, f)
			}
		}
	}
}

func TestAnswersOfAnyStepFillBins(t *testing.T) {
	// Half hours: one bin each, before its time; a hole leaves a hole.
	got, sum, err := decode(t, strings.NewReader(")]}'\n\n"+`[["tr.atsr",[[1704069000000,[[null,5]]],[1704070800000,[[null,6]]],[1704074400000,[[null,8]]],[1704076200000,[[null,9]]],[1704078000000,[[null,null]]],[-5,[[null,1]]],"x"],null,[0,1]]]`), "country/KE/youtube")
	if err != nil || len(got) != 4 || sum.Skipped["bad_value"] != 2 || sum.Skipped["bad_time"] != 1 {
		t.Fatalf("%+v, %+v, %v", got, sum, err)
	}
	for i, want := range []struct {
		at    string
		value float64
	}{{"2024-01-01T00:00:00Z", 5}, {"2024-01-01T00:30:00Z", 6}, {"2024-01-01T01:30:00Z", 8}, {"2024-01-01T02:00:00Z", 9}} {
		if m := got[i]; m.SeriesKey.String() != "google/fraction/country/KE/youtube" || m.At.Format(time.RFC3339) != want.at || m.Value != want.value {
			t.Errorf("%+v, want %+v", m, want)
		}
	}
	// An hour and a half: a bin of two hours is the mean of what it shares with each.
	got, _, err = decode(t, strings.NewReader("date and time,value\n2025-01-01 01:30:00.000,3\n2025-01-01 03:00:00.000,7\n2025-01-01 04:30:00.000,1\nsoon,2\n"), "country/KE/youtube")
	if err != nil || len(got) != 2 || got[0].Value != (3*90+7*30)/120. || got[1].Value != (7*60+1*60)/120. {
		t.Errorf("%+v, %v", got, err)
	}
	if got, sum, err := decode(t, strings.NewReader("time,value\n2025-01-01 00:00:00,3\n2025-01-02 00:00:00,7\n"), "country/KE/youtube"); err != nil || len(got) != 0 || sum.Skipped["coarse_step"] != 2 {
		t.Errorf("days: %+v, %+v, %v", got, sum, err)
	}
}

func TestWhatIsNoFileOfGooglesIsSaid(t *testing.T) {
	for text, entity := range map[string]string{"time,value\n": "country/KE", ")]}'\n[[\"x\"]]": "country/KE/youtube", "": "country/KE/youtube", "a,b,c\n": "country/KE/youtube", ")]}'\nsorry": "country/KE/youtube"} {
		if _, _, err := decode(t, strings.NewReader(text), entity); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	got, sum, err := decode(t, strings.NewReader(")]}'\n"+`[["tr.atsr",[[1704069000000,[[null,5]]],[1704070800000,[[null,6]]],[17040`), "country/KE/youtube")
	if err != nil || len(got) != 2 || sum.Skipped["cut_json"] != 1 {
		t.Errorf("cut: %+v, %+v, %v", got, sum, err)
	}
}

func TestAWeekIsAskedForAtATime(t *testing.T) {
	p := source.Period{From: time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 12, 6, 0, 0, 0, time.UTC), Entity: keepiton.Entity{Country: "IR", Service: "youtube"}, Base: "http://127.0.0.1:1"}
	got, err := Layout(p)
	if err != nil || len(got) != 1 || got[0].URL != "http://127.0.0.1:1/traffic/fraction?end=1768197600000&product=21&region=IR&start=1767830400000" || got[0].Name != "IR/youtube/20260108.txt" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Decode(context.Background(), strings.NewReader("time,value\n"), source.Options{Name: "feeds/google/" + got[0].Name}, nil); err != nil {
		t.Errorf("its name says of what it is: %v", err)
	}
	p.Entity.Service = ""
	if both, err := Layout(p); err != nil || len(both) != 2 || both[0].Name != "IR/search/20260108.txt" {
		t.Errorf("%+v, %v", both, err)
	}
	p.Entity.Service = "rain"
	if _, err := Layout(p); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(")]}'\n\n" + `[["tr.atsr",[[1704069000000,[[null,5]]],[1704070800000,[[null,6]]]],null,[0,1]]]`))
	f.Add([]byte("date and time,value\n2025-01-01 01:30:00.000,3\n2025-01-01 03:00:00.000,7\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = Decode(context.Background(), bytes.NewReader(data), source.Options{Entity: keepiton.Entity{Country: "KE", Service: "youtube"}}, func(m keepiton.Measurement) error {
			if m.Value-m.Value != 0 || m.Value < 0 || m.At.Unix()%int64(m.Step/time.Second) != 0 {
				t.Fatalf("%+v", m)
			}
			return nil
		})
	})
}
