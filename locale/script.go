package locale

import (
	"strconv"
	"strings"
)

// DateWords is what a script needs to write dates in a language, and to read
// the simplest. A name of several spellings has them parted by |, the one to
// write first.
type DateWords struct {
	Pattern  string   `json:"pattern"`  // of a Gregorian day: UTS 35 part 4, date field symbols
	Months   []string `json:"months"`   // January to December
	Ethiopic []string `json:"ethiopic"` // Meskerem to Pagumen
	Back     []string `json:"back"`     // today, yesterday, the day before
}

// DateWords returns the words of dates in the printer's language.
func (p *Printer) DateWords() DateWords {
	own := p.patterns
	out := DateWords{Pattern: own.date, Ethiopic: make([]string, 13), Back: make([]string, 3)}
	for i := range 12 {
		out.Months = append(out.Months, spellings(own.months[i], own.monthsAlone[i], own.monthsShort[i], p.own.messages["when.read.month."+strconv.Itoa(i+1)].other))
	}
	for i := range out.Ethiopic {
		out.Ethiopic[i] = spellings(own.ethiopicMonths[i], p.own.messages["when.read.ethiopic."+strconv.Itoa(i+1)].other)
	}
	for i, key := range []string{"today", "yesterday", "before_yesterday"} {
		out.Back[i] = p.own.messages["when.read."+key].other
	}
	return out
}

// spellings joins names, each once.
func spellings(names ...string) string {
	var out []string
	seen := map[string]bool{}
	for _, n := range names {
		for one := range strings.SplitSeq(n, "|") {
			if one != "" && !seen[one] {
				seen[one] = true
				out = append(out, one)
			}
		}
	}
	return strings.Join(out, "|")
}
