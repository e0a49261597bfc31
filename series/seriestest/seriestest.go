// Package seriestest is the one suite that every series.Store passes.
package seriestest

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
)

var (
	day  = time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	iran = keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "IR"}}
)

func at(key keepiton.SeriesKey, bin int, b keepiton.Bin) keepiton.Measurement {
	return keepiton.Measurement{SeriesKey: key, At: day.Add(time.Duration(bin) * 5 * time.Minute), Step: 5 * time.Minute, Bin: b}
}

func value(v float64) keepiton.Bin { return keepiton.Bin{Value: v, N: 9, State: keepiton.Present} }

// Run holds a store to the contract. open gives an empty one.
func Run(t *testing.T, open func(t *testing.T) series.Store) {
	ctx := context.Background()
	t.Run("GapsAreSilent", func(t *testing.T) {
		s := open(t)
		down := keepiton.Bin{State: keepiton.SourceDown, Arrived: 7}
		put(t, s, at(iran, 1, value(10)), at(iran, 400, value(0)), at(iran, 3, down))
		got := read(t, s, iran, day, day.Add(36*time.Hour))
		if len(got.Bins) != 432 || got.Bins[1] != value(10) || got.Bins[400] != value(0) || got.Bins[3] != down {
			t.Fatalf("got %d bins, %+v", len(got.Bins), got.Bins[:5])
		}
		for i, b := range got.Bins {
			if i != 1 && i != 3 && i != 400 && b != (keepiton.Bin{}) {
				t.Errorf("bin %d: %+v", i, b)
			}
		}
		if got := read(t, s, iran, day.Add(6*time.Minute), day.Add(7*time.Minute)); len(got.Bins) != 1 || got.Bins[0] != value(10) || !got.From.Equal(day.Add(5*time.Minute)) {
			t.Errorf("a stretch inside a bin: %+v", got)
		}
		if got := read(t, s, iran, day.AddDate(-1, 0, 0), day.AddDate(-1, 0, 1)); len(got.Bins) != 288 || got.Bins[1].Has() {
			t.Error("another year is not silent")
		}
	})
	t.Run("LateTwiceAndInAnyOrderIsTheSame", func(t *testing.T) {
		dice := rand.New(rand.NewPCG(5, 5))
		var all []keepiton.Measurement
		for range 3000 {
			b := value(float64(dice.IntN(50)))
			b.N, b.Version, b.Arrived = uint32(dice.IntN(2)), keepiton.Stamp(dice.IntN(2)), keepiton.Stamp(1+dice.IntN(9))
			if dice.IntN(9) == 0 {
				b = keepiton.Bin{State: keepiton.SourceDown}
			}
			all = append(all, at(iran, dice.IntN(700), b))
		}
		var want keepiton.Series
		for round := range 3 {
			s := open(t)
			dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for rest := all; len(rest) > 0; {
				n := min(len(rest), 1+dice.IntN(900))
				put(t, s, rest[:n]...)
				if dice.IntN(2) == 0 {
					put(t, s, rest[:n]...)
				}
				rest = rest[n:]
			}
			got := read(t, s, iran, day, day.AddDate(0, 0, 4))
			if round == 0 {
				want = got
			} else if !reflect.DeepEqual(got, want) {
				t.Fatal("the order of arrival decides what is kept")
			}
		}
	})
	t.Run("WhatIsListed", func(t *testing.T) {
		s := open(t)
		kenya := telegram
		put(t, s, at(iran, 3, value(1)), at(iran, 300, value(2)), keepiton.Measurement{SeriesKey: kenya, At: day, Step: time.Hour, Bin: value(3)})
		var got []series.Known
		for k, err := range s.Keys(ctx, series.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, k)
		}
		want := []series.Known{
			{SeriesKey: iran, Step: 5 * time.Minute, From: day.Add(15 * time.Minute), To: day.Add(301 * 5 * time.Minute)},
			{SeriesKey: kenya, Step: time.Hour, From: day, To: day.Add(time.Hour)},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		for name, f := range map[string]series.Filter{"feed": {Feed: "ooni"}, "metric": {Metric: "blocked"}, "country": {Country: "KE"}, "entity": {Entity: kenya.Entity}} {
			n := 0
			for one, err := range s.Scan(ctx, f, day, day.Add(time.Hour)) {
				if n++; err != nil || one.SeriesKey != kenya || one.Bins[0] != value(3) {
					t.Errorf("by %s: %+v, %v", name, one, err)
				}
			}
			if n != 1 {
				t.Errorf("by %s: %d series", name, n)
			}
		}
		for one := range s.Scan(ctx, series.Filter{}, day.Add(2*time.Hour), day.Add(3*time.Hour)) {
			if one.SeriesKey == kenya {
				t.Error("a series without a bin there")
			}
		}
	})
	t.Run("WhatIsRefused", func(t *testing.T) {
		s := open(t)
		put(t, s, at(iran, 0, value(1)))
		bad := map[string]keepiton.Measurement{
			"NaN": at(iran, 1, value(math.NaN())), "infinity": at(iran, 1, value(math.Inf(1))),
			"another step": {SeriesKey: iran, At: day, Step: time.Hour, Bin: value(1)}, "no step": {SeriesKey: iran, At: day, Bin: value(1)},
			"between bins": {SeriesKey: iran, At: day.Add(time.Minute), Step: 5 * time.Minute, Bin: value(1)}, "no feed": {At: day, Step: time.Hour, Bin: value(1)},
		}
		for name, m := range bad {
			if err := s.Put(ctx, []keepiton.Measurement{at(iran, 9, value(5)), m}); keepiton.CodeOf(err) != keepiton.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := read(t, s, iran, day, day.Add(time.Hour)); got.Bins[9].Has() || got.Bins[0] != value(1) {
			t.Error("a part of what was refused is kept")
		}
		if _, err := s.Range(ctx, keepiton.SeriesKey{Feed: "x", Metric: "y"}, day, day); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("an unknown series: %v", err)
		}
	})
	sights(t, open)
	t.Run("ManyAtOnce", func(t *testing.T) {
		s := open(t)
		var all sync.WaitGroup
		for w := range 4 {
			all.Go(func() {
				for i := range 20 {
					if err := s.Put(ctx, []keepiton.Measurement{at(iran, 4*i+w, value(float64(i)))}); err != nil {
						t.Error(err)
					}
					if _, err := s.Range(ctx, iran, day, day.Add(time.Hour)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for i, b := range read(t, s, iran, day, day.Add(80*5*time.Minute)).Bins {
			if !b.Has() {
				t.Errorf("bin %d is lost", i)
			}
		}
	})
}

func put(t *testing.T, s series.Store, all ...keepiton.Measurement) {
	t.Helper()
	if err := s.Put(context.Background(), all); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s series.Store, key keepiton.SeriesKey, from, to time.Time) keepiton.Series {
	t.Helper()
	got, err := s.Range(context.Background(), key, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
