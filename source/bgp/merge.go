package bgp

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
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

// line is what one collector wrote, file after file.
type line struct {
	files     []File
	summaries []*source.Summary
	at        int // of the file that is read
	begin     func(name string)
	peers     *bgp.Peers
	until     int64 // microseconds; what says that it is of later is damaged; 0: nobody knows

	file   io.ReadCloser
	in     *source.Stream
	reader bgp.Source
	now    bgp.Message
	later  int64 // messages of the file whose time is after until
	done   bool
}

// order peeks into all files and makes a line of each collector.
func order(files []File, summaries []source.Summary) ([]*line, error) {
	byName := map[string]*line{}
	var lines []*line
	index := make([]int, len(files))
	for i := range files {
		index[i] = i
		summaries[i].File = files[i].Name
		if err := files[i].peek(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(index, func(a, b int) int {
		x, y := files[a], files[b]
		before := 0 // of a table and updates that begin together, the table is first
		if x.table != y.table {
			if before = 1; x.table {
				before = -1
			}
		}
		return cmp.Or(cmp.Compare(x.first, y.first), before, cmp.Compare(x.Name, y.Name))
	})
	for _, i := range index {
		l := byName[files[i].Collector]
		if l == nil {
			l = &line{}
			byName[files[i].Collector] = l
			lines = append(lines, l)
		}
		l.files, l.summaries = append(l.files, files[i]), append(l.summaries, &summaries[i])
	}
	return lines, nil
}

// timeless is how many messages at the beginning of a stream may be without a time:
// a router tells of itself first.
const timeless = 1000

func (f *File) peek() error {
	file, err := f.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	in := source.Open(file)
	defer in.Close()
	var m bgp.Message
	messages := bgp.Open(in, "", bgp.NewPeers())
	for range timeless {
		if err := messages.Next(&m); err != nil && !errors.Is(err, io.EOF) {
			return keepiton.Errorf(keepiton.Unavailable, "read %s: %w", f.Name, err)
		} else if err != nil || m.At != 0 {
			break
		}
	}
	f.first, f.table = m.At, m.Kind == bgp.Index || m.Kind == bgp.Entries
	return nil
}

// next reads the next message, of the next file when one is at its end.
func (l *line) next() error {
	for {
		if l.reader == nil {
			if l.at == len(l.files) {
				l.done = true
				return nil
			}
			f := l.files[l.at]
			l.begin(f.Name)
			var err error
			if l.file, err = f.Open(); err != nil {
				return err
			}
			l.in = source.Open(l.file)
			l.reader = bgp.Open(l.in, f.Collector, l.peers)
		}
		err := l.reader.Next(&l.now)
		if err == nil && l.until != 0 && l.now.At > l.until {
			l.later++ // counted, it would end the present for all that follow
			continue
		}
		if err == nil {
			s := l.summaries[l.at]
			if at := time.UnixMicro(l.now.At).UTC(); l.now.At != 0 {
				if s.From.IsZero() || at.Before(s.From) {
					s.From = at
				}
				s.To = at
			}
			return nil
		}
		l.sum()
		l.close()
		if !errors.Is(err, io.EOF) {
			return keepiton.Errorf(keepiton.Unavailable, "read %s: %w", l.files[l.at].Name, err)
		}
		l.at++
	}
}

// sum takes down what reading the file came to.
func (l *line) sum() {
	s := l.summaries[l.at]
	counts := l.reader.Counts()
	s.Records = counts.Records
	for _, spot := range counts.First {
		s.First = append(s.First, source.Defect{Kind: string(spot.Kind), Offset: spot.Offset})
	}
	s.Skipped = map[string]int64{}
	for kind, n := range counts.Errors {
		s.Skipped[string(kind)] += n
	}
	if l.later > 0 {
		s.Skipped[string(bgp.BadHeader)] += l.later
		l.later = 0
	}
	s.Unpacked(l.in.Damage)
}

func (l *line) close() {
	if l.reader != nil {
		l.in.Close()
		_ = l.file.Close()
		l.reader = nil
	}
}
