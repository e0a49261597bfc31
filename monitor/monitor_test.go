package monitor

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/series"
	seriesdb "keepiton/series/sqlite"
	"keepiton/source"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// TestMain uses the record once outside of all bubbles: the compressor that all
// records share belongs to whoever comes first.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "monitor")
	if err != nil {
		panic(err)
	}
	st, err := sqlite.Open(context.Background(), filepath.Join(dir, "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		panic(err)
	}
	d := keepiton.Disruption{ID: "KID-1-XA", Onset: keepiton.Interval{From: time.Unix(1, 0), To: time.Unix(2, 0)}, Verdicts: []keepiton.Verdict{{At: time.Unix(3, 0)}}}
	if err := st.KeepDisruption(context.Background(), d); err != nil {
		panic(err)
	}
	if _, err := st.Disruption(context.Background(), d.ID); err != nil {
		panic(err)
	}
	st.Close()
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// aranda is the series of a made-up country; hosts answer every ten minutes.
var (
	aranda = keepiton.SeriesKey{Feed: "probing", Metric: "hosts", Entity: keepiton.Entity{Country: "XA"}}
	hosts  = keepiton.Metric{Feed: "probing", Name: "hosts", Family: keepiton.DataPlane, Kind: keepiton.Amount, Step: 10 * time.Minute, Lag: 10 * time.Minute, Floor: 10}
	feed   = source.Feed{Name: "probing", Metrics: []keepiton.Metric{hosts}}
)

// world is an Internet whose hosts answer, or do not, and a monitor that looks at it.
type world struct {
	t      *testing.T
	series series.Store
	record store.Store
	dark   func(time.Time) bool // of the bin that begins then
	fail   func(time.Time) error

	mu    sync.Mutex
	asked []time.Time // since when
	told  []keepiton.Disruption
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, dark: func(time.Time) bool { return false }, fail: func(time.Time) error { return nil }}
	sdb, err := seriesdb.Open(t.Context(), filepath.Join(t.TempDir(), "series.db"))
	if err != nil {
		t.Fatal(err)
	}
	rdb, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	w.series, w.record = sdb, rdb
	t.Cleanup(func() {
		if err := errors.Join(sdb.Close(), rdb.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// read is the poll's Run: all bins since a time that are there by now.
func (w *world) read(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (source.Summary, error) {
	now := time.Now()
	w.mu.Lock()
	w.asked = append(w.asked, since)
	w.mu.Unlock()
	if err := w.fail(now); err != nil {
		return source.Summary{}, err
	}
	for at := since.Truncate(hosts.Step); !at.Add(hosts.Step + hosts.Lag).After(now); at = at.Add(hosts.Step) {
		b := keepiton.Bin{Value: 1000 + float64(at.Unix()/600%7), N: 50, State: keepiton.Present, Arrived: keepiton.StampOf(at.Add(hosts.Step + hosts.Lag)), Version: 1}
		if w.dark(at) {
			b.Value = 3
		}
		if err := put(keepiton.Measurement{SeriesKey: aranda, At: at, Step: hosts.Step, Bin: b}); err != nil {
			return source.Summary{}, err
		}
	}
	return source.Summary{Records: 1, Skipped: map[string]int64{"odd": 2}}, nil
}

// config is that of a monitor whose every signal is a disruption.
func (w *world) config() Config {
	return Config{
		Series: w.series, Disruptions: w.record, Marks: w.record, Now: time.Now,
		Polls:  []Poll{{Feed: &feed, Every: 10 * time.Minute, Back: 10 * 24 * time.Hour, Run: w.read}},
		Metric: func(_, name string) (keepiton.Metric, bool) { return hosts, name == hosts.Name },
		Detect: everySignal,
		Tell: func(d keepiton.Disruption) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, d)
		},
	}
}

func everySignal(all iter.Seq2[keepiton.Series, error], now time.Time) (out []keepiton.Disruption, err error) {
	for s, err := range all {
		if err != nil {
			return nil, err
		}
		for _, sig := range detect.Stitch(detect.Signals(&s, hosts)) {
			d := keepiton.Disruption{
				ID:     keepiton.DisruptionID("KID-" + sig.First.Format("20060102T1504") + "-" + s.Entity.Country),
				Entity: s.Entity, Onset: sig.Onset, End: sig.End, Depth: sig.Depth, Signals: []keepiton.Signal{sig},
				Verdicts: []keepiton.Verdict{{At: sig.First, Stage: keepiton.AtOnset, State: keepiton.Disrupted, Disruption: 0.9, Rules: "test"}},
			}
			if !sig.End.IsZero() {
				d.Verdicts = append(d.Verdicts, keepiton.Verdict{At: sig.End.To, Stage: keepiton.AtEnd, State: keepiton.LikelyOutage, Disruption: 0.9, Rules: "test"})
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// watch runs a monitor for a while and waits for its end.
func (w *world) watch(c Config, d time.Duration) *Monitor {
	w.t.Helper()
	m := New(c)
	ctx, stop := context.WithCancel(w.t.Context())
	done := make(chan error)
	go func() { done <- m.Run(ctx) }()
	time.Sleep(d)
	stop()
	if err := <-done; err != nil {
		w.t.Errorf("run: %v", err)
	}
	return m
}

func (w *world) bins(from, to time.Time) []keepiton.Bin {
	w.t.Helper()
	s, err := w.series.Range(w.t.Context(), aranda, from, to)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Bins
}

// listed are the disruptions that are kept, as far as a filter lets them through.
func (w *world) listed(f store.DisruptionFilter) store.DisruptionPage {
	w.t.Helper()
	p, err := w.record.ListDisruptions(w.t.Context(), f)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) kept() []keepiton.Disruption {
	w.t.Helper()
	return w.listed(store.DisruptionFilter{}).Items
}

func TestABlackoutIsKeptToldOnceAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dark, light := time.Now().Add(3*time.Hour), time.Now().Add(9*time.Hour)
		w.dark = func(at time.Time) bool { return !at.Before(dark) && at.Before(light) }
		m := w.watch(w.config(), 6*time.Hour)
		all := w.kept()
		if len(all) != 1 || !all[0].End.IsZero() || len(w.told) != 1 || w.told[0].ID != all[0].ID {
			t.Fatalf("kept %+v, told %d", all, len(w.told))
		}
		if d := all[0]; d.Onset.To.Before(dark) || d.Onset.To.After(dark.Add(hosts.Step)) || d.Depth < 0.99 {
			t.Errorf("onset %v, depth %v; dark from %v", d.Onset, d.Depth, dark)
		}
		if late := all[0].Verdicts[0].At.Sub(dark); late > time.Hour {
			t.Errorf("first said %s after it began", late)
		}
		if h := m.Health(); len(h) != 1 || h[0].Down() || h[0].Skipped != 2 || h[0].LastGood.IsZero() || h[0].Lag(time.Now()) > 40*time.Minute {
			t.Errorf("health %+v", h)
		}

		// Another process goes on: nothing is said twice.
		w.asked = nil
		w.watch(w.config(), 8*time.Hour)
		if back := time.Since(w.asked[0]); back > 10*time.Hour {
			t.Errorf("the second one read %s back", back)
		}
		again := w.kept()
		if len(again) != 1 || again[0].ID != all[0].ID || again[0].End.IsZero() || len(again[0].Verdicts) != 2 || again[0].Verdicts[0].At != all[0].Verdicts[0].At {
			t.Fatalf("after the end: %+v", again)
		}
		if len(w.told) != 2 || w.told[1].Verdict().State != keepiton.LikelyOutage {
			t.Errorf("told %d times", len(w.told))
		}
	})
}

func TestAFeedThatFailsIsAGapAndStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.fail = func(now time.Time) error { return nil }
		c := w.config()
		other := source.Feed{Name: "other"}
		tries := []time.Time{}
		c.Polls = append(c.Polls,
			Poll{Feed: &other, Every: 5 * time.Minute, Run: func(context.Context, time.Time, func(keepiton.Measurement) error) (source.Summary, error) {
				tries = append(tries, time.Now())
				panic("a bug")
			}},
			Poll{Feed: &source.Feed{Name: "hangs"}, Every: time.Minute, Run: func(ctx context.Context, _ time.Time, _ func(keepiton.Measurement) error) (source.Summary, error) {
				<-ctx.Done()
				return source.Summary{}, ctx.Err()
			}})
		w.watch(c, 2*time.Hour)
		down := time.Now()
		w.fail = func(time.Time) error { return keepiton.Errorf(keepiton.Unavailable, "503 from https://feed.example") }
		m := w.watch(c, 6*time.Hour)
		h := m.Health()
		if !h[0].Down() || h[0].Trouble != keepiton.Unavailable || !strings.Contains(h[0].Why, "503") || h[1].Trouble != keepiton.Internal || !h[2].Down() {
			t.Errorf("health %+v", h)
		}
		if h[0].LastGood.After(down) || !h[0].Next.After(h[0].LastTry) {
			t.Errorf("last good %v, tried %v, next %v", h[0].LastGood, h[0].LastTry, h[0].Next)
		}
		bins := w.bins(down.Add(time.Hour), down.Add(5*time.Hour))
		for i, b := range bins {
			if b.State != keepiton.SourceDown || b.Value != 0 {
				t.Fatalf("bin %d of the outage is %+v", i, b)
			}
		}
		if all := w.kept(); len(all) != 0 {
			t.Errorf("a gap reads as %+v", all)
		}
		// It asks less and less often, and never less than once an hour.
		var longest time.Duration
		for i := 1; i < len(tries); i++ {
			longest = max(longest, tries[i].Sub(tries[i-1]))
		}
		if n := len(tries); longest > time.Hour || longest < 40*time.Minute || n > 24 {
			t.Errorf("%d tries, at most %s apart", n, longest)
		}

		w.fail = func(time.Time) error { return nil }
		w.watch(w.config(), time.Hour)
		if slices.ContainsFunc(w.bins(down, down.Add(6*time.Hour)), func(b keepiton.Bin) bool { return b.State != keepiton.Present }) {
			t.Error("what came late does not win over the gap")
		}
	})
}

// watched is a series.Store that looks, whenever a gap is kept, whether Health would
// have to wait for it.
type watched struct {
	series.Store
	t *testing.T
	m *Monitor
	n int
}

func (w *watched) Put(ctx context.Context, all []keepiton.Measurement) error {
	if len(all) > 0 && all[0].State == keepiton.SourceDown {
		if w.n++; !w.m.polls[0].mu.TryLock() {
			w.t.Error("Health waits while a gap is kept")
		} else {
			w.m.polls[0].mu.Unlock()
		}
	}
	return w.Store.Put(ctx, all)
}

func TestHealthDoesNotWaitForAGapToBeKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.watch(w.config(), time.Hour)
		w.fail = func(time.Time) error { return keepiton.Errorf(keepiton.Unavailable, "down") }
		c := w.config()
		look := &watched{Store: c.Series, t: t}
		c.Series = look
		look.m = New(c)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Hour)
		defer cancel()
		if err := look.m.Run(ctx); err != nil || look.n == 0 {
			t.Errorf("%v, %d gaps", err, look.n)
		}
	})
}

