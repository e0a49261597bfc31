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
	monthFirst = regexp.MustCompile(`^(?:[A-Za-z]+,\s*)?([A-Za-z]+) (\d{1,2}),? (\d{4}),?\s+(\d{1,2}):(\d{1,2})(?::(\d{2})?)?\s*([AaPp][Mm])?$`)
	numbers    = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4}),?\s+(\d{1,2}):(\d{1,2})(?::(\d{2})?)?\s*([AaPp][Mm])?$`)
)

// parseTime reads a time of the list, in UTC. An hour above twelve is one of
// twenty-four, whatever stands behind it. RFC 3339 is read as well.
func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), true
	}
	var month time.Month
	m := monthFirst.FindStringSubmatch(s)
	if m != nil {
		t, err := time.Parse("January", m[1])
		if err != nil {
			return time.Time{}, false
		}
		month = t.Month()
	} else if m = numbers.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		month = time.Month(n)
	} else {
		return time.Time{}, false
	}
	day, _ := strconv.Atoi(m[2])
	year, _ := strconv.Atoi(m[3])
	hour, _ := strconv.Atoi(m[4])
	minute, _ := strconv.Atoi(m[5])
	second, _ := strconv.Atoi(m[6])
	if hour <= 12 && m[7] != "" {
		hour %= 12
		if strings.EqualFold(m[7], "pm") {
			hour += 12
		}
	}
	t := time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	if t.Month() != month || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return t, true
}
