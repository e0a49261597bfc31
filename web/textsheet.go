package web

import (
	"strings"

	"keepiton/kit/paper"
)

// textWidth is how wide plain text is: what mail and the systems of news agencies
// keep as it is (RFC 5322, section 2.1.1, has 78).
const textWidth = 72

// textSheet is a document as plain text, wrapped.
type textSheet struct {
	v *visit
	b strings.Builder
}

func newTextSheet(v *visit) *textSheet { return &textSheet{v: v} }

func (t *textSheet) String() string { return t.b.String() }

// head writes the title and what stands below it.
func (t *textSheet) head(title string, under []string) {
	if t.v.sample {
		t.wrap("", "", t.v.p.T("page.sample.title"))
		t.b.WriteByte('\n')
	}
	t.wrap("", "", title)
	for _, u := range under {
		t.wrap("", "", u)
	}
}

// part writes the name of a part.
func (t *textSheet) part(name string) {
	t.b.WriteByte('\n')
	t.wrap("", "", name)
	t.b.WriteString(strings.Repeat("-", min(textWidth, len([]rune(name)))) + "\n")
}

// rule parts what follows from all before.
func (t *textSheet) rule() { t.b.WriteString("\n" + strings.Repeat("=", textWidth) + "\n") }

// line writes one paragraph.
func (t *textSheet) line(kind paper.Kind, text, by string) {
	switch kind {
	case paper.Point:
		t.wrap("- ", "  ", text)
	case paper.Quote:
		t.wrap("> ", "> ", text)
		if by != "" {
			t.wrap("  ", "  ", "— "+by)
		}
	default:
		t.wrap("", "", text)
	}
}

// wrap writes words in lines, the first behind first, the others behind rest. A word
// that is wider stays whole: addresses must. Marks of direction take no room.
func (t *textSheet) wrap(first, rest, text string) {
	line, width := first, 0
	for _, word := range strings.Fields(text) {
		w := columns(word)
		if width > 0 && len(first)+width+1+w > textWidth {
			t.b.WriteString(line + "\n")
			line, width = rest, 0
		}
		if width > 0 {
			line, width = line+" ", width+1
		}
		line, width = line+word, width+w
	}
	t.b.WriteString(line + "\n")
}

// columns is how much room a word takes where every letter takes the same: marks
// that stand over a letter and marks of direction take none.
func columns(word string) (n int) {
	for _, r := range word {
		if r >= 0x0300 && r <= 0x036f || r >= 0x064b && r <= 0x065f || r >= 0x200b && r <= 0x200f || r >= 0x2066 && r <= 0x2069 {
			continue
		}
		n++
	}
	return n
}
