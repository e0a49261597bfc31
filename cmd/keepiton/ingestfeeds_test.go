package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton/source/fetch/replay"
)

// TestTheFeedsOfOthersAreRead ingests real files of each feed, twice, and asks for a bin
// of each.
func TestTheFeedsOfOthersAreRead(t *testing.T) {
	data := t.TempDir()
	for range 2 {
		for line, says := range map[string]string{
			"ripestat ../ripestat/country_resource_stats.json":                 "1201 records, 2024-12-01 12:00 to 2025-06-11 14:00",
			"radar ../cloudflare/radar-annotations-2025-01.json":               "5 records",
			"google --entity country/RU/youtube ../google-transparency/RU.csv": "25760 records, 2019-01-01 00:00 to 2025-01-21 00:00",
			"mlab ../mlab/iqb/ir_2025_10.json ../mlab/iqb/ke_2024_10.json":     "8 measurements kept",
			"atlas ../atlas/atlas_probe_deployment.json":                       "3994 records, 2014-06-13 00:00 to 2025-06-11 00:00",
			"ioda ../ioda/api-samples/outages-events.json":                     "3 × unknown entity, first at byte 95",
		} {
			args := []string{"ingest"}
			want := exitGood
			for _, arg := range strings.Fields(line) {
				if strings.HasPrefix(arg, "../") {
					arg = archive(t, arg)
				}
				args = append(args, arg)
			}
			if strings.HasPrefix(line, "ioda") {
				want = exitDefects
			}
			code, stdout, stderr := runHere(t, data, args...)
			if code != want || !strings.Contains(stdout, says) {
				t.Errorf("%s: exit %d, %s%s", line, code, stdout, stderr)
			}
		}
	}
	for line, bin := range map[string]string{
		"--feed ripestat --metric v4 --entity country/AT --from 2024-12-01T12:25Z --to 2024-12-01T12:30Z":             "2024-12-01T12:25:00Z,3519,0,present",
		"--feed radar --metric outage --entity country/SY --from 2025-01-24 --to 2025-01-24T01:00Z":                   "2025-01-24T00:00:00Z,2,2,present",
		"--feed google --metric fraction-2h --entity country/RU/youtube --from 2019-01-01 --to 2019-01-01T02:00Z":     "2019-01-01T00:00:00Z,14.561842,0,present",
		"--feed mlab --metric download-month --entity country/IR --from 2025-10-01 --to 2025-10-02":                   "2025-10-01T00:00:00Z,9.235704895226206,6747,present",
		"--feed atlas --metric connected-day --entity country/NL --from 2024-08-23 --to 2024-08-24":                   "2024-08-23T00:00:00Z,420,827,present",
		"--feed ioda --metric event-ping-slash24 --entity country/TO --from 2026-09-03T08:10Z --to 2026-09-03T08:20Z": "2026-09-03T08:10:00Z,1,1,present",
	} {
		_, stdout, stderr := runHere(t, data, append([]string{"series"}, strings.Fields(line)...)...)
		if !strings.Contains(stdout, bin) {
			t.Errorf("%s:\n%s%s", line, stdout, stderr)
		}
	}
}

// TestASeriesSaysWhoseItIs prints series of an open and of a closed feed.
func TestASeriesSaysWhoseItIs(t *testing.T) {
	data := t.TempDir()
	for _, args := range [][]string{{"mlab", archive(t, "../mlab/iqb/ir_2025_10.json")}, {"radar", archive(t, "../cloudflare/radar-annotations-2025-01.json")}} {
		if code, _, stderr := runHere(t, data, append([]string{"ingest"}, args...)...); code != exitGood {
			t.Fatal(stderr)
		}
	}
	_, _, stderr := runHere(t, data, "series", "--feed", "mlab", "--metric", "rtt-month", "--entity", "IR")
	if stderr != "source: Measurement Lab NDT; https://www.measurementlab.net/data/; CC0-1.0\n" {
		t.Errorf("%q", stderr)
	}
	if _, _, stderr = runHere(t, data, "series", "--feed", "radar", "--metric", "outage", "--entity", "SY"); !strings.HasSuffix(stderr, "CC-BY-NC-4.0; not for passing on\n") {
		t.Errorf("%q", stderr)
	}
	if _, stdout, stderr := runHere(t, data, "series", "--feed", "radar", "--metric", "outage", "--entity", "SY", "--format", "json"); stderr != "" || !strings.Contains(stdout, `"source":{"title":"Cloudflare Radar","home":"https://radar.cloudflare.com","licence":"CC-BY-NC-4.0","open":false}`) {
		t.Errorf("%.300s, %q", stdout, stderr)
	}
}

