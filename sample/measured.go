package sample

import (
	"hash/fnv"
	"math"
	"time"

	"keepiton"
)

// instrument is a made-up instrument that measures every country of the world, under
// the name of a real feed: what it counts has that feed's unit and pace.
type instrument struct {
	feed, metric string
	step, lag    time.Duration
	of           float64 // of its unit for each unit of a country's size
	noise        float64 // share of the value
	n            uint32
	week         bool // people are asleep at night and away at weekends
}

var instruments = []instrument{
	{feed: "bgp", metric: "v4", step: 5 * time.Minute, lag: 8 * time.Minute, of: 4, noise: .002, n: 43},
	{feed: "ioda", metric: "ping-slash24", step: 10 * time.Minute, lag: 20 * time.Minute, of: 2.6, noise: .012},
	{feed: "ioda", metric: "gtr", step: 30 * time.Minute, lag: 90 * time.Minute, of: 37, noise: .03, week: true},
}

// sizes are how large the networks of a place are.
var sizes = map[string]float64{"XA": 900, "XB": 210, "XC": 640, "XD": 5200, "XD-03": 300, "XE": 760, "XF": 1800, "XG": 97, "XH": 150}

// fall is what became of a place for a while: the share of each metric that was left.
type fall struct {
	place    string // country, or part
	from, to time.Time
	left     map[string]float64
}

// measuredFor is how long the instruments of the world have been there: the longest
// memory of a baseline and a week.
const measuredFor = 36 * 24 * time.Hour

// falls are what instruments see of the stories of the world, and of others that
// nobody has told yet.
func falls(now time.Time) []fall {
	hour := now.Truncate(time.Hour)
	ago := func(h int) time.Time { return hour.Add(-time.Duration(h) * time.Hour) }
	var never time.Time
	out := []fall{
		{"XG", ago(31), never, map[string]float64{"v4": .06, "ping-slash24": .03, "gtr": .02}},                                 // the eve of the vote
		{"XE", ago(4), never, map[string]float64{"ping-slash24": .34, "gtr": .22}},                                             // routes stand, people are gone: nobody has told
		{"XH", ago(60).Add(23 * time.Minute), ago(45), map[string]float64{"v4": .64, "ping-slash24": .5, "gtr": .55}},          // a cable
		{"XD-03", ago(6 * 24), ago(2 * 24), map[string]float64{"v4": .95, "ping-slash24": .3, "gtr": .25}},                     // Sundari Hills
		{"XA", ago(9 * 24).Add(41 * time.Minute), ago(9*24 - 3), map[string]float64{"v4": .7, "ping-slash24": .62, "gtr": .7}}, // a power cut
	}
	for night := range 6 {
		from := now.Truncate(24*time.Hour).AddDate(0, 0, -night-1).Add(19 * time.Hour)
		out = append(out, fall{"XC", from, from.Add(7 * time.Hour), map[string]float64{"ping-slash24": .2, "gtr": .1}})
	}
	return out
}

// Measurements returns what instruments measured in the made-up world up to now, as
// far as it had arrived. For five hours of the week before, one of the feeds was not
// to be had. The same now always gives the same.
func Measurements(now time.Time) []keepiton.Measurement {
	now = now.UTC().Truncate(time.Minute)
	down := now.Truncate(time.Hour).Add(-100 * time.Hour)
	all := falls(now)
	var out []keepiton.Measurement
	for _, c := range countries {
		for _, place := range []string{c.code, c.code + "-03"} {
			size, ok := sizes[place]
			if !ok {
				continue
			}
			e := keepiton.Entity{Country: c.code}
			if place != c.code {
				e.Region = place
			}
			for _, i := range instruments {
				for at := now.Add(-measuredFor).Truncate(24 * time.Hour); !at.Add(i.step + i.lag).After(now); at = at.Add(i.step) {
					m := keepiton.Measurement{SeriesKey: keepiton.SeriesKey{Feed: i.feed, Metric: i.metric, Entity: e}, At: at, Step: i.step}
					m.Arrived = keepiton.StampOf(at.Add(i.step + i.lag))
					if i.feed == "ioda" && !at.Before(down) && at.Before(down.Add(5*time.Hour)) {
						m.State = keepiton.SourceDown
					} else {
						m.State, m.N, m.Version = keepiton.Present, i.n, keepiton.StampOf(at.Add(i.step))
						m.Value = math.Round(i.value(size, m.SeriesKey, at) * left(all, place, i.metric, at, i.step))
					}
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// value is what the instrument sees when all is well.
func (i *instrument) value(size float64, k keepiton.SeriesKey, at time.Time) float64 {
	h := fnv.New64a()
	h.Write([]byte(k.String()))
	h.Write([]byte(at.Format(time.RFC3339)))
	v := size * i.of * (1 + i.noise*(2*float64(h.Sum64()>>11)/(1<<53)-1))
	if i.week {
		day := float64(at.Hour()*60+at.Minute()) / (24 * 60)
		v *= .62 + .38*math.Sin(2*math.Pi*(day-.35))
		if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
			v *= .9
		}
	}
	return v
}

// left is the share that is left in a bin: one that the fall begins in is fallen in
// part.
func left(all []fall, place, metric string, at time.Time, step time.Duration) float64 {
	share := 1.0
	for _, f := range all {
		rest, falls := f.left[metric]
		if f.place != place || !falls {
			continue
		}
		from, to := f.from, f.to
		if to.IsZero() {
			to = at.Add(step)
		}
		from, to = keepiton.Later(from, at), keepiton.Earlier(to, at.Add(step))
		if d := to.Sub(from); d > 0 {
			share *= 1 - (1-rest)*float64(d)/float64(step)
		}
	}
	return share
}