// TestAPanicWhileLookingEndsNothing lets the first pass panic: the next one comes.
func TestAPanicWhileLookingEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := w.config()
		passes := 0
		c.Detect = func(iter.Seq2[keepiton.Series, error], time.Time) ([]keepiton.Disruption, error) {
			if passes++; passes == 1 {
				panic("a series that nobody thought of")
			}
			return nil, nil
		}
		if w.watch(c, time.Hour); passes < 3 {
			t.Errorf("%d passes", passes)
		}
	})
}

func TestAServerThatWasAwayForLongTellsOfAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := w.config()
		c.Polls[0].Back = time.Hour
		w.watch(c, 3*time.Hour)
		left := time.Now()
		time.Sleep(20 * 24 * time.Hour)
		back := time.Now()
		w.asked = nil
		w.watch(c, 15*time.Minute)
		if far := back.Sub(w.asked[0]); far != away {
			t.Errorf("it reads %s back", far)
		}
		for i, b := range w.bins(left.Add(time.Hour), back.Add(-away-time.Hour)) {
			if b.State != keepiton.SourceDown {
				t.Fatalf("bin %d of the gap is %+v", i, b)
			}
		}
		if slices.ContainsFunc(w.bins(back.Add(-away+time.Hour), back.Add(-time.Hour)), func(b keepiton.Bin) bool { return b.State != keepiton.Present }) {
			t.Error("the last day is not caught up with")
		}
	})
}

