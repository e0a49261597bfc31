package bgp

import (
	"time"

	"keepiton"
	"keepiton/geo"
)

// Feed is the name of this feed, Bin the length of its bins.
const (
	Feed = "bgp"
	Bin  = 5 * time.Minute
)

// The metrics. v4 and v6 are visible /24 and /48 equivalents; announcements and
// withdrawals are elements; prepending is a share of announced paths, 0 to 1; peers
// are those with a session.
const (
	MetricV4            = "v4"
	MetricV6            = "v6"
	MetricAnnouncements = "announcements"
	MetricWithdrawals   = "withdrawals"
	MetricPrepending    = "prepending"
	MetricPeers         = "peers"
)

// The shortest prefixes that are counted. What is shorter is a leak or a default
// route: IANA hands out IPv4 by /8, and registries hand out IPv6 by /16 at the most.
const (
	shortest4 = 8
	shortest6 = 16
)

// Counter makes five-minute bins of what collectors say: for each country, for each
// AS, and for each pair of both. What satellite operators have with addresses of a
// country is a layer of its own beside it (country/IR/satellite), and no part of it. It is not safe for concurrent use.
type Counter struct {
	// Least is how many /24 or /48 equivalents an AS, or its part in a country, must
	// once have had to get series of its own; 0 means 16. Countries always have them.
	Least float64
	// Put takes the measurements of a bin when it is over.
	Put func(keepiton.Measurement) error

	table  *Table
	where  *geo.Prefixes
	bin    int64 // microseconds: beginning of the present bin; 0: none yet
	heard  int   // records in it
	places places
}

// NewCounter returns a Counter that tells countries by where.
func NewCounter(where *geo.Prefixes, put func(keepiton.Measurement) error) *Counter {
	return &Counter{Put: put, table: NewTable(), where: where, places: newPlaces()}
}

// Table returns the table behind the counts.
func (c *Counter) Table() *Table { return c.table }

// Add counts a message. Messages must come in the order of time, give or take what
// lies within one bin; the table of a dump may begin a file of any later time. Of a
// router's tables (BMP) it counts what its peers sent and what it chose itself: the
// rest says the same again, or is not of the Internet. The error is that of Put.
func (c *Counter) Add(m *Message) error {
	if m.View != Received && m.View != Chosen || m.At == 0 {
		return nil
	}
	const bin = int64(Bin / time.Microsecond)
	if at := m.At - m.At%bin; at > c.bin {
		if err := c.flush(); err != nil {
			return err
		}
		c.bin, c.heard = at, 0
	}
	c.heard++
	c.table.Apply(m)
	if c.table.Full() {
		return keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "a table of %d prefixes as %d peers see them", c.table.Len(), len(c.table.peers)), "give fewer collectors at once; keepiton ingest bgp --stats json FILE... says what each file has")
	}
	switch m.Kind {
	case Entries:
		if len(m.Entries) > 0 {
			c.place(c.table.of(m.Prefix))
		}
	case Update:
		if len(m.Announced)+len(m.Withdrawn) == 0 {
			return nil
		}
		for _, n := range c.table.gone {
			c.churn(n).withdrawals++
		}
		prepended := uint32(0)
		if m.Prepended {
			prepended = 1
		}
		for _, n := range c.table.came {
			t := c.churn(n)
			t.announcements++
			t.prepended += prepended
		}
	}
	return nil
}

// Close ends the last bin.
func (c *Counter) Close() error { return c.flush() }

// Through ends the present bin if it is over at a time up to which all messages have
// come. The error is that of Put.
func (c *Counter) Through(at time.Time) error {
	if c.bin == 0 || time.UnixMicro(c.bin).Add(Bin).After(at) {
		return nil
	}
	if err := c.flush(); err != nil {
		return err
	}
	c.heard = 0
	return nil
}

