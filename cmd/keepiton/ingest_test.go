package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/bgp/bgptest"
)

// archive returns the path of a real archive.
func archive(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data/mrt", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL ARCHIVES ARE MISSING: %v", err)
	}
	return path
}

func TestTheCountsOfArchivesAreOneObjectALine(t *testing.T) {
	good, odd := archive(t, "routeviews/updates.20260222.1530.bz2"), archive(t, "bgpkit/rrc01_2000.11_updates.20001104.0124.gz")
	code, stdout, stderr := runHere(t, t.TempDir(), "ingest", "bgp", "--stats", "json", good)
	if code != exitGood || stderr != "" {
		t.Errorf("exit %d, %s", code, stderr)
	}
	want := `"records":49220,"announcements":111057,"withdrawals":7606,"table_entries":0,"state_changes":0,"peers":20,"announced_prefixes":7831,"withdrawn_prefixes":1083,"errors":{},"skipped_bytes":0,"bytes":6526793}` + "\n"
	if !strings.HasSuffix(stdout, want) {
		t.Errorf("got %s", stdout)
	}
	code, stdout, stderr = runHere(t, t.TempDir(), "ingest", "bgp", "--stats=json", odd, "missing.gz", good)
	if code != exitFailed || strings.Count(stdout, "\n") != 2 || !strings.Contains(stderr, "missing.gz") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	text := filepath.Join(t.TempDir(), "page.gz")
	if err := os.WriteFile(text, []byte(strings.Repeat("<html>404</html>\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = runHere(t, t.TempDir(), "ingest", "bgp", "--stats", "json", text)
	var counts struct {
		Records int64
		Errors  map[string]int64
	}
	if err := json.Unmarshal([]byte(stdout), &counts); err != nil || code != exitDefects || counts.Records != 0 || counts.Errors["bad_header"] == 0 || !strings.Contains(stderr, "no MRT record in it") {
		t.Errorf("exit %d, %q, %q, %v", code, stdout, stderr, err)
	}
}

func prefixList(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// TestASeriesIsWhatTheArchivesSay ingests a table and the updates after it, of two
// collectors, in the wrong order and twice.
func TestASeriesIsWhatTheArchivesSay(t *testing.T) {
	dir := t.TempDir()
	noon := time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC)
	var files []string
	write := func(name string, story func(*bgptest.Writer)) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := bgptest.NewWriter(f, bgptest.Peers(2)...)
		story(w)
		if w.Err != nil || f.Close() != nil {
			t.Fatal(w.Err)
		}
		files = append(files, path)
	}
	for _, collector := range []string{"rrc00", "route-views2"} {
		write(collector+"/updates", func(w *bgptest.Writer) {
			for peer := range 2 {
				w.Update(noon.Add(6*time.Minute), bgptest.Route{Peer: peer}, nil, prefixList("10.1.0.0/16"))
			}
		})
		write(collector+"/table", func(w *bgptest.Writer) {
			w.Index(noon)
			for _, p := range prefixList("10.0.0.0/16", "10.1.0.0/16", "20.0.0.0/16", "20.1.0.0/16", "20.2.0.0/16", "20.3.0.0/16", "20.4.0.0/16") {
				w.Rib(noon, p, bgptest.Route{Path: []uint32{64512, 44244}}, bgptest.Route{Peer: 1, Path: []uint32{64513, 44244}})
			}
		})
	}
	table := filepath.Join(dir, "places.csv")
	if err := os.WriteFile(table, []byte("10.0.0.0/8,IR\n20.0.0.0/8,KE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	for range 2 {
		code, stdout, stderr := runHere(t, data, append([]string{"ingest", "bgp", "--prefixes", table}, files...)...)
		if code != exitGood || !strings.Contains(stdout, "measurements kept") {
			t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
		}
	}
	code, stdout, stderr := runHere(t, data, "series", "--feed", "bgp", "--metric", "v4", "--entity", "AS44244/IR", "--format", "csv")
	if code != exitGood {
		t.Fatal(stderr)
	}
	lines := strings.Split(stdout, "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "2026-01-08T12:00:00Z,512,4,present,") || !strings.HasPrefix(lines[2], "2026-01-08T12:05:00Z,256,4,present,") {
		t.Errorf("got\n%s", stdout)
	}
	_, stdout, _ = runHere(t, data, "series", "--feed", "bgp", "--metric", "v4", "--entity", "country/KE", "--from", "2026-01-08T12:05Z", "--to", "2026-01-08T12:15Z", "--format", "json")
	if !strings.Contains(stdout, `{"time":"2026-01-08T12:05:00Z","value":1280,"n":4,"state":"present"`) || !strings.Contains(stdout, `{"time":"2026-01-08T12:10:00Z","value":null,"n":null,"state":"silent"}`) {
		t.Errorf("got %s", stdout)
	}
	if _, stdout, _ = runHere(t, data, "series", "--list", "--entity", "IR"); !strings.Contains(stdout, "bgp,v4,country/IR,300,2026-01-08T12:00:00Z,2026-01-08T12:10:00Z\n") || strings.Contains(stdout, "v6") {
		t.Errorf("got %s", stdout)
	}
}

// TestIran2026IsFound is the way from a file of IODA's to signals, by the program's
// own commands.
func TestIran2026IsFound(t *testing.T) {
	file := archive(t, "../ioda/iran-2026-01/ioda-iran-2025-12-01_2026-01-10-normalized.csv")
	data := t.TempDir()
	if code, stdout, stderr := runHere(t, data, "ingest", "ioda", "--entity", "IR", file); code != exitGood || !strings.Contains(stdout, "1968 records, 2025-12-01 00:00 to 2026-01-11 00:00") {
		t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
	}
	code, stdout, stderr := runHere(t, data, "detect", "--entity", "country/IR", "--format", "json")
	var found []struct {
		Series struct{ Feed, Metric, Entity string }
		Onset  struct{ From time.Time }
		Depth  float64
	}
	if err := json.Unmarshal([]byte(stdout), &found); err != nil || code != exitGood {
		t.Fatalf("exit %d, %s, %v", code, stderr, err)
	}
	if len(found) != 5 {
		t.Errorf("%d signals: %s", len(found), stdout)
	}
	for _, s := range found {
		if s.Series.Entity != "country/IR" || s.Onset.From.Format(time.DateOnly) != "2026-01-08" {
			t.Errorf("%+v", s)
		}
	}
	if _, stdout, _ := runHere(t, data, "detect", "--from", "2026-01-01", "--to", "2026-01-08"); stdout != "no signals\n" {
		t.Errorf("the week before: %s", stdout)
	}
	if _, stdout, _ := runHere(t, data, "detect", "--from", "2026-01-08"); !strings.Contains(stdout, "ioda/ping-slash24/country/IR: 2026-01-08 16:30–17:00 goes on, 97 % down; strongest ") {
		t.Errorf("the day: %s", stdout)
	}
	code, stdout, stderr = runHere(t, data, "detect", "--disruptions", "--archive", "--to", "2026-01-11", "--geolocation", "NetAcuity, January 2026", "--format", "json")
	var events []keepiton.Disruption
	if err := json.Unmarshal([]byte(stdout), &events); err != nil || code != exitGood || len(events) != 1 {
		t.Fatalf("exit %d, %s, %v: %d disruptions", code, stderr, err, len(events))
	}
	if v := events[0].Verdict(); events[0].ID != "KID-20260108T1630-IR" || v.Disruption < 0.95 || v.Geolocation != "NetAcuity, January 2026" || len(events[0].Verdicts) != 6 {
		t.Errorf("%+v", events[0])
	}
	if _, stdout, _ = runHere(t, data, "detect", "--disruptions", "--archive", "--to", "2026-01-11"); !strings.Contains(stdout, "KID-20260108T1630-IR country/IR: 2026-01-08 17:30–18:00 goes on, 100 % down; bgp_flat\n  onset 2026-01-08 17:50  disruption ") || !strings.Contains(stdout, "Fewer hosts answer: ") {
		t.Errorf("the disruption: %s", stdout)
	}
	if _, stdout, _ = runHere(t, data, "detect", "--disruptions", "--archive", "--to", "2026-01-08"); !strings.Contains(stdout, "no disruptions\n") {
		t.Errorf("before it: %s", stdout)
	}
}

func TestCasesForTheDetectorAreTriedFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my.detect")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	head := "case \"dark\"\nfrom 2026-03-01 for 12d\nfeeds bgp\ncountry XB\nat 2026-03-10T10:00 for 5h XB fall 90%\n"
	write(head + "expect disruption XB P >= 0.9")
	if code, stdout, stderr := runHere(t, t.TempDir(), "detect", "--script", file); code != exitGood || stdout != "pass  "+file+":1  dark\n1 passed, 0 failed\n" {
		t.Errorf("exit %d, %s, %s", code, stdout, stderr)
	}
	write(head + "expect none")
	if code, stdout, stderr := runHere(t, t.TempDir(), "detect", "--script", file); code != exitFailed || !strings.Contains(stdout, "FAIL  "+file+":1  dark\n      line 6: nothing was expected, and there is KID-") {
		t.Errorf("exit %d, %s, %s", code, stdout, stderr)
	}
	write("case \"dark\"\nhope")
	if code, _, stderr := runHere(t, t.TempDir(), "detect", "--script", file); code != exitFailed || !strings.Contains(stderr, ":2:1: \"hope\" is no statement") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := runHere(t, t.TempDir(), "detect", "--script"); code != exitUsage || !strings.Contains(stderr, "hint: ") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// TestAnInstitutesFileNeedsNoCode reads the observatory's files of Iran, November 2019,
// by a mapping.
func TestAnInstitutesFileNeedsNoCode(t *testing.T) {
	file := archive(t, "../ioda/ip-observatory/irn-2019-11-11_gif.csv")
	data := t.TempDir()
	mapping := filepath.Join(t.TempDir(), "map.json")
	text := `{"feed": "observatory", "format": "csv", "step": "1h", "join": "mean", "time": {"column": "time_e", "layout": "unix", "zone": "Asia/Tehran"},
		"entity": {"country": {"column": "iso"}}, "metrics": [{"column": "connectivity", "name": "connectivity", "unit": "%", "family": "data"}]}`
	if err := os.WriteFile(mapping, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := runHere(t, data, "ingest", "generic", "--map", mapping, file); code != exitGood || !strings.Contains(stdout, "16279 records") {
		t.Fatalf("exit %d, %s, %s", code, stdout, stderr)
	}
	_, stdout, stderr := runHere(t, data, "detect", "--entity", "IR")
	if !strings.Contains(stdout, "observatory/connectivity/country/IR: 2019-11-16 17:00") || !strings.Contains(stdout, "1 signals") {
		t.Errorf("%s%s", stdout, stderr)
	}
}

func TestMistakesOfIngestAndSeriesAreExplained(t *testing.T) {
	for line, says := range map[string]string{
		"ingest": "of which feed?", "ingest rain x": `no feed "rain"`, "ingest bgp": "no file given", "ingest bgp --stats xml x": "json is the only form",
		"ingest bgp -": "cannot come from the standard input", "series": "are needed", "series --feed bgp --metric v4 --entity Iran": `entity "Iran"`,
		"series --list --from soon": "--from", "series --list --from 2026-01-02 --to 2026-01-01": "--to is before", "series --list --entity country/QQ": "there is no country QQ", "detect --entity QQ": "there is no country QQ", "series --list --format xml": "csv or json", "series more": "told by flags",
		"ingest ioda --stats json x": "--stats: no flag of ingest ioda", "ingest ioda --entity Iran x": `entity "Iran"`, "ingest ioda --entity country/QQ x": "there is no country QQ", "ingest ioda --from 2026-01-01 --entity country/QQ": "there is no country QQ", "ingest generic x": "--map FILE.json", "ingest bgp --map m x": "--map: no flag of ingest bgp", "detect more": "told by flags", "detect --format csv": "table or json", "detect --from 2026-01-02 --to 2026-01-01": "--to is before",
	} {
		code, stdout, stderr := runHere(t, t.TempDir(), strings.Fields(line)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, says) || !strings.Contains(stderr, "hint: ") {
			t.Errorf("keepiton %s: exit %d, %q, %q", line, code, stdout, stderr)
		}
	}
	for line, says := range map[string]string{"series --list": "there are no series", "detect": "there are no series", "ingest bgp missing.gz": "missing.gz", "ingest bgp .": "is a folder", "ingest generic --map missing.json x": "missing.json"} {
		if code, _, stderr := runHere(t, t.TempDir(), strings.Fields(line)...); code != exitFailed || !strings.Contains(stderr, says) || !strings.Contains(stderr, "hint: ") {
			t.Errorf("keepiton %s: exit %d, %q", line, code, stderr)
		}
	}
}

// TestOneFileThatCannotBeReadDoesNotKeepTheOthers gives a good file between one that is
// not there and one that is something else.
func TestOneFileThatCannotBeReadDoesNotKeepTheOthers(t *testing.T) {
	data := t.TempDir()
	good, wrong := filepath.Join(data, "good.csv"), filepath.Join(data, "wrong.csv")
	for path, text := range map[string]string{good: "Time (UTC),BGP (#Visible /24s)\n2026-01-08 12:00:00,99\n2026-01-08 12:05:00,98\n", wrong: "a,b\n1,2\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := runHere(t, data, "ingest", "ioda", "--entity", "country/IR", filepath.Join(data, "missing.csv"), good, wrong)
	if code != exitFailed || !strings.Contains(stdout, "good.csv: 2 records") || !strings.Contains(stdout, "2 measurements kept") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	for _, says := range []string{"missing.csv: no such file", "wrong.csv: no column of IODA's", "hint: ", "not all files could be read"} {
		if !strings.Contains(stderr, says) {
			t.Errorf("%q is not in %s", says, stderr)
		}
	}
	if _, stdout, _ := runHere(t, data, "series", "--feed", "ioda", "--metric", "bgp", "--entity", "IR"); !strings.Contains(stdout, "2026-01-08T12:05:00Z,98,") {
		t.Error(stdout)
	}
	code, stdout, _ = runHere(t, data, "ingest", "ioda", "--json", "--entity", "country/IR", good)
	if code != exitGood || !strings.Contains(stdout, `"skipped": {}`) {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

// TestAnIngestThatIsEndedCanBeDoneAgain ends it before it began, which is as good as later.
func TestAnIngestThatIsEndedCanBeDoneAgain(t *testing.T) {
	data, file := t.TempDir(), archive(t, "../ripestat/routing_status.json")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, line := range []string{"ingest ripestat " + file, "ingest bgp " + archive(t, "mrtparse/quagga_rib"), "ingest ripestat --from 2026-01-01 --country IR"} {
		var out, errs bytes.Buffer
		e := testEnv(map[string]string{"KEEPITON_DATA": data})
		e.stdin, e.stdout, e.stderr = strings.NewReader(""), &out, &errs
		if code := run(gone, e, strings.Fields(line)); code != exitFailed || !strings.Contains(errs.String(), "interrupted\nhint: ") {
			t.Errorf("%s: exit %d, %s%s", line, code, &out, &errs)
		}
	}
	if code, _, stderr := runHere(t, data, "ingest", "ripestat", file); code != exitGood {
		t.Errorf("again: exit %d, %s", code, stderr)
	}
}
