// Package live follows what route collectors tell as it happens: their archives, a file
// after the other, the stream of RIS Live, and routers that speak BMP. What it keeps in
// memory is one table; what it gives are bins, every five minutes.
package live

import (
	"context"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
	bgpfeed "keepiton/source/bgp"
	"keepiton/source/fetch"
)

// Options of a Follower.
type Options struct {
	Collectors []string
	Base       string        // in the place of the archives' own addresses, for tests
	Where      *geo.Prefixes // nil: the program's own table
	Now        func() time.Time
	// Recorded returns the file of what a collector told live in the five minutes that
	// begin at a time, if it was heard all the while; nil: there is none.
	Recorded func(collector string, at time.Time) (path string, ok bool)
}

// Patience is how long after its end a file may still come. Archives publish within six
// to eight minutes (notes/detection.md 4.1); what is an hour late is a gap.
const Patience = time.Hour

// Follower reads the archives of collectors as they grow. It begins with the table
// before the time it is asked for, and goes on with each file of updates once all
// collectors have theirs, so that a restart costs a table and what came since, most of
// which is on the disk. A collector that has a gap is not asked until its next table,
// which is fetched then. It is not safe for concurrent use.
type Follower struct {
	c *fetch.Client
	o Options

	m    *bgpfeed.Merger
	put  func(keepiton.Measurement) error
	next time.Time       // beginning of what is read next
	from []time.Time     // of each collector: its table
	lost map[string]bool // collectors that had a gap, and no table since
}

// NewFollower returns a Follower that fetches with c.
func NewFollower(c *fetch.Client, o Options) *Follower {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Follower{c: c, o: o}
}

// Run reads what there is by now and was not read before; the first time from the
// tables before since. It is the Run of a poll. The error is that of what cannot be
// fetched or of put, or not_found when no collector has anything that is newer than
// Patience; what came before it stands.
func (f *Follower) Run(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (sum source.Summary, err error) {
	f.put = put
	defer func() { f.put = nil }()
	now := f.o.Now().UTC()
	if f.m == nil {
		if err := f.begin(ctx, since.UTC(), now); err != nil {
			return sum, err
		}
	}
	f.m.Arrived(now)
	for {
		end := f.next.Add(f.step())
		if end.After(now) {
			break
		}
		files, missing, err := f.files(ctx, f.next, end)
		if err != nil {
			return sum, err
		}
		if len(missing) > 0 && now.Sub(end) < Patience {
			break // it may still come
		}
		if err := f.read(ctx, files, missing, end, &sum); err != nil {
			f.m = nil // half of it is counted: begin anew
			return sum, err
		}
		f.next = end
	}
	if len(f.lost) == len(f.o.Collectors) {
		return sum, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no collector was heard at %s: %s", f.next.Format("2006-01-02 15:04"), strings.Join(f.o.Collectors, ", ")),
			"does the archive have their files of that time? Another collector may be better: --collectors")
	}
	return sum, nil
}

// step is how much is read at a time: as long as the longest file.
func (f *Follower) step() time.Duration {
	step := time.Duration(0)
	for _, name := range f.o.Collectors {
		_, updates := bgpfeed.Steps(name)
		step = max(step, updates)
	}
	return step
}

// begin finds the tables.
func (f *Follower) begin(ctx context.Context, since, now time.Time) error {
	p := source.Period{From: since, To: now, Collectors: f.o.Collectors, Base: f.o.Base}
	var tables []source.Item
	absent := map[string]bool{}
	for range 4 { // tables that are missing three times in a row are not mere gaps
		items, err := bgpfeed.Layout(p)
		if err != nil {
			return err
		}
		tables = slices.DeleteFunc(items, func(i source.Item) bool { return !bgpfeed.IsTable(i) })
		got, err := f.c.All(ctx, tables, nil)
		if err != nil {
			return err
		}
		var missing []source.Item
		for _, g := range got {
			switch {
			case keepiton.CodeOf(g.Err) == keepiton.NotFound:
				missing, absent[g.Item.Name] = append(missing, g.Item), true
			case g.Err != nil:
				return g.Err
			}
		}
		var again bool
		if p, again = bgpfeed.Wider(p, missing); !again {
			break
		}
	}
	f.m = bgpfeed.NewMerger(bgpfeed.Options{Where: f.o.Where}, func(m keepiton.Measurement) error { return f.put(m) })
	f.from, f.lost, f.next = nil, map[string]bool{}, now
	for i, t := range tables {
		if absent[t.Name] {
			f.lost[f.o.Collectors[i]] = true
			f.m.Lose(f.o.Collectors[i])
		}
		f.from = append(f.from, t.At)
		if t.At.Before(f.next) {
			f.next = t.At
		}
	}
	f.next = f.next.Truncate(f.step())
	return nil
}

// read counts what was fetched of a stretch of time.
func (f *Follower) read(ctx context.Context, files []file, missing map[string]bool, end time.Time, sum *source.Summary) error {
	for name := range missing {
		f.lost[name] = true
		f.m.Lose(name)
	}
	var all []bgpfeed.File
	for _, one := range files {
		if one.table && !missing[one.Collector] {
			delete(f.lost, one.Collector)
		}
		all = append(all, one.File)
	}
	read, err := f.m.Read(ctx, all)
	if err != nil {
		return err
	}
	for i := range read {
		sum.Records += read[i].Records
		sum.Unpacked(read[i].Skipped)
		if sum.From.IsZero() || !read[i].From.IsZero() && read[i].From.Before(sum.From) {
			sum.From = read[i].From
		}
		if read[i].To.After(sum.To) {
			sum.To = read[i].To
		}
	}
	return f.m.Through(end)
}
