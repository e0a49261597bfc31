package world_test

import (
	"math"
	"math/rand/v2"
	"time"

	"keepiton"
	"keepiton/detect/world"
)

// population draws worlds as they may be: countries of every size, what falls in them, and
// what one instrument sees that is not so. The rates below are measured where data allow
// it; docs/signals.md says what becomes of the figures where they are wrong.
type population struct {
	seed   uint64
	faults float64 // times as many faults of instruments
	noise  float64 // times as noisy
}

const (
	// IODA saw hosts fall by a fifth or more in 3 of some 220 countries on the median day
	// from 2022 to 2026 (counts of its alarms by day): 0.41 in a country and month. Of
	// national events 911 were curated in four years (notes/detection.md 2.1): 0.095 in a
	// country and month. Of the 0.315 that nobody curated half is taken to be real, and half
	// to be a fault of the instrument.
	nationalEvents = 0.095 + 0.157 // in a country and month
	// The labelled events have nine of a network or a region for ten of a country.
	networkEvents = 0.9 * nationalEvents
	// The record of STOP has some seventy platforms blocked in a year: 0.03 in a country and
	// month, and not all are told.
	blockings = 0.05
	// wideFaults of those of a country's series are of its networks' too: what probes it does
	// not reach it. Of routes none are: more than half of the peers see the place alike, and a
	// new table of countries is a veto of its own.
	wideFaults = 0.3
	// lead is how long before an event a signal may begin and still be of it.
	lead = time.Hour
	// Days that count; those before are for baselines.
	baselineDays, countedDays = 15, 9
)

// faultsOf is how many faults a series has in a day. Of hosts two in five are of a fifth or
// more (faultDepth), so that there are 0.157/0.4 in a country and month; the counties'
// 0.022 a day, of which nothing is known, bound it from above. Of other series of a country none was
// seen in 150 days of Iran: half a fault in that time. YouTube's had none in eleven years of two
// countries; it is one product, so that ten times half of one in that time is taken. Kenya's
// networks had no block of Telegram told in some 300 quiet days of theirs.
func faultsOf(k keepiton.SeriesKey) float64 {
	switch k.Metric {
	case "ping-slash24":
		return 0.39 / 30
	case "traffic", "fraction":
		return 5.0 / 4000
	case "blocked":
		return 0.5 / 300
	}
	return 0.5 / 150
}

// draw returns a world, and what falls in it, if anything does: far more often than it would.
// weight is how many there are for each that is drawn.
func (p population) draw(i int) (w *world.World, truth *world.Event, weight float64) {
	dice := rand.New(rand.NewPCG(p.seed, uint64(i)))
	w = world.New(start, baselineDays+countedDays)
	w.Seed = p.seed*100000 + uint64(i)
	c := world.NewCountry("XB")
	c.V4 = math.Exp(uniform(dice, math.Log(100), math.Log(30000)))
	c.V6, c.Probes = 5*c.V4, math.Exp(uniform(dice, 0, math.Log(60)))
	c.Noise = p.noise * math.Exp(0.5*dice.NormFloat64())
	c.Zone = time.FixedZone("", (dice.IntN(24)-11)*3600)
	w.Countries = []world.Country{c}
	const months = countedDays / 30.0
	at := func() time.Time {
		return start.AddDate(0, 0, baselineDays).Add(time.Duration(dice.Float64() * (countedDays - 1) * 24 * float64(time.Hour))).Truncate(time.Minute)
	}
	switch what := dice.Float64(); {
	case what < 0.1:
		e := world.Event{What: world.Block, From: at(), Level: uniform(dice, 0.6, 1), Services: c.Services[:1+dice.IntN(len(c.Services))]}
		e.To = e.From.Add(lasting(dice, 48, 1.15))
		truth, weight = &e, blockings*months/0.1
		w.Events = append(w.Events, e)
	case what < 0.7:
		e := world.Event{What: world.Fall, From: at(), Level: 1 - depth(dice), Metrics: fallen(dice)}
		long := lasting(dice, 2.5, 1.15)
		e.To = e.From.Add(long)
		if e.Recover = time.Duration(dice.IntN(60)) * time.Minute; dice.IntN(2) == 0 {
			e.Over = min(long/2, time.Duration(dice.IntN(120))*time.Minute)
		}
		if weight = nationalEvents * months / 0.4; what < 0.3 {
			weight = networkEvents * months / 0.2
			e.ASNs = []keepiton.ASN{c.Networks[dice.IntN(len(c.Networks))].ASN}
		}
		truth = &e
		w.Events = append(w.Events, e)
	}
	for key := range w.Names() {
		for range poisson(dice, p.faults*faultsOf(key)*countedDays) {
			e := world.Event{What: world.Fault, Series: key.String(), From: at(), Level: 1 - faultDepth(dice)}
			if key.Metric == "blocked" {
				e.Level = 1 - e.Level
			}
			e.To = e.From.Add(lasting(dice, 6, 0.7))
			if key.Entity == (keepiton.Entity{Country: "XB"}) && key.Feed != "bgp" && dice.Float64() < wideFaults {
				for k := range w.Names() {
					if k.Feed == key.Feed && k.Metric == key.Metric && k != key {
						e.Series = k.String()
						w.Events = append(w.Events, e)
					}
				}
				e.Series = key.String()
			}
			w.Events = append(w.Events, e)
		}
	}
	return w, truth, weight
}

func uniform(dice *rand.Rand, from, to float64) float64 { return from + (to-from)*dice.Float64() }

// depth of what falls: from a tenth to all, the shallower the more.
func depth(dice *rand.Rand) float64 { return 0.1 + 0.9*math.Pow(dice.Float64(), 1.5) }

// faultDepth: a tenth to a half, 0.21 in the mean, as of the counties' signals.
func faultDepth(dice *rand.Rand) float64 { return min(0.9, 0.1+0.11*dice.ExpFloat64()) }

// lasting draws how long something lasts: the labelled national events had a median of 2.5
// hours, a quarter under 1.2 and a tenth over 12.5; the counties' signals a median of 7.
func lasting(dice *rand.Rand, median, spread float64) time.Duration {
	h := median * math.Exp(spread*dice.NormFloat64())
	return time.Duration(max(0.25, min(72, h)) * float64(time.Hour))
}

// fallen draws which instruments can see it: of 548 labelled events two thirds were seen in
// routes, hosts and traffic, a quarter in routes and hosts, and a twelfth in hosts and
// traffic alone. People list what they see: of what is hidden we take more.
func fallen(dice *rand.Rand) []string {
	users := []string{"traffic", "fraction", "volume"}
	switch x := dice.Float64(); {
	case x < 0.55:
		return nil
	case x < 0.75:
		return []string{"v4", "v6", "ping-slash24"}
	case x < 0.9:
		return hidden
	case x < 0.93:
		return []string{"ping-slash24"}
	}
	return users
}

func poisson(dice *rand.Rand, mean float64) int {
	n := 0
	for sum := dice.ExpFloat64(); sum < mean; sum += dice.ExpFloat64() {
		n++
	}
	return n
}
