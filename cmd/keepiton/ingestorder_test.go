package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton/series"
	"keepiton/series/sqlite"
)

// binsOf is every bin of a data folder, without the moments when they came.
func binsOf(t *testing.T, data string) map[string]string {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(data, "series.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	out := map[string]string{}
	for s, err := range st.Scan(t.Context(), series.Filter{}, time.Unix(0, 0), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)) {
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for i, bin := range s.Bins {
			if bin.Has() {
				fmt.Fprintf(&b, "%s %v of %d %s\n", s.At(i).Format(time.RFC3339), bin.Value, bin.N, bin.State)
			}
		}
		out[s.SeriesKey.String()] = b.String()
	}
	return out
}

// TestTheOrderOfFilesChangesNothing reads real files of several feeds in several orders,
// one by one, twice, and by two programs at once: the series are the same.
func TestTheOrderOfFilesChangesNothing(t *testing.T) {
	glob := func(patterns ...string) (out []string) {
		for _, p := range patterns {
			archive(t, "../"+filepath.Dir(p))
			found, err := filepath.Glob(filepath.Join("../../../shared/data", p))
			if err != nil || len(found) == 0 {
				t.Fatal(p, err)
			}
			out = append(out, found...)
		}
		return out
	}
	if testing.Short() {
		t.Skip("some ten seconds")
	}
	for name, c := range map[string]struct{ args, files []string }{
		"ooni":     {nil, glob("ooni/kenya-telegram/2023-KE-telegram.csv.gz", "ooni/raw-fastpath/t*.json", "ooni/api-measurement_meta/20221110*.json", "ooni/api-aggregation/*.json")},
		"radar":    {nil, glob("cloudflare/*.json")},
		"ripestat": {nil, glob("ripestat/country_resource_stats.json", "ripestat/routing_status.json")},
		"mlab":     {nil, glob("mlab/iqb/i*.json", "mlab/iqb/k*.json")},
		"ioda":     {[]string{"--entity", "country/IR"}, glob("ioda/iran-2026-01/*.csv", "ioda/api-samples/*.json")},
		"bgp":      {nil, glob("mrt/mrtparse/bird6-mrtdump_rib", "mrt/mrtparse/quagga_rib", "mrt/mrtparse/openbgpd_rib_table-v2", "mrt/mrtparse/bird_bgp", "mrt/ripe-bgpdump/bview.ipv4_unicast_add_path.gz")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dice := rand.New(rand.NewPCG(1, 2))
			read := func(data string, files ...string) {
				code, _, stderr := runHere(t, data, slices.Concat([]string{"ingest", name}, c.args, files)...)
				if code != exitGood && code != exitDefects && !strings.Contains(stderr, "not all files") {
					t.Errorf("exit %d, %s", code, stderr)
				}
			}
			shuffled := func() []string {
				files := slices.Clone(c.files)
				dice.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
				return files
			}
			first := t.TempDir()
			read(first, c.files...)
			want := binsOf(t, first)
			if len(want) < 3 {
				t.Fatalf("only %d series", len(want))
			}
			same := func(how, data string) {
				got := binsOf(t, data)
				for key, bins := range want {
					if got[key] != bins {
						t.Errorf("%s: %s differs\n%.300s\n%.300s", how, key, got[key], bins)
						return
					}
				}
				if len(got) != len(want) {
					t.Errorf("%s: %d series, want %d", how, len(got), len(want))
				}
			}
			read(first, shuffled()...)
			same("twice", first)
			both := t.TempDir()
			var wait sync.WaitGroup
			for _, files := range [][]string{shuffled(), shuffled()} {
				wait.Go(func() { read(both, files...) })
			}
			wait.Wait()
			same("two at once", both)
			if name != "bgp" { // a table and its updates are read together
				alone := t.TempDir()
				for _, f := range shuffled() {
					read(alone, f)
				}
				same("one by one", alone)
			}
		})
	}
}
