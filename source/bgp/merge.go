package bgp

import (
	"context"
	"io"
	"time"

	"keepiton"
	"keepiton/bgp"
	"keepiton/geo"
	"keepiton/source"
)

// File is an archive of one collector.
type File struct {
	Name      string
	Collector string
	Open      func() (io.ReadCloser, error)
	first     int64 // time of its first record, microseconds
	table     bool  // it begins with a table
}

// Options of Series.
type Options struct {
	Where   *geo.Prefixes               // nil: the program's own table
	Least   float64                     // as bgp.Counter has it
	Arrived time.Time                   // stands on each bin
	Each    func(done int, name string) // before a file is read; for progress
}

// Series reads archives of one or several collectors in the order of time, whatever
// order they come in, and gives the bins of all together. The summaries are in the
// order of files. The error is that of a file that cannot be opened or read, of ctx,
// or of put.
func Series(ctx context.Context, files []File, o Options, put func(keepiton.Measurement) error) ([]source.Summary, error) {
	m := NewMerger(o, put)
	summaries, err := m.Read(ctx, files)
	if err != nil {
		return nil, err
	}
	return summaries, m.counter.Close()
}

// Merger keeps the table of several collectors, and makes bins of what they write. It
// is not safe for concurrent use.
type Merger struct {
	o       Options
	counter *bgp.Counter
	peers   *bgp.Peers
}

// NewMerger returns a Merger that has seen no table yet. Bins go to put.
func NewMerger(o Options, put func(keepiton.Measurement) error) *Merger {
	if o.Where == nil {
		o.Where = geo.DefaultPrefixes()
	}
	m := &Merger{o: o, peers: bgp.NewPeers()}
	m.counter = bgp.NewCounter(o.Where, func(one keepiton.Measurement) error {
		one.Arrived = keepiton.StampOf(m.o.Arrived)
		return put(one)
	})
	m.counter.Least = o.Least
	return m
}

// Arrived sets what stands on bins from now on.
func (m *Merger) Arrived(at time.Time) { m.o.Arrived = at }

// Through says that everything up to a time has been read: bins that end by then are
// over. The error is that of put.
func (m *Merger) Through(at time.Time) error { return m.counter.Through(at) }

// Lose says that a collector was not heard for a while: its peers are not asked until
// its next table.
func (m *Merger) Lose(collector string) { m.counter.Table().Lose(collector) }

// Read reads files that begin where those of the calls before ended. The error is as
// that of Series; after one, what is counted is not whole, and the Merger of no more
// use.
func (m *Merger) Read(ctx context.Context, files []File) ([]source.Summary, error) {
	summaries := make([]source.Summary, len(files))
	lines, err := order(files, summaries)
	if err != nil {
		return nil, err
	}
	begun, until := 0, int64(0)
	if !m.o.Arrived.IsZero() {
		until = m.o.Arrived.Add(bgp.Bin).UnixMicro()
	}
	for _, l := range lines {
		l.peers, l.until, l.begin = m.peers, until, func(name string) {
			if m.o.Each != nil {
				m.o.Each(begun, name)
			}
			begun++
		}
		defer l.close()
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var first *line
		for _, l := range lines {
			if !l.done && (first == nil || l.now.At < first.now.At) {
				first = l
			}
		}
		if first == nil {
			return summaries, nil
		}
		if err := m.counter.Add(&first.now); err != nil {
			return nil, err
		}
		if err := first.next(); err != nil {
			return nil, err
		}
	}
}
