package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton/intake/intaketest"
	"keepiton/probe"
	"keepiton/web/door"
)

// refusing is a network in which nothing answers but with a refusal.
type refusing struct{}

func (refusing) Lookup(context.Context, string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "server misbehaving"}
}

func (refusing) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
}

// probed is one run in that network.
func probed(t *testing.T, f probeFlags, data string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: &out, stderr: io.Discard, getenv: func(string) string { return "" }}
	now := func() time.Time { return time.Date(2026, 11, 26, 14, 37, 21, 0, time.UTC) }
	code, err := probing{e: e, f: f, list: probe.DefaultList(), data: data, network: refusing{}, now: now}.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return code, out.String()
}

func TestProbeExplainsAndDoesNothingUntilItIsTold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	code, out, _ := runWith(t, []byte("yes\n"), "probe", "--data", dir) // a yes that no person typed on a terminal
	if code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	for _, words := range []string{"WHO CAN SEE IT", "WHAT STAYS", "THE LAW", "DO NOT RUN IT", "telegram", " MB", "Nothing was done", "--yes"} {
		if !bytes.Contains(out, []byte(words)) {
			t.Errorf("the explanation does not say %q", words)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("something was written")
	}
}

func TestProbeSealsWhatItSawAndTheDeskMakesSeriesOfIt(t *testing.T) {
	a, data, queue := newAnalyst(t), t.TempDir(), filepath.Join(t.TempDir(), "queue")
	code, said := probed(t, probeFlags{country: "XG", network: "mobile", asn: 64500, out: queue, recipients: a.public}, data)
	if code != exitGood || !strings.Contains(said, "blackout") {
		t.Fatalf("exit code %d: %s", code, said)
	}
	files, err := filepath.Glob(filepath.Join(queue, "*"))
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], ".dat") {
		t.Fatalf("files %v, %v", files, err)
	}
	sealed := getFile(t, files[0])
	for _, word := range []string{"mobile", "telegram", "64500", "probe"} {
		if bytes.Contains(sealed, []byte(word)) {
			t.Errorf("%q can be read in the sealed file", word)
		}
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 || !info.ModTime().Equal(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%v %v %v", info.Mode(), info.ModTime(), err)
	}
	folder := filepath.Join(t.TempDir(), "seen")
	if code, _, errs := runWith(t, nil, "bundle", "open", files[0], "--keys", a.private, "--passphrase-file", a.passphrase, "-o", folder); code != exitGood {
		t.Fatal(errs)
	}
	results := filepath.Join(folder, "file-01")
	text := getFile(t, results)
	for _, exact := range []string{"14:37", "14:00:01"} {
		if bytes.Contains(text, []byte(exact)) {
			t.Errorf("the results tell the time %s", exact)
		}
	}
	if n := bytes.Count(text, []byte("\n")); n != len(probe.DefaultList().Targets) || !bytes.Contains(text, []byte(`"measurement_start_time":"2026-11-26 14:00:00"`)) {
		t.Errorf("%d lines; the first is %.300s", n, text)
	}
	if code, _, errs := runWith(t, nil, "ingest", "probe", results, "--data", data); code != exitGood {
		t.Fatal(errs)
	}
	_, out, errs := runWith(t, nil, "series", "--feed", "probe", "--metric", "cut", "--entity", "geoasn/64500-XG/mobile", "--data", data, "--format", "csv")
	if !bytes.Contains(out, []byte("2026-11-26T14:00:00Z,1,1,present")) {
		t.Errorf("series: %s %s", out, errs)
	}
}

func TestTwoDaysOfAProbeAreNotKnownToBeOne(t *testing.T) {
	data := t.TempDir()
	day := time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC)
	var ids []string
	for _, at := range []time.Time{day, day.Add(30 * time.Minute), day.Add(2 * time.Hour)} {
		id, err := probeID(data, false, at)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if ids[0] != ids[1] || ids[1] == ids[2] || len(ids[0]) != 32 {
		t.Errorf("%v", ids)
	}
}

