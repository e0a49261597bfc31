package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/source/fetch/replay"
)

// TestKenyasBlocksOfTelegramAreFoundByNetwork is the way from OONI's observations of
// autumn 2023 to signals, by the program's own commands. Telegram was blocked while
// pupils sat their exams, from 8 November on, by some networks, mostly by day.
func TestKenyasBlocksOfTelegramAreFoundByNetwork(t *testing.T) {
	file := archive(t, "../ooni/kenya-telegram/2023-KE-telegram.csv.gz")
	store := t.TempDir()
	for range 2 { // twice is as once
		if code, stdout, stderr := runHere(t, store, "ingest", "ooni", file); code != exitGood || !strings.Contains(stdout, "125441 records, 2023-10-15 00:00 to 2023-11-29 20:00") || !strings.Contains(stdout, "2344 measurements kept") {
			t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
		}
	}
	found := signalsOf(t, store, "--entity", "KE")
	// When the blocks began: the first hour with one, by the table itself. In AS12455
	// nobody measured between the second such hour and the third, 33 hours later.
	begins := []struct {
		entity, began string
		within        time.Duration
	}{
		{"country/KE/telegram", "2023-11-08 11:00", 2 * time.Hour},
		{"geoasn/37061-KE/telegram", "2023-11-08 11:00", 18 * time.Hour},
		{"geoasn/33771-KE/telegram", "2023-11-13 04:00", 8 * time.Hour},
		{"geoasn/12455-KE/telegram", "2023-11-08 08:00", 37 * time.Hour},
	}
	first := map[string]keepiton.Signal{}
	for _, s := range found {
		if s.Series.Metric != "blocked" {
			continue
		}
		e := s.Series.Entity.String()
		if _, known := first[e]; !known {
			first[e] = s
		}
		if s.Onset.From.Before(time.Date(2023, 11, 8, 0, 0, 0, 0, time.UTC)) || s.Onset.From.After(time.Date(2023, 11, 25, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: a block from %v, when there was none", e, s.Onset)
		}
	}
	for _, want := range begins {
		began, err := time.Parse("2006-01-02 15:04", want.began)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := first[want.entity]
		if !ok || s.Onset.To.Before(began) || s.Onset.From.After(began) || s.First.Sub(began) > want.within {
			t.Errorf("%s: blocked from %v; onset %v, seen %v", want.entity, began, s.Onset, s.First)
		}
	}
	// Networks that never blocked stay quiet.
	for _, e := range []string{"geoasn/30844-KE/telegram", "geoasn/329014-KE/telegram", "geoasn/15399-KE/telegram", "geoasn/36866-KE/telegram"} {
		if s, ok := first[e]; ok {
			t.Errorf("%s: %+v", e, s)
		}
	}
}

// signalsOf runs detect.
func signalsOf(t *testing.T, store string, more ...string) (out []keepiton.Signal) {
	t.Helper()
	code, stdout, stderr := runHere(t, store, append([]string{"detect", "--format", "json"}, more...)...)
	if err := json.Unmarshal([]byte(stdout), &out); err != nil || code != exitGood {
		t.Fatalf("exit %d, %s, %v", code, stderr, err)
	}
	return out
}

// TestAnHourWithoutMeasurementsIsNoGap reads hours of an archive, of which one is
// missing: nobody measured then.
func TestAnHourWithoutMeasurementsIsNoGap(t *testing.T) {
	dir, store := t.TempDir(), t.TempDir()
	var files []string
	write := func(hour, asn, report string) {
		path := filepath.Join(dir, "raw/20231108", hour, "KE/telegram/20231108"+hour+"_KE_telegram.n1.0.jsonl")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		line := `{"test_name":"telegram","measurement_start_time":"2023-11-08 ` + hour + `:05:00","report_id":"` + report + `","probe_cc":"KE","probe_asn":"` + asn + `","test_keys":{"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":"ok"}}` + "\n"
		if err := os.WriteFile(path, []byte(line+line), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	write("12", "AS37061", "a")
	write("10", "AS37061", "b")
	if code, _, stderr := runHere(t, store, append([]string{"ingest", "ooni", "--complete"}, files...)...); code != exitGood {
		t.Fatal(stderr)
	}
	show := func(entity string) string {
		_, stdout, _ := runHere(t, store, "series", "--feed", "ooni", "--metric", "volume", "--entity", entity, "--format", "csv")
		var out []string
		for line := range strings.Lines(stdout) {
			if cells := strings.Split(line, ","); len(cells) > 3 && strings.HasPrefix(line, "2023") {
				out = append(out, cells[0][11:13]+"="+cells[1]+"/"+cells[2])
			}
		}
		return strings.Join(out, " ")
	}
	for _, e := range []string{"country/KE", "geoasn/37061-KE"} {
		if got := show(e); got != "10=1/1 11=0/0 12=1/1" {
			t.Errorf("%s: %s", e, got)
		}
	}
	write("11", "AS33771", "c") // late, and of another network
	if code, _, stderr := runHere(t, store, "ingest", "ooni", "--complete", files[2]); code != exitGood {
		t.Fatal(stderr)
	}
	for e, want := range map[string]string{"country/KE": "10=1/1 11=1/1 12=1/1", "geoasn/37061-KE": "10=1/1 11=0/0 12=1/1", "geoasn/33771-KE": "11=1/1 12=0/0"} {
		if got := show(e); got != want {
			t.Errorf("%s: %s, want %s", e, got, want)
		}
	}
	if code, _, stderr := runHere(t, store, "ingest", "ooni", "--complete", "x.jsonl"); code != exitUsage || !strings.Contains(stderr, "does not tell the hour of upload") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	bad := filepath.Join(dir, "bad.jsonl")
	if err := os.WriteFile(bad, []byte("{\"x\":1}\nrubbish\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := runHere(t, store, "ingest", "ooni", bad); code != exitDefects || !strings.Contains(stdout, "1 × bad json, first at byte 8") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	if err := os.WriteFile(bad, []byte("name,pattern\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runHere(t, store, "ingest", "ooni", "--fingerprints", bad, files[0]); code != exitFailed || !strings.Contains(stderr, "no column scope") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// ooniArchive serves two measurements of Telegram in Kenya, of one hour, both blocked:
// it gives the same listing for every hour.
func ooniArchive(server *replay.Server) {
	var listing strings.Builder
	for i, asn := range []string{"AS37061", "AS33771"} {
		key := fmt.Sprintf("raw/20231108/10/KE/telegram/2023110810_KE_telegram.n1.%d.jsonl.gz", i)
		fmt.Fprintf(&listing, "<Contents><Key>%s</Key></Contents>", key)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		fmt.Fprintf(z, `{"test_name":"telegram","measurement_start_time":"2023-11-08 10:05:00","report_id":"r%d","probe_cc":"KE","probe_asn":%q,"test_keys":{"telegram_tcp_blocking":true,"telegram_http_blocking":true,"telegram_web_status":"blocked"}}`+"\n", i, asn)
		_ = z.Close()
		server.Put("/"+key, replay.File{Data: packed.Bytes()})
	}
	server.Put("/", replay.File{Data: []byte("<ListBucketResult>" + listing.String() + "</ListBucketResult>")})
}

// TestHoursOfTheArchiveAreFetchedByTheirListing asks for two hours of Kenya, of a
// server that knows two files of the first: in the second nobody measured.
func TestHoursOfTheArchiveAreFetchedByTheirListing(t *testing.T) {
	server, store := replay.New(), t.TempDir()
	base := server.Loopback(t)
	ooniArchive(server)
	for range 2 {
		code, stdout, stderr := runHere(t, store, "ingest", "ooni", "--from", "2023-11-08T10:00Z", "--to", "2023-11-08T12:00Z", "--country", "KE", "--base", base)
		if code != exitGood || !strings.Contains(stdout, "measurements kept") || !strings.Contains(stderr, "0 missing") {
			t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
		}
	}
	if log := server.Log(); len(log) != 4 || log[1].Query != "list-type=2&prefix=raw%2F20231108%2F11%2FKE%2F" {
		t.Errorf("asked for %+v", log)
	}
	_, stdout, _ := runHere(t, store, "series", "--feed", "ooni", "--metric", "volume", "--entity", "country/KE", "--format", "csv")
	if !strings.Contains(stdout, "2023-11-08T10:00:00Z,2,2,present,") || !strings.Contains(stdout, "2023-11-08T11:00:00Z,0,0,present,") {
		t.Error(stdout)
	}
	server.Put("/", replay.File{Data: []byte("<ListBucketResult><Key>raw/20231108/14/KE/telegram/gone.jsonl.gz</Key></ListBucketResult>")})
	code, stdout, stderr := runHere(t, store, "ingest", "ooni", "--from", "2023-11-08T14:00Z", "--to", "2023-11-08T15:00Z", "--country", "KE", "--base", base)
	if code == exitGood {
		t.Errorf("a file is missing, and nobody says so: %s, %s", stdout, stderr)
	}
	_, stdout, _ = runHere(t, store, "series", "--feed", "ooni", "--metric", "read", "--entity", "country/KE", "--format", "csv")
	if strings.Contains(stdout, "T14") || !strings.Contains(stdout, "T11") {
		t.Error(stdout)
	}
}

// TestServeReadsHoursOfOONIsArchive lets serve's poll read what was uploaded since.
func TestServeReadsHoursOfOONIsArchive(t *testing.T) {
	server := replay.New()
	base := server.Loopback(t)
	ooniArchive(server)
	s := settings{Data: t.TempDir(), FeedCountries: "ke"}
	e := &env{getenv: func(string) string { return "" }}
	c := fetcherAt(s, polledFolder(s))
	defer c.Close()
	kept, err := openSeries(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	polls, _, err := pollsOf(e, s, c, kept, []string{"ooni"}, slog.New(slog.DiscardHandler))
	if err != nil || len(polls) != 1 || polls[0].Every != time.Hour {
		t.Fatal(polls, err)
	}
	now := time.Date(2023, 11, 8, 16, 20, 0, 0, time.UTC)
	w := &watched{e: e, s: s, c: c, kept: kept, feed: polls[0].Feed, pace: paces["ooni"], of: wholeCountry("KE"), dir: filepath.Join(polledFolder(s), "ooni"), base: base, now: func() time.Time { return now }}
	for range 2 {
		sum, err := w.run(t.Context(), now.Add(-3*time.Hour), func(keepiton.Measurement) error { return nil })
		if err != nil || sum.Defects() != 0 || sum.Measurements == 0 {
			t.Fatalf("%+v, %v", sum, err)
		}
	}
	day := time.Date(2023, 11, 8, 0, 0, 0, 0, time.UTC)
	blocked, err := kept.Range(t.Context(), keepiton.SeriesKey{Feed: "ooni", Metric: "blocked", Entity: keepiton.Entity{Country: "KE", Service: "telegram"}}, day, day.Add(24*time.Hour))
	if err != nil || blocked.Bins[10].Value != 2 || blocked.Bins[10].N != 2 {
		t.Errorf("%+v, %v", blocked.Bins[10], err)
	}
	volume, err := kept.Range(t.Context(), keepiton.SeriesKey{Feed: "ooni", Metric: "volume", Entity: keepiton.Entity{Country: "KE"}}, day, day.Add(24*time.Hour))
	if err != nil || volume.Bins[10].N != 2 || volume.Bins[12].State != keepiton.Present || volume.Bins[12].N != 0 || volume.Bins[13].Has() {
		t.Errorf("10 to 13: %+v, %v", volume.Bins[10:14], err)
	}
}
