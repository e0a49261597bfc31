package detect

import (
	"time"

	"keepiton"
)

// sight returns until when the members that have not ended could tell of the group, as
// far as it was known by now, and from when on it is lost from sight. Both are zero when
// the group has ended. A series that has bins without a value, that nobody can judge, or
// whose source is down tells nothing: neither that it goes on, nor that it has ended.
func (w *world) sight(g *group) (seen, lost time.Time) {
	if !g.end().IsZero() {
		return seen, lost
	}
	for _, m := range g.members {
		if !m.signal.End.IsZero() {
			continue
		}
		t := m.track
		at := keepiton.Later(m.signal.Witness.At.Add(t.step), t.heard(m.signal.Onset.From, w.now))
		seen = keepiton.Later(seen, at)
		lost = keepiton.Later(lost, at.Add(keepiton.LostAfter+t.metric.Lag+2*t.step))
	}
	return seen, lost
}

// heard returns the end of the last cell after an instant in which a value could be
// judged, as far as it was known; zero when there is none.
func (t *track) heard(from time.Time, now keepiton.Stamp) time.Time {
	for i := len(t.cells.voice) - 1; i >= max(0, t.cells.at(from)); i-- {
		if t.cells.voice[i]&voiceTold != 0 && t.knownBy(i, now) {
			return t.cells.end(i)
		}
	}
	return time.Time{}
}
