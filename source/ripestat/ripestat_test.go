package ripestat

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/source"
	"keepiton/source/sourcetest"
)

func real(t testing.TB, name string) []byte {
	t.Helper()
	return sourcetest.Real(t, "ripestat", name)
}

func decode(t testing.TB, r io.Reader, e keepiton.Entity) (map[string][]keepiton.Measurement, source.Summary, error) {
	t.Helper()
	out := map[string][]keepiton.Measurement{}
	sum, err := Decode(context.Background(), r, source.Options{Name: "file", Entity: e}, func(m keepiton.Measurement) error {
		out[m.SeriesKey.String()] = append(out[m.SeriesKey.String()], m)
		return nil
	})
	return out, sum, err
}

// TestHalfAYearOfAustriaIsReadAndQuiet reads 1,201 states of Austria's routes, each
// with when it was so, and finds that every five minutes have exactly one of them, and
// that nothing happened.
func TestHalfAYearOfAustriaIsReadAndQuiet(t *testing.T) {
	data := real(t, "country_resource_stats.json")
	got, sum, err := decode(t, bytes.NewReader(data), keepiton.Entity{})
	if err != nil || sum.Records != 1201 || sum.Defects() != 0 || len(got) != 3 {
		t.Fatalf("%+v, %v", sum, err)
	}
	for metric, want := range map[string][2]float64{"v4": {3509, 3582}, "v6": {786, 941}, "asns": {599, 610}} {
		all := got["ripestat/"+metric+"/country/AT"]
		m, known := Feed.Metric(metric)
		s := keepiton.Series{SeriesKey: all[0].SeriesKey, From: sum.From, Step: 5 * time.Minute, Bins: make([]keepiton.Bin, sum.To.Sub(sum.From)/(5*time.Minute))}
		low, high := all[0].Value, all[0].Value
		for _, one := range all {
			i := int(one.At.Sub(s.From) / s.Step)
			if s.Bins[i].Has() {
				t.Fatalf("%s has two values at %s", metric, one.At)
			}
			s.Bins[i], low, high = one.Bin, min(low, one.Value), max(high, one.Value)
		}
		if len(all) != len(s.Bins) || len(all) != 55320 || low != want[0] || high > want[1] || all[0].Version != keepiton.StampOf(time.Date(2025, 6, 11, 16, 1, 18, 0, time.UTC)) {
			t.Errorf("%s: %d values of %d bins, from %g to %g", metric, len(all), len(s.Bins), low, high)
		}
		if found := detect.Signals(&s, m); !known || len(found) != 0 {
			t.Errorf("%s: %+v", metric, found)
		}
	}
	if !sum.From.Equal(time.Date(2024, 12, 1, 12, 0, 0, 0, time.UTC)) || !sum.To.Equal(time.Date(2025, 6, 11, 14, 0, 0, 0, time.UTC)) {
		t.Errorf("from %s to %s", sum.From, sum.To)
	}
	// Cut off, it does not say of what it is.
	if _, _, err := decode(t, bytes.NewReader(data[:100_000]), keepiton.Entity{}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Error(err)
	}
	got, sum, err = decode(t, bytes.NewReader(data[:100_000]), keepiton.Entity{Country: "AT"})
	if err != nil || sum.Skipped["cut_json"] != 1 || sum.Records < 100 || len(got["ripestat/v4/country/AT"]) < 1000 {
		t.Errorf("%+v, %v", sum, err)
	}
}

