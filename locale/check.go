package locale

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Finding is one thing wrong with a message of a file.
type Finding struct {
	Line    int // in the file, from 1
	Key     string
	Problem string
	Doubt   bool // perhaps it is meant so: a person should look
}

var placeholder = regexp.MustCompile(`\{\{\.[A-Za-z]+\}\}`)

func placeholders(s string) []string {
	out := placeholder.FindAllString(s, -1)
	slices.Sort(out)
	return slices.Compact(out)
}

// Placeholders lists the names of the placeholders of a message, each once.
func Placeholders(text string) []string {
	out := placeholders(text)
	for i, p := range out {
		out[i] = strings.Trim(p, "{.}")
	}
	return out
}

// Check looks through the messages of a language: keys that English does not
// have or that stand twice, placeholders, plural forms, markup, and signs that
// turn the line round and leave it so.
func Check(tag string, entries []entry) []Finding {
	var out []Finding
	english, seen := catalogs["en"].messages, map[string]int{}
	for _, e := range entries {
		if e.key == endKey {
			continue
		}
		find := func(doubt bool, format string, args ...any) {
			out = append(out, Finding{e.line, e.key, fmt.Sprintf(format, args...), doubt})
		}
		en, ok := english[e.key]
		if !ok {
			find(false, "English has no such message")
			continue
		}
		if first, again := seen[e.key]; again {
			find(false, "stands in line %d already", first)
		}
		seen[e.key] = e.line
		checkForms(tag, e.message, en, find)
		for name, text := range e.message.all() {
			checkText(name, text, en, find)
		}
		if tag != "en" && e.message.leftover(en) {
			find(true, "is the same as in English")
		}
	}
	return out
}

// all lists the texts of a message under the names of their plural forms; one
// without a plural has the empty name.
func (m message) all() map[string]string {
	if m.forms == nil {
		return map[string]string{"": m.other}
	}
	return m.forms
}

// checkForms compares the plural forms with those that the language needs.
func checkForms(tag string, m, en message, find func(bool, string, ...any)) {
	if (m.forms == nil) != (en.forms == nil) {
		find(false, "has plural forms in one of this language and English, not in the other")
		return
	}
	if m.forms == nil {
		return
	}
	for name := range m.forms {
		if !slices.Contains(pluralForms, name) {
			find(false, "has the form %q, which CLDR does not know", name)
		}
	}
	c, ok := catalogs[tag]
	if !ok {
		var err error
		if c, err = newCatalog(tag, []byte("{}")); err != nil {
			find(false, "%v", err)
			return
		}
	}
	for _, f := range c.numbers() {
		if f.needed && m.forms[f.name] == "" {
			find(false, "lacks the form %q, for numbers such as %v", f.name, f.numbers)
		}
	}
}

// markup is what could be a tag, an entity or a comment of HTML: messages are
// plain text everywhere.
var markup = regexp.MustCompile(`<[A-Za-z/!]|&(?:[A-Za-z]+|#[0-9xX][0-9A-Fa-f]*);`)

func checkText(form, text string, en message, find func(bool, string, ...any)) {
	in := ""
	if form != "" {
		in = ", form " + form
	}
	if strings.TrimSpace(text) == "" {
		find(false, "is empty%s", in)
		return
	}
	want, have := placeholders(en.other), placeholders(text)
	for _, p := range have {
		if !slices.Contains(want, p) {
			find(false, "has %s%s, English has %v", p, in, want)
		}
	}
	if form == "" || form == "other" {
		for _, p := range want {
			if !slices.Contains(have, p) {
				find(false, "lacks %s%s", p, in)
			}
		}
	}
	if strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
		find(false, "has a broken placeholder%s: %q", in, text)
	}
	if m := markup.FindString(text); m != "" {
		find(false, "has markup%s: %q; messages are plain text", in, m)
	}
	if !balanced(text) {
		find(false, "opens a direction and does not close it%s", in)
	}
	for _, r := range text {
		if unicode.IsControl(r) && !(r == '\n' && strings.Contains(en.other, "\n")) || unicode.Is(unicode.Co, r) || r == unicode.ReplacementChar {
			find(false, "has the character %U%s", r, in)
		}
	}
}

// balanced reports whether each sign that opens a direction is closed (UAX 9:
// embeddings and overrides by U+202C, isolates by U+2069).
func balanced(text string) bool {
	var open []rune
	for _, r := range text {
		switch r {
		case 0x202A, 0x202B, 0x202D, 0x202E:
			open = append(open, 0x202C)
		case 0x2066, 0x2067, 0x2068:
			open = append(open, 0x2069)
		case 0x202C, 0x2069:
			if len(open) == 0 || open[len(open)-1] != r {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}

// word is one that would have to be translated.
var word = regexp.MustCompile(`\p{L}{2,}`)

// leftover reports whether a text seems not to be translated: several words, all
// as in English.
func (m message) leftover(en message) bool {
	const words = 3
	same := func(a, b string) bool {
		return a == b && len(word.FindAllString(placeholder.ReplaceAllString(a, ""), -1)) >= words
	}
	if m.forms == nil {
		return same(m.other, en.other)
	}
	for name, text := range m.forms {
		if same(text, en.forms[name]) {
			return true
		}
	}
	return false
}
