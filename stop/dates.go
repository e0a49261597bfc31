package stop

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// serialMin and serialMax bound the Excel day numbers that are read as dates:
// 1990-01-01 to 2099-12-31. A bare number outside is not a date of a shutdown.
const (
	serialMin = 32874
	serialMax = 73050
)

// fromSerial turns an Excel day number into a moment. The 1900 system counts
// 1900-02-29, a day that never was, so that from March 1900 on day 0 is
// 1899-12-30 (ECMA-376 Part 1, 18.17.4.1); in the 1904 system day 0 is
// 1904-01-01. A fraction is a time of day and kept to the minute.
func fromSerial(serial float64, since1904 bool) keepiton.Moment {
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		day = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole, part := math.Modf(serial)
	m := keepiton.Moment{At: day.AddDate(0, 0, int(whole))}
	if minutes := math.Round(part * 24 * 60); minutes > 0 {
		m.At, m.Precision = m.At.Add(time.Duration(minutes)*time.Minute), keepiton.Minute
	}
	return m
}

// US month/day/year, the form of STOP's CSV exports, with a two or four digit
// year and an optional time of midnight.
var usDate = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?: 0?0:00(?::00)?)?$`)

// parseDate reads a date as any of STOP's sheets writes it: ISO 8601, US
// month/day/year, or an Excel day number of the 1900 system.
func parseDate(s string) (keepiton.Moment, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(strings.TrimSuffix(s, "T00:00:00"), " 00:00:00")
	if m, err := keepiton.ParseMoment(s); err == nil && !m.IsZero() && len(s) >= len("2006-01") {
		return m, true
	}
	if t, err := time.Parse("2006-01-02 15:04", s); err == nil {
		return keepiton.Moment{At: t, Precision: keepiton.Minute}, t.Year() > 0
	}
	if p := usDate.FindStringSubmatch(s); p != nil {
		month, _ := strconv.Atoi(p[1])
		day, _ := strconv.Atoi(p[2])
		year, _ := strconv.Atoi(p[3])
		if len(p[3]) == 2 {
			year += 2000
		}
		m := keepiton.On(year, time.Month(month), day)
		return m, year > 0 && m.At.Day() == day && int(m.At.Month()) == month
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && n >= serialMin && n <= serialMax {
		return fromSerial(n, false), true
	}
	return keepiton.Moment{}, false
}

// parseDuration reads a number of days. The words of the few cells that hold
// none are a defect, not a number.
func parseDuration(s string) (days float64, ok bool) {
	n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), 64)
	return n, err == nil && !math.IsInf(n, 0) && !math.IsNaN(n)
}

// writeDate is the text that a date cell of a workbook is kept as.
func writeDate(m keepiton.Moment) string {
	if m.Precision == keepiton.Minute {
		return m.At.Format("2006-01-02 15:04")
	}
	return m.At.Format(time.DateOnly)
}
