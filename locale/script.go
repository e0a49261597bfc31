package locale

import (
	"slices"
	"strconv"
	"strings"
)

// DateWords is what a script needs to write dates in a language, and to read
// the simplest (web/sealing). A name of several spellings has them parted by |,
// the one to write first.
type DateWords struct {
	Pattern  string   `json:"pattern"`  // of a Gregorian day: UTS 35 part 4, date field symbols
	Months   []string `json:"months"`   // January to December
	Ethiopic []string `json:"ethiopic"` // Meskerem to Pagumen
	Back     []string `json:"back"`     // today, yesterday, the day before
}

// DateWords returns the words of dates in the printer's language. Of the words
// for days it leaves out those of several words, and those that tell of a time of
// day as well, such as "tonight": they take more to read.
func (p *Printer) DateWords() DateWords {
	own := p.patterns
	out := DateWords{Pattern: own.date}
	for i := range own.months {
		out.Months = append(out.Months, joined(own.months[i], own.monthsAlone[i]))
	}
	for _, name := range own.ethiopicMonths {
		out.Ethiopic = append(out.Ethiopic, joined(name))
	}
	for list, key := range map[*[]string]string{&out.Months: "months", &out.Ethiopic: "ethiopic_months"} {
		for _, entry := range p.readingWords(key) {
			number, name, _ := strings.Cut(entry, " ")
			if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(*list) {
				(*list)[n-1] = joined((*list)[n-1], name)
			}
		}
	}
	halves := map[string]bool{}
	for _, k := range whenKeys {
		if k.is.kind == isHalf {
			for _, word := range p.readingWords(k.key) {
				halves[phrase(word)] = true
			}
		}
	}
	for _, key := range []string{"today", "yesterday", "before_yesterday"} {
		out.Back = append(out.Back, joined(slices.DeleteFunc(p.readingWords(key), func(word string) bool {
			return strings.Contains(word, " ") || halves[phrase(word)]
		})...))
	}
	return out
}

// readingWords lists the words of one of whenKeys in the printer's language.
func (p *Printer) readingWords(key string) []string {
	return strings.Split(p.own.messages["when.read."+key].other, "|")
}

// joined joins spellings, each once.
func joined(names ...string) string {
	var out []string
	for _, n := range names {
		for one := range strings.SplitSeq(n, "|") {
			if one != "" && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return strings.Join(out, "|")
}
