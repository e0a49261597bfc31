package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton/bgp/bgptest"
	"keepiton/source/fetch/replay"
)

// risArchive serves what a collector of RIPE RIS wrote in half an hour: a table of
// three prefixes of Iran at 08:00, of which two are withdrawn at 08:12.
func risArchive(s *replay.Server, day time.Time) {
	prefixes := prefixList("2.144.0.0/16", "5.22.0.0/17", "31.2.128.0/17")
	put := func(name string, story func(*bgptest.Writer), faults ...replay.Fault) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		story(bgptest.NewWriter(z, bgptest.Peers(3)...))
		_ = z.Close()
		s.Put("/rrc00/"+day.Format("2006.01")+"/"+name+".gz", replay.File{Data: b.Bytes(), Faults: faults})
	}
	at := day.Add(8 * time.Hour)
	put("bview."+at.Format("20060102.1504"), func(w *bgptest.Writer) {
		w.Index(at)
		for _, p := range prefixes {
			w.Rib(at, p, bgptest.Route{Peer: 0, Path: []uint32{64512, 44244}}, bgptest.Route{Peer: 1, Path: []uint32{64513, 44244}}, bgptest.Route{Peer: 2, Path: []uint32{64514, 44244}})
		}
	}, replay.Cut(20))
	for n := range 6 {
		file := at.Add(time.Duration(n) * 5 * time.Minute)
		put("updates."+file.Format("20060102.1504"), func(w *bgptest.Writer) {
			for peer := range 3 {
				if n == 2 {
					w.Update(file.Add(2*time.Minute), bgptest.Route{Peer: peer}, nil, prefixes[1:])
				} else {
					w.Update(file.Add(time.Minute), bgptest.Route{Peer: peer, Path: []uint32{64512 + uint32(peer), 3356, 44244}}, prefixes[:1], nil)
				}
			}
		})
	}
}

// TestAPeriodIsFetchedAndRead asks for half an hour of a collector, from a server
// that cuts the table off once. The second time nothing is asked for.
func TestAPeriodIsFetchedAndRead(t *testing.T) {
	s := replay.New()
	base := s.Loopback(t)
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	risArchive(s, day)
	dir := t.TempDir()
	ask := []string{"ingest", "bgp", "--collector", "rrc00", "--from", "2026-01-08T08:05Z", "--to", "2026-01-08T08:30Z", "--base", base + "/"}
	code, stdout, stderr := runHere(t, dir, ask...)
	if code != exitGood || !strings.Contains(stderr, "7 files fetched") || !strings.Contains(stderr, "0 missing") {
		t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
	}
	if n := len(s.Log()); n != 8 {
		t.Errorf("%d requests", n)
	}
	if agent := s.Log()[0].Agent; !strings.HasPrefix(agent, "KeepItOn/") || !strings.HasSuffix(agent, "(+https://www.accessnow.org/keepiton)") {
		t.Errorf("said to be %q", agent)
	}
	_, stdout, _ = runHere(t, dir, "series", "--feed", "bgp", "--metric", "v4", "--entity", "country/IR", "--format", "csv")
	var values []string
	for line := range strings.Lines(stdout) {
		if fields := strings.Split(strings.TrimSpace(line), ","); len(fields) > 2 && fields[0] != "time" {
			values = append(values, fields[1])
		}
	}
	if got := strings.Join(values, " "); !strings.HasSuffix(got, "512 512 256 256 256 256") {
		t.Errorf("%s\n%s", got, stdout)
	}
	if code, stdout, stderr = runHere(t, dir, ask...); code != exitGood || !strings.Contains(stderr, "0 files fetched, 0.0 MB; 7 were there") || len(s.Log()) != 8 {
		t.Errorf("exit %d, %s, %s, %d requests", code, stdout, stderr, len(s.Log()))
	}
}

// TestATableThatIsMissingIsReplacedByTheOneBefore asks for the afternoon of a day
// whose table at 16:00 the archive lacks, with all updates but those of an hour.
func TestATableThatIsMissingIsReplacedByTheOneBefore(t *testing.T) {
	s := replay.New()
	base := s.Loopback(t)
	risArchive(s, time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC))
	code, stdout, stderr := runHere(t, t.TempDir(), "ingest", "bgp", "--collector", "rrc00", "--from", "2026-01-08T16:00Z", "--to", "2026-01-08T16:10Z", "--base", base, "--json")
	var got struct{ Files []struct{ File string } }
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err, stderr)
	}
	if code != exitDefects || len(got.Files) != 7 || filepath.Base(got.Files[0].File) != "bview.20260108.0800.gz" || !strings.Contains(stderr, "92 missing") || !strings.Contains(stderr, "and 87 more") {
		t.Errorf("exit %d, %+v, %s", code, got, stderr)
	}
}

func TestPeriodsThatCannotBeFetchedAreRefused(t *testing.T) {
	s := replay.New()
	base := s.Loopback(t)
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Format("2006-01-02")
	for _, tc := range []struct {
		line, says string
		code       int
	}{
		{"bgp", "and no period", exitUsage},
		{"bgp --from 2026-01-08", "of which collector", exitUsage},
		{"bgp --from 2026-01-08 --to 2026-01-07 --collector rrc00", "is not before", exitUsage},
		{"bgp --from " + tomorrow + " --collector rrc00", "is not before", exitUsage},
		{"bgp --from soon --collector rrc00", "--from", exitUsage},
		{"bgp --from 2026-01-08 --country Iran --collector rrc00", "no code of a country", exitUsage},
		{"bgp --to 2026-01-08 updates.gz", "begins with --from", exitUsage},
		{"bgp --from 2026-01-08 updates.gz", "either files or a period", exitUsage},
		{"generic --map x.json --from 2026-01-08", "nothing is fetched", exitUsage},
		{"bgp --from 2026-01-08 --to 2026-01-08T00:10Z --collector rrc99 --base " + base, "does not have it: 404", exitFailed},
	} {
		code, stdout, stderr := runHere(t, t.TempDir(), append([]string{"ingest"}, strings.Fields(tc.line)...)...)
		if code != tc.code || !strings.Contains(stderr, tc.says) {
			t.Errorf("%s: exit %d, %s, %s", tc.line, code, stdout, stderr)
		}
	}
	if n := len(s.Log()); n == 0 {
		t.Error("nobody was asked", fmt.Sprint(n))
	}
}