// TestACountrysProbesAreFetchedAndCounted asks a server for a day of RIPE Atlas.
func TestACountrysProbesAreFetchedAndCounted(t *testing.T) {
	s := replay.New()
	base := s.Loopback(t)
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	var probes, events []string
	for id := 1; id <= 8; id++ {
		probes = append(probes, fmt.Sprintf(`{"id":%d,"country_code":"IR","asn_v4":44244,"status":{"id":1,"name":"Connected","since":"2025-01-01T00:00:00Z"}}`, id))
		if id > 2 {
			events = append(events, fmt.Sprintf(`{"prb_id":%d,"timestamp":%d,"event":"disconnect"}`, id, day.Add(16*time.Hour+33*time.Minute).Unix()))
		}
	}
	// The server gives three of them a page, whatever it is asked for.
	page := func(from, to int) replay.File {
		return replay.File{Data: []byte(`{"count":8,"next":"…","results":[` + strings.Join(probes[from:to], ",") + `]}`)}
	}
	const list = "/probes/?country_code=IR&fields=id%2Ccountry_code%2Casn_v4%2Casn_v6%2Cstatus&page_size=500"
	s.Put(list, page(0, 3))
	s.Put(list+"&page=2", page(3, 6))
	s.Put("/measurements/7000/results/", replay.File{Data: []byte(`[` + strings.Join(events, ",") + `]`)})
	data := t.TempDir()
	ask := []string{"ingest", "atlas", "--from", "2026-01-08", "--to", "2026-01-09", "--country", "IR", "--base", base}
	// Without a page of the list there would be too few probes, which is no blackout.
	if code, _, stderr := runHere(t, data, ask...); code != exitFailed || !strings.Contains(stderr, "3 missing") || !strings.Contains(stderr, "no list of probes") {
		t.Errorf("a page is missing: exit %d, %s", code, stderr)
	}
	if code, stdout, _ := runHere(t, data, "series", "--list"); code != exitGood || strings.Contains(stdout, "atlas") {
		t.Errorf("a page is missing, and kept is: %s", stdout)
	}
	s.Put(list+"&page=3", page(6, 8))
	code, stdout, stderr := runHere(t, data, ask...)
	if code != exitGood || !strings.Contains(stderr, "1 files fetched") || !strings.Contains(stdout, "576 measurements kept") {
		t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
	}
	_, stdout, _ = runHere(t, data, "series", "--feed", "atlas", "--metric", "connected", "--entity", "geoasn/44244-IR", "--from", "2026-01-08T16:20Z", "--to", "2026-01-08T16:40Z")
	if !strings.Contains(stdout, "16:20:00Z,8,8,present") || !strings.Contains(stdout, "16:30:00Z,2,8,present") {
		t.Error(stdout)
	}
	// Events alone do not say where they are.
	file := filepath.Join(t.TempDir(), "events.json")
	if err := os.WriteFile(file, fmt.Appendf(nil, `[%s,{"prb_id":9,"timestamp":%d,"event":"connect"}]`, strings.Join(events, ","), day.Add(17*time.Hour).Unix()), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runHere(t, data, "ingest", "atlas", file); code != exitFailed || !strings.Contains(stderr, "no list of probes") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// TestGooglesAnswersAreFetchedAndSayOfWhatTheyAre asks for a country: each product is
// asked for, and one is not there.
func TestGooglesAnswersAreFetchedAndSayOfWhatTheyAre(t *testing.T) {
	s := replay.New()
	base := s.Loopback(t)
	raw, err := os.ReadFile(archive(t, "../google-transparency/raw_api_response_example.txt"))
	if err != nil {
		t.Fatal(err)
	}
	s.Put("/traffic/fraction", replay.File{Data: raw, Faults: []replay.Fault{replay.Busy(404, "")}})
	data := t.TempDir()
	code, stdout, stderr := runHere(t, data, "ingest", "google", "--from", "2024-07-01", "--to", "2024-07-02", "--country", "RU", "--base", base)
	if code != exitDefects || !strings.Contains(stderr, "1 missing") || !strings.Contains(stdout, "503 measurements kept") {
		t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
	}
	if _, stdout, _ = runHere(t, data, "series", "--list"); !strings.Contains(stdout, "google,fraction-2h,country/RU/youtube,7200") || strings.Contains(stdout, "search") {
		t.Error(stdout)
	}
}

func TestRadarIsAskedWithATokenOnly(t *testing.T) {
	code, _, stderr := runHere(t, t.TempDir(), "ingest", "radar", "--from", "2026-01-08", "--to", "2026-01-09", "--base", "http://127.0.0.1:1")
	if code != exitUsage || !strings.Contains(stderr, "KEEPITON_RADAR_TOKEN") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
