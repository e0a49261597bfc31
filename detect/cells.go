package detect

import (
	"time"

	"keepiton"
)

// cells are the coarse memory of a series.
type cells struct {
	from  time.Time
	step  time.Duration
	voice []voice   // everything that was said in the cell
	late  []uint8   // how many cells after its end and the lag the last bin of it came; nil: none did
	level []float32 // last value; NaN where there is none; nil when the metric is no amount
}

// end returns the first instant after a cell.
func (c *cells) end(i int) time.Time { return c.from.Add(time.Duration(i+1) * c.step) }

// at returns the number of the cell of an instant; it may lie outside.
func (c *cells) at(t time.Time) int {
	d := t.Sub(c.from)
	if d < 0 {
		return -1
	}
	return int(d / c.step)
}

// knownBy reports whether all of a cell was there at a moment.
func (t *track) knownBy(i int, now keepiton.Stamp) bool {
	usual := keepiton.StampOf(t.cells.end(i)) + t.lag
	if t.cells.late != nil {
		usual += keepiton.Stamp(t.cells.late[i]) * keepiton.Stamp(t.cells.step/time.Minute)
	}
	return usual <= now
}

// between returns what a series said from one instant to another, as far as it was
// known at a moment: of the last cell with anything in it, and when that ended.
func (t *track) between(from, to time.Time, now keepiton.Stamp) (voice, time.Time) {
	lo := t.cells.at(from)
	if lo < 0 || !from.Equal(t.cells.from.Add(time.Duration(lo)*t.cells.step)) {
		lo++ // a cell that began before says nothing of what came after
	}
	for i := min(t.cells.at(to), len(t.cells.voice)-1); i >= lo; i-- {
		if t.cells.voice[i] != 0 && t.knownBy(i, now) {
			return t.cells.voice[i], t.cells.end(i)
		}
	}
	return voiceNone, time.Time{}
}

// levels returns up to n values before an instant, the last one first, as far as they
// were known.
func (t *track) levels(before time.Time, n int, now keepiton.Stamp) []float64 {
	var out []float64
	if t.cells.level == nil {
		return nil
	}
	for i := min(t.cells.at(before)-1, len(t.cells.level)-1); i >= 0 && n > 0; i, n = i-1, n-1 {
		if v := t.cells.level[i]; v == v && t.knownBy(i, now) {
			out = append(out, float64(v))
		}
	}
	return out
}

// last returns the last value from the cell of one instant to the one before another,
// as far as it was known.
func (t *track) last(from, to time.Time, now keepiton.Stamp) (float64, bool) {
	for i := min(t.cells.at(to), len(t.cells.level)) - 1; i >= max(0, t.cells.at(from)); i-- {
		if v := t.cells.level[i]; v == v && t.knownBy(i, now) {
			return float64(v), true
		}
	}
	return 0, false
}

// before returns the middle of the last movedCells values before an instant, as far as
// they were known.
func (t *track) before(at time.Time, now keepiton.Stamp) (float64, bool) {
	var some [movedCells]float64
	n := 0
	for i := min(t.cells.at(at), len(t.cells.level)) - 1; i >= 0 && n < len(some); i-- {
		if v := t.cells.level[i]; v == v && t.knownBy(i, now) {
			some[n] = float64(v)
			n++
		}
	}
	return median(some[:n]), n > 0
}
