package locale

// clockWords is what words say of a time of day.
type clockWords struct {
	found        bool
	hour, minute int
	exact        bool // the minute was said
	twoDigits    bool // 03: as a 24 hour clock writes it
	half         int  // one of the halves; noHalf
	about, utc   bool
}

const noHalf = -1

// way is one way to read a time of day: hour and minute of a 24 hour clock,
// on a day that may be later than the date. known is false without a time.
type way struct {
	clock        string
	known        bool
	hour, minute int
	exact        bool
	later        int // days
}

// readClock finds the time of day in the field for it, else in that of the
// date, where it must look like one. Tokens that it reads are marked as used.
func readClock(list []piece, r reader) clockWords {
	c := clockWords{half: noHalf}
	means := make([]meaning, len(list))
	for i := 0; i < len(list); {
		m, span := r.at(list, i, true)
		means[i] = m
		i += max(span, 1)
	}
	hour := firstNumber(list)
	if hour < 0 {
		hour = timeInDate(list, means)
	}
	fraction := 0
	for i, m := range means {
		c.utc = c.utc || list[i].word == "utc" || list[i].word == "gmt" || list[i].word == "z" && i > 0 && list[i-1].digits > 0
		apart := !list[i].time && (hour < 0 || list[hour].time) // stands in the date, the hour does not
		switch m.kind {
		case isAbout:
			c.about = true
		case isFraction:
			if !apart {
				fraction = m.n
			}
		case isHalf:
			// In a date, م says that the year is a Christian one, and ቀን is a day.
			if !apart || m.n != halfAM && m.n != halfPM && m.n != ethiopicDaytime {
				c.half = m.n
			}
		}
	}
	switch {
	case hour >= 0:
		c.number(list, means, hour)
		c.add(fraction)
	case c.half == halfNoon:
		c.found, c.hour = true, 12
	case c.half == halfMidnight:
		c.found, c.hour = true, 0
	}
	c.found = c.found && c.hour >= 0 && c.hour <= 24 && c.minute < 60
	return c
}

// firstNumber is the first number in the field for the time, or -1.
func firstNumber(list []piece) int {
	for i := range list {
		if list[i].time && list[i].isNumber() {
			return i
		}
	}
	return -1
}

// timeInDate finds the hour of a time in the field for the date: 15:30, 15h,
// 3 pm, or a number beside a word for an hour. -1: there is none.
func timeInDate(list []piece, means []meaning) int {
	for i := range list {
		if !list[i].isNumber() || list[i].digits > 2 || list[i].time {
			continue
		}
		if i+2 < len(list) && list[i+1].sign == ':' && list[i+2].isNumber() {
			return i
		}
		if i+1 < len(list) && isClockWord(means[i+1]) || i > 0 && means[i-1].kind == isHours && !next(list, i, '/', '-', '.') {
			return i
		}
	}
	return -1
}

func isClockWord(m meaning) bool {
	return m.kind == isHours || m.kind == isHalf && m.n <= halfMidnight
}

// next reports whether one of the signs follows piece i.
func next(list []piece, i int, signs ...rune) bool {
	for _, s := range signs {
		if i+1 < len(list) && list[i+1].sign == s {
			return true
		}
	}
	return false
}

// number reads the hour at piece i and the minute after it.
func (c *clockWords) number(list []piece, means []meaning, i int) {
	t := &list[i]
	t.used, c.found = true, true
	c.hour, c.twoDigits = t.number, t.digits == 2
	if t.digits == 3 || t.digits == 4 { // 1530
		c.hour, c.minute, c.exact, c.twoDigits = t.number/100, t.number%100, true, t.digits == 4
		return
	}
	beside := false // a sign or a word for the hour stands between
	for j := i + 1; j < len(list) && list[j].time == t.time; j++ {
		switch {
		case list[j].isNumber():
			if m := &list[j]; m.digits <= 2 && (beside || m.digits == 2 && t.time) {
				m.used, c.minute, c.exact = true, m.number, true
			} else if t.time {
				c.about = true // "between 3 and 4"
			}
			return
		case list[j].sign == ':' || list[j].sign == '.' || means[j].kind == isHours:
			beside = true
		case (list[j].sign == '-' || list[j].sign == '–') && j+1 < len(list) && list[j+1].isNumber():
			c.about = c.about || t.time // 3-4
			return
		case !t.time:
			return // the rest is the date
		}
	}
}

