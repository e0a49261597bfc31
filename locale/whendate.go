package locale

import (
	"time"

	"keepiton"
)

// date is one way to read a date.
type date struct {
	day       time.Time // 00:00 UTC of the first day that is meant, in the Gregorian calendar
	precision keepiton.Precision
	estimated bool
	calendar  string // gregory or ethiopic
	relative  bool   // counted from today
}

// dater reads the date in a list of pieces.
type dater struct {
	list     []piece
	r        reader
	calendar string    // as chosen; empty: not said
	english  bool      // month and day may be swapped
	ethiopia bool      // both calendars are in use
	now      time.Time // in the place's own clock
}

// Years that a date may have. What lies outside was mistyped, or is no year.
const (
	firstYear = 1900
	lastYear  = 2199
)

const (
	gregory  = "gregory"
	ethiopic = "ethiopic"
)

// read lists the ways to read the date, the likeliest first.
func (d dater) read() []date {
	var month meaning
	weekday, back := -1, -1
	unit, ago, last := 0, false, false
	hours := false
	for i := 0; i < len(d.list); {
		m, span := d.r.at(d.list, i, false)
		switch m.kind {
		case isMonth, isEthiopic:
			if month.kind == noMeaning {
				month = m
			}
		case isWeekday:
			weekday = m.n
		case isRelative:
			back = max(back, m.n)
		case isAgo:
			ago = true
		case isLast:
			last = true
		case isDays:
			unit = max(unit, m.n)
		case isHours:
			hours = !d.list[i].time
		}
		i += max(span, 1)
	}
	numbers := d.numbers()
	switch {
	case month.kind != noMeaning:
		return d.named(month, numbers)
	case ago && unit > 0:
		n := 1
		if len(numbers) > 0 {
			n = numbers[0].number
		}
		if n > 1000 {
			return nil
		}
		return []date{{day: d.today(-n * unit), calendar: gregory, relative: true, estimated: unit == 7}}
	case ago && hours:
		return nil // which hour that was is not known without the clock of the sender
	case back >= 0:
		return []date{{day: d.today(-back), calendar: gregory, relative: true}}
	case weekday >= 0 && len(numbers) < 2:
		n := (int(d.now.Weekday()) - weekday + 7) % 7
		if last && n == 0 {
			n = 7
		}
		return []date{{day: d.today(-n), calendar: gregory, relative: true}}
	case last && unit > 0:
		return []date{{day: d.today(-unit), calendar: gregory, relative: true, estimated: unit == 7}}
	}
	return d.numeric(numbers)
}

// today is the date n days from today.
func (d dater) today(n int) time.Time {
	y, m, day := d.now.Date()
	return time.Date(y, m, day+n, 0, 0, 0, 0, time.UTC)
}

// numbers are those of the field for the date that no time has used.
func (d dater) numbers() []piece {
	var out []piece
	for _, t := range d.list {
		if t.isNumber() && !t.time && !t.used {
			out = append(out, t)
		}
	}
	return out
}

// named reads a date whose month has a name.
func (d dater) named(month meaning, numbers []piece) []date {
	calendar := gregory
	if month.kind == isEthiopic {
		calendar = ethiopic
	}
	day, year := 0, 0
	for _, n := range numbers {
		switch {
		case n.digits >= 3 || day != 0:
			if year == 0 {
				year = n.year()
			}
		default:
			day = n.number
		}
	}
	if day == 0 && len(numbers) == 1 && numbers[0].digits <= 2 {
		return nil // a day 0
	}
	return d.only(calendar, year, month.n, day)
}

// numeric reads a date of numbers alone, in the calendars that it may be in.
func (d dater) numeric(numbers []piece) []date {
	if len(numbers) == 1 && numbers[0].digits == 8 {
		numbers = split(numbers[0])
	}
	calendars := []string{d.calendar}
	if d.calendar != gregory && d.calendar != ethiopic {
		calendars = []string{gregory}
		if d.ethiopia {
			calendars = []string{ethiopic, gregory}
		}
	}
	var out []date
	for _, calendar := range calendars {
		out = append(out, d.inCalendar(calendar, numbers)...)
	}
	if len(out) > 1 && len(calendars) > 1 {
		out = d.past(out)
	}
	return out
}

// split takes 20261125 or 25112026 apart.
func split(t piece) []piece {
	part := func(n, digits int) piece { return piece{number: n, digits: digits} }
	if y := t.number / 10000; y >= firstYear && y <= lastYear {
		return []piece{part(y, 4), part(t.number/100%100, 2), part(t.number%100, 2)}
	}
	return []piece{part(t.number/1000000, 2), part(t.number/10000%100, 2), part(t.number%10000, 4)}
}

