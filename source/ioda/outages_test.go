package ioda

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/source"
)

// real opens a real file.
func real(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../shared/data", path))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL DATA ARE MISSING: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestTheEventsOfTheAPIAreRead(t *testing.T) {
	file := real(t, "ioda/api-samples/outages-events.json")
	got, sum, err := Events(context.Background(), file, source.Options{Name: "events"})
	if err != nil || sum.Records != 5 || len(got) != 2 || sum.Skipped["unknown_entity"] != 3 {
		t.Fatalf("%+v, %+v, %v", got, sum, err)
	}
	// The two with the number of a region, and planet/earth: this answer does not say in
	// which country Cagliari lies.
	if e := got[0]; e.Entity.String() != "country/TO" || e.Datasource != "ping-slash24" || e.From.Unix() != 1788422700 || e.To.Sub(e.From) != time.Hour || e.Open || e.Score != 24585.36 {
		t.Errorf("got %+v", e)
	}
	if e := got[1]; e.Entity.String() != "asn/41678" || !e.Open {
		t.Errorf("got %+v", e)
	}
	for i, d := range sum.First {
		if text := string(must(os.ReadFile(file.Name()))[d.Offset:]); !strings.HasPrefix(text, `{"location":"`) || !strings.Contains(text[:60], []string{"region/1906", "geoasn/3269-1906", "planet/earth"}[i]) {
			t.Errorf("%+v points at %.60s", d, text)
		}
	}
	if _, err := file.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	all, _, err := decode(t, string(must(os.ReadFile(file.Name()))), keepiton.Entity{})
	count := map[string][2]int{}
	for _, m := range all {
		c := count[m.SeriesKey.String()]
		c[int(m.Value)]++
		count[m.SeriesKey.String()] = c
	}
	// Tonga's hour does not begin with a bin of ten minutes: it touches seven, with three
	// before and after. AS41678's two weeks had no end yet.
	if want := [2]int{6, 7}; err != nil || count["ioda/event-ping-slash24/country/TO"] != want || count["ioda/event-bgp/asn/41678"] != [2]int{3, 4032} || len(count) != 2 {
		t.Errorf("%v, %v", count, err)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

const alerts = `{"type":"outages.alerts","metadata":{"responseTime":"2026-01-09T01:00:00Z"},"requestParameters":{"until":"1767917400"},"error":null,"data":[
{"datasource":"bgp","entity":{"code":"IR","name":"Iran","type":"country","attrs":{"fqid":"geo.netacuity.AS.IR"}},"time":1767895200,"level":"warning","condition":"< 0.99","value":900,"historyValue":1000,"method":"median"},
{"datasource":"bgp","entity":{"code":"IR","name":"Iran","type":"country","attrs":{}},"time":1767895800,"level":"critical","value":400,"historyValue":1000},
{"datasource":"bgp","entity":{"code":"IR","name":"Iran","type":"country","attrs":{}},"time":1767897000,"level":"normal","value":1000,"historyValue":1000},
{"datasource":"merit-nt","entity":{"code":"1906","name":"Cagliari","type":"region","attrs":{"fqid":"geo.netacuity.EU.IT.1906"}},"time":1767916800,"level":"critical","value":null,"historyValue":null},
{"datasource":"rain","entity":{"code":"IR","type":"country"},"time":1767897000,"level":"normal"},
{"datasource":"bgp","entity":{"code":"IR","type":"country"},"time":1767897000,"level":"bad"}]}`

func TestAnAlertHoldsUntilTheNext(t *testing.T) {
	got, sum, err := Alerts(context.Background(), strings.NewReader(alerts), source.Options{Name: "alerts"})
	if err != nil || len(got) != 4 || sum.Skipped["unknown_metric"] != 1 || sum.Skipped["bad_alert"] != 1 || got[1].Level != "critical" || got[1].Value != 400 || got[1].History != 1000 {
		t.Fatalf("%+v, %+v, %v", got, sum, err)
	}
	all, _, err := decode(t, alerts, keepiton.Entity{})
	if err != nil {
		t.Fatal(err)
	}
	line := map[string]string{}
	for _, m := range all {
		if m.Version != keepiton.StampOf(time.Date(2026, 1, 9, 1, 0, 0, 0, time.UTC)) || m.N != 1 {
			t.Errorf("%+v", m)
		}
		line[m.SeriesKey.String()] += string('0' + rune(m.Value))
	}
	// Half an hour at five minutes, three bins around it; and ten minutes until the end of
	// what was asked for, after which nobody knows.
	if line["ioda/alert-bgp/country/IR"] != "000111111000" || line["ioda/alert-merit-nt/region/IT-CA"] != "00011" {
		t.Error(line)
	}
}

// TestRegionsByTheirNames asks how many of IODA's regions are understood by name, and
// whether rightly, against the HASC codes that stand beside Natural Earth's ISO codes.
func TestRegionsByTheirNames(t *testing.T) {
	table := func(path string) [][]string {
		f := real(t, path)
		var r *csv.Reader
		if strings.HasSuffix(path, ".gz") {
			z, err := gzip.NewReader(f)
			if err != nil {
				t.Fatal(err)
			}
			r = csv.NewReader(z)
		} else {
			r = csv.NewReader(f)
		}
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all[1:]
	}
	iso, several := map[string]string{}, map[string]bool{}
	for _, row := range table("geo/ne-admin1-names.csv") {
		several[row[3]] = several[row[3]] || iso[row[3]] != "" && iso[row[3]] != row[1]
		iso[row[3]] = row[1]
	}
	// Where ISO 3166-2 has been renumbered since that edition of Natural Earth, our code
	// is the newer one (docs/geo-data.md).
	renumbered := []string{"IR", "MK", "KZ", "GT", "CI"}
	var all, understood, checked, wrong int
	of := map[string]int{}
	for _, row := range table("geo/ioda-polygons/ne_10m_admin_1.regions.v3.0.0.processed.polygons.csv.gz") {
		country := countryOf("geo.netacuity." + row[1])
		if all++; country == "" {
			continue
		}
		e, ok := entityOf("region/"+row[0], row[2], country)
		if !ok {
			continue
		}
		understood++
		if of[e.Region]++; of[e.Region] > 1 {
			t.Errorf("%v is a second %s", row, e.Region)
		}
		if want := iso[row[3]]; want != "" && !several[row[3]] && !slices.Contains(renumbered, country) && strings.HasPrefix(want, country+"-") && !strings.HasSuffix(want, "~") {
			if checked++; want != e.Region {
				wrong++
			}
		}
	}
	t.Logf("%d regions, %d understood; of %d that can be checked %d are another code in Natural Earth", all, understood, checked, wrong)
	if understood < 3200 || wrong*33 > checked {
		t.Errorf("%d of %d understood, %d of %d wrong", understood, all, wrong, checked)
	}
}

func TestACutAnswerGivesWhatStandsBeforeTheCut(t *testing.T) {
	cut := alerts[:strings.Index(alerts, `{"datasource":"merit-nt"`)+40]
	got, sum, err := Alerts(context.Background(), strings.NewReader(cut), source.Options{Name: "alerts"})
	if err != nil || len(got) != 3 || sum.Skipped["cut_json"] != 1 || sum.First[0].Offset != int64(len(cut)) {
		t.Errorf("%d alerts, %+v, %v", len(got), sum, err)
	}
	if _, _, err := Events(context.Background(), strings.NewReader(alerts), source.Options{}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("alerts for events: %v", err)
	}
}

// TestTheOrderOfAnswersDoesNotMatter joins an answer during an event and one after it.
func TestTheOrderOfAnswersDoesNotMatter(t *testing.T) {
	answer := func(asked, duration, open string) string {
		return `{"type":"outages.events","metadata":{"responseTime":"` + asked + `"},"data":[{"location":"country/TO","start":1788422400,"duration":` + duration + `,"datasource":"bgp","overlaps_window":` + open + `}]}`
	}
	during, after := answer("2026-09-03T12:00:00Z", "7200", "true"), answer("2026-09-04T00:00:00Z", "3600", "false")
	join := func(texts ...string) map[int64]keepiton.Bin {
		out := map[int64]keepiton.Bin{}
		for _, text := range texts {
			all, _, err := decode(t, text, keepiton.Entity{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				if b, ok := out[m.At.Unix()]; ok {
					m.Bin = b.Merge(m.Bin)
				}
				out[m.At.Unix()] = m.Bin
			}
		}
		return out
	}
	a, b := join(during, after, during), join(after, during)
	ones := 0
	for at, bin := range a {
		if b[at] != bin {
			t.Errorf("%d: %+v or %+v", at, bin, b[at])
		}
		ones += int(bin.Value)
	}
	// The later answer takes back three of the bins; of the others it says nothing.
	if len(a) != len(b) || ones != 24-3 {
		t.Errorf("%d bins and %d, %d of them 1", len(a), len(b), ones)
	}
}

func FuzzOutages(f *testing.F) {
	f.Add([]byte(alerts))
	f.Add([]byte(`{"type":"outages.events","data":[{"location":"geoasn/3269-IT","start":1788354900,"duration":1209600,"datasource":"bgp","score":1,"overlaps_window":true}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = Decode(context.Background(), bytes.NewReader(data), source.Options{}, func(m keepiton.Measurement) error {
			if m.Value < 0 && strings.HasPrefix(m.Metric, "alert-") || m.N > 1 {
				t.Fatalf("%+v", m)
			}
			return nil
		})
	})
}

func TestSignalsAlertsAndEventsAreAskedFor(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	got, err := Layout(source.Period{From: day(8), To: day(10), Entity: keepiton.Entity{Country: "IR", ASN: 44244}, Base: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	var urls []string
	for _, i := range got {
		urls = append(urls, strings.TrimPrefix(i.URL, "http://127.0.0.1:1")+" "+i.Name)
	}
	want := []string{
		"/signals/raw/geoasn/44244-IR?from=1767830400&until=1767916800 signals/geoasn-44244-IR/20260108.json",
		"/signals/raw/geoasn/44244-IR?from=1767916800&until=1768003200 signals/geoasn-44244-IR/20260109.json",
		"/outages/alerts?entityCode=44244-IR&entityType=geoasn&from=1767830400&limit=10000&until=1768003200 alerts/geoasn-44244-IR/20260108.json",
		"/outages/events?entityCode=44244-IR&entityType=geoasn&from=1767830400&limit=10000&until=1768003200 events/geoasn-44244-IR/20260108.json",
	}
	if !slices.Equal(urls, want) {
		t.Errorf("got %q", urls)
	}
	if all, err := Layout(source.Period{From: day(1), To: day(2)}); err != nil || len(all) != 2 || !strings.HasPrefix(all[0].URL, Base+"/outages/alerts?entityType=country&from=") {
		t.Errorf("%+v, %v", all, err)
	}
	for _, q := range []source.Period{{From: day(2), To: day(2)}, {From: day(1)}, {From: day(1), To: day(2), Entity: keepiton.Entity{Country: "IR", Region: "IR-07"}}, {From: day(1), To: day(2).AddDate(100, 0, 0), Entity: keepiton.Entity{Country: "IR"}}} {
		if _, err := Layout(q); err == nil {
			t.Errorf("%+v is asked for", q)
		}
	}
}
