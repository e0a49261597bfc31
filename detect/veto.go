package detect

import (
	"time"

	"keepiton"
	"keepiton/geo"
)

// veto returns what explains a signal without a disruption, as far as it was known at a
// moment; nothing when it counts (notes/detection.md 7.3).
func (w *world) veto(t *track, s *keepiton.Signal, now keepiton.Stamp) keepiton.Veto {
	switch {
	case satellite(t.key.Entity):
		return keepiton.SatelliteNetwork
	case w.unhealthy(t, s, now):
		return keepiton.CollectorHealth
	case w.common(t, s, now):
		return keepiton.CommonMode
	}
	return w.moved(t, s, now)
}

// satellite reports whether an entity reaches its users from the sky: it is of no
// country's denominator (notes/detection.md 5).
func satellite(e keepiton.Entity) bool {
	return e.Access == "satellite" || geo.Satellite(e.ASN) != ""
}

// unhealthy reports whether the instrument was ill, or away, when a signal began, and
// the signal did not outlast that.
func (w *world) unhealthy(t *track, s *keepiton.Signal, now keepiton.Stamp) bool {
	for _, h := range w.ill[t.key.Feed] {
		for _, ill := range h.signals(now) {
			if ill.Depth >= illDepth && within(keepiton.Span{From: ill.Onset.From, To: ill.End.To}, s, now) {
				return true
			}
		}
	}
	for _, down := range t.down {
		if keepiton.StampOf(down.From) <= now && within(down, s, now) {
			return true
		}
	}
	return false
}

// within reports whether a signal began in a spell of illness, or soon after it, and
// was not there any more an hour after it had passed; as long as that hour is not over,
// nobody knows.
func within(ill keepiton.Span, s *keepiton.Signal, now keepiton.Stamp) bool {
	slack := illSlack + s.Step
	if s.Onset.To.Before(ill.From.Add(-slack)) || !ill.To.IsZero() && s.Onset.From.After(ill.To.Add(slack)) {
		return false
	}
	if ill.To.IsZero() {
		return true
	}
	well := ill.To.Add(illPasses + s.Step)
	if now.Time().Before(well) {
		return true
	}
	return !s.End.IsZero() && s.End.From.Before(well)
}

// touches reports whether two spans of time are at most a slack apart.
func touches(a, b keepiton.Interval, slack time.Duration) bool {
	return !a.From.After(b.To.Add(slack)) && !b.From.After(a.To.Add(slack))
}
