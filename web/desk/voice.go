package desk

import (
	"html/template"

	"keepiton"
	"keepiton/locale"
)

// Voice is a printer for templates. A message that is not translated yet comes
// marked as English, so that it is spoken and laid out as such on a page of
// another language; in attributes and titles html/template drops the mark.
type Voice struct{ *locale.Printer }

type voice = Voice

// T is the message under key.
func (v Voice) T(key string, kv ...any) template.HTML { return v.mark(key, v.Printer.T(key, kv...)) }

// N is the message in the plural form of n.
func (v Voice) N(key string, n int, kv ...any) template.HTML {
	return v.mark(key, v.Printer.N(key, n, kv...))
}

func (v Voice) mark(key, text string) template.HTML {
	safe := template.HTMLEscapeString(text)
	if tag := v.LangOf(key); tag != v.Lang().Tag {
		safe = `<span lang="` + tag + `" dir="ltr">` + safe + `</span>`
	}
	return template.HTML(safe) //nolint:gosec // escaped just above
}

// Text is what a text says in the page's language, or else in another.
func (v Voice) Text(t keepiton.Texts) string {
	text, _ := t.In(v.Lang().Tag)
	return text
}
