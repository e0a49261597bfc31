package correlate

import (
	"time"

	"keepiton"
)

// Touching keeps the revisions whose incident has an episode that touches the
// time from until before to, both UTC. One that is ongoing reaches as far as its
// revision speaks ([keepiton.Revision.KnownAt]); one whose end nobody knows no
// further than its start; one whose start nobody knows touches nothing.
func Touching(revs []keepiton.Revision, from, to time.Time) []keepiton.Revision {
	var out []keepiton.Revision
	for _, rev := range revs {
		for _, e := range rev.Incident.Episodes {
			if touches(&rev, e, from, to) {
				out = append(out, rev)
				break
			}
		}
	}
	return out
}

func touches(rev *keepiton.Revision, e keepiton.Episode, from, to time.Time) bool {
	if e.Start.IsZero() || !e.Start.At.Before(to) {
		return false
	}
	end := e.Start.Until()
	switch {
	case !e.End.At.IsZero():
		end = e.End.At.Until()
	case e.End.State == keepiton.Ongoing:
		end = rev.KnownAt(to)
	}
	return end.After(from)
}
