package locale

import (
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode"

	"keepiton"
)

// Printer writes texts, numbers and dates in one language. It is safe for use
// by many goroutines. Its variants are made by [Printer.Digits],
// [Printer.Beside], [Printer.Noting] and [Printer.Pointing].
type Printer struct {
	lang     Language
	own      *catalog
	english  *catalog
	patterns *patterns
	ethiopic bool   // days are told in the Ethiopian calendar as well
	ethiopia bool   // what is told happened there: hours are told in its clock as well
	pointed  string // key of the message to point out; empty: none

	note func(key string, filled map[string]string) // told of each message that is asked for; nil: nobody is
}

var printers = makePrinters()

func makePrinters() map[string]*Printer {
	out := map[string]*Printer{}
	for _, l := range Languages {
		p := &Printer{lang: l, own: catalogs[l.Tag], english: catalogs["en"], patterns: cldr[l.Tag], ethiopic: l.Calendar == ethiopicCalendar}
		if p.patterns == nil {
			p.patterns = plainPatterns
		}
		out[l.Tag] = p
	}
	return out
}

// For returns the printer of a language; an unknown tag gives English.
func For(tag string) *Printer {
	if p, ok := printers[tag]; ok {
		return p
	}
	return printers["en"]
}

// Lang returns the printer's language.
func (p *Printer) Lang() Language { return p.lang }

// Dir returns "ltr" or "rtl".
func (p *Printer) Dir() string { return p.lang.Dir }

// find returns the message under key in the printer's language, else in
// English; from is nil when there is none.
func (p *Printer) find(key string) (m message, from *catalog) {
	if m, ok := p.own.messages[key]; ok && m.other != "" {
		from = p.own
	} else if m, ok = p.english.messages[key]; ok {
		from = p.english
	} else {
		return message{}, nil
	}
	if p.note != nil {
		p.note(key, nil)
	}
	return from.messages[key], from
}

// Has reports whether the message exists, in the printer's language or in
// English.
func (p *Printer) Has(key string) bool {
	_, from := p.find(key)
	return from != nil
}

// LangOf returns the tag of the language that T and N answer in for key:
// "en" when the message is not translated yet.
func (p *Printer) LangOf(key string) string {
	if _, from := p.find(key); from != nil {
		return from.tag
	}
	return p.english.tag
}

// LangAttr returns the attributes that mark a message which is shown in
// English on a page of another language, with a space before, or nothing:
// <p{{.P.LangAttr "page.home.lead"}}>.
func (p *Printer) LangAttr(key string) template.HTMLAttr {
	if p.LangOf(key) == p.lang.Tag {
		return ""
	}
	return ` lang="en" dir="ltr"`
}

// T returns the message under key. kv are names and values of its
// placeholders: T("page.year.title", "Year", 2022) fills {{.Year}}. Numbers,
// dates, durations and answers are written in the printer's language; a whole
// number whose name ends in Year is not grouped. A message that is missing
// everywhere is its key.
func (p *Printer) T(key string, kv ...any) string {
	m, from := p.find(key)
	if from == nil {
		return key
	}
	p.tell(key, kv)
	return p.point(key, p.fill(m.other, kv))
}

// N returns the message under key in the plural form of n; {{.N}} is n.
func (p *Printer) N(key string, n int, kv ...any) string {
	m, from := p.find(key)
	if from == nil {
		return key
	}
	text := m.other
	if m.forms != nil {
		if f := m.forms[from.form(n)]; f != "" {
			text = f
		}
	}
	kv = append([]any{"N", n}, kv...)
	p.tell(key, kv)
	return p.point(key, p.fill(text, kv))
}

// fill replaces {{.Name}} by the values in kv. Unknown placeholders stay, so
// that a mistake is seen.
func (p *Printer) fill(text string, kv []any) string {
	if !strings.Contains(text, "{{") {
		return p.spaced(p.Figures(text))
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{.")
		name, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			b.WriteString(p.spaced(p.Figures(text)))
			return b.String()
		}
		b.WriteString(p.spaced(p.Figures(before)))
		value, ok := p.lookup(name, kv)
		if !ok {
			value = "{{." + name + "}}"
		}
		b.WriteString(value)
		text = after
	}
}

// frenchSpaces are the spaces of French that no line may end at: before a colon, a
// semicolon, a question or exclamation mark and a per cent sign, and within
// quotation marks (Imprimerie nationale, Lexique des règles typographiques).
var frenchSpaces = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " %", "\u00a0%", " »", "\u00a0»", "« ", "«\u00a0")

// spaced keeps punctuation of the printer's language with its word. Message files
// have plain spaces, which people who translate can see and type.
func (p *Printer) spaced(text string) string {
	if p.lang.Tag != "fr" {
		return text
	}
	return frenchSpaces.Replace(text)
}

func (p *Printer) lookup(name string, kv []any) (string, bool) {
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i] == name {
			return p.isolate(p.value(name, kv[i+1])), true
		}
	}
	return "", false
}

func (p *Printer) value(name string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		if strings.HasSuffix(name, "Year") {
			return p.Year(v)
		}
		return p.Number(v)
	case int64, float64:
		return p.Number(v)
	case keepiton.Moment:
		return p.Date(v)
	case keepiton.Days:
		return p.Days(v)
	case keepiton.Answer:
		return p.Answer(v)
	case time.Time:
		return p.Day(v)
	case []string:
		each := make([]string, len(v))
		for i, s := range v {
			each[i] = p.isolate(s) // or the first one turns the whole list
		}
		return p.List(each)
	}
	return fmt.Sprint(v)
}

// isolate keeps a left-to-right value from disturbing a right-to-left
// sentence: Unicode's first strong isolate (UAX 9, X5c) around values that
// hold letters of another direction.
func (p *Printer) isolate(s string) string {
	if p.lang.Dir != "rtl" || !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Latin, r) || unicode.Is(unicode.Ethiopic, r) || unicode.Is(unicode.Cyrillic, r)
	}) {
		return s
	}
	return "\u2068" + s + "\u2069"
}

// Code returns the words of a code of a list, such as "cause", "protests".
// The empty code is the one that the list's zero value means. Services are an
// open list: one without a message is its slug, spelt as a name.
func (p *Printer) Code(list, code string) string {
	if code == "" {
		switch list {
		case "level":
			code = "unverified"
		case "status":
			code = keepiton.NotAsked.String()
		default:
			return ""
		}
	}
	key := "code." + list + "." + code
	if m, from := p.find(key); from != nil {
		return p.point(key, m.other)
	}
	words := strings.ReplaceAll(code, "_", " ")
	if list == "service" {
		return strings.ToUpper(words[:1]) + words[1:]
	}
	return words
}

// Answer returns the words for one of the four answer states.
func (p *Printer) Answer(a keepiton.Answer) string { return p.T("answer." + a.String()) }