// inCalendar reads numbers as a date of one calendar: day, month and year, or
// the year first. English also writes the month first.
func (d dater) inCalendar(calendar string, n []piece) []date {
	switch len(n) {
	case 1:
		if n[0].digits == 4 {
			return d.only(calendar, n[0].number, 0, 0)
		}
		return d.sinceMonth(calendar, n[0].number)
	case 2:
		switch {
		case n[1].digits == 4: // 11/2026
			return d.only(calendar, n[1].number, n[0].number, 0)
		case n[0].digits == 4:
			return d.only(calendar, n[0].number, n[1].number, 0)
		}
		return d.dayMonth(calendar, 0, n[0].number, n[1].number)
	case 3:
		if n[0].digits >= 3 {
			return d.only(calendar, n[0].year(), n[1].number, n[2].number)
		}
		return d.dayMonth(calendar, n[2].year(), n[0].number, n[1].number)
	}
	return nil
}

// year reads 26 as 2026; a year is never 0, which would mean that none was said.
func (t piece) year() int {
	if t.digits <= 2 {
		return 2000 + t.number
	}
	return max(t.number, 1)
}

// dayMonth reads two numbers as day and month, and the other way round where
// there is no such month or English is read.
func (d dater) dayMonth(calendar string, year, day, month int) []date {
	out := d.only(calendar, year, month, day)
	if month > 13 || calendar == gregory && (month == 13 || d.english && day != month) {
		out = append(out, d.only(calendar, year, day, month)...)
	}
	return out
}

// sinceMonth reads a day alone: the last one with that number.
func (d dater) sinceMonth(calendar string, day int) []date {
	y, m, today := d.now.Date()
	year, month := y, int(m)
	if calendar == ethiopic {
		year, month, today = Ethiopic(d.today(0))
	}
	if day > today {
		if month--; month == 0 {
			year, month = year-1, 12
			if calendar == ethiopic {
				month = 13
			}
		}
	}
	return d.only(calendar, year, month, day)
}

// only returns the one date of a calendar, or none when there is no such date.
// A year of 0 was not said: the last such date that has come; so is a month or
// a day of 0.
func (d dater) only(calendar string, year, month, day int) []date {
	if year == 0 && month == 0 {
		return nil
	}
	if year != 0 {
		return d.exactly(calendar, year, month, day)
	}
	y := d.now.Year()
	if calendar == ethiopic {
		y, _, _ = Ethiopic(d.today(0))
	}
	for back := range 8 { // 29 February, 6 Pagumen
		if out := d.exactly(calendar, y-back, month, day); len(out) > 0 && !out[0].day.After(d.today(1)) {
			return out
		}
	}
	return nil
}

func (d dater) exactly(calendar string, year, month, day int) []date {
	if year < firstYear || year > lastYear || month < 0 || day < 0 {
		return nil
	}
	if calendar == ethiopic {
		return ethiopicDate(year, month, day)
	}
	precision := keepiton.Day
	switch {
	case month == 0:
		precision, month, day = keepiton.Year, 1, 1
	case day == 0:
		precision, day = keepiton.Month, 1
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if int(t.Month()) != month || t.Day() != day {
		return nil
	}
	return []date{{day: t, precision: precision, calendar: gregory}}
}

// ethiopicDate reads a date of the Ethiopian calendar. A month or a year of it
// lies in two of the Gregorian one: it becomes the one with more of its days,
// marked as an estimate.
func ethiopicDate(year, month, day int) []date {
	if month > 13 || day > 30 || month == 13 && (day > 6 || day == 6 && year%4 != 3) {
		return nil
	}
	switch {
	case month == 0:
		t := FromEthiopic(year, 7, 1)
		return []date{{day: time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC), precision: keepiton.Year, calendar: ethiopic, estimated: true}}
	case day == 0:
		middle := 15
		if month == 13 {
			middle = 3
		}
		t := FromEthiopic(year, month, middle)
		return []date{{day: time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC), precision: keepiton.Month, calendar: ethiopic, estimated: true}}
	}
	return []date{{day: FromEthiopic(year, month, day), calendar: ethiopic}}
}

// past drops readings that lie in the future where another does not: 25/11/2026
// is no date of the Ethiopian calendar that has come.
func (d dater) past(all []date) []date {
	var out []date
	for _, a := range all {
		if !a.day.After(d.today(1)) {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}