func TestSealedResultsAreSentAndNothingElse(t *testing.T) {
	d := intaketest.New(t)
	site := httptest.NewServer(door.New(door.Options{Intake: d.Intake, Log: slog.New(slog.DiscardHandler)}))
	defer site.Close()
	a, data, queue := newAnalyst(t), t.TempDir(), filepath.Join(t.TempDir(), "queue")
	f := probeFlags{country: "XG", out: queue, recipients: a.public}
	probed(t, f, data)
	probed(t, f, data)
	if code, out, errs := runWith(t, nil, "probe", "send", "--server", site.URL, "--out", queue, "--data", data); code != exitGood || !bytes.Contains(out, []byte("2 sealed files sent")) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	held, err := d.Store.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, u := range held {
		n += u.Count
	}
	if left, _ := filepath.Glob(filepath.Join(queue, "*")); n != 2 || len(left) != 0 {
		t.Errorf("%d are there, %v are left", n, left)
	}
	private := filepath.Join(queue, "diary.txt")
	if err := os.WriteFile(private, []byte("what nobody shall read"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := runWith(t, nil, "probe", "send", "--server", site.URL, "--out", queue, "--data", data); code == exitGood || !strings.Contains(errs, "was not sent") {
		t.Errorf("%d %s", code, errs)
	}
	if _, err := os.Stat(private); err != nil {
		t.Error(err)
	}
}

func TestATokenIsTakenOutOnceItWasUsed(t *testing.T) {
	file := putFile(t, "tokens.txt", []byte("one\n\n two \nthree\n"))
	for _, want := range []string{"one", "two", "three", ""} {
		for range 2 { // a line that was down costs nothing
			if got, err := nextToken(file); err != nil || got != want {
				t.Fatalf("%q, want %q: %v", got, want, err)
			}
		}
		if err := dropToken(file, want); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWrongUseOfProbe(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"send", "--server is missing"},
		{"dance", "no action"},
		{"--country Utopia", "ISO 3166-1"},
		{"--asn home", "no number of a network"},
		{"--network wifi", "mobile or fixed"},
		{"--every 5m", "1h to 24h"},
		{"--every 1h --once", "neither"},
		{"--yes --print --server https://a.example", "--print keeps nothing"},
		{"--server http://a.example", "in the clear"},
		{"--yes --list nowhere.json", "nowhere.json"},
	} {
		code, _, errs := runWith(t, nil, append([]string{"probe"}, strings.Fields(c.args)...)...)
		if code == exitGood || !strings.Contains(errs, c.says) || !strings.Contains(errs, "hint:") {
			t.Errorf("probe %s: exit code %d, %s", c.args, code, errs)
		}
	}
	// Without keys nobody is connected to.
	if code, _, errs := runWith(t, nil, "probe", "--yes", "--data", t.TempDir()); code != exitFailed || !strings.Contains(errs, "--recipients") {
		t.Errorf("%d %s", code, errs)
	}
}

// TestAPartnersProbeIsHeard is the whole way: the operator counts heartbeats, a partner
// fetches tokens, its probe says that it is alive and sends what it saw.
func TestAPartnersProbeIsHeard(t *testing.T) {
	dir := t.TempDir()
	campaignIn(t, dir)
	_, out, errs := runWith(t, nil, "partner", "add", "Org One", "--data", dir)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--heartbeats")
	code, tokens, errs2 := runWith(t, []byte(lines[len(lines)-1]+"\n"), "partner", "tokens", "--server", s.address, "--count", "3")
	if code != exitGood {
		t.Fatal(errs, errs2)
	}
	file := putFile(t, "tokens.txt", tokens)
	f := probeFlags{country: "XG", network: "fixed", out: filepath.Join(t.TempDir(), "queue"), recipients: filepath.Join(dir, "keys"), server: s.address, tokens: file, heartbeat: true}
	if code, said := probed(t, f, t.TempDir()); code != exitGood || !strings.Contains(said, "1 sealed files sent") {
		t.Fatalf("%d %s", code, said)
	}
	s.stop()
	if left := strings.Fields(string(getFile(t, file))); len(left) != 1 {
		t.Errorf("%d tokens are left; one went with the heartbeat and one with the results", len(left))
	}
	held, err := openSealedIn(t, dir).Usage(t.Context())
	if err != nil || held["partner"].Count != 1 {
		t.Errorf("%+v %v", held, err)
	}
	if _, out, errs := runWith(t, nil, "series", "--feed", "probe", "--metric", "heartbeats", "--entity", "country/XG/fixed", "--data", dir); !bytes.Contains(out, []byte(",1,1,present")) {
		t.Errorf("series: %s %s", out, errs)
	}
}

// daily is an hourly probe with a clock of its own.
func daily(t *testing.T, f probeFlags, data string) (at func(day, hour int), said *bytes.Buffer) {
	t.Helper()
	f.every, said = time.Hour, &bytes.Buffer{}
	e := &env{stdin: strings.NewReader(""), stdout: said, stderr: io.Discard, getenv: func(string) string { return "" }}
	to, err := loadRecipients(f.recipients)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(f.out, 0o700); err != nil {
		t.Fatal(err)
	}
	return func(day, hour int) {
		t.Helper()
		p := probing{e: e, f: f, list: probe.DefaultList(), data: data, network: refusing{}, now: func() time.Time { return time.Date(2026, 11, day, hour, 7, 21, 0, time.UTC) }}
		if code, err := p.once(t.Context(), to); code != exitGood || err != nil {
			t.Fatal(code, err)
		}
	}, said
}

func glob(t *testing.T, parts ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTheRunsOfADayGoAsOneSealedFile: an hourly probe sends one file a day, never two days
// in one, and an analyst makes series of it in one step.
func TestTheRunsOfADayGoAsOneSealedFile(t *testing.T) {
	d := intaketest.New(t)
	site := httptest.NewServer(door.New(door.Options{Intake: d.Intake, Log: slog.New(slog.DiscardHandler)}))
	defer site.Close()
	a, data, queue := newAnalyst(t), t.TempDir(), filepath.Join(t.TempDir(), "queue")
	run, said := daily(t, probeFlags{country: "XG", network: "mobile", out: queue, recipients: a.public}, data)
	for hour := range 3 {
		run(25, hour)
	}
	if whole, apart := glob(t, queue, "*.dat"), glob(t, queue, ".runs", "*.dat"); len(whole) != 0 || len(apart) != 3 {
		t.Fatalf("before the day is over: %v %v", whole, apart)
	}
	for _, name := range glob(t, queue, ".runs", "*.dat") {
		if bytes.Contains(getFile(t, name), []byte("telegram")) {
			t.Errorf("%s can be read", name)
		}
	}
	run(26, 0)
	whole := glob(t, queue, "*.dat")
	if len(whole) != 1 || len(glob(t, queue, ".runs", "*.dat")) != 1 || said.Len() != 0 {
		t.Fatalf("after the day: %v, said %q", whole, said)
	}
	if info, err := os.Stat(whole[0]); err != nil || !info.ModTime().Equal(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)) || info.Size() > 256<<10 {
		t.Errorf("%v of %d bytes, %v", info.ModTime(), info.Size(), err)
	}
	desk := t.TempDir()
	if code, _, errs := runWith(t, nil, "ingest", "probe", whole[0], "--keys", a.private, "--passphrase-file", a.passphrase, "--data", desk); code != exitGood {
		t.Fatal(errs)
	}
	_, out, _ := runWith(t, nil, "series", "--feed", "probe", "--metric", "cut", "--entity", "country/XG/mobile", "--data", desk, "--format", "csv")
	for _, hour := range []string{"25T00", "25T01", "25T02"} {
		if !bytes.Contains(out, []byte("2026-11-"+hour+":00:00Z,1,1,present")) {
			t.Errorf("hour %s is missing: %s", hour, out)
		}
	}
	if bytes.Contains(out, []byte("2026-11-26T00:00:00Z,1")) {
		t.Error("two days in one file: their numbers of the probe are joined")
	}
	// What is asked for goes at once, today's runs too.
	if code, out, errs := runWith(t, nil, "probe", "send", "--server", site.URL, "--out", queue, "--data", data, "--recipients", a.public); code != exitGood || !bytes.Contains(out, []byte("2 sealed files sent")) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	held, err := d.Store.Usage(t.Context())
	if err != nil || held["work"].Count != 2 || len(glob(t, queue, ".runs", "*")) != 0 {
		t.Errorf("%+v %v", held, err)
	}
}

func TestWithoutKeysTheRunsOfADayGoOneByOne(t *testing.T) {
	d := intaketest.New(t)
	site := httptest.NewServer(door.New(door.Options{Intake: d.Intake, Log: slog.New(slog.DiscardHandler)}))
	defer site.Close()
	a, data, queue := newAnalyst(t), t.TempDir(), filepath.Join(t.TempDir(), "queue")
	run, _ := daily(t, probeFlags{country: "XG", out: queue, recipients: a.public}, data)
	run(25, 3)
	run(25, 4)
	if code, out, errs := runWith(t, nil, "probe", "send", "--server", site.URL, "--out", queue, "--data", data, "--recipients", filepath.Join(data, "nowhere")); code != exitGood || !bytes.Contains(out, []byte("2 sealed files sent")) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
}

func TestNothingButSealedRunsIsPutTogether(t *testing.T) {
	a, data, queue := newAnalyst(t), t.TempDir(), filepath.Join(t.TempDir(), "queue")
	run, _ := daily(t, probeFlags{country: "XG", out: queue, recipients: a.public}, data)
	run(25, 3)
	diary := filepath.Join(queue, ".runs", "diary.txt")
	if err := os.WriteFile(diary, []byte("what nobody shall read"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := runWith(t, nil, "probe", "send", "--server", "http://127.0.0.1:1", "--out", queue, "--data", data, "--recipients", a.public); code == exitGood || !strings.Contains(errs, "it was not taken") {
		t.Errorf("%d %s", code, errs)
	}
	if _, err := os.Stat(diary); err != nil {
		t.Error("it was deleted")
	}
}
