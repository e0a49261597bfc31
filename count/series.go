package count

import (
	"slices"
	"time"

	"keepiton"
)

// seriesRule joins the episodes of an incident into instances as STOP's
// method does (notes: what one instance is, 2023, points 1 to 4). The points
// pull against each other, so each is a parameter here.
//
// An incident of the record already is "the same circumstances,
// justification, method and perpetrator" (point 2); the rule never joins two
// incidents. Between two of its episodes:
//
//   - service back for less than Restored: the same instance, always;
//   - longer, and the episodes form a curfew series: the same instance only if
//     an instrument saw the pattern (point 4);
//   - longer, otherwise: the same instance only if there is a specific trigger,
//     such as an exam or a protest (point 3).
type seriesRule struct {
	Shortest     time.Duration // an episode certainly shorter does not count (point 1)
	Restored     time.Duration // service back for so long ends an instance
	CurfewPieces int           // so many short episodes are a curfew series
	CurfewPiece  time.Duration // a short episode is shorter than this
}

var stop2023 = seriesRule{Shortest: time.Hour, Restored: 24 * time.Hour, CurfewPieces: 3, CurfewPiece: 24 * time.Hour}

// byStart counts each instance once, in the year it starts (STOP until the
// data of 2022).
func (r seriesRule) byStart(c *Case, asOf time.Time, yield func(Instance)) {
	r.each(c, asOf, func(series []keepiton.Episode) {
		start := series[0].Start.At
		yield(Instance{Incident: c.ID, Year: start.Year(), Start: start, Dims: &c.Dims})
	})
}

// byYear counts each instance once in each year in which it was active (STOP
// from the data of 2023 on, column count_year). An end that is not known
// reaches no further than the year of the start, an ongoing cut to asOf.
func (r seriesRule) byYear(c *Case, asOf time.Time, yield func(Instance)) {
	r.each(c, asOf, func(series []keepiton.Episode) {
		start := series[0].Start.At
		last := start.Year()
		for _, e := range series {
			last = max(last, e.Start.At.Year(), lastYear(e, asOf))
		}
		for year := start.Year(); year <= last; year++ {
			if slices.ContainsFunc(series, func(e keepiton.Episode) bool { return e.ActiveIn(year, asOf) }) {
				yield(Instance{Incident: c.ID, Year: year, Start: start, Dims: &c.Dims})
			}
		}
	})
}

// lastYear returns the last year in which e can have been active, never after
// the year of asOf.
func lastYear(e keepiton.Episode, asOf time.Time) int {
	switch {
	case !e.End.At.IsZero():
		return min(e.End.At.Until().Add(-time.Second).Year(), asOf.Year())
	case e.End.State == keepiton.Ongoing:
		return asOf.Year()
	}
	return 0
}

// each calls yield with the episodes of each instance, in order of start.
func (r seriesRule) each(c *Case, asOf time.Time, yield func([]keepiton.Episode)) {
	episodes := c.Episodes
	if len(episodes) != 1 || !r.longEnough(episodes[0], asOf) { // nearly all cases have one: no copy
		episodes = nil
		for _, e := range c.Episodes {
			if r.longEnough(e, asOf) {
				episodes = append(episodes, e)
			}
		}
		slices.SortStableFunc(episodes, func(a, b keepiton.Episode) int { return a.Start.At.Compare(b.Start.At) })
	}
	if len(episodes) == 0 {
		return
	}
	stays := c.Trigger
	if r.curfew(episodes) {
		stays = c.Measured
	}
	from, until := 0, endOf(episodes[0])
	for i, e := range episodes[1:] {
		if e.Start.At.Sub(until) >= r.Restored && !stays {
			yield(episodes[from : i+1])
			from = i + 1
		}
		if end := endOf(e); end.After(until) {
			until = end
		}
	}
	yield(episodes[from:])
}

// longEnough reports whether e can have lasted Shortest. A day is longer: an
// episode known only to the day counts, and so does one whose end nobody knows.
func (r seriesRule) longEnough(e keepiton.Episode, asOf time.Time) bool {
	if e.Start.IsZero() {
		return false
	}
	if e.End.At.IsZero() || e.End.At.Until().Before(e.Start.At) {
		return true // no end, or one that cannot be right: not stated shorter
	}
	from, _, _, until := e.Bounds(asOf)
	return until.Sub(from) >= r.Shortest
}

// curfew reports whether the episodes are a series of short cuts, each known
// to the hour or better at both ends.
func (r seriesRule) curfew(episodes []keepiton.Episode) bool {
	if len(episodes) < r.CurfewPieces {
		return false
	}
	fine := func(m keepiton.Moment) bool {
		return !m.IsZero() && (m.Precision == keepiton.Minute || m.Precision == keepiton.Hour)
	}
	for _, e := range episodes {
		if !fine(e.Start) || !fine(e.End.At) || e.End.At.At.Sub(e.Start.At) >= r.CurfewPiece {
			return false
		}
	}
	return true
}

// endOf returns when service was back after e, as early as it can have been:
// the end named, or the end of the start where none is named. An ongoing cut
// has no such moment.
func endOf(e keepiton.Episode) time.Time {
	switch {
	case !e.End.At.IsZero() && e.End.At.Until().After(e.Start.At):
		return e.End.At.Until()
	case e.End.State == keepiton.Ongoing:
		return time.Unix(maxSeconds, 0)
	}
	return e.Start.Until()
}