func TestTheStatusOfANetworkIsRead(t *testing.T) {
	got, sum, err := decode(t, bytes.NewReader(real(t, "routing_status.json")), keepiton.Entity{})
	if err != nil || sum.Measurements != 4 {
		t.Fatalf("%+v, %v", sum, err)
	}
	for key, want := range map[string]keepiton.Bin{
		"ripestat/peers-v4/asn/3333": {Value: 343, N: 344}, "ripestat/peers-v6/asn/3333": {Value: 340, N: 341}, "ripestat/space-v4/asn/3333": {Value: 18}, "ripestat/space-v6/asn/3333": {Value: 1},
	} {
		m := got[key][0]
		if m.Value != want.Value || m.N != want.N || m.Step != 8*time.Hour || !m.At.Equal(time.Date(2025, 6, 11, 8, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v", key, m)
		}
	}
}

func TestAnswersThatMakeNoSeriesAreRefused(t *testing.T) {
	for _, name := range []string{"prefix_count.json", "visibility.json", "bgplay.json", "country_asns.json"} {
		if _, _, err := decode(t, bytes.NewReader(real(t, name)), keepiton.Entity{}); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "makes no series") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, code := range map[string]keepiton.Code{
		`{"status":"error","messages":[["error","no such country"]],"data_call_name":"country-resource-stats"}`:                                                                                            keepiton.Unavailable,
		`{"status":"ok","data_call_name":"country-resource-stats","data":{"stats":[],"resource":"ir","resolution":"1w"}}`:                                                                                  keepiton.Invalid,
		`{"status":"ok","data_call_name":"country-resource-stats","data":{"stats":[],"resource":"zz","resolution":"5m"}}`:                                                                                  keepiton.Invalid,
		`{"data_call_name":"country-resource-stats","data":{"stats":[{"timeline":[{"starttime":"1990-01-01T00:00:00","endtime":"2190-01-01T00:00:00"}],"asns_ris":1}],"resource":"ir","resolution":"5m"}}`: keepiton.TooLarge,
	} {
		if _, _, err := decode(t, strings.NewReader(text), keepiton.Entity{}); keepiton.CodeOf(err) != code {
			t.Errorf("%s: %v", text, err)
		}
	}
	got, sum, err := decode(t, strings.NewReader(`{"data_call_name":"country-resource-stats","data":{"resource":"ir","resolution":"1h","stats":[{"timeline":[{"starttime":"2026-01-08T18:00:00","endtime":"2026-01-08T19:00:00"},{"starttime":"soon"}],"v4_prefixes_ris":-1,"asns_ris":7},5]}}`), keepiton.Entity{})
	if err != nil || len(got) != 1 || len(got["ripestat/asns/country/IR"]) != 2 || sum.Skipped["bad_time"] != 1 || sum.Skipped["bad_stat"] != 1 {
		t.Errorf("%+v, %+v, %v", got, sum, err)
	}
}

func TestWeeksOfACountryAndTablesOfANetworkAreAskedFor(t *testing.T) {
	p := source.Period{From: time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 9, 0, 0, 0, 0, time.UTC), Country: "IR", Base: "http://127.0.0.1:1"}
	got, err := Layout(p)
	if err != nil || len(got) != 1 || got[0].URL != "http://127.0.0.1:1/country-resource-stats/data.json?endtime=2026-01-08T23%3A59&resolution=5m&resource=ir&sourceapp=keepiton&starttime=2026-01-08T00%3A00" || got[0].Name != "country-resource-stats/IR/20260108.json" {
		t.Errorf("%+v, %v", got, err)
	}
	p.Entity = keepiton.Entity{ASN: 44244}
	got, err = Layout(p)
	if err != nil || len(got) != 3 || got[2].URL != "http://127.0.0.1:1/routing-status/data.json?resource=AS44244&sourceapp=keepiton&timestamp=2026-01-08T16%3A00" || got[2].Name != "routing-status/AS44244/20260108T1600.json" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, e := range []keepiton.Entity{{Country: "IR", ASN: 1}, {Country: "IR", Service: "telegram"}} {
		p.Entity = e
		if _, err := Layout(p); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: %v", e, err)
		}
	}
	if _, err := Layout(source.Period{From: p.From, To: p.To}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"data_call_name":"country-resource-stats","data":{"resource":"ir","resolution":"1h","stats":[{"timeline":[{"starttime":"2026-01-08T18:00:00","endtime":"2026-01-08T19:00:00"}],"v4_prefixes_ris":-1,"asns_ris":7}]}}`))
	f.Add([]byte(`{"data_call_name":"routing-status","data":{"visibility":{"v4":{"ris_peers_seeing":1,"total_ris_peers":2}},"announced_space":{"v4":{"ips":256},"v6":{"48s":1}},"resource":"3333","query_time":"2025-06-11T08:00:00"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n := 0
		_, _ = Decode(context.Background(), bytes.NewReader(data), source.Options{Entity: keepiton.Entity{Country: "IR"}}, func(m keepiton.Measurement) error {
			if m.Value < 0 || m.At.Unix()%int64(m.Step/time.Second) != 0 || m.N > 0 && m.Value > float64(m.N) {
				t.Fatalf("%+v", m)
			}
			if n++; n > 1000 {
				return io.EOF
			}
			return nil
		})
	})
}
