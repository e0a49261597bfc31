package world

import (
	"time"

	"keepiton"
)

// amount is how much there is of something, before noise.
func (w *World) amount(key keepiton.SeriesKey, at time.Time) float64 {
	e := key.Entity
	switch {
	case key.Metric == "peers":
		return 40 * w.level("peers", Country{}, nil, at)
	case e.ASN != 0 && e.Country == "":
		sum := 0.0
		for _, c := range w.Countries {
			sum += w.has(key.Metric, c, e.ASN, "", at)
		}
		return sum
	}
	return w.has(key.Metric, w.country(e.Country), e.ASN, e.Region, at)
}

// has is how much a country has of a metric; of one network or region of it where that
// is named.
func (w *World) has(metric string, c Country, asn keepiton.ASN, region string, at time.Time) float64 {
	sum := 0.0
	for i := range c.Networks {
		n := &c.Networks[i]
		if asn != 0 && n.ASN != asn {
			continue
		}
		left := w.regional(metric, c, n, region, at)
		sum += n.Share * left
	}
	if region != "" {
		sum /= float64(len(c.Regions))
	}
	return base(metric, c, at)*sum + w.movedIn(metric, c, asn, at)
}

// base is what a country has of a metric when all is well.
func base(metric string, c Country, at time.Time) float64 {
	switch metric {
	case "v4":
		return c.V4
	case "v6":
		return c.V6
	case "ping-slash24":
		return 0.6 * c.V4 * (0.97 + 0.03*rhythm(at, c.Zone))
	case "volume":
		return c.Probes * rhythm(at, c.Zone)
	}
	return rhythm(at, c.Zone)
}

// level is how much of a metric remains to a country, or to a network of it.
func (w *World) level(metric string, c Country, n *Network, at time.Time) float64 {
	if n == nil {
		if len(c.Networks) == 0 {
			return w.regional(metric, c, nil, "", at)
		}
		sum := 0.0
		for i := range c.Networks {
			sum += c.Networks[i].Share * w.regional(metric, c, &c.Networks[i], "", at)
		}
		return sum
	}
	return w.regional(metric, c, n, "", at)
}

// regional multiplies what the events leave. An event of one region takes its part of
// what the whole has.
func (w *World) regional(metric string, c Country, n *Network, region string, at time.Time) float64 {
	left := 1.0
	for i := range w.Events {
		e := &w.Events[i]
		if e.What != Fall && e.What != Move || !e.on(metric) || !e.in(c.Code) || n != nil && !e.of(*n) || e.What == Move && n == nil {
			continue
		}
		level := *e
		if e.What == Move {
			level.Level = 1 - e.Level
		}
		x := level.left(at, w.wait(e, c, n, region))
		switch {
		case e.Region == "" || e.Region == region:
			left *= x
		case region == "" && len(c.Regions) > 0:
			left *= 1 - (1-x)/float64(len(c.Regions))
		}
	}
	return left
}

// wait is when in the course of an event a network or a region falls.
func (w *World) wait(e *Event, c Country, n *Network, region string) time.Duration {
	if e.Stagger == 0 {
		return 0
	}
	turn, of := 0, max(1, len(c.Networks))
	for i := range c.Networks {
		if n != nil && c.Networks[i].ASN == n.ASN {
			turn = i
		}
	}
	if region != "" {
		of = max(1, len(c.Regions))
		for i, r := range c.Regions {
			if r == region {
				turn = i
			}
		}
	}
	return e.Stagger * time.Duration(turn) / time.Duration(of)
}

// movedIn is what other countries' addresses that are counted here come to.
func (w *World) movedIn(metric string, c Country, asn keepiton.ASN, at time.Time) float64 {
	sum := 0.0
	for i := range w.Events {
		e := &w.Events[i]
		if e.What != Move || e.Into != c.Code || !e.on(metric) {
			continue
		}
		for _, from := range w.Countries {
			if !e.in(from.Code) {
				continue
			}
			for _, n := range from.Networks {
				if e.of(n) && (asn == 0 || asn == n.ASN) {
					level := *e
					level.Level = 1 - e.Level
					sum += base(metric, from, at) * n.Share * (1 - level.left(at, 0))
				}
			}
		}
	}
	return sum
}

// late is how much later than usual the value of a bin is there.
func (w *World) late(key keepiton.SeriesKey, at time.Time) time.Duration {
	by := time.Duration(0)
	for i := range w.Events {
		e := &w.Events[i]
		if e.What == Late && !at.Before(e.From) && (e.To.IsZero() || at.Before(e.To)) && e.in(key.Entity.Country) && (len(e.Metrics) == 0 || contains(e.Metrics, key.Metric)) {
			by = max(by, e.By)
		}
	}
	return by
}

// hidden reports whether there is no value, and in which state the bin is.
func (w *World) hidden(key keepiton.SeriesKey, at time.Time) (keepiton.BinState, bool) {
	for i := range w.Events {
		e := &w.Events[i]
		if e.What != Gap && e.What != Down || at.Before(e.From) || !e.To.IsZero() && !at.Before(e.To) || !e.in(key.Entity.Country) {
			continue
		}
		if len(e.Metrics) > 0 && !contains(e.Metrics, key.Metric) {
			continue
		}
		if e.What == Down {
			return keepiton.SourceDown, true
		}
		return keepiton.Silent, true
	}
	return keepiton.Present, false
}

// country finds one by its code; one without networks where there is none.
func (w *World) country(code string) Country {
	for _, c := range w.Countries {
		if c.Code == code {
			return c
		}
	}
	return Country{Code: code, Zone: time.UTC}
}
