package locale

import (
	"slices"
	"sync"
)

// Text is a message of a language as a translator sees it.
type Text struct {
	Key    string
	Forms  []Form
	Review Review // who read it; zero: a machine made it and nobody read it
}

// Form is one plural form of a message, or the whole of one that has no plural.
type Form struct {
	Name    string // of CLDR: zero, one, two, few, many, other; empty: no plural
	English string // what English has for it
	Own     string // in the language; empty: not translated
	Numbers []int  // the first whole numbers that take the form
}

// Plural reports whether the message has plural forms.
func (t *Text) Plural() bool { return len(t.Forms) > 0 && t.Forms[0].Name != "" }

// Translated reports whether the language has the message.
func (t *Text) Translated() bool { return t.Forms[len(t.Forms)-1].Own != "" }

// Texts lists the messages of a language in the order of their keys, those that
// it lacks included. Of a language that the site does not speak yet all are
// missing, in the plural forms that CLDR has for it; nil where CLDR has none. Keys
// of the file that name the language itself are among them.
func Texts(tag string) []Text {
	own, ok := catalogs[tag]
	if !ok {
		var err error
		if own, err = newCatalog(tag, []byte("{}")); err != nil {
			return nil
		}
	}
	out := make([]Text, 0, len(catalogs["en"].messages))
	for key, en := range catalogs["en"].messages {
		t := Text{Key: key, Review: reviewOf(tag, key)}
		m := own.messages[key]
		if en.forms == nil {
			t.Forms = []Form{{English: en.other, Own: m.other}}
		} else {
			for _, f := range own.numbers() {
				form := Form{Name: f.name, English: en.forms[f.name], Own: m.forms[f.name], Numbers: f.numbers}
				if form.English == "" {
					form.English = en.other
				}
				if f.name == "many" && form.Own == "" && !f.needed {
					continue // only from a million on, and the language says it as "other"
				}
				t.Forms = append(t.Forms, form)
			}
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b Text) int { return compareKeys(a.Key, b.Key) })
	return out
}

func compareKeys(a, b string) int { return slices.Compare([]byte(a), []byte(b)) }

// formNumbers are the whole numbers that take a plural form.
type formNumbers struct {
	name    string
	numbers []int
	needed  bool // some number up to a thousand takes it
}

// shownNumbers is how many numbers stand beside a plural form.
const shownNumbers = 4

var numbersOf sync.Map // tag -> []formNumbers

// numbers lists the forms that whole numbers take in the language, in CLDR's
// order: those of the numbers up to a thousand, and of a million.
func (c *catalog) numbers() []formNumbers {
	if known, ok := numbersOf.Load(c.tag); ok {
		return known.([]formNumbers)
	}
	by := map[string]*formNumbers{}
	for _, n := range append(upTo(1000), 1_000_000) {
		name := c.form(n)
		if by[name] == nil {
			by[name] = &formNumbers{name: name}
		}
		if f := by[name]; len(f.numbers) < shownNumbers {
			f.numbers = append(f.numbers, n)
		}
		by[name].needed = by[name].needed || n <= 1000
	}
	var out []formNumbers
	for _, name := range pluralForms {
		switch f := by[name]; {
		case f != nil:
			out = append(out, *f)
		case name == "other": // a language without it cannot be: fractions take it
			out = append(out, formNumbers{name: name, needed: true})
		}
	}
	numbersOf.Store(c.tag, out)
	return out
}

func upTo(n int) (out []int) {
	for i := range n + 1 {
		out = append(out, i)
	}
	return out
}
