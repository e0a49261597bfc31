package evaluate

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The list's times were typed: "Thursday, February 25, 2021, 6:40:00 AM",
// "7/28/2020  17:00:00 PM", "Monday, September 6, 2021, 3:00: AM",
// "Sunday, May 27, 2018, 11:00 PM".
var (
	monthFirst = regexp.MustCompile(`^(?:[A-Za-z]+,\s*)?([A-Za-z]+)\.? (\d{1,2}),? (\d{4}),?\s+(\d{1,2}):(\d{1,2})(?::(\d{2})?)?\s*([AaPp][Mm])?$`)
	numbers    = regexp.MustCompile(`^(\d{1,2})([/.])(\d{1,2})[/.](\d{4}),?\s+(\d{1,2}):(\d{1,2})(?::(\d{2})?)?\s*([AaPp][Mm])?$`)
	seconds    = regexp.MustCompile(`^\d{9,10}$`)
	inUTC      = regexp.MustCompile(`(?i)\s*\(?(UTC|GMT)\)?$`)
)

// layouts are those that machines write; without an offset they are in UTC.
var layouts = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05-0700", "2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006/01/02 15:04:05", "2006/01/02 15:04", "02 Jan 2006 15:04", "2 January 2006 15:04",
}

// dayOrder is in which order a file writes days of numbers.
type dayOrder int

// What the days of a file show.
const (
	monthDay dayOrder = iota // 7/28/2020, as the list has it
	dayMonth                 // 28/7/2020
	mixed                    // both: a day that may be either is not readable
)

// orderOf looks through times for days that can only be read one way.
func orderOf(cells func(yield func(string))) dayOrder {
	var month, day bool
	cells(func(s string) {
		if m := numbers.FindStringSubmatch(strings.TrimSpace(s)); m != nil && m[2] == "/" {
			first, _ := strconv.Atoi(m[1])
			second, _ := strconv.Atoi(m[3])
			month, day = month || second > 12, day || first > 12
		}
	})
	switch {
	case day && month:
		return mixed
	case day:
		return dayMonth
	}
	return monthDay
}

// parseTime reads a time, in UTC unless it has an offset. An hour above twelve is one of
// twenty-four, whatever stands behind it. Days with dots have the day first.
func parseTime(s string, order dayOrder) (time.Time, bool) {
	s = inUTC.ReplaceAllString(strings.TrimSpace(s), "")
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	if seconds.MatchString(s) {
		n, _ := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0).UTC(), true
	}
	if m := monthFirst.FindStringSubmatch(s); m != nil {
		for _, layout := range []string{"January", "Jan"} {
			if t, err := time.Parse(layout, m[1]); err == nil {
				return written(m[3], t.Month(), m[2], m[4:])
			}
		}
		return time.Time{}, false
	}
	m := numbers.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	first, _ := strconv.Atoi(m[1])
	second, _ := strconv.Atoi(m[3])
	switch {
	case m[2] == "." || order == dayMonth || order == mixed && first > 12:
		return written(m[4], time.Month(second), m[1], m[5:])
	case order == mixed && second <= 12 && first != second:
		return time.Time{}, false
	}
	return written(m[4], time.Month(first), m[3], m[5:])
}

// written puts a time together: clock is hour, minute, second, and AM or PM.
func written(years string, month time.Month, days string, clock []string) (time.Time, bool) {
	day, _ := strconv.Atoi(days)
	year, _ := strconv.Atoi(years)
	hour, _ := strconv.Atoi(clock[0])
	minute, _ := strconv.Atoi(clock[1])
	second, _ := strconv.Atoi(clock[2])
	if hour <= 12 && clock[3] != "" {
		hour %= 12
		if strings.EqualFold(clock[3], "pm") {
			hour += 12
		}
	}
	t := time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	if t.Month() != month || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return t, true
}
