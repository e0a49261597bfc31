package locale

import (
	"strings"
	"time"

	"keepiton"
)

// ReadWhen reads the words of a date and a time as people say them, and returns
// typed with At set: UTC, with the precision that the words carry. lang is the
// language of the form, whose words are tried first; now is the moment that
// "yesterday" and a date without a year refer to. It never refuses: what it
// cannot read keeps its words, with At zero.
//
// Words that may be read in several ways ("3 o'clock" in Ethiopia, where hours
// count from dawn: notes/publication.md 5.3) give the narrowest day, month or
// year that holds all of them; [Readings] lists them for a page to ask.
func ReadWhen(typed keepiton.When, lang string, now time.Time) keepiton.When {
	all := read(typed, lang, now)
	if len(all) == 0 {
		typed.At = keepiton.Moment{}
		return typed
	}
	if len(all) == 1 {
		typed.At = all[0].When.At
		return typed
	}
	typed.At = common(all)
	typed.At.Estimated = !typed.At.IsZero() && all[0].When.At.Estimated
	return typed
}

// Readings lists the ways to read the words of typed, the likeliest first, each
// with the calendar and the clock that it takes them in. None: they cannot be
// read. One: they are clear. The words themselves stay.
func Readings(typed keepiton.When, lang string, now time.Time) []keepiton.When {
	var out []keepiton.When
	for _, r := range read(typed, lang, now) {
		out = append(out, r.When)
	}
	return out
}

// reading is one way to read words; local is the date in the place's own clock.
type reading struct {
	keepiton.When
	local time.Time // 00:00 UTC of that date
}

// read lists the ways to read typed.
func read(typed keepiton.When, lang string, now time.Time) []reading {
	list := append(pieces(typed.Date, false), pieces(typed.Time, true)...)
	if len(list) == 0 {
		return nil
	}
	r := newReader(lang)
	clock := readClock(list, r)
	zone, where := zoneOf(typed.Zone)
	if clock.utc {
		zone, where = "UTC", time.UTC
	}
	ethiopia := lang == "am" || typed.Zone == "Africa/Addis_Ababa" || typed.Zone == "Africa/Asmara"
	d := dater{list: list, r: r, calendar: typed.Calendar, english: lang == "en", ethiopia: ethiopia, now: now.In(where)}
	var out []reading
	for _, date := range d.read() {
		for _, c := range clock.ways(typed.Clock, ethiopia && !clock.utc, date.relative) {
			w := typed
			w.Calendar, w.Clock = date.calendar, c.clock
			if clock.utc {
				w.Zone = zone
			}
			w.At = at(date, c, where)
			w.At.Estimated = typed.About || clock.about || date.estimated
			if !seen(out, w.At) {
				out = append(out, reading{w, date.day.AddDate(0, 0, c.later)})
			}
		}
	}
	return out
}

// at joins a date and a time of day. A date without a time is the calendar date
// of the place, which is not the same 24 hours as the UTC day.
func at(d date, c way, where *time.Location) keepiton.Moment {
	if !c.known || d.precision != keepiton.Day {
		return keepiton.Moment{At: d.day, Precision: d.precision}
	}
	y, m, day := d.day.Date()
	t := time.Date(y, m, day+c.later, c.hour, c.minute, 0, 0, where).UTC()
	precision := keepiton.Hour
	if c.exact || t.Minute() != 0 { // in Kathmandu an hour begins a quarter past one
		precision = keepiton.Minute
	}
	return keepiton.Moment{At: t, Precision: precision}
}

func seen(all []reading, m keepiton.Moment) bool {
	for _, r := range all {
		if r.When.At.At.Equal(m.At) {
			return true
		}
	}
	return false
}

// common is the narrowest day, month or year that holds all readings; the zero
// Moment when not even a year does.
func common(all []reading) keepiton.Moment {
	first := all[0]
	day, month, year := true, true, true
	for _, r := range all {
		fine := r.When.At.Precision != keepiton.Month && r.When.At.Precision != keepiton.Year
		day = day && fine && r.local.Equal(first.local)
		month = month && r.When.At.Precision != keepiton.Year && r.local.Year() == first.local.Year() && r.local.Month() == first.local.Month()
		year = year && r.local.Year() == first.local.Year()
	}
	switch {
	case day:
		return keepiton.Moment{At: first.local}
	case month:
		return keepiton.Moment{At: time.Date(first.local.Year(), first.local.Month(), 1, 0, 0, 0, 0, time.UTC), Precision: keepiton.Month}
	case year:
		return keepiton.Moment{At: time.Date(first.local.Year(), 1, 1, 0, 0, 0, 0, time.UTC), Precision: keepiton.Year}
	}
	return keepiton.Moment{}
}

// zoneOf returns the location of an IANA name or of an offset such as +03:00;
// what is empty or neither is UTC.
func zoneOf(name string) (string, *time.Location) {
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return name, time.FixedZone(name, offset)
	}
	if name == "" || strings.EqualFold(name, "local") {
		return "UTC", time.UTC
	}
	if l, err := keepiton.Zone(name); err == nil {
		return name, l
	}
	return "UTC", time.UTC
}
