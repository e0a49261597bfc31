package probe

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"
	"time"

	"keepiton"
	"keepiton/source"
)

// File is a file of results, opened at the desk.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// MaxKept bounds what is held while files are joined: distinct probes in all bins.
const MaxKept = 4_000_000

// Series reads files together, for bins count distinct probes: the same result in
// two files, or twice in one hour, counts once. Results that came later are given
// together with those of the same hours, or lose against them (keepiton.Bin.Merge).
// arrived stands on each bin. Errors: those of Open, put and ctx; too_large.
func Series(ctx context.Context, files []File, arrived time.Time, put func(keepiton.Measurement) error) ([]source.Summary, error) {
	var all []source.Summary
	s := sights{}
	kept := 0
	for _, f := range files {
		sum := source.Summary{File: f.Name}
		in, err := f.Open()
		if err != nil {
			return all, err
		}
		plain := source.Open(in)
		err = read(plain, &sum, func(m *measurement) error {
			if kept += s.note(m); kept > MaxKept {
				return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d sightings; give the files of a month at a time", f.Name, MaxKept)
			}
			if sum.From.IsZero() || m.hour.Before(sum.From) {
				sum.From = m.hour
			}
			if end := m.hour.Add(step); end.After(sum.To) {
				sum.To = end
			}
			return ctx.Err()
		})
		plain.Close()
		_ = in.Close()
		sum.Unpacked(plain.Damage)
		if err != nil {
			return all, err
		}
		all = append(all, sum)
	}
	return all, s.bins(keepiton.StampOf(arrived), put)
}

// sight is one bin of one metric.
type sight struct {
	entity keepiton.Entity
	hour   int64 // Unix
	metric string
}

// sights are the probes of each bin: true met the trouble.
type sights map[sight]map[string]bool

// note takes over a measurement and returns how many sightings that added.
func (s sights) note(m *measurement) (added int) {
	add := func(e keepiton.Entity, metric string, trouble bool) {
		k := sight{e, m.hour.Unix(), metric}
		if s[k] == nil {
			s[k] = map[string]bool{}
		}
		was, there := s[k][m.ProbeID]
		if !there {
			added++
		}
		if metric == Cut { // one run that reached something says that the line was not cut all hour
			s[k][m.ProbeID] = trouble && (was || !there)
		} else {
			s[k][m.ProbeID] = trouble || was
		}
	}
	for _, e := range m.in {
		switch m.Keys.Network {
		case "ok", "blocking", "whitelisting":
			add(e, Cut, false)
		case "blackout":
			add(e, Cut, true)
		}
		if m.Keys.Role != "platform" {
			continue
		}
		e.Service = m.Input
		switch m.Keys.Verdict {
		case "ok":
			add(e, Blocked, false)
		case "dns_lies", "tcp_blocked", "tls_reset", "tls_reset_sni", "tls_intercepted", "block_page", "quic_blocked", "throttled", "blocked":
			add(e, Blocked, true)
		}
	}
	return added
}

// bins hands over what the sights come to, in order.
func (s sights) bins(arrived keepiton.Stamp, put func(keepiton.Measurement) error) error {
	keys := slices.SortedFunc(maps.Keys(s), func(a, b sight) int {
		return cmp.Or(a.entity.Compare(b.entity), cmp.Compare(a.metric, b.metric), cmp.Compare(a.hour, b.hour))
	})
	for _, k := range keys {
		trouble := 0
		for _, met := range s[k] {
			if met {
				trouble++
			}
		}
		n := len(s[k])
		one := func(metric string, value int) error {
			return put(keepiton.Measurement{
				SeriesKey: keepiton.SeriesKey{Feed: name, Metric: metric, Entity: k.entity}, At: time.Unix(k.hour, 0).UTC(), Step: step,
				Bin: keepiton.Bin{Value: float64(value), N: uint32(n), State: keepiton.Present, Arrived: arrived},
			})
		}
		err := one(k.metric, trouble)
		if err == nil && k.metric == Cut {
			err = one(Reachable, n-trouble)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
