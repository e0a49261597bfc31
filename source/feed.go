package source

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"keepiton"
)

// Feed is what the rest of the program knows of an adapter.
type Feed struct {
	Name    string // bgp, ooni, …; also the name of its folder
	Title   string // as it is credited
	Home    string // where a person reads about it
	Licence string // SPDX, or in words
	// Open says that rows of it may stand in our exports. Of others we publish what we
	// derive, with a link (docs/design/007-signals.md).
	Open    bool
	Metrics []keepiton.Metric
	// Decode reads one file or answer of it; nil where files must be read together, or
	// with another beside them.
	Decode Decode
}

// Decode reads one file of a feed, packed or not, and hands over what it measured.
// Records that cannot be read are counted and stepped over. It fetches nothing and
// looks at no clock. The error is that of r, of ctx or of put; invalid when it is no
// file of the feed at all.
type Decode func(ctx context.Context, r io.Reader, o Options, put func(keepiton.Measurement) error) (Summary, error)

// Options of a Decode.
type Options struct {
	Name    string          // of the file, for what is said of it
	Entity  keepiton.Entity // what the file is of, where it does not say so itself
	Arrived time.Time       // stands on each bin
	Asked   time.Time       // when the source gave the answer, where it does not say so itself; zero: not known
}

// Metric returns the metric of a name.
func (f *Feed) Metric(name string) (keepiton.Metric, bool) {
	i := slices.IndexFunc(f.Metrics, func(m keepiton.Metric) bool { return m.Name == name })
	if i < 0 {
		return keepiton.Metric{}, false
	}
	return f.Metrics[i], true
}

// Summary is what reading a file came to.
type Summary struct {
	File         string           `json:"file"`
	Records      int64            `json:"records"`      // of the feed: messages, lines, rows
	Measurements int64            `json:"measurements"` // bins that they made
	Skipped      map[string]int64 `json:"skipped"`      // records that could not be read, by kind
	First        []Defect         `json:"first_defects,omitempty"`
	From         time.Time        `json:"from,omitzero"`
	To           time.Time        `json:"to,omitzero"`
}

// Defect is a record that could not be read.
type Defect struct {
	Kind   string `json:"kind"`
	Offset int64  `json:"offset"` // in the uncompressed file, bytes
	Why    string `json:"why,omitempty"`
}

// MaxDefects is how many defects a summary names; all are counted.
const MaxDefects = 100

// Skip counts a record that could not be read.
func (s *Summary) Skip(d Defect) {
	if s.Skipped == nil {
		s.Skipped = map[string]int64{}
	}
	if s.Skipped[d.Kind]++; len(s.First) < MaxDefects {
		s.First = append(s.First, d)
	}
}

// Unpacked takes over what could not be unpacked of the file: Stream.Damage, once it
// was read to its end.
func (s *Summary) Unpacked(damage map[string]int64) {
	for kind, n := range damage {
		if s.Skipped == nil {
			s.Skipped = map[string]int64{}
		}
		s.Skipped[kind] += n
	}
}

// Defects returns how many records could not be read.
func (s *Summary) Defects() int64 {
	var n int64
	for _, count := range s.Skipped {
		n += count
	}
	return n
}

// Kinds returns the kinds of Skipped, the most frequent first.
func (s *Summary) Kinds() []string {
	var out []string
	for kind := range s.Skipped {
		out = append(out, kind)
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(s.Skipped[b], s.Skipped[a]), cmp.Compare(a, b)) })
	return out
}
