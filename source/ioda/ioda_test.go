package ioda

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/source"
)

func decode(t testing.TB, text string, e keepiton.Entity) (all []keepiton.Measurement, skipped map[string]int64, err error) {
	t.Helper()
	sum, err := Decode(context.Background(), strings.NewReader(text), source.Options{Name: "file", Entity: e, Arrived: time.Unix(600, 0)}, func(m keepiton.Measurement) error {
		all = append(all, m)
		return nil
	})
	if int(sum.Measurements) != len(all) {
		t.Errorf("%d measurements, the summary says %d", len(all), sum.Measurements)
	}
	return all, sum.Skipped, err
}

func TestTheCSVOfThePagesIsRead(t *testing.T) {
	iran := keepiton.Entity{Country: "IR"}
	got, skipped, err := decode(t, "\"Time (UTC)\",\"Google (Search)\",\"BGP (#Visible /24s)\",\"Other\"\n\"2026-01-08 00:00:00\",20.5,99,1\n\"2026-01-08 00:30:00\",,98,1\nyesterday,1,2,3\n\"2026-01-08 01:30:00\",x,97,1\n", iran)
	if err != nil || len(got) != 4 || skipped["bad_time"] != 1 || skipped["bad_value"] != 1 {
		t.Fatalf("%+v, %v, %v", got, skipped, err)
	}
	at := time.Date(2026, 1, 8, 1, 30, 0, 0, time.UTC)
	if m := got[3]; m.SeriesKey.String() != "ioda/bgp/country/IR" || !m.At.Equal(at) || m.Step != 30*time.Minute || m.Value != 97 || m.State != keepiton.Present || m.Arrived != 10 {
		t.Errorf("got %+v", m)
	}
	for text, says := range map[string]string{"Time,Rain\n2026-01-08,1": "no column of IODA's", "": "empty"} {
		if _, _, err := decode(t, text, iran); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, err := decode(t, "Time,BGP\n", keepiton.Entity{}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("without a place: %v", err)
	}
}

func TestTheAnswerOfTheAPIIsRead(t *testing.T) {
	got, skipped, err := decode(t, `{"type":"signals","error":null,"data":[[{"entityType":"country","entityCode":"IR","datasource":"ping-slash24","from":1767830400,"until":1767832200,"step":600,"nativeStep":600,"values":[1000,null,990]}],
		[{"entityType":"region","entityCode":"1906","datasource":"bgp","from":0,"step":300,"values":[1]},{"entityType":"asn","entityCode":"44244","datasource":"rain","from":0,"step":300,"values":[1]}]]}`, keepiton.Entity{})
	if err != nil || len(got) != 2 || got[1].SeriesKey.String() != "ioda/ping-slash24/country/IR" || got[1].At.Unix() != 1767831600 || got[1].Value != 990 {
		t.Errorf("%+v, %v", got, err)
	}
	if skipped["unknown_entity"] != 1 || skipped["unknown_metric"] != 1 {
		t.Error(skipped)
	}
	if _, _, err := decode(t, `{"error":"rate limit","data":null}`, keepiton.Entity{}); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\"Time (UTC)\",\"BGP (#Visible /24s)\"\n\"2026-01-08 00:00:00\",20.5\n"))
	f.Add([]byte(`{"data":[[{"entityType":"country","entityCode":"IR","datasource":"bgp","from":1767830400,"step":300,"values":[1,null]}]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = Decode(context.Background(), bytes.NewReader(data), source.Options{Entity: keepiton.Entity{Country: "IR"}}, func(m keepiton.Measurement) error {
			if m.Value-m.Value != 0 || m.Step <= 0 || m.At.Unix()%int64(m.Step/time.Second) != 0 {
				t.Fatalf("%+v", m)
			}
			return nil
		})
	})
}
