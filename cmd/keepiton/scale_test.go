package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton/intake"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/store"
)

// The size of the generated record; KEEPITON_SCALE_INCIDENTS changes it.
const (
	scaleIncidents = 100_000
	scaleRevisions = 10
	scaleSeed      = 7
)

// scaleRecord opens a generated record of scaleIncidents with scaleRevisions
// each. KEEPITON_SCALE_DATA names a folder to keep it in between runs.
func scaleRecord(tb testing.TB) (store.Store, settings) {
	tb.Helper()
	n := scaleIncidents
	if text := os.Getenv("KEEPITON_SCALE_INCIDENTS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			tb.Fatal(err)
		}
	}
	dir := os.Getenv("KEEPITON_SCALE_DATA")
	if dir == "" {
		dir = tb.TempDir()
	}
	s := settings{Data: filepath.Join(dir, fmt.Sprintf("scale-%d", n)), BaseURL: "http://localhost"}
	ctx := context.Background()
	st, err := openStore(ctx, s)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { st.Close() })
	if done, err := st.Meta(ctx, "scale"); err != nil || done == "done" {
		return st, s
	}
	began := time.Now()
	var edits []store.Edit
	count := 0
	flush := func() {
		if len(edits) == 0 {
			return
		}
		if _, err := st.Append(ctx, edits...); err != nil {
			tb.Fatal(err)
		}
		edits = edits[:0]
	}
	for revs := range sample.Generate(n, scaleRevisions, scaleSeed) {
		for _, rev := range revs {
			edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
			count++
		}
		if len(edits) >= 10_000 {
			flush()
		}
	}
	flush()
	if err := st.SetMeta(ctx, "scale", "done"); err != nil {
		tb.Fatal(err)
	}
	tb.Logf("wrote %d revisions in %v", count, time.Since(began).Round(time.Second))
	return st, s
}

// BenchmarkPagesAtScale asks the site for pages that it has not cached, over
// a record of 100,000 incidents with 1,000,000 revisions, and reports the
// median and the 99th percentile inside the server. The first round of each
// kind is not counted, as after a start.
//
//	go test ./cmd/keepiton -run '^$' -bench AtScale -benchtime 1000x
func BenchmarkPagesAtScale(b *testing.B) {
	st, s := scaleRecord(b)
	handler, err := site(b.Context(), s, st, &intake.Intake{}, seal.OpenFolder(b.TempDir()), nil, nil, nil, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	ids := func() []string {
		var out []string
		page, err := st.List(b.Context(), store.Query{Limit: 1000, Text: ""})
		for err == nil && len(out) < 5000 {
			for _, rev := range page.Items {
				out = append(out, string(rev.Incident.ID))
			}
			if page.Next == "" {
				break
			}
			page, err = st.List(b.Context(), store.Query{Limit: 1000, Cursor: page.Next})
		}
		if err != nil || len(out) == 0 {
			b.Fatalf("no incidents: %v", err)
		}
		return out
	}()
	causes := []string{"protests", "conflict", "elections", "exam_cheating", "information_control", "other"}
	countries := []string{"XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH"}
	scopes := []string{"one_place", "one_region", "several_regions"}
	for _, kind := range []struct {
		name string
		path func(i int) string
	}{
		{"incident", func(i int) string { return "/en/incidents/" + ids[i*37%len(ids)] }},
		{"list-by-country", func(i int) string {
			return fmt.Sprintf("/en/incidents?country=%s&year=%d&scope=%s", countries[i%8], 2010+i/8%15, scopes[i/120%3])
		}},
		{"list-by-year-and-cause", func(i int) string {
			return fmt.Sprintf("/en/incidents?year=%d&cause=%s&region=%s", 2010+i%15, causes[i/15%len(causes)], []string{"", "africa", "apac", "mena"}[i/90%4])
		}},
		{"list-as-of", func(i int) string {
			return fmt.Sprintf("/en/incidents?year=%d&as_of=20%02d-06-%02d", 2010+i%10, 21+i/10%4, 1+i/40%28)
		}},
		{"search", func(i int) string {
			return fmt.Sprintf("/en/incidents?q=%s&year=%d&country=%s", []string{"exam", "protest", "nationwide"}[i%3], 2010+i/3%15, countries[i/45%8])
		}},
		{"count-api", func(int) string { return "/api/v1/counts?rule=stop-2024&by=year,country" }},
		{"count-api-as-of", func(i int) string {
			return fmt.Sprintf("/api/v1/counts?rule=stop-2024&by=year,country&as_of=20%02d-06-%02d", 18+i%7, 1+i/7%28)
		}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			ask := func(i int) time.Duration {
				r := httptest.NewRequest(http.MethodGet, kind.path(i), nil)
				r.Header.Set("Accept-Encoding", "br")
				w := httptest.NewRecorder()
				began := time.Now()
				handler.ServeHTTP(w, r)
				took := time.Since(began)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d %.200s", kind.path(i), w.Code, w.Body)
				}
				return took
			}
			ask(1_000_000)
			times := make([]time.Duration, 0, b.N)
			for i := 0; b.Loop(); i++ {
				times = append(times, ask(i))
			}
			slices.Sort(times)
			ms := func(p float64) float64 { return float64(times[int(p*float64(len(times)-1))].Microseconds()) / 1000 }
			b.ReportMetric(ms(0.5), "p50-ms")
			b.ReportMetric(ms(0.99), "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Logf("peak memory of the process: %s", peakMemory(b))
}

// peakMemory is the high-water mark of resident memory as the kernel has it.
func peakMemory(tb testing.TB) string {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skip("no /proc here")
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}
