package locale

import (
	"time"

	"keepiton"
)

// Back is a moment as we read it, for the person who typed it to check. The
// Gregorian and the Ethiopian form are in the clock of the place, UTC in that
// of the world. All are empty when the words could not be read.
type Back struct{ Gregorian, Ethiopian, UTC string }

// WhenBack writes what was read in w: its date in both calendars and, where a
// time of day was read, its hours in both clocks and in UTC. A time in a zone
// that is not known was read as UTC, and says so.
func WhenBack(p *Printer, w keepiton.When) Back {
	m := w.At
	if m.IsZero() {
		return Back{}
	}
	if m.Precision != keepiton.Minute && m.Precision != keepiton.Hour {
		return p.backDate(m)
	}
	name, where := zoneOf(w.Zone)
	local := m.At.In(where)
	y, month, d := local.Date()
	day := time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
	b := Back{
		Gregorian: p.T("when.time", "Date", p.format(p.patterns.date, local), "Time", p.hours(m, local), "Zone", p.zoneName(name, local)),
		UTC:       p.T("date.minute", "Date", p.format(p.patterns.date, m.At.UTC()), "Time", p.hours(m, m.At.UTC())),
	}
	b.Ethiopian = p.T(ethiopicPart(local.Hour()), "Date", p.EthiopicDay(day), "Time", p.twelve(m, local.Add(-6*time.Hour)))
	return p.estimated(b, m)
}

// ethiopicPart is the message that names the part of the day of an hour: hours
// of the day count from 06:00, those of the night from 18:00.
func ethiopicPart(hour int) string {
	switch {
	case hour < 6:
		return "when.ethiopic_night"
	case hour < 12:
		return "when.ethiopic_morning"
	case hour < 18:
		return "when.ethiopic_day"
	}
	return "when.ethiopic_evening"
}

// backDate writes a moment that has no time of day.
func (p *Printer) backDate(m keepiton.Moment) Back {
	last := m.Until().AddDate(0, 0, -1)
	b := Back{Ethiopian: p.EthiopicDay(m.At)}
	switch m.Precision {
	case keepiton.Year:
		b.Gregorian = p.T("date.year", "Year", m.At.Year())
	case keepiton.Month:
		b.Gregorian = p.format(p.patterns.month, m.At)
	default:
		b.Gregorian = p.format(p.patterns.date, m.At)
		return p.estimated(b, m)
	}
	b.Ethiopian = p.T("when.span", "From", b.Ethiopian, "To", p.EthiopicDay(last))
	return p.estimated(b, m)
}

func (p *Printer) estimated(b Back, m keepiton.Moment) Back {
	if !m.Estimated {
		return b
	}
	for _, s := range []*string{&b.Gregorian, &b.Ethiopian, &b.UTC} {
		if *s != "" {
			*s = p.T("date.about", "Date", *s)
		}
	}
	return b
}

// hours writes the time of day of t, or the hour from t on.
func (p *Printer) hours(m keepiton.Moment, t time.Time) string {
	if m.Precision == keepiton.Minute {
		return p.clock(t)
	}
	return p.T("when.hour", "From", p.clock(t), "To", p.clock(t.Add(time.Hour)))
}

// twelve writes a time of a clock that counts to twelve: 3:00.
func (p *Printer) twelve(m keepiton.Moment, t time.Time) string {
	write := func(t time.Time) string {
		h := t.Hour() % 12
		if h == 0 {
			h = 12
		}
		return p.shape(itoa(h) + t.Format(":04"))
	}
	if m.Precision == keepiton.Minute {
		return write(t)
	}
	return p.T("when.hour", "From", write(t), "To", write(t.Add(time.Hour)))
}

// zoneName names a zone with its distance from UTC.
func (p *Printer) zoneName(name string, t time.Time) string {
	if name == "UTC" {
		return name
	}
	offset := "UTC" + t.Format("-07:00")
	if name[0] == '+' || name[0] == '-' {
		return offset
	}
	return name + ", " + offset
}
