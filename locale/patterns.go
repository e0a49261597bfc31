package locale

import (
	"strconv"
	"strings"
	"unicode"
)

// patterns is what CLDR says about one language; see gen. Digits are Latin in
// every language: Arabic-Indic ones would have to be typed into search again.
type patterns struct {
	months, monthsAlone, monthsShort        []string // in a date, alone, abbreviated
	ethiopicMonths                          []string // Meskerem to Pagumen
	date, dateShort, month, monthShort      string   // UTS 35 part 4, date field symbols
	clock                                   string
	rangeDays, rangeMonths, rangeYears      string // the same, with the field that differs
	decimal, group, minus                   string
	percentSign, percent                    string
	minGrouping                             int    // digits before the first group from which groups are made
	listTwo, listStart, listMiddle, listEnd string // with {0} and {1}
}

// dateFields are the values of the date field symbols that CLDR's patterns for
// our languages use.
type dateFields struct {
	year, month, day, hour, minute int
	names, alone, short            []string // of the months
}

// write appends the pattern up to its end, or to the first repeated field if
// half is set; it returns the unused rest. Range patterns are cut there: what
// comes before describes the first date, the rest the second (UTS 35 part 4,
// 2.6.3).
func (f dateFields) write(b *strings.Builder, pattern string, half bool) (rest string) {
	seen := map[rune]bool{}
	r := []rune(pattern)
	for i := 0; i < len(r); {
		switch c := r[i]; {
		case c == '\'':
			j := i + 1
			for j < len(r) && r[j] != '\'' {
				b.WriteRune(r[j])
				j++
			}
			i = j + 1
		case c < unicode.MaxASCII && unicode.IsLetter(c):
			j := i
			for j < len(r) && r[j] == c {
				j++
			}
			if half && seen[c] {
				return string(r[i:])
			}
			seen[c] = true
			b.WriteString(f.symbol(c, j-i))
			i = j
		default:
			b.WriteRune(c)
			i++
		}
	}
	return ""
}

func (f dateFields) symbol(c rune, width int) string {
	pad := func(n int) string {
		s := strconv.Itoa(n)
		for len(s) < width {
			s = "0" + s
		}
		return s
	}
	switch c {
	case 'y':
		return pad(f.year)
	case 'M', 'L':
		switch {
		case width <= 2:
			return pad(f.month)
		case width == 3:
			return f.short[f.month-1]
		case c == 'L':
			return f.alone[f.month-1]
		}
		return f.names[f.month-1]
	case 'd':
		return pad(f.day)
	case 'H':
		return pad(f.hour)
	case 'm':
		return pad(f.minute)
	}
	return string(c)
}
