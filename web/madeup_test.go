package web

import (
	"math"
	"time"

	"keepiton"
)

// seriesDays is how many days of measurements the madeSeries-up world has: baselines with
// the rhythm of the week need four weeks.
const seriesDays = 40

// seriesStep is the step of its series, coarser than those of the world, so that a
// demo starts at once.
const seriesStep = 30 * time.Minute

// dip is a stretch in which a series is down to a share of what is usual.
type dip struct {
	from, to time.Time // a zero to: it goes on
	left     float64
	gap      bool // no value, because the source was down
}

// madeSeries is one madeSeries-up series.
type madeSeries struct {
	feed, metric string
	entity       keepiton.Entity
	level        float64
	daily        float64 // how much of the level goes at night
	n            uint32
	falls        []dip
}

// measurementsAt returns what madeSeries-up instruments measured until now, of the
// disruptions that [disruptionsAt] tells of and of a country in which nothing happened.
func measurementsAt(now time.Time) []keepiton.Measurement {
	end := now.UTC().Truncate(seriesStep)
	var out []keepiton.Measurement
	for i, m := range measured(end) {
		key := keepiton.SeriesKey{Feed: m.feed, Metric: m.metric, Entity: m.entity}
		for at := end.AddDate(0, 0, -seriesDays); at.Before(end); at = at.Add(seriesStep) {
			bin := keepiton.Bin{State: keepiton.Present, N: m.n, Arrived: keepiton.StampOf(at.Add(seriesStep))}
			hour := float64(at.Hour()) + float64(at.Minute())/60
			bin.Value = m.level * (1 - m.daily*(0.5+0.5*math.Cos((hour-3)/24*2*math.Pi)))
			bin.Value *= 1 + 0.004*math.Sin(float64(at.Unix()/1800+int64(i)*37)*1.7)
			for _, f := range m.falls {
				if at.Before(f.from) || !f.to.IsZero() && !at.Before(f.to) {
					continue
				}
				if bin.Value *= f.left; f.gap {
					bin = keepiton.Bin{State: keepiton.SourceDown, Arrived: bin.Arrived}
				}
			}
			bin.Value = math.Round(bin.Value*100) / 100
			out = append(out, keepiton.Measurement{SeriesKey: key, At: at, Step: seriesStep, Bin: bin})
		}
	}
	return out
}

func measured(now time.Time) []madeSeries {
	dark, cable, nights := darkAt(now), cableAt(now), curfewNights(now)
	country := func(code string) keepiton.Entity { return keepiton.Entity{Country: code} }
	var curfew []dip
	for _, n := range nights {
		curfew = append(curfew, dip{from: n.From, to: n.To, left: 0.04})
	}
	pause := dip{from: dark.AddDate(0, 0, -4), to: dark.AddDate(0, 0, -4).Add(5 * time.Hour), gap: true}
	return []madeSeries{
		{"bgp", "v4", country("XG"), 388, 0, 31, []dip{{from: dark, left: 0.06}}},
		{"ioda", "ping-slash24", country("XG"), 212, 0, 0, []dip{pause, {from: dark, left: 0.03}}},
		{"ioda", "gtr", country("XG"), 40, 0.6, 0, []dip{{from: dark, left: 0.01}}},
		{"bgp", "v4", country("XA"), 5120, 0, 31, []dip{{from: cable, to: cable.Add(9 * time.Hour), left: 0.71}}},
		{"ioda", "ping-slash24", country("XA"), 3900, 0, 0, []dip{{from: cable, to: cable.Add(9 * time.Hour), left: 0.64}}},
		{"bgp", "v4", country("XB"), 900, 0, 31, nil},
		{"ioda", "ping-slash24", keepiton.Entity{Country: "XB", Access: "mobile"}, 310, 0, 0, curfew},
		{"bgp", "v4", country("XF"), 8450, 0, 31, nil},
		{"bgp", "v4", keepiton.Entity{Country: "XG", ASN: 64501}, 120, 0, 31, []dip{{from: dark, left: 0}}},
	}
}

// darkAt is when the blackout of darkNow began.
func darkAt(now time.Time) time.Time { return now.Add(-31 * time.Hour).Truncate(seriesStep) }

func cableAt(now time.Time) time.Time {
	return now.AddDate(0, 0, -12).Truncate(24 * time.Hour).Add(4 * time.Hour)
}

// curfewNights are the cuts of nine nights, from 22:00 to 05:00.
func curfewNights(now time.Time) (out []keepiton.Span) {
	first := now.AddDate(0, 0, -10).Truncate(24 * time.Hour).Add(22 * time.Hour)
	for i := range 9 {
		at := first.AddDate(0, 0, i)
		out = append(out, keepiton.Span{From: at, To: at.Add(7 * time.Hour)})
	}
	return out
}

