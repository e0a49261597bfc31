package world

import (
	"hash/fnv"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"keepiton"
)

// Series returns all series of the world, from its first to its last day.
func (w *World) Series() iter.Seq2[keepiton.Series, error] {
	return func(yield func(keepiton.Series, error) bool) {
		for _, key := range w.keys() {
			if !yield(w.one(key), nil) {
				return
			}
		}
	}
}

// Names returns which series there are.
func (w *World) Names() iter.Seq[keepiton.SeriesKey] { return slices.Values(w.keys()) }

// keys are the series that the feeds make of the world.
func (w *World) keys() []keepiton.SeriesKey {
	var out []keepiton.SeriesKey
	add := func(feed, metric string, e keepiton.Entity) {
		if w.watched(feed) {
			out = append(out, keepiton.SeriesKey{Feed: feed, Metric: metric, Entity: e})
		}
	}
	add("bgp", "peers", keepiton.Entity{})
	seen := map[keepiton.ASN]bool{}
	for _, c := range w.Countries {
		e := keepiton.Entity{Country: c.Code}
		for _, m := range [][2]string{{"bgp", "v4"}, {"bgp", "v6"}, {"ioda", "ping-slash24"}, {"radar", "traffic"}, {"google", "fraction"}, {"ooni", "volume"}} {
			add(m[0], m[1], e)
		}
		for _, s := range c.Services {
			add("ooni", "blocked", keepiton.Entity{Country: c.Code, Service: s})
		}
		for _, r := range c.Regions {
			add("ioda", "ping-slash24", keepiton.Entity{Country: c.Code, Region: r})
		}
		for _, n := range c.Networks {
			pair := keepiton.Entity{Country: c.Code, ASN: n.ASN, Access: n.Access}
			add("bgp", "v4", pair)
			add("ioda", "ping-slash24", pair)
			if whole := (keepiton.Entity{ASN: n.ASN, Access: n.Access}); !seen[n.ASN] {
				seen[n.ASN] = true
				add("bgp", "v4", whole)
			}
		}
	}
	for _, x := range w.Extra {
		out = append(out, x.Key)
	}
	return out
}

// one makes a series.
func (w *World) one(key keepiton.SeriesKey) keepiton.Series {
	m, _ := w.Metric(key.Feed, key.Metric)
	h := fnv.New64a()
	h.Write([]byte(key.String()))
	dice := rand.New(rand.NewPCG(w.Seed, h.Sum64()))
	s := keepiton.Series{SeriesKey: key, From: w.From, Step: m.Step, Bins: make([]keepiton.Bin, int(time.Duration(w.Days)*24*time.Hour/m.Step))}
	drift, noise, faults := 0.0, w.noise(m, key.Entity.Country), w.faults(key)
	for i := range s.Bins {
		at := s.At(i)
		b := keepiton.Bin{State: keepiton.Present}
		switch state, hidden := w.hidden(key, at); {
		case hidden:
			b.State = state
		case m.Kind == keepiton.Shares:
			w.shares(&b, key, at, faults, dice)
		default:
			drift = 0.98*drift + noise*math.Sqrt(1-0.98*0.98)*dice.NormFloat64()
			v := w.amount(key, at.Add(m.Step/2)) * (1 + drift + noise/2*dice.NormFloat64())
			for _, e := range faults {
				v *= e.left(at, 0)
			}
			if m.Kind == keepiton.ArrivalCount {
				v = bursts(v, dice)
			}
			if m.Unit != "share" {
				v = math.Round(v)
			}
			b.Value = max(0, v)
			if key.Feed == "bgp" {
				b.N = 40
			}
		}
		if by := w.late(key, at); by > 0 && b.Has() {
			b.Arrived = keepiton.StampOf(at.Add(m.Step + m.Lag + by))
		}
		s.Bins[i] = b
	}
	for _, x := range w.Extra {
		if x.Key == key {
			w.extra(&s, x, dice)
		}
	}
	return s
}

// noise is how much a metric moves by itself in a country, as a share.
func (w *World) noise(m keepiton.Metric, country string) float64 {
	times := w.country(country).Noise
	if times == 0 {
		times = 1
	}
	switch m.Name {
	case "v4", "v6":
		return 0.002 * times
	case "ping-slash24":
		return 0.008 * times
	case "traffic", "fraction":
		return 0.03 * times
	}
	return 0
}

// faults are the times when a series is wrong.
func (w *World) faults(key keepiton.SeriesKey) []*Event {
	var out []*Event
	for i := range w.Events {
		if e := &w.Events[i]; e.What == Fault && e.Series == key.String() {
			out = append(out, e)
		}
	}
	return out
}

// shares draws the distinct probes of an hour and how many of them met trouble.
func (w *World) shares(b *keepiton.Bin, key keepiton.SeriesKey, at time.Time, faults []*Event, dice *rand.Rand) {
	c := w.country(key.Entity.Country)
	n := poisson(c.Probes/4*rhythm(at, c.Zone)*w.level("volume", c, nil, at), dice)
	trouble := 0.03
	for i := range w.Events {
		e := &w.Events[i]
		if e.What == Block && e.in(c.Code) && (len(e.Services) == 0 || contains(e.Services, key.Entity.Service)) && !at.Before(e.From) && (e.To.IsZero() || at.Before(e.To)) {
			trouble = max(trouble, e.Level)
		}
	}
	for _, e := range faults {
		if !at.Before(e.From) && (e.To.IsZero() || at.Before(e.To)) {
			trouble = max(trouble, e.Level)
		}
	}
	for range n {
		b.N++
		if dice.Float64() < trouble {
			b.Value++
		}
	}
}

// extra makes a series of its own.
func (w *World) extra(s *keepiton.Series, x Extra, dice *rand.Rand) {
	c := w.country(s.Entity.Country)
	for i := range s.Bins {
		at := s.At(i)
		b := keepiton.Bin{State: keepiton.Present}
		left := w.level(s.Metric, c, nil, at)
		if state, hidden := w.hidden(s.SeriesKey, at); hidden {
			s.Bins[i] = keepiton.Bin{State: state}
			continue
		}
		if x.Metric.Kind == keepiton.Shares {
			b.N = uint32(poisson(x.N, dice))
			for range b.N {
				if dice.Float64() < max(0.03, 1-left) {
					b.Value++
				}
			}
		} else {
			day := 1 - x.Daily*(1-rhythm(at, c.Zone))
			b.Value = max(0, x.Level*left*day*(1+x.Noise*dice.NormFloat64()))
			if x.Metric.Kind == keepiton.ArrivalCount {
				b.Value = math.Round(bursts(b.Value, dice))
			}
		}
		s.Bins[i] = b
	}
}

// rhythm is what people do at an hour, from 0.35 at night to 1 in the evening; a tenth
// less at weekends.
func rhythm(at time.Time, zone *time.Location) float64 {
	if zone == nil {
		zone = time.UTC
	}
	t := at.In(zone)
	h := float64(t.Hour()) + float64(t.Minute())/60
	v := 0.675 + 0.325*math.Cos((h-20)/24*2*math.Pi)
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		v *= 0.9
	}
	return v
}

// bursts draws a count whose variance is twice its mean.
func bursts(mean float64, dice *rand.Rand) float64 {
	return 2 * float64(poisson(mean/2, dice))
}

func poisson(mean float64, dice *rand.Rand) int {
	if mean <= 0 {
		return 0
	}
	limit, p := math.Exp(-mean), 1.0
	for k := 0; ; k++ {
		if p *= dice.Float64(); p <= limit || k > 1000 {
			return k
		}
	}
}
