package locale

import (
	"strconv"
	"strings"
	"unicode"
)

// patterns is what CLDR says about one language; see gen. Digits are Latin unless
// the reader wants the language's own, see [Printer.Digits].
type patterns struct {
	months, monthsAlone, monthsShort        []string // in a date, alone, abbreviated
	ethiopicMonths                          []string // Meskerem to Pagumen
	date, dateShort, month, monthShort      string   // UTS 35 part 4, date field symbols
	clock                                   string
	rangeDays, rangeMonths, rangeYears      string // the same, with the field that differs
	decimal, group, minus                   string
	percentSign, percent                    string
	minGrouping                             int      // digits before the first group from which groups are made
	listTwo, listStart, listMiddle, listEnd string   // with {0} and {1}
	native                                  *symbols // of the language's own digits; nil: it has none but the Latin ones
	zero                                    rune     // the digit nought as written; 0: Latin
}

// symbols are what numbers are written with in digits that are not Latin.
type symbols struct {
	system                string // of CLDR, such as "arab"
	zero                  rune
	decimal, group, minus string
	percentSign, percent  string
}

// plainPatterns are those of a language that CLDR's table does not have: figures
// alone, in the order of ISO 8601, which need no words of any language.
var plainPatterns = &patterns{
	months: figures(12), monthsAlone: figures(12), monthsShort: figures(12), ethiopicMonths: figures(13),
	date: "y-MM-dd", dateShort: "y-MM-dd", month: "y-MM", monthShort: "y-MM", clock: "HH:mm",
	rangeDays: "y-MM-dd – y-MM-dd", rangeMonths: "y-MM-dd – y-MM-dd", rangeYears: "y-MM-dd – y-MM-dd",
	decimal: ".", group: "\u202f", minus: "-", percentSign: "%", percent: "#,##0\u00a0%", minGrouping: 2,
	listTwo: "{0}, {1}", listStart: "{0}, {1}", listMiddle: "{0}, {1}", listEnd: "{0}, {1}",
}

func figures(n int) (out []string) {
	for i := range n {
		out = append(out, strconv.Itoa(i+1))
	}
	return out
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