// disruptionsAt returns what a detector would have said of [measurementsAt], and one
// thing that is too little to claim anything.
func disruptionsAt(now time.Time) []keepiton.Disruption {
	now = now.UTC().Truncate(seriesStep)
	dark, cable, nights := darkAt(now), cableAt(now), curfewNights(now)
	return []keepiton.Disruption{blackedOut(dark), cableCut(cable), nightly(nights), tooLittle(now.AddDate(0, 0, -20).Truncate(24 * time.Hour).Add(9 * time.Hour))}
}

const (
	sampleRules = "sample-1"
	sampleGeo   = "madeSeries-up prefixes, 2026-01"
)

func disruptionID(at time.Time, e keepiton.Entity) keepiton.DisruptionID {
	id := "KID-" + at.Format("20060102T1504") + "-" + e.Country
	if e.Access != "" {
		id += "-" + e.Access
	}
	return keepiton.DisruptionID(id)
}

// seen is a signal of a madeSeries-up series.
func seen(feed, metric string, e keepiton.Entity, family keepiton.Family, from, to time.Time, value, base float64, n uint32) keepiton.Signal {
	s := keepiton.Signal{
		Series: keepiton.SeriesKey{Feed: feed, Metric: metric, Entity: e}, Family: family, Step: seriesStep, Onset: keepiton.Interval{From: from, To: from.Add(seriesStep)},
		Depth: 1 - value/base, LogLR: min(12, 12*(1-value/base)+1), Witness: keepiton.Witness{At: from.Add(seriesStep), Value: value, Baseline: base, N: n}, First: from.Add(seriesStep),
	}
	if !to.IsZero() {
		s.End = keepiton.Interval{From: to, To: to.Add(seriesStep)}
	}
	return s
}

// verdicts are those of a disruption from its onset on.
func verdicts(first time.Time, states []keepiton.DisruptionState, p, intent []float64, last keepiton.Stage, until time.Time, v keepiton.Verdict) (out []keepiton.Verdict) {
	for i, state := range states {
		v.State, v.Disruption, v.Intentional, v.Rules, v.Geolocation = state, p[i], intent[i], sampleRules, sampleGeo
		v.Stage, v.At = keepiton.Stages[i], first.Add(keepiton.Ages[i])
		out = append(out, v)
	}
	if last != "" {
		v.Stage, v.At = last, until
		out = append(out, v)
	}
	return out
}

func blackedOut(at time.Time) keepiton.Disruption {
	e := keepiton.Entity{Country: "XG"}
	d := keepiton.Disruption{ID: disruptionID(at, e), Entity: e, Parts: []keepiton.Entity{{Country: "XG", ASN: 64501}}, Onset: keepiton.Interval{From: at, To: at.Add(seriesStep)}, Depth: 0.99}
	d.Signals = []keepiton.Signal{
		seen("ioda", "gtr", e, keepiton.Users, at, time.Time{}, 0.3, 31, 0),
		seen("bgp", "v4", e, keepiton.ControlPlane, at, time.Time{}, 23.3, 388, 31),
		seen("ioda", "ping-slash24", e, keepiton.DataPlane, at, time.Time{}, 6.4, 212, 0),
		seen("bgp", "v4", d.Parts[0], keepiton.ControlPlane, at, time.Time{}, 0, 120, 31),
	}
	d.Verdicts = verdicts(at.Add(seriesStep), []keepiton.DisruptionState{keepiton.Disrupted, keepiton.Disrupted, keepiton.LikelyShutdown, keepiton.LikelyShutdown, keepiton.LikelyShutdown},
		[]float64{0.93, 0.97, 0.99, 0.99, 0.99}, []float64{0.5, 0.58, 0.81, 0.9, 0.94}, "", time.Time{}, keepiton.Verdict{
			Reasons: []keepiton.Reason{
				{Key: "control_down", Args: map[string]any{"Depth": 94, "Series": "bgp/v4/country/XG"}, Weight: 5.1, Of: "disruption"},
				{Key: "data_down", Args: map[string]any{"Depth": 97, "Series": "ioda/ping-slash24/country/XG"}, Weight: 4.2, Of: "disruption"},
				{Key: "users_down", Args: map[string]any{"Depth": 99, "Series": "ioda/gtr/country/XG"}, Weight: 3.3, Of: "disruption"},
				{Key: "election", Weight: 1.6, Of: "intentional"},
				{Key: "history", Weight: 1.1, Of: "intentional"},
				{Key: "routes_fell", Weight: -0.4, Of: "intentional"},
			},
			Sources: []string{"bgp", "ioda"},
		})
	return d
}

