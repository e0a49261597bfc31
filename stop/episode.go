package stop

import (
	"strings"

	"keepiton"
)

// episode reads the dates, the status and the duration. A wrong end stays as
// it stands; the duration is never used to make one.
func (d *draft) episode() {
	var e keepiton.Episode
	raw := d.value("start_date")
	start, ok := parseDate(raw)
	switch {
	case raw == "":
		d.report(MissingStart, "start_date", "")
	case !ok:
		d.report(UnparseableDate, "start_date", raw)
	}
	e.Start = start
	e.Start.Estimated = ok && d.code("start_date_type", "start_date_type") == "estimated"
	e.End = d.ending()
	hasEnd := !e.End.At.IsZero()
	switch {
	case hasEnd && ok && e.End.At.At.Before(start.At):
		d.report(EndBeforeStart, "end_date", d.value("end_date"))
	case hasEnd && e.End.State == keepiton.Ongoing:
		d.report(OngoingWithEnd, "end_date", d.value("end_date"))
	case !hasEnd && e.End.State == keepiton.Ended:
		d.report(EndedWithoutEnd, "end_date", "")
	case !hasEnd && e.End.State != keepiton.Ongoing:
		d.report(MissingEnd, "end_date", d.value("end_date"))
	}
	e.Note = d.duration(e)
	if !e.Start.IsZero() || hasEnd || e.End.State != "" {
		d.inc.Episodes = []keepiton.Episode{e}
	}
}

// ending reads end date and status; the older layouts write "ongoing" where
// the date would stand.
func (d *draft) ending() keepiton.Ending {
	var end keepiton.Ending
	if _, ok := d.row.Value("shutdown_status"); ok {
		if d.value("shutdown_status") == "" {
			d.report(BlankNotAsked, "shutdown_status", "")
		}
		end.State = keepiton.EndState(d.code("shutdown_status", "shutdown_status"))
	}
	raw := d.value("end_date")
	at, ok := parseDate(raw)
	switch norm(raw) {
	case "":
	case "ongoing":
		end.State = keepiton.Ongoing
	case "unknown":
		end.State = keepiton.EndUnknown
	case "unkown":
		end.State = keepiton.EndUnknown
		d.report(SpellingVariant, "end_date", raw)
	default:
		if end.At = at; !ok {
			d.report(UnparseableDate, "end_date", raw)
		}
	}
	return end
}

// duration compares the sheet's days with the dates, and returns words that
// stand in their place. Days are counted without the first day up to 2019 and
// with it from 2020 on (notes on STOP, 1.4).
func (d *draft) duration(e keepiton.Episode) string {
	raw := d.value("duration")
	if raw == "" {
		return ""
	}
	days, ok := parseDuration(raw)
	if !ok {
		d.report(TextualDuration, "duration", raw)
		return raw
	}
	switch {
	case days < 0:
		d.report(NegativeDuration, "duration", raw)
		return ""
	case days != float64(int(days)):
		d.report(FractionalDuration, "duration", raw)
		return ""
	}
	if e.Start.IsZero() || e.End.At.IsZero() || e.End.At.At.Before(e.Start.At) {
		return ""
	}
	between := e.End.At.At.Sub(e.Start.At).Hours() / 24
	switch days {
	case between:
		d.report(ExclusiveDuration, "duration", raw)
	case between + 1:
		d.report(InclusiveDuration, "duration", raw)
	default:
		d.report(DurationMismatch, "duration", strings.TrimSpace(raw))
	}
	return ""
}
