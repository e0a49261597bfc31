package atlas

import (
	"context"
	"slices"
	"time"

	"keepiton"
	"keepiton/source"
)

// Series hands over, for each ten minutes that the events tell of, how many probes were
// connected and how many disconnected, for each country and each network in a country.
//
// A probe's state is that of its last event; before its first, the opposite of that one:
// what connects was not. One without an event is in the state that the list gives it,
// from the time on since when it has it; before that, nothing is known, and it is not
// counted. Across time of which no file tells, states are forgotten.
func Series(ctx context.Context, events *Events, probes Probes, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	out := source.NewOutput(ctx, name, o, put)
	events.order()
	byPlace := map[keepiton.Entity][]int64{}
	for id, p := range probes {
		country := keepiton.Entity{Country: p.Country}
		byPlace[country] = append(byPlace[country], id)
		if p.ASN != 0 {
			pair := keepiton.Entity{Country: p.Country, ASN: p.ASN}
			byPlace[pair] = append(byPlace[pair], id)
		}
	}
	places := make([]keepiton.Entity, 0, len(byPlace))
	for e, ids := range byPlace {
		if e.ASN == 0 || len(ids) >= leastProbes {
			places = append(places, e)
		}
	}
	slices.SortFunc(places, keepiton.Entity.Compare)
	total := int64(0)
	for _, span := range events.spans {
		first, last := ceil(span.From), span.To.Unix()/int64(step/time.Second)
		if last <= first {
			continue
		}
		if total += (last - first) * int64(len(places)); total > maxBins {
			return out.Summary, keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "%s: more than %d bins", o.Name, maxBins), "read less at once")
		}
		for _, e := range places {
			c := counts{first: first, connected: make([]int32, last-first+1), known: make([]int32, last-first+1), lost: make([]uint32, last-first)}
			for _, id := range byPlace[e] {
				c.probe(events.of(id), probes[id], span)
			}
			if err := c.hand(out, e); err != nil {
				return out.Summary, err
			}
		}
	}
	return out.Summary, nil
}

// ceil returns the first whole bin from a time on.
func ceil(t time.Time) int64 {
	sec := int64(step / time.Second)
	return (t.Unix() + sec - 1) / sec
}

// of returns the events of a probe, in order.
func (v *Events) of(id int64) []event {
	from, _ := slices.BinarySearchFunc(v.all, id, func(e event, id int64) int {
		if e.probe < id {
			return -1
		}
		return 1
	})
	to := from
	for to < len(v.all) && v.all[to].probe == id {
		to++
	}
	return v.all[from:to]
}

// counts are those of one place in one span. connected and known hold differences: what
// changes at the beginning of a bin.
type counts struct {
	first            int64 // bin
	connected, known []int32
	lost             []uint32
}

// probe adds one. A bin has the state at its end.
func (c *counts) probe(all []event, p Probe, span keepiton.Span) {
	from, to := span.From.Unix(), span.To.Unix()
	i := 0
	for i < len(all) && all[i].at < from {
		i++
	}
	all = all[i:]
	for i = 0; i < len(all) && all[i].at <= to; i++ {
	}
	all = all[:i]
	if len(all) == 0 {
		if !p.Since.IsZero() && p.Since.Unix() <= to {
			c.mark(max(from, p.Since.Unix()), to, p.Connected)
		}
		return
	}
	c.mark(from, all[0].at, !all[0].connect)
	for i, e := range all {
		until := to
		if i+1 < len(all) {
			until = all[i+1].at
		}
		c.mark(e.at, until, e.connect)
		if bin := e.at/int64(step/time.Second) - c.first; !e.connect && bin >= 0 && bin < int64(len(c.lost)) {
			c.lost[bin]++
		}
	}
}

// mark says that a probe was in a state from a time until another: in the bins that end
// after the one and not after the other.
func (c *counts) mark(from, until int64, connected bool) {
	sec, n := int64(step/time.Second), int64(len(c.lost))
	a, b := max(from/sec-c.first, 0), until/sec-c.first
	if until/sec >= c.first+n {
		b = n
	}
	if a >= b {
		return
	}
	c.known[a]++
	c.known[b]--
	if connected {
		c.connected[a]++
		c.connected[b]--
	}
}

// hand hands them over. Of a bin in which no probe's state is known nothing is said.
func (c *counts) hand(out *source.Output, e keepiton.Entity) error {
	var connected, known int32
	for i := range c.lost {
		connected, known = connected+c.connected[i], known+c.known[i]
		if known <= 0 {
			continue
		}
		at := time.Unix((c.first+int64(i))*int64(step/time.Second), 0)
		if err := out.Bin("connected", e, at, step, float64(connected), uint32(known)); err != nil {
			return err
		}
		if err := out.Bin("disconnects", e, at, step, float64(c.lost[i]), uint32(known)); err != nil {
			return err
		}
	}
	return nil
}
