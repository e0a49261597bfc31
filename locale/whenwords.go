package locale

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// meaning is what a word of a date or a time says.
type meaning struct {
	kind meaningKind
	n    int // month 1-13, weekday 0-6 from Sunday, days back, minutes
}

type meaningKind uint8

const (
	noMeaning  meaningKind = iota
	isMonth                // of the Gregorian calendar
	isEthiopic             // month of the Ethiopian calendar
	isWeekday
	isRelative // n days back
	isAgo      // so long ago
	isLast     // the one before
	isDays     // the unit that ago counts, n days each
	isHours    // an hour: the unit that ago counts, and the word beside an hour of the clock
	isAbout
	isHalf     // a half of the day: n is one of the halves
	isFraction // n minutes after the hour
)

// The halves of a day that words name, by the clock that their hours belong to.
const (
	halfAM = iota
	halfPM
	halfMorning
	halfAfternoon
	halfEvening
	halfNight
	halfNoon     // an hour of its own when no number stands beside it
	halfMidnight // as well
	ethiopicMorning
	ethiopicDaytime
	ethiopicAfternoon
	ethiopicNight
	ethiopicDawn
)

// whenKeys are the messages that hold the words of one meaning, parted by |.
// A language teaches the program to read its dates by filling them in. A dash
// stands for a meaning that it has no word for.
var whenKeys = []struct {
	key string
	is  meaning
}{
	{"about", meaning{isAbout, 0}},
	{"today", meaning{isRelative, 0}},
	{"yesterday", meaning{isRelative, 1}},
	{"before_yesterday", meaning{isRelative, 2}},
	{"ago", meaning{isAgo, 0}},
	{"last", meaning{isLast, 0}},
	{"day", meaning{isDays, 1}},
	{"two_days", meaning{isDays, 2}},
	{"week", meaning{isDays, 7}},
	{"hour", meaning{isHours, 0}},
	{"sunday", meaning{isWeekday, 0}},
	{"monday", meaning{isWeekday, 1}},
	{"tuesday", meaning{isWeekday, 2}},
	{"wednesday", meaning{isWeekday, 3}},
	{"thursday", meaning{isWeekday, 4}},
	{"friday", meaning{isWeekday, 5}},
	{"saturday", meaning{isWeekday, 6}},
	{"am", meaning{isHalf, halfAM}},
	{"pm", meaning{isHalf, halfPM}},
	{"morning", meaning{isHalf, halfMorning}},
	{"afternoon", meaning{isHalf, halfAfternoon}},
	{"evening", meaning{isHalf, halfEvening}},
	{"night", meaning{isHalf, halfNight}},
	{"noon", meaning{isHalf, halfNoon}},
	{"midnight", meaning{isHalf, halfMidnight}},
	{"ethiopic_morning", meaning{isHalf, ethiopicMorning}},
	{"ethiopic_daytime", meaning{isHalf, ethiopicDaytime}},
	{"ethiopic_afternoon", meaning{isHalf, ethiopicAfternoon}},
	{"ethiopic_night", meaning{isHalf, ethiopicNight}},
	{"ethiopic_dawn", meaning{isHalf, ethiopicDawn}},
	{"half_past", meaning{isFraction, 30}},
	{"quarter_past", meaning{isFraction, 15}},
	{"quarter_to", meaning{isFraction, -15}},
}

// vocabulary is what the words of one language mean. Words of the date and of
// the time are looked up apart: "midi" is noon, but not in "après-midi". A word
// that is short or common ("out" is October in Portuguese) only counts on a
// form of its own language: it stands in narrow alone.
type vocabulary struct{ date, time, narrow map[string]meaning }

// longestPhrase is how many words one entry may have.
const longestPhrase = 4