// add moves the time by minutes: a quarter to three.
func (c *clockWords) add(minutes int) {
	if minutes == 0 || c.exact {
		return
	}
	all := c.hour*60 + minutes
	if all < 0 {
		all += 12 * 60
	}
	c.hour, c.minute, c.exact = all/60, all%60, true
}

// ways lists how the time may be meant. said is the clock that was chosen;
// relative is true for a date such as "yesterday", whose night reaches into
// the next day.
func (c clockWords) ways(said string, ethiopia, relative bool) []way {
	if !c.found {
		return []way{{clock: said}}
	}
	var out []way
	for _, clock := range c.clocks(said, ethiopia) {
		w := way{clock: clock, known: true, minute: c.minute, exact: c.exact, hour: c.hour}
		h := c.hour % 12
		switch clock {
		case "12h-am":
			w.hour = h
		case "12h-pm":
			w.hour = h + 12
		case "ethiopic-day": // hour 1 is 07:00, 12 is 06:00 (notes/publication.md 5.3)
			w.hour = h + 6
		case "ethiopic-night": // hour 1 is 19:00, 6 is midnight
			w.hour = (h + 18) % 24
		}
		if c.hour > 12 && clock != "24h" {
			w.hour, w.clock = c.hour, "24h" // no other clock counts so far
		}
		if w.hour == 24 {
			w.hour, w.later = 0, 1
		}
		if relative && w.hour < 6 && (c.half == halfNight || c.half == ethiopicNight) {
			w.later = 1
		}
		out = append(out, w)
	}
	return out
}

// clocks lists the clocks that the hour may be meant by.
func (c clockWords) clocks(said string, ethiopia bool) []string {
	one := func(clock string) []string { return []string{clock} }
	both := func(clock, ours string) []string {
		if ethiopia {
			return []string{clock, ours}
		}
		return one(clock)
	}
	switch {
	case said != "":
		return one(said)
	case c.utc || c.hour == 0 || c.hour > 12:
		return one("24h")
	}
	switch c.half {
	case halfAM:
		return one("12h-am")
	case halfPM:
		return one("12h-pm")
	case halfMorning:
		return both("12h-am", "ethiopic-day")
	case halfAfternoon:
		return both("12h-pm", "ethiopic-day")
	case halfEvening:
		return both("12h-pm", "ethiopic-night")
	case halfNight:
		if c.hour >= 6 && c.hour < 12 { // nine at night, but two at night
			return both("12h-pm", "ethiopic-night")
		}
		return both("12h-am", "ethiopic-night")
	case halfNoon:
		if ethiopia && c.hour >= 5 && c.hour <= 8 {
			return one("ethiopic-day")
		}
		return one("12h-pm")
	case halfMidnight:
		if ethiopia && c.hour >= 5 && c.hour <= 7 {
			return one("ethiopic-night")
		}
		return one("12h-am")
	case ethiopicMorning, ethiopicDaytime:
		return one("ethiopic-day")
	case ethiopicNight:
		return one("ethiopic-night")
	case ethiopicAfternoon:
		if c.hour == 12 {
			return one("ethiopic-night") // 18:00
		}
		return one("ethiopic-day")
	case ethiopicDawn:
		if c.hour == 12 {
			return one("ethiopic-day") // 06:00
		}
		return one("ethiopic-night")
	}
	switch {
	case ethiopia && c.hour == 12:
		return []string{"ethiopic-day", "ethiopic-night", "24h", "12h-am"}
	case ethiopia:
		return []string{"ethiopic-day", "ethiopic-night", "24h", "12h-pm"}
	case c.twoDigits && c.hour < 10:
		return one("24h") // 03:00
	case c.hour == 12:
		return []string{"24h", "12h-am"}
	}
	return []string{"24h", "12h-pm"}
}
