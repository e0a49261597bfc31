package detect

import (
	"math"
	"slices"
	"time"

	"keepiton"
)

// track is what is kept of one series once it was looked at: what was known of its
// signals at which moment, and in a few bytes for each quarter of an hour whether it
// was as expected and how much there was. The bins themselves are let go.
type track struct {
	key    keepiton.SeriesKey
	metric keepiton.Metric
	step   time.Duration
	marks  []mark          // in order of signals, and of what was known of each
	began  []doubt         // beginnings of what looked like a signal, in order
	down   []keepiton.Span // when the source was not to be had
	cells  cells
	lag    keepiton.Stamp // minutes
	since  keepiton.Stamp // the latest arrival of the bins in doubt, or of the last one
	calm   bool           // no doubt, no signal
	live   bool           // arrivals are believed

	// Of the bin that is looked at: when it was there, its cell, and when that is there.
	now, usually keepiton.Stamp
	cell         int
}

// mark is a signal as it was known from a moment on.
type mark struct {
	known  keepiton.Stamp
	number int // of the signal in its series
	signal keepiton.Signal
}

// doubt is the beginning of what looked like a signal for a while.
type doubt struct{ from, known keepiton.Stamp }

// follow looks at a series and keeps what is needed later. Bins that arrived after now
// are silent.
func follow(s *keepiton.Series, m keepiton.Metric, in *Input) *track {
	t := &track{key: s.SeriesKey, metric: m, step: s.Step, lag: keepiton.Stamp(m.Lag / time.Minute), calm: true, live: !in.Archive}
	size := max(cellStep, s.Step)
	t.cells = cells{from: s.From.Truncate(size), step: size}
	n := int((s.To().Sub(t.cells.from) + size - 1) / size)
	t.cells.voice = make([]voice, max(0, n))
	if m.Kind == keepiton.Amount || m.Kind == keepiton.Health {
		t.cells.level = make([]float32, max(0, n))
		for i := range t.cells.level {
			t.cells.level[i] = float32(math.NaN())
		}
	}
	judged := m
	if m.Kind == keepiton.Health { // an instrument is judged as what it measures is
		judged.Kind, judged.Season = keepiton.Amount, keepiton.Seasonless
	}
	d := NewDetector(s.SeriesKey, judged, s.Step)
	d.trail = t
	now := keepiton.StampOf(in.Now)
	step, size32 := keepiton.Stamp(s.Step/time.Minute), keepiton.Stamp(size/time.Minute)
	usual := keepiton.StampOf(s.From) + step + t.lag // when the bin is there, if it is in time
	t.usually = keepiton.StampOf(t.cells.from) + size32 + t.lag
	at := s.From
	for i := range s.Bins {
		b := s.Bins[i]
		if t.now = usual; t.live && b.Arrived != 0 {
			t.now = b.Arrived
		}
		if t.now > now {
			b = keepiton.Bin{}
		}
		if b.Has() {
			if t.calm {
				t.since = t.now
			}
			t.since = max(t.since, t.now)
		}
		for usual > t.usually {
			t.cell++
			t.usually += size32
		}
		d.Step(at, b)
		at = at.Add(s.Step)
		usual += step
	}
	return t
}

// said implements trail.
func (t *track) said(at time.Time, b keepiton.Bin, v voice) {
	i := min(t.cell, len(t.cells.voice)-1)
	t.cells.voice[i] |= v
	if t.cells.level != nil && b.Has() {
		t.cells.level[i] = float32(b.Value)
	}
	if known, usual := t.now, t.usually; known > usual && b.Has() {
		if t.cells.late == nil {
			t.cells.late = make([]uint8, len(t.cells.voice))
		}
		size := keepiton.Stamp(t.cells.step / time.Minute)
		t.cells.late[i] = max(t.cells.late[i], uint8(min(255, (known-usual+size-1)/size)))
	}
	if v == voiceDown {
		if n := len(t.down); n > 0 && t.down[n-1].To.Equal(at) {
			t.down[n-1].To = at.Add(t.step)
		} else {
			t.down = append(t.down, keepiton.Span{From: at, To: at.Add(t.step)})
		}
	}
	if v == voiceNormal || v == voiceUnsure || v == voiceUnknown {
		t.calm = true
	}
}

// doubts implements trail.
func (t *track) doubts(at time.Time) {
	t.calm = false
	t.began = append(t.began, doubt{keepiton.StampOf(at), t.since})
}

// changed implements trail: of one moment the last state counts.
func (t *track) changed(number int, s *keepiton.Signal) {
	m := mark{t.since, number, *s}
	if n := len(t.marks); n > 0 && t.marks[n-1].number == number && t.marks[n-1].known == m.known {
		t.marks[n-1] = m
		return
	}
	t.marks = append(t.marks, m)
}

// signals returns those of the series as they were known at a moment.
func (t *track) signals(now keepiton.Stamp) []keepiton.Signal {
	var out []keepiton.Signal
	last := -1
	for i := range t.marks {
		m := &t.marks[i]
		switch {
		case m.known > now:
		case m.number == last:
			out[len(out)-1] = m.signal
		default:
			out, last = append(out, m.signal), m.number
		}
	}
	return out
}

// first returns when the signal of an onset was first known.
func (t *track) first(onset keepiton.Interval) (keepiton.Stamp, bool) {
	i := slices.IndexFunc(t.marks, func(m mark) bool { return m.signal.Onset == onset })
	if i < 0 {
		return 0, false
	}
	return t.marks[i].known, true
}