func TestWhatGoesOnForMonthsNeitherEndsNorBecomesNormal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dark := time.Now().Add(24 * time.Hour)
		w.dark = func(at time.Time) bool { return !at.Before(dark) }
		w.watch(w.config(), 30*time.Hour)
		first := w.kept()
		if len(first) != 1 {
			t.Fatalf("kept %+v", first)
		}
		m := New(w.config())
		for range 50 { // days: what is read is put by hand, to be quick
			time.Sleep(24 * time.Hour)
			m.polls[0].try(t.Context())
		}
		if err := m.Pass(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if all := w.kept(); len(all) != 1 || all[0].ID != first[0].ID || !all[0].End.IsZero() || all[0].Onset != first[0].Onset {
			t.Errorf("after 50 days: %+v", all)
		}
	})
}

func TestWhatLaterDataTakeAwayIsSaidAndKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dark := time.Now().Add(3 * time.Hour)
		w.dark = func(at time.Time) bool { return !at.Before(dark) }
		w.watch(w.config(), 6*time.Hour)
		id := w.kept()[0].ID
		for at := dark.Add(-time.Hour).Truncate(hosts.Step); at.Before(time.Now()); at = at.Add(hosts.Step) {
			b := keepiton.Bin{Value: 1003, N: 50, State: keepiton.Present, Version: 2, Arrived: keepiton.StampOf(time.Now())}
			if err := w.series.Put(t.Context(), []keepiton.Measurement{{SeriesKey: aranda, At: at, Step: hosts.Step, Bin: b}}); err != nil {
				t.Fatal(err)
			}
		}
		w.dark = func(time.Time) bool { return false }
		told := len(w.told)
		m := New(w.config())
		for range 2 {
			if err := m.Pass(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		all := w.kept()
		if len(all) != 1 || all[0].ID != id || all[0].End.IsZero() || len(all[0].Verdicts) != 2 {
			t.Fatalf("kept %+v", all)
		}
		if v := all[0].Verdict(); v.State != keepiton.Insufficient || v.Reasons[0].Key != "vanished" || len(w.told) != told {
			t.Errorf("said %+v, told %d more", v, len(w.told)-told)
		}
	})
}

func TestSeriesThatAreGoneEndNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dark := time.Now().Add(3 * time.Hour)
		w.dark = func(at time.Time) bool { return !at.Before(dark) }
		w.watch(w.config(), 6*time.Hour)
		w.asked = nil
		fresh, err := seriesdb.Open(t.Context(), filepath.Join(t.TempDir(), "series.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer fresh.Close()
		w.series = fresh
		m := New(w.config())
		if err := m.Pass(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		all := w.kept()
		if len(all) != 1 || !all[0].End.IsZero() {
			t.Fatalf("without series: %+v", all)
		}
		if seen := all[0].LostFromSight(time.Now().Add(25 * time.Hour)); seen.Before(dark) || seen.After(time.Now()) {
			t.Errorf("without series it is lost from sight since %v; dark since %v", seen, dark)
		}
		later := keepiton.Disruption{ID: "KID-9-XA", Entity: all[0].Entity, Onset: keepiton.Interval{From: time.Now().Add(72 * time.Hour), To: time.Now().Add(73 * time.Hour)}}
		k := &known{all: all, byID: map[keepiton.DisruptionID]*keepiton.Disruption{}}
		if was := k.adopt(&later, map[keepiton.DisruptionID]bool{}); was != nil {
			t.Errorf("what began days after is taken for %s", was.ID)
		}
		m.polls[0].try(t.Context())
		if back := time.Since(w.asked[0]); back < 9*24*time.Hour {
			t.Errorf("series that are gone are read again from %s back", back)
		}
	})
}

func TestWhatWasFoundInOldDataIsNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dark, light := time.Now().Add(-3*24*time.Hour), time.Now().Add(-2*24*time.Hour)
		w.dark = func(at time.Time) bool { return !at.Before(dark) && at.Before(light) }
		w.watch(w.config(), 20*time.Minute)
		if all := w.kept(); len(all) != 1 || len(w.told) != 0 {
			t.Errorf("kept %d, told %d", len(all), len(w.told))
		}
	})
}

func TestADisruptionKeepsItsIDWhenItsFirstDetectionMoves(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 1, 8, h, 0, 0, 0, time.UTC) }
	entity := keepiton.Entity{Country: "XA"}
	of := func(id keepiton.DisruptionID, from, to int) keepiton.Disruption {
		d := keepiton.Disruption{ID: id, Entity: entity, Onset: keepiton.Interval{From: at(from), To: at(from)}}
		if to > 0 {
			d.End = keepiton.Interval{From: at(to), To: at(to)}
		}
		return d
	}
	k := &known{all: []keepiton.Disruption{of("KID-1-XA", 2, 6), of("KID-2-XA", 8, 0)}, byID: map[keepiton.DisruptionID]*keepiton.Disruption{}}
	for i := range k.all {
		k.byID[k.all[i].ID] = &k.all[i]
	}
	for _, c := range []struct {
		d     keepiton.Disruption
		taken []keepiton.DisruptionID
		want  keepiton.DisruptionID
	}{
		{of("KID-1-XA", 3, 6), nil, "KID-1-XA"},
		{of("KID-9-XA", 3, 5), nil, "KID-1-XA"},
		{of("KID-9-XA", 6, 7), nil, "KID-9-XA"}, // between them
		{of("KID-9-XA", 7, 0), nil, "KID-2-XA"},
		{of("KID-9-XA", 7, 0), []keepiton.DisruptionID{"KID-2-XA"}, "KID-9-XA"},
	} {
		taken := map[keepiton.DisruptionID]bool{}
		for _, id := range c.taken {
			taken[id] = true
		}
		k.adopt(&c.d, taken)
		if c.d.ID != c.want {
			t.Errorf("from %v to %v, %v taken: got %s, want %s", c.d.Onset.From, c.d.End.To, c.taken, c.d.ID, c.want)
		}
	}
}
