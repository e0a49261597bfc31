package probe

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/sqlite"
	"keepiton/source"
)

func line(cc, asn, access, id, at, service, role, verdict, network string) string {
	return fmt.Sprintf(`{"annotations":{"network_type":%q},"input":%q,"measurement_start_time":%q,"probe_asn":%q,"probe_cc":%q,"probe_id":%q,"test_name":"keepiton_probe","test_keys":{"role":%q,"verdict":%q,"network":%q}}`+"\n",
		access, service, at, asn, cc, id, role, verdict, network)
}

// binsOf reads texts one after the other into a real store and returns its bins.
func binsOf(t *testing.T, texts ...string) (map[string]keepiton.Bin, []source.Summary) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "series.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var sums []source.Summary
	for _, text := range texts {
		sum, err := Decode(t.Context(), strings.NewReader(text), source.Options{Name: "f"}, func(all []keepiton.Sighting) error { return st.Sight(t.Context(), all) })
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum)
	}
	got := map[string]keepiton.Bin{}
	day := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for one, err := range st.Scan(t.Context(), series.Filter{}, day, day.Add(24*time.Hour)) {
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range one.Bins {
			if b.State != keepiton.Silent {
				got[one.SeriesKey.String()+" "+one.At(i).Format("15:04")] = b
			}
		}
	}
	return got, sums
}

func TestBinsCountDistinctProbes(t *testing.T) {
	const at = "2026-11-26 10:00:00"
	a := line("XG", "AS64500", "mobile", "p1", at, "telegram", "platform", "tcp_blocked", "blocking") +
		line("XG", "AS64500", "mobile", "p1", at, "google", "control", "ok", "blocking") +
		line("XG", "AS0", "", "p2", at, "telegram", "platform", "ok", "ok") +
		line("XG", "AS0", "", "p3", at, "telegram", "platform", "down", "blackout") +
		line("XG", "AS0", "", "p4", at, "telegram", "platform", "unknown", "offline") +
		line("XG", "AS0", "", "p3", "2026-11-26 11:00:00", "telegram", "platform", "down", "blackout")
	first, second := a[:len(a)/3], a[len(a)/3:] // a line is cut in two: neither half counts
	got, sums := binsOf(t, a, second, first, a)
	if sums[0].Records != 6 || sums[0].Defects() != 0 || sums[1].Defects() != 1 {
		t.Errorf("%+v", sums)
	}
	want := map[string][2]float64{
		"probe/blocked/country/XG/telegram 10:00":             {1, 2},
		"probe/cut/country/XG 10:00":                          {1, 3},
		"probe/reachable/country/XG 10:00":                    {2, 3},
		"probe/cut/country/XG 11:00":                          {1, 1},
		"probe/reachable/country/XG 11:00":                    {0, 1},
		"probe/blocked/country/XG/mobile/telegram 10:00":      {1, 1},
		"probe/cut/geoasn/64500-XG 10:00":                     {0, 1},
		"probe/reachable/geoasn/64500-XG 10:00":               {1, 1},
		"probe/blocked/geoasn/64500-XG/telegram 10:00":        {1, 1},
		"probe/blocked/geoasn/64500-XG/mobile/telegram 10:00": {1, 1},
		"probe/cut/country/XG/mobile 10:00":                   {0, 1},
		"probe/reachable/country/XG/mobile 10:00":             {1, 1},
		"probe/cut/geoasn/64500-XG/mobile 10:00":              {0, 1},
		"probe/reachable/geoasn/64500-XG/mobile 10:00":        {1, 1},
	}
	found := map[string][2]float64{}
	for k, b := range got {
		found[k] = [2]float64{b.Value, float64(b.N)}
		if b.State != keepiton.Present {
			t.Errorf("%s is %v", k, b.State)
		}
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("got  %v\nwant %v", found, want)
	}
}

