package keepiton

import "time"

// EndState says what is known of the end of an episode. A missing end is not
// an end.
type EndState string

// The end states. The zero value means that the question was not asked.
const (
	EndNotAsked EndState = ""
	EndUnknown  EndState = "unknown"
	Ongoing     EndState = "ongoing"
	Ended       EndState = "ended" // the day may still be missing
)

// Ending is the end of an episode. At is the last day (hour, minute) of the
// disruption, inclusive as people say it: "until 3 March". It may be given
// while State is not asked, as in STOP's older editions.
type Ending struct {
	State EndState `json:"state,omitempty"`
	At    Moment   `json:"at,omitzero"`
}

// Episode is one continuous cut inside an incident.
type Episode struct {
	Start Moment `json:"start"`
	End   Ending `json:"end,omitzero"`
	Note  string `json:"note,omitempty"`
}

// Bounds returns the earliest and latest possible start and end of e as seen
// at now. An end that is not known lies between the last instant the cut is
// certain to have lasted (the latest start) and now; one that is ongoing is now.
// Ends are exclusive.
func (e Episode) Bounds(now time.Time) (startMin, startMax, endMin, endMax time.Time) {
	startMin, startMax = e.Start.At, e.Start.Until()
	switch {
	case !e.End.At.IsZero():
		endMin, endMax = e.End.At.At, e.End.At.Until()
	case e.End.State == Ongoing:
		endMin, endMax = now, now
	default:
		endMin, endMax = startMax, now
	}
	if endMin.Before(startMin) {
		endMin = startMin
	}
	if endMax.Before(endMin) {
		endMax = endMin
	}
	return startMin, startMax, endMin, endMax
}

// Days is a duration in days as an interval. Best is the field's usual
// reading: calendar days touched, first and last included (STOP's convention
// from 2020 on, see docs/codebook.md). Known is false when the end is open: one
// that is ongoing runs to the moment asked about, one that nobody knows has its
// first day as Best, and every day up to that moment only as Max.
type Days struct {
	Min, Best, Max float64
	Known          bool
}

// Days returns the duration of e as seen at now under the inclusive-days
// rule. An end before the start yields zero days and Known false.
func (e Episode) Days(now time.Time) Days {
	const day = 24 * time.Hour
	startMin, startMax, endMin, endMax := e.Bounds(now)
	d := Days{
		Min:   max(0, endMin.Sub(startMax).Hours()/24),
		Max:   max(0, endMax.Sub(startMin).Hours()/24),
		Known: !e.End.At.IsZero() && !e.End.At.Until().Before(e.Start.At),
	}
	last := endMax
	switch {
	case !e.End.At.IsZero():
		last = e.End.At.Until()
	case e.End.State != Ongoing:
		last = startMin.Add(time.Nanosecond) // only the first day is certain
	}
	if last.After(startMin) {
		first := startMin.Truncate(day)
		d.Best = last.Add(day-time.Nanosecond).Truncate(day).Sub(first).Hours() / 24
	}
	d.Best = min(max(d.Best, d.Min), max(d.Max, d.Min))
	if d.Max < d.Min {
		d.Max = d.Min
	}
	return d
}

// ActiveIn reports whether e was certainly or possibly active in the calendar
// year (UTC) as seen at now: an episode without a known end counts in its
// start year only, an ongoing one in every year up to now.
func (e Episode) ActiveIn(year int, now time.Time) bool {
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	until := from.AddDate(1, 0, 0)
	end := e.Start.Until()
	switch {
	case !e.End.At.IsZero():
		end = e.End.At.Until()
	case e.End.State == Ongoing:
		end = now
	}
	if end.Before(e.Start.Until()) {
		end = e.Start.Until()
	}
	return e.Start.At.Before(until) && from.Before(end)
}