// churn returns where a message about prefix n is counted: at the pair of its network
// and country, from which both learn of it when the bin is over, or at its country.
func (c *Counter) churn(n uint32) *tally {
	at := c.place(n)
	if at.pair != 0 {
		return c.places.pairs.at(at.pair)
	}
	return c.places.countries.at(uint32(at.country))
}

// flush tells the bin that is over. One in which no record came at all says nothing:
// the collector was not there.
func (c *Counter) flush() error {
	if c.bin == 0 || c.heard == 0 {
		return nil
	}
	q4, q6 := c.table.Quorum(false), c.table.Quorum(true)
	if c.table.Ready() {
		c.measure(q4, q6)
	}
	at := time.UnixMicro(c.bin).UTC()
	put := func(metric string, e keepiton.Entity, value float64, n int) error {
		return c.Put(keepiton.Measurement{
			SeriesKey: keepiton.SeriesKey{Feed: Feed, Metric: metric, Entity: e}, At: at, Step: Bin,
			Bin: keepiton.Bin{Value: value, N: uint32(n), State: keepiton.Present},
		})
	}
	up := 0
	for i := range c.table.peers {
		if c.table.peers[i].asked() {
			up++
		}
	}
	if err := put(MetricPeers, keepiton.Entity{}, float64(up), len(c.table.peers)); err != nil {
		return err
	}
	c.places.gather()
	return c.places.each(c.least(), func(e keepiton.Entity, t *tally) error {
		for f, metric := range [...]string{MetricV4, MetricV6} {
			// Who never had IPv6 has no series of it; where nobody can be asked, nothing is said.
			if asked := [...]int{q4.N, q6.N}[f]; c.table.Ready() && asked > 0 && t.largest[f] > 0 {
				if err := put(metric, e, t.space[f].size, asked); err != nil {
					return err
				}
			}
		}
		if err := put(MetricAnnouncements, e, float64(t.announcements), up); err != nil {
			return err
		}
		if err := put(MetricWithdrawals, e, float64(t.withdrawals), up); err != nil {
			return err
		}
		if t.announcements > 0 {
			return put(MetricPrepending, e, float64(t.prepended)/float64(t.announcements), int(t.announcements))
		}
		return nil
	})
}

func (c *Counter) least() float64 {
	if c.Least > 0 {
		return c.Least
	}
	return 16
}

// measure adds up the visible space of each place, what overlaps once.
func (c *Counter) measure(q4, q6 Quorum) {
	c.places.forget()
	c.table.Each(q4, q6, func(n uint32, p Prefix, _ keepiton.ASN) {
		if p.v6 && (p.bits < shortest6 || p.bits > 64) || !p.v6 && p.bits < shortest4 {
			return
		}
		at := c.place(n)
		pair := c.places.pairs.at(at.pair)
		if !at.split {
			from, to := p.span()
			c.places.countries.at(uint32(at.country)).cover(from, to, p.v6)
			if at.pair != 0 {
				pair.cover(from, to, p.v6)
				c.places.networks.at(pair.network).cover(from, to, p.v6)
			}
			return
		}
		from, to := p.span()
		c.where.Each(from, to, p.v6, func(b geo.Block) {
			country := c.places.layer(c.places.country(b.Country), geo.Satellite(at.origin) != "")
			c.places.countries.at(uint32(country)).cover(b.From, b.To, p.v6)
			if at.pair != 0 { // its network has it in several countries
				network := c.places.pairs.at(at.pair).network
				other := c.places.pair(c.places.networks.at(network).asn, country)
				c.places.pairs.at(other).cover(b.From, b.To, p.v6)
			}
		})
		if at.pair != 0 {
			c.places.networks.at(c.places.pairs.at(at.pair).network).cover(from, to, p.v6)
		}
	})
}

// span returns the positions that a prefix covers, as those of [geo.Block].
func (p Prefix) span() (from, to uint64) { return p.hi, p.hi | ^uint64(0)>>min(p.bits, 64) }