func TestAnHourWithBothCountsInBoth(t *testing.T) {
	const at = "2026-11-26 10:00:00"
	cut, fine := line("XG", "", "", "p1", at, "x", "platform", "down", "blackout"), line("XG", "", "", "p1", at, "x", "platform", "ok", "ok")
	for _, text := range []string{cut + fine, fine + cut} {
		got, _ := binsOf(t, text)
		for _, k := range []string{"probe/cut/country/XG 10:00", "probe/reachable/country/XG 10:00"} {
			if b := got[k]; b.Value != 1 || b.N != 1 {
				t.Errorf("%s: %+v", k, b)
			}
		}
	}
}

func TestAProbeIsAnotherNumberInEachBin(t *testing.T) {
	seen := map[uint64]string{}
	text := line("XG", "AS64500", "mobile", "p1", "2026-11-26 10:00:00", "x", "platform", "ok", "ok") + line("XG", "AS64500", "mobile", "p1", "2026-11-26 11:00:00", "x", "platform", "ok", "ok")
	_, err := Decode(t.Context(), strings.NewReader(text), source.Options{}, func(all []keepiton.Sighting) error {
		for _, s := range all {
			bin := s.SeriesKey.String() + s.At.String()
			if other, there := seen[s.Who]; there && other != bin {
				t.Errorf("%s and %s have one number", other, bin)
			}
			seen[s.Who] = bin
		}
		return nil
	})
	if err != nil || len(seen) != 24 {
		t.Errorf("%d, %v", len(seen), err)
	}
}

func TestWhatIsNoResultIsCountedWithItsPlace(t *testing.T) {
	good := line("XG", "AS64500", "fixed", "p1", "2026-11-26 10:00:00", "x", "platform", "ok", "ok")
	bad := []struct{ text, kind string }{
		{"{\n", "not_json"},
		{`{"test_name":"whatsapp"}` + "\n", "other_test"},
		{line("XG", "", "", "p", "yesterday", "x", "platform", "ok", "ok"), "bad_time"},
		{line("XG", "", "", "", "2026-11-26 10:00:00", "x", "platform", "ok", "ok"), "no_probe_id"},
		{line("ZZ", "", "", "p", "2026-11-26 10:00:00", "x", "platform", "ok", "ok"), "no_country"},
		{line("Utopia", "", "", "p", "2026-11-26 10:00:00", "x", "platform", "ok", "ok"), "bad_country"},
		{line("XG", "home", "", "p", "2026-11-26 10:00:00", "x", "platform", "ok", "ok"), "bad_asn"},
		{line("XG", "", "wifi", "p", "2026-11-26 10:00:00", "x", "platform", "ok", "ok"), "bad_access"},
		{line("XG", "", "", "p", "2026-11-26 10:00:00", "../x", "platform", "ok", "ok"), "bad_service"},
		{strings.Repeat(" ", MaxLine+5) + "\n", "long_line"},
	}
	for _, c := range bad {
		_, sums := binsOf(t, good+c.text+good)
		s := sums[0]
		if s.Records != 3 || s.Skipped[c.kind] != 1 || len(s.First) != 1 || s.First[0].Offset != int64(len(good)) {
			t.Errorf("%s: %+v", c.kind, s)
		}
	}
}

func FuzzResults(f *testing.F) {
	f.Add([]byte(line("XG", "AS64500", "mobile", "p1", "2026-11-26 10:00:00", "telegram", "platform", "tcp_blocked", "blocking")))
	f.Add([]byte("{}\n[]\n\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sum, err := Decode(t.Context(), bytes.NewReader(b), source.Options{}, func(all []keepiton.Sighting) error {
			for _, m := range all {
				if m.What&keepiton.Told == 0 || m.At.Unix()%3600 != 0 {
					t.Errorf("%+v", m)
				}
				if e, err := keepiton.ParseEntity(m.Entity.String()); err != nil || e != m.Entity {
					t.Errorf("entity %v: %v", m.Entity, err)
				}
			}
			return nil
		})
		if err == nil && sum.Records < sum.Defects()-1 {
			t.Errorf("%+v", sum)
		}
	})
}
