package generic

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/source"
)

const observatory = `{
	"feed": "observatory", "title": "Monash IP Observatory", "format": "csv", "step": "1h", "join": "mean",
	"time": {"column": "time", "layout": "unix", "zone": "Asia/Tehran"},
	"entity": {"country": {"column": "iso"}},
	"metrics": [{"column": "connectivity", "name": "connectivity", "unit": "%", "family": "data"}],
	"missing": ["NA"], "only": [{"column": "status", "is": ["up", "down"]}]
}`

func mapping(t testing.TB, text string) *Mapping {
	t.Helper()
	m, err := ReadMapping(strings.NewReader(text), "map.json", []string{"bgp"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decode(t testing.TB, m *Mapping, text string) (out []keepiton.Measurement, skipped map[string]int64) {
	t.Helper()
	sum, err := m.Decode(context.Background(), strings.NewReader(text), source.Options{Name: "file"}, func(m keepiton.Measurement) error {
		out = append(out, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, sum.Skipped
}

func TestRowsOfABinAreJoinedAndWhatIsWrongIsCounted(t *testing.T) {
	got, skipped := decode(t, mapping(t, observatory), strings.Join([]string{
		"iso,time,status,connectivity", "IRN,1573862400,up,90", "IRN,1573863000,up,70", "IRN,1573866000,down,5", "IRN,1573866000,unknown,5", "IRN,1573866000,up,NA",
		"XYZ,1573866000,up,1", "IRN,soon,up,1", "IRN,1573866000,up,much", "IRN", "",
	}, "\n"))
	if len(got) != 2 || skipped["unknown_entity"] != 1 || skipped["bad_time"] != 1 || skipped["bad_value"] != 1 {
		t.Fatalf("%+v, %v", got, skipped)
	}
	// 2019-11-16 00:00 by the clock of Tehran, three hours and a half ahead; bins of an
	// hour begin at the hours of UTC.
	at := time.Date(2019, 11, 15, 20, 0, 0, 0, time.UTC)
	if m := got[0]; m.SeriesKey.String() != "observatory/connectivity/country/IR" || !m.At.Equal(at) || m.Step != time.Hour || m.Value != 80 || m.N != 2 {
		t.Errorf("got %+v", m)
	}
}

func TestLinesOfJSONAreReadByKeys(t *testing.T) {
	m := mapping(t, `{"feed": "lab", "format": "jsonl", "step": "5m", "time": {"column": "t", "layout": "2006-01-02T15:04:05Z07:00"},
		"entity": {"country": {"value": "KE"}, "asn": {"column": "net.asn"}, "service": {"column": "app", "map": {"TG": "telegram"}}},
		"metrics": [{"column": "r.bad", "name": "blocked", "family": "service", "kind": "shares", "n": "r.all"}]}`)
	got, skipped := decode(t, m, `{"t":"2026-01-08T12:03:00+03:00","net":{"asn":36874},"app":"TG","r":{"bad":3,"all":4}}`+"\n\n"+`{"t":"2026-01-08T12:03:00Z","net":{"asn":36874},"app":"WA","r":{"bad":3,"all":4}}`+"\n{not json\n"+strings.Repeat("x", maxLine+5)+"\n")
	if len(got) != 1 || got[0].SeriesKey.String() != "lab/blocked/geoasn/36874-KE/telegram" || got[0].Value != 3 || got[0].N != 4 || !got[0].At.Equal(time.Date(2026, 1, 8, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v", got)
	}
	if skipped["unknown_entity"] != 1 || skipped["bad_json"] != 1 || skipped["long_line"] != 1 {
		t.Error(skipped)
	}
	if f := m.Described(); f.Metrics[0].Kind != keepiton.Shares || f.Metrics[0].Family != keepiton.Services {
		t.Errorf("%+v", f)
	}
}

func TestMistakesOfAMappingAreNamed(t *testing.T) {
	for change, says := range map[string]string{
		`"observatory"->"bgp"`: "the program's own", `"observatory"->"My Feed"`: "small letters", `"csv"->"xml"`: "csv or jsonl", `"1h"->"7h"`: "a part of a day", `"mean"->"middle"`: "join",
		`"Asia/Tehran"->"Tehran"`: "time zone", `"family": "data"->"family": "rain"`: "family", `"missing"->"misses"`: "unknown field", `"unit": "%"->"kind": "shares"`: "need n",
		`"name": "connectivity"->"name": ""`: "name", `"layout": "unix"->"layout": "%Y-%m-%d"`: "2006-01-02", `{"column": "iso"}->{"value": "Iran"}`: "ISO 3166-1", `"csv"->"csv", "decimal": ";"`: "decimal",
		`"format": "csv"->"format" "csv"`: "map.json, line 2: invalid character", `"format": "csv"->"format": 5`: "line 2: format: no number", `"missing"->"misses", "x`: "map.json, line 6",
	} {
		old, now, _ := strings.Cut(change, "->")
		_, err := ReadMapping(strings.NewReader(strings.Replace(observatory, old, now, 1)), "map.json", []string{"bgp"})
		if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "map.json") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", change, err)
		}
	}
	for text, says := range map[string]string{" \n": "map.json: the file is empty", observatory + "\n{}": "map.json, line 8: something follows", observatory[:len(observatory)-1]: "map.json, line 7: the mapping is not closed", "[]": "map.json, line 1: the mapping: no array"} {
		if _, err := ReadMapping(strings.NewReader(text), "map.json", nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %s", err, says)
		}
	}
	_, err := mapping(t, observatory).Decode(context.Background(), strings.NewReader("iso,time,status\n"), source.Options{Name: "file.csv"}, nil)
	if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), `no column "connectivity"`) {
		t.Error(err)
	}
}

func TestMarksAndCommasOfOtherCountriesAreRead(t *testing.T) {
	text := strings.Replace(strings.Replace(observatory, `"format": "csv"`, `"format": "csv", "comma": ";", "decimal": ","`, 1), `"join": "mean"`, `"join": "max"`, 1)
	got, skipped := decode(t, mapping(t, "\ufeff"+text), "\ufeffiso;time;status;connectivity\r\nIRN;1573862400; up ;1.234,5\r\nIRN;1573866000;up;\u00a07,25\r\nIRN;1573869600;up;1,2,3\r\n")
	if len(got) != 2 || got[0].Value != 1234.5 || got[1].Value != 7.25 || skipped["bad_value"] != 1 {
		t.Errorf("%+v, %v", got, skipped)
	}
	m := mapping(t, observatory)
	m.Format = "jsonl"
	got, skipped = decode(t, m, "\ufeff"+`{"iso":"IR","time":1573862400,"status":"up","connectivity":5}`+"\r\n")
	if len(got) != 1 || skipped != nil {
		t.Errorf("%+v, %v", got, skipped)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("iso,time,status,connectivity\nIRN,1573862400,up,90\n"), false)
	f.Add([]byte(`{"iso":"IR","time":1,"status":"up","connectivity":2}`), true)
	f.Fuzz(func(t *testing.T, data []byte, lines bool) {
		m := mapping(t, observatory)
		if lines {
			m.Format = "jsonl"
		}
		_, _ = m.Decode(context.Background(), bytes.NewReader(data), source.Options{}, func(m keepiton.Measurement) error {
			if m.Value-m.Value != 0 || m.At.Unix()%3600 != 0 {
				t.Fatalf("%+v", m)
			}
			return nil
		})
	})
}
