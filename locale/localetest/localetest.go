// Package localetest makes up a language, so that a test can see what a page says
// that no message file says.
package localetest

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"keepiton/locale"
)

// Tag is the made-up language: it has the tag of one with plural rules that the
// site does not speak.
const Tag = "eo"

// Speak adds a made-up language to the site until the test ends, as an operator
// adds one: by a file. Its words are those of English with an accent on every
// letter, and longer by a third. dir is "ltr" or "rtl"; with the latter each text
// begins and ends with a right-to-left mark. A test that uses it is not parallel.
func Speak(t testing.TB, dir string) {
	t.Helper()
	messages := map[string]any{}
	for _, text := range locale.Texts("en") {
		if !text.Plural() {
			messages[text.Key] = say(text.Key, text.Forms[0].English, dir)
			continue
		}
		forms := map[string]string{}
		for _, f := range text.Forms {
			forms[f.Name] = say(text.Key, f.English, dir)
		}
		messages[text.Key] = forms
	}
	messages["language.name"], messages["language.dir"] = Accented("Made up"), dir
	data, err := json.MarshalIndent(messages, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	unload, err := locale.Load(fstest.MapFS{Tag + ".json": {Data: data}})
	t.Cleanup(unload)
	if err != nil {
		t.Fatal(err)
	}
}

// Printer returns the printer of the made-up language.
func Printer() *locale.Printer { return locale.For(Tag) }

func say(key, text, dir string) string {
	switch key {
	case "language.dir", "language.calendar", "language.digits":
		return text // these are read by the program, not by people
	}
	if strings.HasPrefix(key, "when.read.") {
		return text
	}
	text = Accented(text) + strings.Repeat("·", len(text)/3)
	if dir == "rtl" {
		return "\u200f" + text + "\u200f"
	}
	return text
}

const (
	plain    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	accented = "áƀçđéƒĝĥíĵķľɱñóþɋŕšŧúṽŵẋýžÁɃÇĐÉƑĜĤÍĴĶĽṀÑÓÞɊŔŠŦÚṼŴẊÝŽ"
)

var letters = func() map[rune]rune {
	out, to := map[rune]rune{}, []rune(accented)
	for i, r := range []rune(plain) {
		out[r] = to[i]
	}
	return out
}()

// Accented puts an accent on every letter of a text; its placeholders, and the
// addresses in it, stay.
func Accented(text string) string {
	var b strings.Builder
	for text != "" {
		if strings.HasPrefix(text, "{{") {
			end := strings.Index(text, "}}") + 2
			b.WriteString(text[:end])
			text = text[end:]
			continue
		}
		end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '{' })
		switch {
		case end == 0:
			end = 1
		case end < 0:
			end = len(text)
		}
		if word := text[:end]; strings.Contains(word, "://") || strings.Contains(word, "@") {
			b.WriteString(word)
		} else {
			b.WriteString(strings.Map(func(r rune) rune {
				if to, ok := letters[r]; ok {
					return to
				}
				return r
			}, word))
		}
		text = text[end:]
	}
	return b.String()
}
