package locale

import (
	"strings"
	"time"

	"keepiton"
)

// Date writes a moment to the precision it is known to, with "about" before an
// estimate. Times of day are UTC and say so. Where the language or the place calls
// for it (see [Printer.Beside]) the Ethiopian date stands beside the Gregorian one. No date given is the message date.none.
func (p *Printer) Date(m keepiton.Moment) string {
	if m.IsZero() {
		return p.T("date.none")
	}
	at, s := m.At.UTC(), ""
	switch m.Precision {
	case keepiton.Year:
		s = p.T("date.year", "Year", at.Year())
	case keepiton.Month:
		s = p.format(p.patterns.month, at)
	case keepiton.Hour:
		s = p.timed(m, p.T("date.hour", "Date", p.timedDay(at), "From", p.clock(at), "To", p.clock(at.Add(time.Hour))))
	case keepiton.Minute:
		s = p.timed(m, p.T("date.minute", "Date", p.timedDay(at), "Time", p.clock(at)))
	default:
		s = p.Day(at)
	}
	if m.Estimated {
		s = p.T("date.about", "Date", s)
	}
	return s
}

// timedDay writes the day that a time of day stands beside.
func (p *Printer) timedDay(at time.Time) string {
	if p.ethiopia {
		return p.format(p.patterns.date, at)
	}
	return p.Day(at)
}

// timed adds day and hour as a clock in Ethiopia has them, where it happened there:
// after midnight in UTC, and before six in the morning there, the days differ.
func (p *Printer) timed(m keepiton.Moment, s string) string {
	if !p.ethiopia {
		return s
	}
	m.Estimated = false
	return p.T("date.ethiopic", "Date", s, "Ethiopic", WhenBack(p, keepiton.When{At: m, Zone: "Africa/Addis_Ababa"}).Ethiopian)
}

// Day writes the UTC day of t in full: 3 January 2022.
func (p *Printer) Day(t time.Time) string {
	t = t.UTC()
	s := p.format(p.patterns.date, t)
	if !p.ethiopic {
		return s
	}
	return p.T("date.ethiopic", "Date", s, "Ethiopic", p.EthiopicDay(t))
}

// DayShort writes the UTC day of t with the month abbreviated, in the
// Gregorian calendar alone, for tables and axes.
func (p *Printer) DayShort(t time.Time) string { return p.format(p.patterns.dateShort, t.UTC()) }

// MonthShort writes the UTC month of t abbreviated, for axes: Jan 2022.
func (p *Printer) MonthShort(t time.Time) string { return p.format(p.patterns.monthShort, t.UTC()) }

// MonthName writes the name of the UTC month of t abbreviated and without the
// year, for axes: Jan.
func (p *Printer) MonthName(t time.Time) string { return p.patterns.monthsShort[t.UTC().Month()-1] }

// MonthAlone writes the name of the UTC month of t in full as it stands by
// itself, such as on a calendar: agost, where a date has "d’agost".
func (p *Printer) MonthAlone(t time.Time) string { return p.patterns.monthsAlone[t.UTC().Month()-1] }

// Instant writes a recorded time to the minute, UTC.
func (p *Printer) Instant(t time.Time) string {
	return p.Date(keepiton.Moment{At: t.UTC(), Precision: keepiton.Minute})
}

// Range writes the UTC days from and to, both included, leaving out what they
// share: 3–7 Mar 2022. Equal days are one.
func (p *Printer) Range(from, to time.Time) string {
	from, to = from.UTC(), to.UTC()
	pattern := p.patterns.rangeYears
	switch {
	case from.Year() != to.Year():
	case from.Month() != to.Month():
		pattern = p.patterns.rangeMonths
	case from.Day() != to.Day():
		pattern = p.patterns.rangeDays
	default:
		return p.Day(from)
	}
	var b strings.Builder
	rest := p.fields(from).write(&b, pattern, true)
	p.fields(to).write(&b, rest, false)
	return p.shape(b.String())
}

// Clock writes the UTC time of day of t: 18:05.
func (p *Printer) Clock(t time.Time) string { return p.clock(t.UTC()) }

func (p *Printer) clock(t time.Time) string { return p.format(p.patterns.clock, t) }

func (p *Printer) format(pattern string, t time.Time) string {
	var b strings.Builder
	p.fields(t).write(&b, pattern, false)
	return p.shape(b.String())
}

func (p *Printer) fields(t time.Time) dateFields {
	year, month, day := t.Date()
	return dateFields{
		year: year, month: int(month), day: day, hour: t.Hour(), minute: t.Minute(),
		names: p.patterns.months, alone: p.patterns.monthsAlone, short: p.patterns.monthsShort,
	}
}
