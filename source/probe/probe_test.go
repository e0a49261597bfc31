package probe

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/source"
)

func line(cc, asn, access, id, at, service, role, verdict, network string) string {
	return fmt.Sprintf(`{"annotations":{"network_type":%q},"input":%q,"measurement_start_time":%q,"probe_asn":%q,"probe_cc":%q,"probe_id":%q,"test_name":"keepiton_probe","test_keys":{"role":%q,"verdict":%q,"network":%q}}`+"\n",
		access, service, at, asn, cc, id, role, verdict, network)
}

func series(t *testing.T, texts ...string) (map[string]keepiton.Bin, []source.Summary) {
	t.Helper()
	var files []File
	for i, text := range texts {
		files = append(files, File{fmt.Sprint("f", i), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	got := map[string]keepiton.Bin{}
	sums, err := Series(t.Context(), files, time.Time{}, func(m keepiton.Measurement) error {
		k := m.SeriesKey.String() + " " + m.At.Format("15:04")
		if _, twice := got[k]; twice {
			t.Errorf("%s is handed over twice", k)
		}
		got[k] = m.Bin
		return nil
	})
	if err != nil {
		t.Fatal(err)
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
	got, _ := series(t, a, a) // the same file twice
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

func TestOneRunThatReachedSomethingUncutsTheHour(t *testing.T) {
	const at = "2026-11-26 10:00:00"
	cut, fine := line("XG", "", "", "p1", at, "x", "platform", "down", "blackout"), line("XG", "", "", "p1", at, "x", "platform", "ok", "ok")
	for _, text := range []string{cut + fine, fine + cut} {
		got, _ := series(t, text)
		if b := got["probe/cut/country/XG 10:00"]; b.Value != 0 || b.N != 1 {
			t.Errorf("%+v", b)
		}
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
		_, sums := series(t, good+c.text+good)
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
		file := []File{{"f", func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(b))), nil }}}
		sums, err := Series(t.Context(), file, time.Time{}, func(m keepiton.Measurement) error {
			if m.Value < 0 || m.Value > float64(m.N) || m.N == 0 || m.At.Unix()%3600 != 0 {
				t.Errorf("%+v", m)
			}
			if e, err := keepiton.ParseEntity(m.Entity.String()); err != nil || e != m.Entity {
				t.Errorf("entity %v: %v", m.Entity, err)
			}
			return nil
		})
		if err == nil && sums[0].Records < sums[0].Defects()-1 {
			t.Errorf("%+v", sums[0])
		}
	})
}
