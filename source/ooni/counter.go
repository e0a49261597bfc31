package ooni

import (
	"time"

	"keepiton"
)

// counter turns tests into sightings. A run has many measurements of the same, so it
// remembers what it said lately.
type counter struct {
	sight   func([]keepiton.Sighting) error
	arrived keepiton.Stamp
	seen    map[uint64]uint8 // by said: what was said
	batch   []keepiton.Sighting
	written int64
}

const (
	maxSeen   = 50_000
	batchSize = 10_000
)

// add counts one measurement: its run in the volume, and, of a service, what it met.
func (c *counter) add(t *Test) error {
	if t.Country == "" || c.sight == nil {
		return nil
	}
	at := t.Start.Truncate(Step)
	c.say(t, at, VolumeMetric, "", keepiton.Told|keepiton.Met)
	if t.Service != "" {
		c.say(t, at, VolumeMetric, t.Service, keepiton.Told|keepiton.Met)
		c.say(t, at, "blocked", t.Service, what(t.Verdict, Blocked))
		c.say(t, at, "down", t.Service, what(t.Verdict, Down))
		for l, metric := range layerMetrics {
			c.say(t, at, metric, t.Service, what(t.Layers[l], Blocked))
		}
	}
	if len(c.batch) >= batchSize {
		return c.flush()
	}
	return nil
}

// what returns what an outcome says to a count of one kind.
func what(o, counted Outcome) uint8 {
	switch o {
	case CouldNotTell:
		return 0
	case counted:
		return keepiton.Told | keepiton.Met
	}
	return keepiton.Told
}

func (c *counter) say(t *Test, at time.Time, metric, service string, what uint8) {
	if what == 0 {
		return
	}
	h := said(t.Who, at, metric, service)
	if before, ok := c.seen[h]; ok && before|what == before {
		return
	}
	if len(c.seen) >= maxSeen {
		clear(c.seen)
	}
	c.seen[h] |= what
	s := keepiton.Sighting{
		SeriesKey: keepiton.SeriesKey{Feed: name, Metric: metric, Entity: keepiton.Entity{Country: t.Country, Service: service}},
		At:        at, Step: Step, Arrived: c.arrived, Who: t.Who, What: what,
	}
	c.batch = append(c.batch, s)
	if t.ASN != 0 {
		s.Entity.ASN = t.ASN
		c.batch = append(c.batch, s)
	}
}

// said hashes what is said of whom (FNV-1a).
func said(who uint64, at time.Time, metric, service string) uint64 {
	h := who ^ uint64(at.Unix())<<20 ^ 14695981039346656037
	for _, s := range [...]string{metric, "/", service} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}

func (c *counter) flush() error {
	if len(c.batch) == 0 || c.sight == nil {
		return nil
	}
	c.written += int64(len(c.batch))
	err := c.sight(c.batch)
	c.batch = c.batch[:0]
	return err
}
