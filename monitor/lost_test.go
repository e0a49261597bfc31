package monitor

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/series"
	"keepiton/source"
	"keepiton/store"
)

// goingOn lists what goes on as far as anybody can tell.
func (w *world) goingOn() int {
	w.t.Helper()
	return w.listed(store.DisruptionFilter{Open: true, InSight: time.Now()}).Total
}

// TestWhatNobodyCanTellOfIsLostFromSight lets the only feed of a blackout go away for
// days, come back while it lasts, and see its end.
func TestWhatNobodyCanTellOfIsLostFromSight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dark, light, back := time.Now().Add(3*time.Hour), time.Now().AddDate(1, 0, 0), time.Time{}
		w.dark = func(at time.Time) bool { return !at.Before(dark) && at.Before(light) }
		c := w.config()
		c.Detect = func(all iter.Seq2[keepiton.Series, error], now time.Time) ([]keepiton.Disruption, error) {
			return detect.Disruptions(detect.Input{Series: all, Metric: c.Metric, Now: now})
		}
		m := New(c)
		look := func(d time.Duration) keepiton.Disruption {
			t.Helper()
			time.Sleep(d)
			m.polls[0].try(t.Context())
			if err := m.Pass(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			all := w.kept()
			if len(all) != 1 {
				t.Fatalf("kept %+v", all)
			}
			return all[0]
		}
		m.polls[0].try(t.Context())
		seen := look(11 * time.Hour)
		gone := time.Now()
		if !seen.LostFromSight(gone).IsZero() || !seen.End.IsZero() || gone.Sub(seen.Seen) > time.Hour || w.goingOn() != 1 {
			t.Fatalf("while it is measured: seen until %v, lost from %v, now %v", seen.Seen, seen.Lost, gone)
		}

		down := keepiton.Errorf(keepiton.Unavailable, "503")
		w.fail = func(time.Time) error { return down }
		if d := look(20 * time.Hour); !d.LostFromSight(time.Now()).IsZero() || w.goingOn() != 1 {
			t.Errorf("lost after 20 hours: %v", d.Lost)
		}
		lost := look(3 * 24 * time.Hour)
		since := lost.LostFromSight(time.Now())
		if since.Before(seen.Seen) || since.After(gone) || w.goingOn() != 0 {
			t.Errorf("after four days lost since %v, seen until %v, %d go on", since, seen.Seen, w.goingOn())
		}
		// A day after the onset nothing was lost yet; a week after it nobody says anything.
		if !lost.End.IsZero() || len(lost.Verdicts) != len(seen.Verdicts)+1 || lost.Verdict().Stage != keepiton.After1d || lost.Verdict().Disruption != seen.Verdict().Disruption {
			t.Errorf("a gap is said to be an end, or something else: %+v", lost)
		}
		if wait := look(60 * 24 * time.Hour); wait.ID != lost.ID || len(wait.Verdicts) != len(lost.Verdicts) || !wait.Onset.From.Equal(lost.Onset.From) || !wait.LostFromSight(time.Now()).Equal(since) {
			t.Errorf("after two months: %+v", wait)
		}

		// The feed comes back, and has nothing of the time in which it was away.
		back = time.Now()
		c.Polls[0].Back = time.Hour
		m = New(c)
		w.fail = func(time.Time) error { return nil }
		if d := look(2 * time.Hour); d.ID != lost.ID || !d.LostFromSight(time.Now()).IsZero() || d.Seen.Before(back) || w.goingOn() != 1 {
			t.Errorf("the feed is back, and it is lost since %v, seen until %v", d.LostFromSight(time.Now()), d.Seen)
		}
		w.fail = func(time.Time) error { return down }
		look(10 * 24 * time.Hour)
		light, w.fail = time.Now().Add(-5*24*time.Hour), func(time.Time) error { return nil }
		m = New(c)
		d := look(4 * time.Hour)
		if d.ID != lost.ID || d.End.IsZero() || !d.Seen.IsZero() || w.goingOn() != 0 {
			t.Fatalf("after its end: %+v", d)
		}
		if d.End.From.After(light) || d.End.To.Before(light) {
			t.Errorf("it ended at %v, and is said to have ended between %v and %v", light, d.End.From, d.End.To)
		}
	})
}

