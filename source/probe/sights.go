package probe

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"

	"keepiton"
	"keepiton/source"
)

// batch is how many sightings are handed over at once.
const batch = 10_000

// Decode reads a file of results, opened at the desk, packed or not, and hands over
// who saw what: sets of distinct probes, so that the same results twice, late, or in
// another order count the same. The slice is good until sight returns. Lines that
// cannot be read are counted and stepped over. The error is that of r, of ctx or of
// sight; too_large beyond MaxFile.
func Decode(ctx context.Context, r io.Reader, o source.Options, sight func([]keepiton.Sighting) error) (source.Summary, error) {
	in := source.Open(r)
	defer in.Close()
	d := decoder{sum: source.Summary{File: o.Name}, arrived: keepiton.StampOf(o.Arrived)}
	err := read(in, &d.sum, func(m *measurement) error {
		if d.note(m); len(d.all) < batch {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return d.flush(sight)
	})
	if err == nil {
		err = d.flush(sight)
	}
	d.sum.Unpacked(in.Damage)
	return d.sum, err
}

type decoder struct {
	sum     source.Summary
	arrived keepiton.Stamp
	all     []keepiton.Sighting
}

func (d *decoder) flush(sight func([]keepiton.Sighting) error) error {
	if len(d.all) == 0 {
		return nil
	}
	d.sum.Measurements += int64(len(d.all))
	err := sight(d.all)
	d.all = d.all[:0]
	return err
}

// note takes over what a measurement tells.
func (d *decoder) note(m *measurement) {
	if d.sum.From.IsZero() || m.hour.Before(d.sum.From) {
		d.sum.From = m.hour
	}
	if end := m.hour.Add(Step); end.After(d.sum.To) {
		d.sum.To = end
	}
	for _, e := range m.in {
		switch m.Keys.Network { // the others tell nothing of the network
		case "ok", "blocking", "whitelisting":
			d.add(m, e, Reachable, true)
			d.add(m, e, Cut, false)
		case "blackout":
			d.add(m, e, Reachable, false)
			d.add(m, e, Cut, true)
		}
		if m.Keys.Role != "platform" {
			continue
		}
		e.Service = m.Input
		switch m.Keys.Verdict {
		case "ok":
			d.add(m, e, Blocked, false)
		case "dns_lies", "tcp_blocked", "tls_reset", "tls_reset_sni", "tls_intercepted", "block_page", "quic_blocked", "throttled", "blocked":
			d.add(m, e, Blocked, true)
		}
	}
}

func (d *decoder) add(m *measurement, e keepiton.Entity, metric string, met bool) {
	s := keepiton.Sighting{SeriesKey: keepiton.SeriesKey{Feed: name, Metric: metric, Entity: e}, At: m.hour, Step: Step, Arrived: d.arrived, What: keepiton.Told}
	if met {
		s.What |= keepiton.Met
	}
	s.Who = who(s.SeriesKey.String(), m.StartTime, m.ProbeID)
	d.all = append(d.all, s)
}

// who is a probe in one bin, another number in each.
func who(parts ...string) uint64 {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write([]byte(p))
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}
