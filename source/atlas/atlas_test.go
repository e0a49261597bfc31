package atlas

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
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
	return sourcetest.Real(t, "atlas", name)
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// lists returns Probes of lists, and Events of files by name.
func lists(t testing.TB, probes string, files map[string]string, asked time.Time) (Probes, *Events) {
	t.Helper()
	p, v := Probes{}, &Events{}
	if _, err := p.Read(context.Background(), strings.NewReader(probes), source.Options{Name: "probes"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if sum, err := v.Read(context.Background(), strings.NewReader(files[name]), source.Options{Name: name, Asked: asked}); err != nil || sum.Defects() > 0 {
			t.Fatalf("%+v, %v", sum, err)
		}
	}
	return p, v
}

// lines are the bins of each series, "value/n" each, the first with its time.
func lines(t testing.TB, v *Events, p Probes) map[string]string {
	t.Helper()
	out, next := map[string]string{}, map[string]time.Time{}
	_, err := Series(context.Background(), v, p, source.Options{}, func(m keepiton.Measurement) error {
		key := m.SeriesKey.String()
		if !m.At.Equal(next[key]) {
			out[key] += "| " + m.At.Format("15:04") + " "
		}
		next[key] = m.At.Add(step)
		out[key] += fmt.Sprintf("%g/%d ", m.Value, m.N)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const fourProbes = `{"count":5,"next":null,"results":[
{"id":1,"country_code":"KE","asn_v4":36874,"asn_v6":null,"status":{"id":1,"name":"Connected","since":"2025-01-01T00:00:00Z"}},
{"id":2,"country_code":"KE","asn_v4":null,"asn_v6":36874,"status":{"id":2,"name":"Disconnected","since":"2025-06-01T00:00:00Z"}},
{"id":3,"country_code":"KE","asn_v4":33771,"status":{"id":1,"name":"Connected","since":"2026-01-08T12:34:00Z"}},
{"id":4,"country_code":"KE","asn_v4":33771,"status":{"id":1,"name":"Connected","since":"2026-02-01T00:00:00Z"}},
{"id":5,"country_code":"KE","asn_v4":33771,"status":{"id":3,"name":"Abandoned","since":"2020-01-01T00:00:00Z"}}]}`

func TestAProbesStateFollowsFromItsEvents(t *testing.T) {
	p, v := lists(t, fourProbes, map[string]string{"a.json": `[
		{"prb_id":9,"timestamp":` + strconv.FormatInt(at("2026-01-08T12:00:00Z").Unix(), 10) + `,"event":"connect"},
		{"prb_id":1,"timestamp":` + strconv.FormatInt(at("2026-01-08T12:11:00Z").Unix(), 10) + `,"event":"disconnect","msm_id":7000},
		{"prb_id":1,"timestamp":` + strconv.FormatInt(at("2026-01-08T12:52:00Z").Unix(), 10) + `,"event":"connect"},
		{"prb_id":9,"timestamp":` + strconv.FormatInt(at("2026-01-08T13:10:00Z").Unix(), 10) + `,"event":"disconnect"}]`}, time.Time{})
	if len(p) != 4 {
		t.Fatalf("%d probes", len(p))
	}
	got := lines(t, v, p)
	// Probe 1 is there, gone from 12:11 to 12:52, and back; 2 was never; of 3 nothing is
	// known before 12:34; of 4 nothing at all.
	if want := "| 12:00 1/2 0/2 0/2 1/3 1/3 2/3 2/3 "; got["atlas/connected/country/KE"] != want {
		t.Errorf("got %q, want %q", got["atlas/connected/country/KE"], want)
	}
	if want := "| 12:00 0/2 1/2 0/2 0/3 0/3 0/3 0/3 "; got["atlas/disconnects/country/KE"] != want || len(got) != 2 {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTimeThatNoFileTellsOfIsAGap(t *testing.T) {
	one := func(probe int, when, what string) string {
		return fmt.Sprintf(`{"prb_id":%d,"timestamp":%d,"event":%q}`+"\n", probe, at(when).Unix(), what)
	}
	files := map[string]string{
		"b.json": one(1, "2026-01-08T14:00:00Z", "connect") + one(1, "2026-01-08T14:30:00Z", "disconnect"),
		"a.json": one(1, "2026-01-08T12:00:00Z", "disconnect") + one(7, "2026-01-08T12:20:00Z", "connect"),
		"c.json": one(1, "2026-01-08T14:10:00Z", "disconnect") + one(1, "2026-01-08T14:15:00Z", "connect") + one(1, "2026-01-08T14:30:00Z", "disconnect"),
	}
	p, v := lists(t, fourProbes, files, time.Time{})
	if got, want := lines(t, v, p)["atlas/connected/country/KE"], "| 12:00 0/2 0/2 | 14:00 2/3 2/3 2/3 "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// The same files in another order, and twice.
	again := &Events{}
	for _, name := range []string{"c.json", "a.json", "b.json", "a.json", "c.json"} {
		if _, err := again.Read(context.Background(), strings.NewReader(files[name]), source.Options{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := lines(t, v, p), lines(t, again, p); !maps.Equal(a, b) {
		t.Errorf("%q and %q", a, b)
	}
}

func TestAFileOfADayTellsOfItsDayAsFarAsItWasOver(t *testing.T) {
	files := map[string]string{"x/events-20260108.json": fmt.Sprintf(`[{"prb_id":1,"timestamp":%d,"event":"disconnect"}]`, at("2026-01-08T12:05:00Z").Unix())}
	for asked, bins := range map[time.Time]int{{}: 72, at("2026-01-08T18:00:00Z"): 108, at("2026-01-12T00:00:00Z"): 144} {
		p, v := lists(t, fourProbes, files, asked)
		got := lines(t, v, p)["atlas/connected/country/KE"]
		if n := strings.Count(got, "/"); n != bins || !strings.HasPrefix(got, "| 00:00 1/2") {
			t.Errorf("asked %s: %d bins, want %d: %.50s", asked, n, bins, got)
		}
	}
}

// TestAWrongClockMakesNoYears has one event of 1970 among those of an hour.
func TestAWrongClockMakesNoYears(t *testing.T) {
	p, v := lists(t, fourProbes, map[string]string{"a.json": fmt.Sprintf(`[{"prb_id":9,"timestamp":7,"event":"connect"},{"prb_id":1,"timestamp":%d,"event":"connect"},{"prb_id":1,"timestamp":%d,"event":"disconnect"}]`,
		at("2026-01-08T12:00:00Z").Unix(), at("2026-01-08T13:00:00Z").Unix())}, time.Time{})
	if got := lines(t, v, p)["atlas/connected/country/KE"]; strings.Count(got, "/") != 6 || !strings.HasPrefix(got, "| 12:00 ") {
		t.Errorf("got %q", got)
	}
}

// burst is one of Disco's: real probes that lost their connection together.
func burst(t testing.TB, id, country string) (probes []string, from, to time.Time) {
	t.Helper()
	for line := range strings.Lines(string(real(t, "disco-topEvents_thres12.txt"))) {
		f := strings.Split(line, "|")
		if f[0] != id || !strings.Contains(f[4], country) {
			continue
		}
		a, err := strconv.ParseFloat(f[1], 64)
		b, err2 := strconv.ParseFloat(f[2], 64)
		if err != nil || err2 != nil {
			t.Fatal(line)
		}
		return regexp.MustCompile(`\d+`).FindAllString(f[3], -1), time.Unix(int64(a), 0).UTC(), time.Unix(int64(b), 0).UTC()
	}
	t.Fatalf("no burst %s", id)
	return nil, from, to
}

// TestRealBurstsAreFound takes two bursts that Disco found, in Benin and in Sri Lanka,
// among as many probes as there were in the country on that day, for a week. The events
// are made: the probes, the times and the counts are real.
func TestRealBurstsAreFound(t *testing.T) {
	var counts map[string]map[string]int
	if err := json.Unmarshal(real(t, "probes-per-country-per-date.json"), &counts); err != nil {
		t.Fatal(err)
	}
	m, _ := Feed.Metric("connected")
	for _, c := range []struct {
		id, country string
		probes, all int
	}{{"5", "BJ", 7, 13}, {"306", "LK", 10, 26}} {
		probes, from, to := burst(t, c.id, c.country)
		all := counts[from.Format("20060102")][c.country]
		if len(probes) != c.probes || all != c.all {
			t.Fatalf("%s: %d of %d probes", c.country, len(probes), all)
		}
		listed, events := Probes{}, &Events{spans: []keepiton.Span{{From: from.AddDate(0, 0, -6), To: to.AddDate(0, 0, 1)}}}
		for i := range all {
			id := int64(900_000 + i)
			if i < len(probes) {
				n, err := strconv.ParseInt(probes[i], 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				id = n
				events.all = append(events.all, event{id, from.Unix(), false}, event{id, to.Unix(), true})
			}
			listed[id] = Probe{Country: c.country, Connected: true, Since: from.AddDate(-1, 0, 0)}
		}
		s := keepiton.Series{Step: step}
		_, err := Series(context.Background(), events, listed, source.Options{}, func(m keepiton.Measurement) error {
			if m.Metric == "connected" && m.Entity == (keepiton.Entity{Country: c.country}) {
				if s.From.IsZero() {
					s.SeriesKey, s.From = m.SeriesKey, m.At
				}
				if want := s.At(len(s.Bins)); !m.At.Equal(want) {
					t.Fatalf("%s, want %s", m.At, want)
				}
				s.Bins = append(s.Bins, m.Bin)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		found := detect.Signals(&s, m)
		if len(found) != 1 {
			t.Fatalf("%s: %+v", c.country, found)
		}
		f := found[0]
		t.Logf("%s: %d of %d probes, from %s, seen after %s", c.country, c.probes, c.all, f.Onset.To.Format(time.RFC3339), f.First.Sub(from))
		if f.Onset.From.After(from) || f.Onset.To.Sub(from) > 20*time.Minute || f.First.Sub(from) > 40*time.Minute || f.Witness.Value != float64(c.all-c.probes) || f.Witness.N != uint32(c.all) || f.End.IsZero() || f.End.To.Sub(to) > 20*time.Minute {
			t.Errorf("%s: %+v", c.country, f)
		}
	}
}

func TestTheProbesOfAustriaAreRead(t *testing.T) {
	p := Probes{}
	sum, err := p.Read(context.Background(), bytes.NewReader(real(t, "atlas_probes.json")), source.Options{})
	if err != nil || sum.Records != 584 || sum.Defects() != 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	connected := 0
	for _, one := range p {
		if one.Country != "AT" || one.Since.IsZero() {
			t.Errorf("%+v", one)
		}
		connected += number(one.Connected)
	}
	if len(p) != 225+23 || connected != 225 {
		t.Errorf("%d probes, %d connected", len(p), connected)
	}
}

// TestElevenYearsOfTheNetherlandsHaveOneFall: for three days of August 2024 a third of
// the probes was not connected, and the Dutch Internet was well: the instrument was ill.
// One country alone cannot tell that; the veto for what falls in many at once is there
// for it.
func TestElevenYearsOfTheNetherlandsHaveOneFall(t *testing.T) {
	var all []keepiton.Measurement
	sum, err := Days(context.Background(), bytes.NewReader(real(t, "atlas_probe_deployment.json")), source.Options{}, func(m keepiton.Measurement) error {
		all = append(all, m)
		return nil
	})
	if err != nil || sum.Defects() != 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	slices.SortFunc(all, func(a, b keepiton.Measurement) int { return cmp.Or(a.At.Compare(b.At)) })
	last := all[len(all)-1]
	t.Logf("%d records, %d days, from %s to %s", sum.Records, len(all), all[0].At.Format(time.DateOnly), last.At.Format(time.DateOnly))
	if last.SeriesKey.String() != "atlas/connected-day/country/NL" || last.Value != 669 || last.N != 669+107 || last.At.Format(time.DateOnly) != "2025-06-10" {
		t.Errorf("got %+v", last)
	}
	s := keepiton.Series{SeriesKey: last.SeriesKey, From: all[0].At, Step: day, Bins: make([]keepiton.Bin, int(last.At.Sub(all[0].At)/day)+1)}
	for _, m := range all {
		s.Bins[int(m.At.Sub(s.From)/day)] = m.Bin
	}
	metric, _ := Feed.Metric("connected-day")
	found := detect.Signals(&s, metric)
	if len(found) != 1 || found[0].Onset.From.Format(time.DateOnly) != "2024-08-22" || found[0].End.From.Format(time.DateOnly) != "2024-08-25" || found[0].Witness.Value != 420 {
		t.Errorf("%+v", found)
	}
}

func TestWhatIsWrongIsCountedOrRefused(t *testing.T) {
	v := &Events{}
	sum, err := v.Read(context.Background(), strings.NewReader(`{"prb_id":1,"timestamp":1767830400,"event":"connect"}`+"\n{not\n"+strings.Repeat("x", maxLine+1)+"\n"+`{"prb_id":0,"timestamp":5,"event":"connect"}`+"\n"+`{"prb_id":2,"timestamp":1767830460,"event":"ping"}`), source.Options{Name: "e"})
	if err != nil || sum.Records != 5 || sum.Skipped["bad_json"] != 1 || sum.Skipped["long_line"] != 1 || sum.Skipped["bad_event"] != 2 || sum.First[1].Offset != 59 {
		t.Errorf("%+v, %v", sum, err)
	}
	for _, text := range []string{"", `{"error":{"detail":"no"}}`, "<html>"} {
		if _, err := v.Read(context.Background(), strings.NewReader(text), source.Options{}); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := (Probes{}).Read(context.Background(), strings.NewReader(text), source.Options{}); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	p := Probes{}
	if sum, err := p.Read(context.Background(), strings.NewReader(`[{"id":1,"country_code":"ZZ","status":1},{"id":"x"},{"id":2,"country_code":"ke","status":1},{"id":2,"country_code":"KE","status":2,"status_since":99}]`), source.Options{}); err != nil || len(p) != 1 || p[2].Connected || sum.Skipped["unknown_entity"] != 1 || sum.Skipped["bad_probe"] != 1 {
		t.Errorf("%+v, %+v, %v", p, sum, err)
	}
}

func TestDaysAndProbesAreAskedFor(t *testing.T) {
	got, err := Layout(source.Period{From: at("2026-01-08T06:00:00Z"), To: at("2026-01-09T12:00:00Z"), Country: "IR", Base: "http://127.0.0.1:1"})
	if err != nil || len(got) != 3 || got[0].URL != "http://127.0.0.1:1/probes/?country_code=IR&fields=id%2Ccountry_code%2Casn_v4%2Casn_v6%2Cstatus&page_size=500" ||
		got[1].URL != "http://127.0.0.1:1/measurements/7000/results/?format=json&start=1767830400&stop=1767916799" || got[2].Name != "events/events-20260109.json" {
		t.Errorf("%+v, %v", got, err)
	}
	if s := spanOf("feeds/atlas/" + got[1].Name); !s.From.Equal(at("2026-01-08T00:00:00Z")) || !s.To.Equal(at("2026-01-09T00:00:00Z")) {
		t.Errorf("%+v", s)
	}
	if _, err := Layout(source.Period{From: at("2026-01-08T06:00:00Z"), To: at("2026-01-09T12:00:00Z")}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Error(err)
	}
}

func TestAListOfProbesHasSoManyPagesAsItsFirstOneSays(t *testing.T) {
	items, err := Layout(source.Period{From: at("2026-01-08T06:00:00Z"), To: at("2026-01-08T12:00:00Z"), Country: "DE", Base: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	says := func(text string) func(int64) ([]byte, error) {
		return func(int64) ([]byte, error) { return []byte(text), nil }
	}
	for text, want := range map[string]int{
		`{"count":1742,"results":[` + strings.Repeat(`{},`, 499) + `{}]}`: 3, `{"count":500,"results":[` + strings.Repeat(`{},`, 499) + `{}]}`: 0,
		`{"count":501,"results":[` + strings.Repeat(`{},`, 99) + `{}]}`: 5, `{"count":0,"results":[]}`: 0, `{"results":[{}]}`: 0, `{"count":7,"results":[]}`: 0, `{"count":-7,"results":[{}]}`: 0,
	} {
		more, err := Pages(items[0], says(text))
		if err != nil || len(more) != want {
			t.Errorf("%.40s…: %d more pages, want %d; %v", text, len(more), want, err)
		}
		for i, item := range more {
			if item.URL != items[0].URL+"&page="+strconv.Itoa(i+2) || item.Name != "probes-DE-"+strconv.Itoa(i+2)+".json" || item.Final != items[0].Final {
				t.Errorf("page %d: %+v", i+2, item)
			}
		}
	}
	for _, text := range []string{`{"count":9000000,"results":[{}]}`, `{"count":2000,"results":[{}]}`, `<html>`, `[]`} {
		if _, err := Pages(items[0], says(text)); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: %v", text, err)
		}
	}
	if more, err := Pages(items[1], func(int64) ([]byte, error) { t.Error("events are read"); return nil, nil }); len(more) > 0 || err != nil {
		t.Errorf("%+v, %v", more, err)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(`[{"prb_id":1,"timestamp":1767830400,"event":"connect"},{"prb_id":1,"timestamp":1767834000,"event":"disconnect"}]`), []byte(fourProbes))
	f.Add([]byte(`{"prb_id":1,"timestamp":1767830400,"event":"connect"}`+"\n"+`{"prb_id":3,"timestamp":1767834000,"event":"disconnect"}`), []byte(`[{"id":1,"country_code":"KE","status":1,"status_since":5}]`))
	f.Fuzz(func(t *testing.T, events, probes []byte) {
		p, v := Probes{}, &Events{}
		if _, err := p.Read(context.Background(), bytes.NewReader(probes), source.Options{}); err != nil {
			return
		}
		if _, err := v.Read(context.Background(), bytes.NewReader(events), source.Options{}); err != nil {
			return
		}
		n := 0
		_, err := Series(context.Background(), v, p, source.Options{}, func(m keepiton.Measurement) error {
			if m.Metric == "connected" && (m.Value < 0 || m.Value > float64(m.N)) || m.N == 0 || int(m.N) > len(p) {
				t.Fatalf("%+v", m)
			}
			if n++; n > 2000 {
				return context.Canceled
			}
			return nil
		})
		if err != nil && err != context.Canceled && keepiton.CodeOf(err) != keepiton.TooLarge {
			t.Fatal(err)
		}
	})
}
