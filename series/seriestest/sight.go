package seriestest

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
)

var telegram = keepiton.SeriesKey{Feed: "ooni", Metric: "blocked", Entity: keepiton.Entity{Country: "KE", ASN: 36874, Service: "telegram"}}

func sighting(hour int, who uint64, what uint8) keepiton.Sighting {
	return keepiton.Sighting{SeriesKey: telegram, At: day.Add(time.Duration(hour) * time.Hour), Step: time.Hour, Arrived: 9, Who: who, What: what}
}

// sights holds a store to what it says of sightings.
func sights(t *testing.T, open func(t *testing.T) series.Store) {
	ctx := context.Background()
	sight := func(s series.Store, all ...keepiton.Sighting) {
		t.Helper()
		if err := s.Sight(ctx, all); err != nil {
			t.Fatal(err)
		}
	}
	const both = keepiton.Told | keepiton.Met
	t.Run("WitnessesAreCountedOnce", func(t *testing.T) {
		s := open(t)
		sight(s, sighting(0, 1, keepiton.Told), sighting(0, 1, both), sighting(0, 2, keepiton.Told), sighting(5, 2, keepiton.Told))
		sight(s, sighting(0, 2, keepiton.Told), sighting(0, 1<<63, both))
		got := read(t, s, telegram, day, day.Add(6*time.Hour))
		want := keepiton.Bin{Value: 2, N: 3, State: keepiton.Present, Arrived: 9}
		if got.Bins[0] != want || got.Bins[5].Value != 0 || got.Bins[5].N != 1 || got.Bins[1].Has() {
			t.Errorf("%+v", got.Bins)
		}
	})
	t.Run("AnHourWithoutAnyIsFilledByWhatComesLate", func(t *testing.T) {
		s := open(t)
		none := keepiton.Measurement{SeriesKey: telegram, At: day, Step: time.Hour, Bin: keepiton.Bin{State: keepiton.Present, Arrived: 8}}
		for range 2 {
			put(t, s, none)
			sight(s, sighting(0, 5, both))
			if got := read(t, s, telegram, day, day.Add(time.Hour)).Bins[0]; got.Value != 1 || got.N != 1 || got.Arrived != 8 {
				t.Errorf("%+v", got)
			}
		}
	})
	t.Run("SightingsInAnyOrderAreTheSame", func(t *testing.T) {
		dice := rand.New(rand.NewPCG(6, 6))
		var all []keepiton.Sighting
		for range 2000 {
			one := sighting(dice.IntN(300), uint64(dice.IntN(20)), uint8(1+2*dice.IntN(2)))
			one.Arrived = keepiton.Stamp(1 + dice.IntN(5))
			if dice.IntN(2) == 0 {
				one.Entity.ASN = 0
			}
			all = append(all, one)
		}
		var want [2]keepiton.Series
		for round := range 3 {
			s := open(t)
			dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for rest := all; len(rest) > 0; {
				n := min(len(rest), 1+dice.IntN(400))
				for range 1 + dice.IntN(2) {
					sight(s, rest[:n]...)
				}
				rest = rest[n:]
			}
			country := telegram
			country.Entity.ASN = 0
			got := [2]keepiton.Series{read(t, s, telegram, day, day.AddDate(0, 0, 13)), read(t, s, country, day, day.AddDate(0, 0, 13))}
			if round == 0 {
				want = got
			} else if !reflect.DeepEqual(got, want) {
				t.Fatal("the order of arrival decides what is counted")
			}
		}
	})
	t.Run("SightingsThatAreRefused", func(t *testing.T) {
		s := open(t)
		between, nobody, more := sighting(0, 1, both), sighting(0, 1, 0), sighting(0, 1, 4)
		between.At = between.At.Add(time.Minute)
		for name, bad := range map[string]keepiton.Sighting{"between bins": between, "nothing seen": nobody, "an unknown bit": more, "met, and could not tell": sighting(0, 1, keepiton.Met), "no series": {At: day, Step: time.Hour, What: both}} {
			if err := s.Sight(ctx, []keepiton.Sighting{sighting(1, 1, both), bad}); keepiton.CodeOf(err) != keepiton.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.Range(ctx, telegram, day, day.Add(time.Hour)); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("a part of what was refused is kept: %v", err)
		}
	})
}
