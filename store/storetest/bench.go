package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/sample"
	"keepiton/store"
)

// Size is how large the generated record of the benchmarks is.
type Size struct{ Incidents, RevisionsEach int }

// BenchSize reads KEEPITON_BENCH, such as "100000x10"; small when not set.
func BenchSize(tb testing.TB) Size {
	size := Size{2000, 10}
	if text := os.Getenv("KEEPITON_BENCH"); text != "" {
		a, b, ok := strings.Cut(text, "x")
		var err1, err2 error
		size.Incidents, err1 = strconv.Atoi(a)
		size.RevisionsEach, err2 = strconv.Atoi(b)
		if !ok || err1 != nil || err2 != nil {
			tb.Fatalf("KEEPITON_BENCH is %q, want such as 100000x10", text)
		}
	}
	return size
}

// Fill stores the generated record in st, unless it holds one already.
func Fill(tb testing.TB, st store.Store, size Size) {
	tb.Helper()
	ctx := context.Background()
	p, err := st.List(ctx, store.Query{Limit: 1, States: keepiton.States})
	if err != nil {
		tb.Fatal(err)
	}
	if p.Total >= size.Incidents {
		return
	}
	if p.Total != 0 {
		tb.Fatalf("the record has %d incidents, want %d or more, or none", p.Total, size.Incidents)
	}
	began := time.Now()
	imp := store.Import{Edition: store.Edition{Name: "generated"}}
	flush := func() {
		if err := st.ApplyImport(ctx, imp); err != nil {
			tb.Fatal(err)
		}
		imp.Incidents = imp.Incidents[:0]
	}
	for revs := range sample.Generate(size.Incidents, size.RevisionsEach, 1) {
		imp.Incidents = append(imp.Incidents, store.ImportedIncident{ID: revs[0].Incident.ID, Revisions: revs})
		if len(imp.Incidents) == 640 {
			flush()
		}
	}
	flush()
	took := time.Since(began)
	tb.Logf("stored %d revisions in %s: %.0f a second", size.Incidents*size.RevisionsEach, took.Round(time.Second), float64(size.Incidents*size.RevisionsEach)/took.Seconds())
}

// Bench measures a filled store. Times are those of one caller; p50 and p99
// are in milliseconds.
func Bench(b *testing.B, st store.Store) {
	ctx := b.Context()
	all, err := st.List(ctx, store.Query{Limit: 1000, Sort: store.RecentlyChanged})
	if err != nil {
		b.Fatal(err)
	}
	past := func(r *rand.Rand) time.Time {
		return time.Date(2012+r.IntN(13), 1, 1+r.IntN(365), 0, 0, 0, 0, time.UTC)
	}
	now := func(*rand.Rand) time.Time { return time.Time{} }
	someone := func(r *rand.Rand) keepiton.IncidentID {
		return keepiton.NewIncidentID(2010+r.IntN(15), 1+r.IntN(max(1, all.Total/20)))
	}
	for name, at := range map[string]func(*rand.Rand) time.Time{"now": now, "past": past} {
		percentiles(b, "get/"+name, func(r *rand.Rand) error {
			_, err := st.Get(ctx, someone(r), at(r))
			if keepiton.CodeOf(err) == keepiton.NotFound {
				err = nil
			}
			return err
		})
		percentiles(b, "list/"+name, func(r *rand.Rand) error {
			q := randomQuery(r)
			q.AsOf = at(r)
			_, err := st.List(ctx, q)
			return err
		})
		percentiles(b, "list-page-2/"+name, func(r *rand.Rand) error {
			q := randomQuery(r)
			q.AsOf = at(r)
			p, err := st.List(ctx, q)
			if err == nil && p.Next != "" {
				q.Cursor = p.Next
				_, err = st.List(ctx, q)
			}
			return err
		})
		percentiles(b, "search/"+name, func(r *rand.Rand) error {
			_, err := st.List(ctx, store.Query{AsOf: at(r), Text: searches[r.IntN(len(searches))]})
			return err
		})
		percentiles(b, "cases/"+name, func(r *rand.Rand) error {
			return st.Cases(ctx, at(r), func(*count.Case) error { return nil })
		})
		rule, err := count.RuleByName("stop-2024")
		if err != nil {
			b.Fatal(err)
		}
		percentiles(b, "count-by-year-country/"+name, func(r *rand.Rand) error {
			asOf := at(r)
			moment := asOf
			if moment.IsZero() {
				moment = time.Now()
			}
			_, err := count.Run(rule, []string{"year", "country"}, moment, func(yield func(*count.Case) error) error { return st.Cases(ctx, asOf, yield) })
			return err
		})
	}
	percentiles(b, "revisions", func(r *rand.Rand) error {
		_, err := st.Revisions(ctx, all.Items[r.IntN(len(all.Items))].Incident.ID)
		return err
	})
	percentiles(b, "changes", func(r *rand.Rand) error {
		_, _, err := st.Changes(ctx, "", 100)
		return err
	})
	percentiles(b, "between-two-days", func(r *rand.Rand) error {
		from := past(r)
		return st.Between(ctx, from, from.AddDate(0, 0, 1), func(_, _ *keepiton.Revision) error { return nil })
	})
	percentiles(b, "append", func(r *rand.Rand) error {
		rev, err := st.Get(ctx, all.Items[r.IntN(len(all.Items))].Incident.ID, time.Time{})
		if err != nil {
			return err
		}
		rev.Incident.Summary = fmt.Sprint("corrected ", r.Int64())
		_, err = st.Append(ctx, store.Edit{ID: rev.Incident.ID, Base: rev.N, Rev: rev})
		return err
	})
	percentiles(b, "list-after-append", func(r *rand.Rand) error {
		rev := all.Items[r.IntN(len(all.Items))]
		if _, err := st.Append(ctx, store.Edit{Rev: keepiton.Revision{Recorded: rev.Recorded, Incident: with(rev.Incident, func(i *keepiton.Incident) { i.ID = "" })}}); err != nil {
			return err
		}
		_, err := st.List(ctx, store.Query{})
		return err
	})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.Logf("memory obtained from the system: %d MiB", m.Sys>>20)
}

var searches = []string{"internet", "mobile", "government", "exam", "protest", "kitoro", "الإنترنت", "ኢንተርኔት", "savara", "reader", "nothing", `"mobile data"`, "KIO-2019-0042"}

func randomQuery(r *rand.Rand) store.Query {
	countries := []string{"XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH"}
	var q store.Query
	if r.IntN(2) == 0 {
		q.Countries = []string{countries[r.IntN(len(countries))]}
	}
	if r.IntN(2) == 0 {
		q.Years = []int{2010 + r.IntN(16)}
	}
	if r.IntN(3) == 0 {
		q.Causes = []string{keepiton.Causes[r.IntN(len(keepiton.Causes))].Code}
	}
	if r.IntN(4) == 0 {
		q.Extents = []string{"service_based"}
	}
	q.Sort = allSorts[r.IntN(len(allSorts))]
	return q
}

// percentiles runs do b.N times and reports the middle and the slowest
// hundredth.
func percentiles(b *testing.B, name string, do func(r *rand.Rand) error) {
	b.Run(name, func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 2))
		var times []time.Duration
		for b.Loop() {
			began := time.Now()
			if err := do(r); err != nil {
				b.Fatal(err)
			}
			times = append(times, time.Since(began))
		}
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2])/1e6, "p50-ms")
		b.ReportMetric(float64(times[len(times)*99/100])/1e6, "p99-ms")
		b.ReportMetric(0, "ns/op")
	})
}