func cableCut(at time.Time) keepiton.Disruption {
	e, end := keepiton.Entity{Country: "XA"}, at.Add(9*time.Hour)
	d := keepiton.Disruption{ID: disruptionID(at, e), Entity: e, Onset: keepiton.Interval{From: at, To: at.Add(seriesStep)}, End: keepiton.Interval{From: end, To: end.Add(seriesStep)}, Depth: 0.36}
	d.Signals = []keepiton.Signal{
		seen("ioda", "ping-slash24", e, keepiton.DataPlane, at, end, 2496, 3900, 0),
		seen("bgp", "v4", e, keepiton.ControlPlane, at, end, 3635, 5120, 31),
	}
	d.Verdicts = verdicts(at.Add(seriesStep), []keepiton.DisruptionState{keepiton.Disrupted, keepiton.Disrupted, keepiton.LikelyOutage, keepiton.LikelyOutage, keepiton.LikelyOutage},
		[]float64{0.71, 0.84, 0.95, 0.96, 0.97}, []float64{0.3, 0.22, 0.12, 0.09, 0.07}, keepiton.AtEnd, end.Add(seriesStep), keepiton.Verdict{
			Reasons: []keepiton.Reason{
				{Key: "data_down", Args: map[string]any{"Depth": 36, "Series": "ioda/ping-slash24/country/XA"}, Weight: 3.8, Of: "disruption"},
				{Key: "control_down", Args: map[string]any{"Depth": 29, "Series": "bgp/v4/country/XA"}, Weight: 3.1, Of: "disruption"},
				{Key: "history_none", Weight: -2.4, Of: "intentional"},
			},
			Sources: []string{"bgp", "ioda"},
		})
	return d
}

func nightly(nights []keepiton.Span) keepiton.Disruption {
	e := keepiton.Entity{Country: "XB", Access: "mobile"}
	at, end := nights[0].From, nights[len(nights)-1].To
	d := keepiton.Disruption{
		ID: disruptionID(at, e), Entity: e, Shape: []string{"mobile_only", "curfew"}, Onset: keepiton.Interval{From: at, To: at.Add(seriesStep)}, End: keepiton.Interval{From: end, To: end.Add(seriesStep)},
		Episodes: nights, Depth: 0.96,
	}
	s := seen("ioda", "ping-slash24", e, keepiton.DataPlane, at, end, 12.4, 310, 0)
	s.Episodes = nights
	d.Signals = []keepiton.Signal{s}
	d.Verdicts = verdicts(at.Add(seriesStep), []keepiton.DisruptionState{keepiton.Disrupted, keepiton.Disrupted, keepiton.Disrupted, keepiton.LikelyShutdown, keepiton.LikelyShutdown},
		[]float64{0.64, 0.77, 0.9, 0.94, 0.95}, []float64{0.41, 0.44, 0.52, 0.71, 0.88}, keepiton.AtEnd, end.Add(seriesStep), keepiton.Verdict{
			Reasons: []keepiton.Reason{
				{Key: "data_down", Args: map[string]any{"Depth": 96, "Series": "ioda/ping-slash24/country/XB/mobile"}, Weight: 3.9, Of: "disruption"},
				{Key: "control_normal", Weight: -0.9, Of: "disruption"},
				{Key: "recurs", Args: map[string]any{"N": 8}, Weight: 1.9, Of: "intentional"},
			},
			Sources: []string{"ioda"},
			Silent:  []keepiton.Silence{{Series: keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "XB"}}, State: keepiton.Silent, Normal: true}},
		})
	return d
}

func tooLittle(at time.Time) keepiton.Disruption {
	e, end := keepiton.Entity{Country: "XF"}, at.Add(time.Hour)
	d := keepiton.Disruption{ID: disruptionID(at, e), Entity: e, Onset: keepiton.Interval{From: at, To: at.Add(seriesStep)}, End: keepiton.Interval{From: end, To: end.Add(seriesStep)}, Depth: 0.12}
	d.Signals = []keepiton.Signal{seen("bgp", "v4", e, keepiton.ControlPlane, at, end, 7436, 8450, 31)}
	d.Signals[0].Veto = keepiton.CollectorHealth
	d.Verdicts = verdicts(at.Add(seriesStep), []keepiton.DisruptionState{keepiton.Insufficient}, []float64{0.08}, []float64{0.2}, keepiton.AtEnd, end.Add(seriesStep), keepiton.Verdict{Sources: []string{"bgp"}})
	return d
}