// TestWhatBeganTooLongAgoToBeLookedAtIsNotSaidToHaveVanished has data of the onset.
func TestWhatBeganTooLongAgoToBeLookedAtIsNotSaidToHaveVanished(t *testing.T) {
	w := newWorld(t)
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	onset := now.Add(-longest)
	bin := keepiton.Bin{Value: 3, N: 50, State: keepiton.Present}
	if err := w.series.Put(t.Context(), []keepiton.Measurement{{SeriesKey: aranda, At: onset, Step: hosts.Step, Bin: bin}}); err != nil {
		t.Fatal(err)
	}
	d := keepiton.Disruption{
		ID: "KID-1-XA", Entity: aranda.Entity, Onset: keepiton.Interval{From: onset, To: onset.Add(hosts.Step)},
		Signals:  []keepiton.Signal{{Series: aranda, Step: hosts.Step, Onset: keepiton.Interval{From: onset, To: onset.Add(hosts.Step)}, Witness: keepiton.Witness{At: onset}}},
		Verdicts: []keepiton.Verdict{{At: onset.Add(time.Hour), Stage: keepiton.AtOnset, State: keepiton.Disrupted}},
	}
	if err := w.record.KeepDisruption(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	m := New(w.config())
	if err := m.Pass(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	all := w.kept()
	if len(all) != 1 || !all[0].End.IsZero() || len(all[0].Verdicts) != 1 || !all[0].LostFromSight(now).Equal(onset.Add(hosts.Step)) {
		t.Errorf("%+v", all)
	}
}

// TestAFeedWhoseClockJumpsDoesNotLookUpToDate has a feed that says for an hour that it is
// five years later, and then is itself again.
func TestAFeedWhoseClockJumpsDoesNotLookUpToDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := w.config()
		sane, jump := c.Polls[0].Run, time.Duration(0)
		c.Polls[0].Run = func(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (source.Summary, error) {
			return sane(ctx, since, func(m keepiton.Measurement) error {
				m.At = m.At.Add(jump)
				return put(m)
			})
		}
		w.watch(c, time.Hour)
		jump = 5 * 366 * 24 * time.Hour
		m := w.watch(c, time.Hour)
		if h := m.Health()[0]; h.Skipped < 3 || h.Newest.After(time.Now()) {
			t.Errorf("health %+v at %v", h, time.Now())
		}
		jump = -48 * time.Hour // and back, to days that were measured: the same is there
		w.watch(c, time.Hour)
		jump = 0
		w.watch(c, time.Hour)
		for k, err := range w.series.Keys(t.Context(), series.Filter{}) {
			if err != nil || k.To.After(time.Now()) {
				t.Errorf("%+v, %v", k, err)
			}
		}
		for i, b := range w.bins(time.Now().Add(-4*time.Hour), time.Now().Add(-time.Hour)) {
			if b.Has() != (b.Value >= 1000) { // of the hours that it called otherwise nobody told
				t.Errorf("bin %d: %+v", i, b)
			}
		}
		if all := w.kept(); len(all) > 0 {
			t.Errorf("a clock that jumps reads as %+v", all)
		}
	})
}

// TestABusyFeedIsAGapForAsLongAsItIsBusy has a server that answers 429 for a night, and a
// monitor that is restarted in the middle of it.
func TestABusyFeedIsAGapForAsLongAsItIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.watch(w.config(), 2*time.Hour)
		busy := time.Now()
		w.fail = func(time.Time) error {
			return keepiton.Errorf(keepiton.RateLimited, "429 (Too Many Requests)")
		}
		w.asked = nil
		m := w.watch(w.config(), 5*time.Hour)
		if n := len(w.asked); n > 12 || n < 5 {
			t.Errorf("a busy server was asked %d times in five hours", n)
		}
		w.watch(w.config(), 5*time.Hour) // another process
		if h := m.Health()[0]; !h.Down() || h.Trouble != keepiton.RateLimited {
			t.Errorf("health %+v", h)
		}
		for i, b := range w.bins(busy.Add(time.Hour), time.Now().Add(-2*time.Hour)) {
			if b.State != keepiton.SourceDown {
				t.Fatalf("bin %d of a busy night: %+v", i, b)
			}
		}
		w.fail = func(time.Time) error { return nil }
		w.watch(w.config(), time.Hour)
		for i, b := range w.bins(busy, time.Now().Add(-time.Hour)) {
			if b.State != keepiton.Present {
				t.Fatalf("bin %d of a busy night, afterwards: %+v", i, b)
			}
		}
		if all := w.kept(); len(all) > 0 {
			t.Errorf("a busy night reads as %+v", all)
		}
	})
}
