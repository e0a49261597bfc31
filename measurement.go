package keepiton

import "time"

// BinState says what is known of one bin of a series. A bin without a value is
// not a bin with the value nought: a gap in a feed must never read as a blackout.
type BinState uint8

// The states of a bin. The zero value is Silent, so that nobody has to write
// down what is missing.
const (
	Silent     BinState = iota // the feed works, and says nothing of this entity
	Present                    // measured
	Late                       // measured, and arrived after the bin was judged
	SourceDown                 // the feed itself was not to be had: no statement about the entity
)

var binStates = [...]string{"silent", "present", "late", "source_down"}

// String returns silent, present, late or source_down.
func (s BinState) String() string {
	if int(s) < len(binStates) {
		return binStates[s]
	}
	return "invalid"
}

// Bin is one bin of a series.
type Bin struct {
	Value float64 // in the unit of the metric; finite; 0 when there is none
	// N is the denominator: peers, probes, hosts or samples behind the value; 0 with
	// state Present says that some were expected, asked, and none answered.
	N       uint32
	Arrived Stamp // when we first had it
	Version Stamp // when the source says it was made; of two values for one bin the later one counts
	State   BinState
}

// Stamp is a moment to the minute, in minutes since 1970, UTC; 0 means that it is
// not known. It keeps bins small.
type Stamp uint32

// StampOf returns the minute of t; 0 for the zero time.
func StampOf(t time.Time) Stamp {
	if t.IsZero() {
		return 0
	}
	return Stamp(t.Unix() / 60)
}

// Time returns the beginning of the minute; the zero time for 0.
func (s Stamp) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s)*60, 0).UTC()
}

// Has reports whether the bin carries a value.
func (b Bin) Has() bool { return b.State == Present || b.State == Late }

// Merge returns what two statements about one bin come to, so that data may come
// late, twice and in any order: it is commutative, associative and idempotent. A
// value wins over none, then the later version, then the one of more witnesses, then
// the greater; it has been here since the earlier of both arrivals.
func (b Bin) Merge(o Bin) Bin {
	since := b.Arrived
	if since == 0 || o.Arrived != 0 && o.Arrived < since {
		since = o.Arrived
	}
	if o.beats(b) {
		b = o
	}
	b.Arrived = since
	return b
}

// beats reports whether b wins over o.
func (b Bin) beats(o Bin) bool {
	rank := [...]int{Silent: 0, SourceDown: 1, Late: 2, Present: 3}
	switch {
	case b.Has() != o.Has() || !b.Has() && b.State != o.State:
		return rank[b.State] > rank[o.State]
	case b.Version != o.Version:
		return b.Version > o.Version
	case b.N != o.N:
		return b.N > o.N
	case b.Value != o.Value:
		return b.Value > o.Value
	}
	return rank[b.State] > rank[o.State]
}

// SeriesKey names a series.
type SeriesKey struct {
	Feed   string `json:"feed"`   // bgp, ooni, ioda, …: the adapter that decodes it
	Metric string `json:"metric"` // of the feed, such as v4 or blocked; [a-z0-9-]
	Entity Entity `json:"entity"`
}

// String returns feed/metric/entity, as in bgp/v4/country/IR.
func (k SeriesKey) String() string { return k.Feed + "/" + k.Metric + "/" + k.Entity.String() }

// Measurement is one observed value: a bin with its place in time. At is the
// beginning of the bin, UTC, a multiple of Step since 1970.
type Measurement struct {
	SeriesKey
	At   time.Time
	Step time.Duration // length of the bin: 5 min to 1 day
	Bin
}

// Series is a stretch of one series: Bins[i] is the bin that begins at
// From + i·Step. Every bin is there; those that nobody filled are Silent.
type Series struct {
	SeriesKey
	From time.Time
	Step time.Duration
	Bins []Bin
}

// At returns the beginning of bin i.
func (s *Series) At(i int) time.Time { return s.From.Add(time.Duration(i) * s.Step) }

// To returns the first instant after the last bin.
func (s *Series) To() time.Time { return s.At(len(s.Bins)) }
