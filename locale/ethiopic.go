package locale

import "time"

// The Ethiopian calendar: twelve months of 30 days and Pagumen of five, or six
// in the year before a leap year's start (notes/publication.md 5.3). A day's
// Julian Day Number is
//
//	1724221 + 365(y-1) + floor(y/4) + 30(m-1) + d - 1
const (
	ethiopicEpoch = 1724221 // JDN of 1 Meskerem of year 1, Amete Mihret
	unixEpoch     = 2440588 // JDN of 1970-01-01
	secondsPerDay = 86400
)

// Ethiopic returns the date of t's UTC day in the Ethiopian calendar. Month 13
// is Pagumen. Years are those of the era Amete Mihret; for days before it the
// result is of no use.
func Ethiopic(t time.Time) (year, month, day int) {
	const cycle = 4*365 + 1
	days := julianDay(t) - ethiopicEpoch
	year = (4*days + 1463) / cycle
	dayOfYear := days - 365*(year-1) - year/4
	return year, dayOfYear/30 + 1, dayOfYear%30 + 1
}

// FromEthiopic returns the start, in UTC, of a day of the Ethiopian calendar.
func FromEthiopic(year, month, day int) time.Time {
	jdn := ethiopicEpoch + 365*(year-1) + year/4 + 30*(month-1) + day - 1
	return time.Unix(int64(jdn-unixEpoch)*secondsPerDay, 0).UTC()
}

func julianDay(t time.Time) int {
	u := t.Unix()
	d := u / secondsPerDay
	if u%secondsPerDay < 0 {
		d--
	}
	return int(d) + unixEpoch
}

// EthiopicDay writes the UTC day of t in the Ethiopian calendar, with the
// month's name in the printer's language: 14 Hedar 2019 E.C.
func (p *Printer) EthiopicDay(t time.Time) string {
	year, month, day := Ethiopic(t)
	return p.T("date.ethiopic_day", "Day", day, "Month", p.patterns.ethiopicMonths[month-1], "Year", year)
}