var vocabularies = sync.OnceValue(func() map[string]vocabulary {
	out := map[string]vocabulary{}
	for tag, c := range catalogs {
		v := vocabulary{map[string]meaning{}, map[string]meaning{}, map[string]meaning{}}
		add := func(into map[string]meaning, words string, m meaning) {
			for word := range strings.SplitSeq(words, "|") {
				if f := phrase(word); f != "" {
					into[f] = m
				}
			}
		}
		if own := cldr[tag]; own != nil {
			for i := range own.months {
				add(v.narrow, own.monthsShort[i], meaning{isMonth, i + 1})
				add(v.date, own.monthsAlone[i]+"|"+own.months[i], meaning{isMonth, i + 1})
			}
			for i, name := range own.ethiopicMonths {
				add(v.date, name, meaning{isEthiopic, i + 1})
			}
		}
		// Other spellings of months stand behind their number.
		for kind, words := range map[meaningKind]string{isMonth: c.messages["when.read.months"].other, isEthiopic: c.messages["when.read.ethiopic_months"].other} {
			for entry := range strings.SplitSeq(words, "|") {
				number, name, _ := strings.Cut(entry, " ")
				if n, err := strconv.Atoi(number); err == nil {
					add(v.date, name, meaning{kind, n})
				}
			}
		}
		for _, k := range whenKeys {
			words := c.messages["when.read."+k.key].other
			switch k.is.kind {
			case isHalf:
				add(v.time, words, k.is)
			case isRelative, isWeekday:
				add(v.date, words, k.is)
			default:
				add(v.narrow, words, k.is)
			}
		}
		out[tag] = v
	}
	return out
})

// phrase folds a phrase as typed words are folded.
func phrase(s string) string {
	var words []string
	for _, t := range pieces(s, false) {
		if t.word != "" {
			words = append(words, t.word)
		}
	}
	return strings.Join(words, " ")
}

// reader looks words up in the language of the form, then in English, then in
// the others: a form in one language is often filled in another.
type reader struct {
	order []vocabulary
	own   int // so many of them count whole
}

func newReader(lang string) reader {
	all := vocabularies()
	tags := []string{lang, "en"}
	for _, l := range Languages {
		tags = append(tags, l.Tag)
	}
	r := reader{}
	for i, tag := range tags {
		if v, ok := all[tag]; ok && !slices.Contains(tags[:i], tag) {
			r.order = append(r.order, v)
			if i < 2 {
				r.own++
			}
		}
	}
	return r
}

// at finds the longest phrase that starts at piece i, and how many pieces it
// spans. Signs between its words, as in "après-midi", are passed over.
func (r reader) at(list []piece, i int, inTime bool) (m meaning, span int) {
	words, count := "", 0
	for j := i; j < len(list) && count < longestPhrase; j++ {
		p := &list[j]
		if p.digits > 0 || p.time != list[i].time || p.word == "" && j == i {
			break
		}
		if p.word == "" {
			continue
		}
		if count++; count > 1 {
			words += " "
		}
		words += p.word
		if found, ok := r.lookup(words, inTime); ok {
			m, span = found, j-i+1
		}
	}
	return m, span
}

// prefixes are those of Amharic: in, from, of, at.
var prefixes = []string{"በ", "ከ", "የ", "ለ"}

// lookup finds a phrase as it is, else without an Arabic article or an Amharic
// prefix too many.
func (r reader) lookup(words string, inTime bool) (meaning, bool) {
	forms := []string{words}
	if f := Fold(words); f != words {
		forms = append(forms, f)
	}
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(words, p); ok && len(rest) >= 2*len(p) {
			forms = append(forms, rest)
		}
	}
	for _, form := range forms {
		for i, v := range r.order {
			table := v.date
			if inTime {
				table = v.time
			}
			if m, ok := table[form]; ok {
				return m, true
			}
			if m, ok := v.narrow[form]; ok && i < r.own && wanted(m.kind, inTime) {
				return m, true
			}
		}
	}
	return meaning{}, false
}

// wanted reports whether a meaning helps to read the time of day, or the date.
func wanted(k meaningKind, inTime bool) bool {
	switch k {
	case isAbout, isHours:
		return true
	case isFraction:
		return inTime
	}
	return !inTime
}
