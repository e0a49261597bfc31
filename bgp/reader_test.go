package bgp

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// archives is where real MRT files are; see CONTRIBUTING.md.
const archives = "../../shared/data/mrt"

func openArchive(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(archives, name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL ARCHIVES ARE MISSING: %v", err)
	}
	var r io.Reader = bytes.NewReader(data)
	switch {
	case strings.HasSuffix(name, ".gz"):
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	case strings.HasSuffix(name, ".bz2"):
		r = bzip2.NewReader(r)
	}
	if data, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return data
}

// oracle is what other programs say of a file.
type oracle struct {
	Bgpdump struct {
		Announced int64            `json:"announced_prefixes"`
		Withdrawn int64            `json:"withdrawn_prefixes"`
		Elements  map[string]int64 `json:"elements"`
		Origins   int              `json:"origins"`
		Peers     int              `json:"peers"`
	} `json:"bgpdump"`
	Scan struct {
		Raw     int64 `json:"raw"`
		Records int64 `json:"records"`
	} `json:"scan"`
}

func (o *oracle) elements(kind string) int64 {
	var n int64
	for name, count := range o.Bgpdump.Elements {
		if strings.HasSuffix(name, "/"+kind) {
			n += count
		}
	}
	return n
}

func TestEveryArchiveIsCountedAsBgpdumpDoes(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(archives, "oracles.json"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL ARCHIVES ARE MISSING: %v", err)
	}
	var oracles map[string]oracle
	if err := json.Unmarshal(data, &oracles); err != nil {
		t.Fatal(err)
	}
	for name, want := range oracles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := countAll(t, openArchive(t, name))
			for what, pair := range map[string][2]int64{
				"records":            {got.stats.Records, want.Scan.Records},
				"bytes":              {got.stats.Bytes, want.Scan.Raw},
				"announcements":      {got.stats.Announcements, want.elements("A")},
				"withdrawals":        {got.stats.Withdrawals, want.elements("W")},
				"table entries":      {got.stats.TableEntries, want.elements("B")},
				"state changes":      {got.stats.StateChanges, want.elements("STATE")},
				"announced prefixes": {got.Announced(), want.Bgpdump.Announced},
				"withdrawn prefixes": {got.Withdrawn(), want.Bgpdump.Withdrawn},
				"peers":              {int64(got.Peers()), int64(want.Bgpdump.Peers)},
				"skipped bytes":      {got.stats.SkippedBytes, 0},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: got %d, want %d", what, pair[0], pair[1])
				}
			}
			if got.stats.Errors != nil {
				t.Logf("errors %v, first %+v", got.stats.Errors, got.stats.First[0])
			}
		})
	}
}

type counted struct {
	stats Stats
	Tally
}

func countAll(t testing.TB, data []byte) *counted {
	t.Helper()
	var c counted
	r := NewReader(bytes.NewReader(data))
	var m Message
	var err error
	for err = r.Next(&m); err == nil; err = r.Next(&m) {
		c.Add(&m)
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	c.stats = r.Stats
	return &c
}
