package radar

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

func real(t testing.TB, name string) io.Reader {
	t.Helper()
	return bytes.NewReader(sourcetest.Real(t, "cloudflare", name))
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// series are the bins of each series as a line of digits, the first of each at its time.
func series(t testing.TB, r io.Reader, asked time.Time) (map[string]string, source.Summary) {
	t.Helper()
	out := map[string]string{}
	sum, err := Decode(context.Background(), r, source.Options{Name: "file", Asked: asked}, func(m keepiton.Measurement) error {
		key := m.SeriesKey.String()
		if out[key] == "" {
			out[key] = m.At.Format("01-02T15") + " "
		}
		out[key] += string('0' + rune(m.Value))
		if m.N == 0 || float64(m.N) < m.Value || m.Version != keepiton.StampOf(asked) {
			t.Errorf("%+v", m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, sum
}

func TestTheOutagesOfJanuary2025AreRead(t *testing.T) {
	got, sum, err := Outages(context.Background(), real(t, "radar-annotations-2025-01.json"), source.Options{})
	if err != nil || len(got) != 5 || sum.Records != 5 || sum.Defects() != 0 {
		t.Fatalf("%d, %+v, %v", len(got), sum, err)
	}
	for i, want := range []struct{ country, cause, notice, extent string }{
		{"IE", "WEATHER", "weather", "REGIONAL"}, {"SY", "CABLE_CUT", "cable", "NATIONWIDE"}, {"HT", "FIRE", "operator", "NETWORK"}, {"HT", "FIRE", "operator", "NETWORK"}, {"RU", "UNKNOWN", "", "NATIONWIDE"},
	} {
		o := got[i]
		if o.Countries[0] != want.country || o.Cause != want.cause || o.Notice() != want.notice || o.Extent != want.extent || o.Link == "" {
			t.Errorf("%+v, want %+v", o, want)
		}
	}
	if o := got[1]; !o.From.Equal(at("2025-01-23T21:15:00Z")) || !o.To.Equal(at("2025-01-24T05:45:00Z")) || o.Networks[0] != 29256 || o.Words != "Outage due to sabotage and two cable cuts" {
		t.Errorf("got %+v", o)
	}
	if !got[0].To.IsZero() {
		t.Errorf("Ireland's had no end yet: %+v", got[0])
	}
	// The older shape.
	got, sum, err = Outages(context.Background(), real(t, "radar-outages-2022-docs-sample.json"), source.Options{})
	if err != nil || len(got) != 2 || sum.Defects() != 0 || got[0].Notice() != "power_cut" || got[1].Countries[0] != "US" {
		t.Errorf("%+v, %+v, %v", got, sum, err)
	}
}

func TestAnOutageIsOneWhileItLasts(t *testing.T) {
	got, sum := series(t, real(t, "radar-annotations-2025-01.json"), at("2025-01-24T09:00:00Z"))
	for key, want := range map[string]string{
		"radar/outage/country/SY":      "01-23T18 000222222222000", // 21:15 to 05:45
		"radar/outage/geoasn/29256-SY": "01-23T18 000222222222000",
		"radar/outage/geoasn/27653-HT": "01-14T22 00022000" + "000" + "2000", // twice, and what lies between is not said
		"radar/outage/country/RU":      "01-14T11 0002000",
		"radar/outage/geoasn/12389-RU": "01-14T11 0002000",
		"radar/outage/country/IE":      "01-24T03 000222", // until it was asked for
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
	if len(got) != 10 || sum.Records != 5 {
		t.Errorf("%d series: %v", len(got), got)
	}
	// Without the time of the answer only the first hour is sure.
	got, _ = series(t, real(t, "radar-annotations-2025-01.json"), time.Time{})
	if got["radar/outage/country/IE"] != "01-24T03 0002" {
		t.Errorf("got %q", got["radar/outage/country/IE"])
	}
	// Nobody believes an outage of a year because its end was never written down.
	got, _ = series(t, real(t, "radar-annotations-2025-01.json"), at("2026-01-24T09:00:00Z"))
	if n := strings.Count(got["radar/outage/country/IE"][9:], "2"); n != 7*24+1 {
		t.Errorf("%d hours", n)
	}
}

// TestAnOutageOfANightIsASignal looks for signals: what a person wrote down for two hours
// is one, and half an hour is none by itself.
func TestAnOutageOfANightIsASignal(t *testing.T) {
	series := map[string]*keepiton.Series{}
	_, err := Decode(context.Background(), real(t, "radar-annotations-2025-01.json"), source.Options{Asked: at("2025-01-31T00:00:00Z")}, func(m keepiton.Measurement) error {
		s := series[m.Entity.String()]
		if s == nil {
			s = &keepiton.Series{SeriesKey: m.SeriesKey, From: m.At, Step: step}
			series[m.Entity.String()] = s
		}
		for s.To().Before(m.At) {
			s.Bins = append(s.Bins, keepiton.Bin{})
		}
		s.Bins = append(s.Bins, m.Bin)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := Feed.Metric("outage")
	for entity, want := range map[string]string{"country/SY": "2025-01-23T21 to 2025-01-24T06", "country/IE": "2025-01-24T06 to 0001-01-01T00", "country/RU": "", "geoasn/27653-HT": "2025-01-15T01 to 2025-01-15T03"} {
		var got []string
		for _, f := range detect.Signals(series[entity], m) {
			got = append(got, f.Onset.From.Format("2006-01-02T15")+" to "+f.End.From.Format("2006-01-02T15"))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", entity, got, want)
		}
	}
}

const anomalies = `{"success":true,"result":{"trafficAnomalies":[
{"uuid":"a","type":"LOCATION","status":"VERIFIED","startDate":"2026-01-08T16:30:00Z","endDate":"2026-01-08T18:00:00Z","locationDetails":{"code":"IR","name":"Iran"},"visibleInDataSources":["NETFLOWS_BYTES"]},
{"uuid":"b","type":"AS","status":"UNVERIFIED","startDate":"2026-01-08T16:00:00Z","endDate":"2026-01-08T17:00:00Z","asnDetails":{"asn":"44244","name":"IRANCELL","locations":{"code":"IR","name":"Iran"}}},
{"uuid":"c","type":"ORIGIN","status":"UNVERIFIED","startDate":"2026-01-08T16:00:00Z","originDetails":{"name":"x","origin":"y"}},
{"uuid":"d","type":"LOCATION","startDate":"yesterday","locationDetails":{"code":"IR"}},
{"uuid":5},
{"uuid":"e","type":"LOCATION","startDate":"2026-01-08T16:00:00Z","endDate":"2026-01-08T15:00:00Z","locationDetails":{"code":"IR"}}]}}`

func TestAnomaliesSayWhoJudged(t *testing.T) {
	got, sum := series(t, strings.NewReader(anomalies), at("2026-01-09T00:00:00Z"))
	if len(got) != 2 || got["radar/anomaly/country/IR"] != "01-08T13 00022000" || got["radar/anomaly/asn/44244"] != "01-08T13 0001000" {
		t.Error(got)
	}
	if sum.Records != 6 || sum.Skipped["unknown_entity"] != 1 || sum.Skipped["bad_time"] != 2 || sum.Skipped["bad_anomaly"] != 1 {
		t.Errorf("%+v", sum)
	}
	for _, d := range sum.First {
		if !strings.HasPrefix(anomalies[d.Offset:], `{"uuid":`) {
			t.Errorf("%+v points at %.20s", d, anomalies[d.Offset:])
		}
	}
	list, _, err := Anomalies(context.Background(), strings.NewReader(anomalies), source.Options{})
	if err != nil || len(list) != 2 || !list[0].Verified || list[0].Seen[0] != "NETFLOWS_BYTES" || list[1].Entity.ASN != 44244 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestRefusalsOfTheAPIAreSaid(t *testing.T) {
	for text, code := range map[string]keepiton.Code{
		`{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"result":null}`: keepiton.Unavailable,
		`{"success":true,"result":{"meta":{}}}`:                                                      keepiton.Invalid, ``: keepiton.Invalid, `<html>`: keepiton.Invalid,
	} {
		if _, _, err := Outages(context.Background(), strings.NewReader(text), source.Options{}); keepiton.CodeOf(err) != code {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAnAnswerOfAMonthIsAskedFor(t *testing.T) {
	p := source.Period{From: at("2026-01-08T00:00:00Z"), To: at("2026-01-10T00:00:00Z"), Country: "IR", Base: "http://127.0.0.1:1"}
	got, err := Layout(p, "secret")
	if err != nil || len(got) != 2 || got[0].URL != "http://127.0.0.1:1/radar/annotations/outages?dateEnd=2026-01-10T00%3A00%3A00Z&dateStart=2026-01-07T00%3A00%3A00Z&format=json&limit=1000&location=IR" ||
		got[1].Name != "anomalies/IR/20260107.json" || got[1].Header["Authorization"] != "Bearer secret" || strings.Contains(got[1].URL, "secret") || !got[1].Final.Equal(at("2026-02-20T00:00:00Z")) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Layout(p, ""); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Error(err)
	}
	p.Entity = keepiton.Entity{Country: "IR", ASN: 44244}
	if _, err := Layout(p, "secret"); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(anomalies))
	f.Add([]byte(`{"result":{"annotations":[{"startDate":"2022-10-25T00:00:00Z","endDate":null,"locations":["UA"],"asns":[15895],"eventType":"OUTAGE","outage":{"outageCause":"POWER_OUTAGE","outageType":"REGIONAL"}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = Decode(context.Background(), bytes.NewReader(data), source.Options{Asked: at("2026-01-09T00:00:00Z")}, func(m keepiton.Measurement) error {
			if m.Value > float64(m.N) || m.N == 0 || m.Entity == (keepiton.Entity{}) || m.At.After(at("2026-01-09T00:00:00Z")) {
				t.Fatalf("%+v", m)
			}
			return nil
		})
	})
}
