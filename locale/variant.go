package locale

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// Digits returns a printer that writes numbers, dates and the figures in its own
// sentences with the digits of a CLDR numbering system: "arab" for ٠١٢٣. A system
// that the language does not have, and "latn", are the Latin digits. What is
// copied, computed or cited stays Latin: see [Printer.Latin].
func (p *Printer) Digits(system string) *Printer {
	n := p.patterns.native
	if p.patterns.zero != 0 || n == nil || n.system != system || p.lang.Digits != system {
		return p
	}
	with := *p.patterns
	with.zero, with.decimal, with.group, with.minus, with.percentSign, with.percent = n.zero, n.decimal, n.group, n.minus, n.percentSign, n.percent
	out := *p
	out.patterns = &with
	return &out
}

// Latin returns the printer with Latin digits, for what leaves the page: a
// citation, a file, a figure to be copied.
func (p *Printer) Latin() *Printer {
	if p.patterns.zero == 0 {
		return p
	}
	out := *p
	out.patterns = printers[p.lang.Tag].patterns
	return &out
}

// DigitSystem returns the numbering system that the printer writes in.
func (p *Printer) DigitSystem() string {
	if p.patterns.zero == 0 {
		return latinDigits
	}
	return p.patterns.native.system
}

// DigitsWanted returns the numbering system that CLDR has for the reader's own
// variety of a language of the site, by an Accept-Language header: "arab" for
// ar-EG, "latn" for ar-MA and plain ar. Only the first choice that is of that
// language counts.
func DigitsWanted(tag, acceptLanguage string) string {
	const limit = 1000
	if len(acceptLanguage) > limit {
		return latinDigits
	}
	want, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return latinDigits
	}
	for _, w := range want {
		if base, _ := w.Base(); base.String() != tag {
			continue
		}
		if region, sure := w.Region(); sure == language.Exact && strings.Contains(" "+nativeRegions[tag]+" ", " "+region.String()+" ") {
			return printers[tag].lang.Digits
		}
		return latinDigits
	}
	return latinDigits
}

// shape writes the Latin digits of s in those of the printer.
func (p *Printer) shape(s string) string {
	zero := p.patterns.zero
	if zero == 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// Figures writes the figures in a sentence of ours in the printer's digits. A
// word with a Latin letter, such as "A4", stays as it is, and so does the word
// behind one: "RFC 8058", "CC BY 4.0".
func (p *Printer) Figures(s string) string {
	if p.patterns.zero == 0 || !strings.ContainsAny(s, "0123456789") {
		return s
	}
	var b strings.Builder
	behind := false
	for len(s) > 0 {
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 {
			end = len(s)
		}
		word := s[:end]
		foreign := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		if !foreign && !behind {
			word = p.shape(word)
		}
		b.WriteString(word)
		behind = foreign
		rest := strings.TrimLeftFunc(s[end:], unicode.IsSpace)
		b.WriteString(s[end : len(s)-len(rest)])
		s = rest
	}
	return b.String()
}

// Year writes a year of the Gregorian calendar, which is not grouped.
func (p *Printer) Year(y int) string { return p.shape(strconv.Itoa(y)) }

// ethiopianCountries count their days in the Ethiopian calendar
// (notes/publication.md 5.3).
var ethiopianCountries = []string{"ET"}

// Beside returns the printer for what happened in a country, by its ISO 3166-1
// code: days in Ethiopia are told in the calendar of those who lived through
// them, too, and hours in their clock.
func (p *Printer) Beside(countries ...string) *Printer {
	if p.ethiopia {
		return p
	}
	if !slices.ContainsFunc(countries, func(c string) bool { return slices.Contains(ethiopianCountries, c) }) {
		return p
	}
	out := *p
	out.ethiopic, out.ethiopia = true, true
	return &out
}

// Ethiopian reports whether days are told in the Ethiopian calendar as well.
func (p *Printer) Ethiopian() bool { return p.ethiopic }

// Noting returns a printer that tells of each message it is asked for, with what
// its placeholders were filled with, so that it becomes known where a message
// shows. note may be called by many goroutines.
func (p *Printer) Noting(note func(key string, filled map[string]string)) *Printer {
	out := *p
	out.note = note
	return &out
}

// tell tells of a message that was filled.
func (p *Printer) tell(key string, kv []any) {
	if p.note == nil {
		return
	}
	filled := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		if name, ok := kv[i].(string); ok {
			filled[name] = p.value(name, kv[i+1])
		}
	}
	p.note(key, filled)
}

// Marks that stand around the message which is pointed out. They are of Unicode's
// private use, so that no message has them; whoever shows the text takes them out.
const (
	PointStart = "\uE0A0"
	PointEnd   = "\uE0A1"
)

// Pointing returns a printer that puts marks around one message.
func (p *Printer) Pointing(key string) *Printer {
	out := *p
	out.pointed = key
	return &out
}

func (p *Printer) point(key, text string) string {
	if p.pointed == "" || p.pointed != key {
		return text
	}
	return PointStart + text + PointEnd
}
