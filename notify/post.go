package notify

import (
	"slices"
	"strings"
	"unicode/utf8"

	"keepiton"
)

// Post is what an alert says on a network of short messages.
type Post struct {
	Head string // the warning above it, or its first line
	Text string // a sentence or two and the address
}

// Post shortens a message to a number of characters, of which every link counts as
// link; the first sentence comes before everything else.
func (m *Message) Post(limit, link int) Post {
	t := m.Told[0]
	p := Post{Head: t.Head}
	left := limit - utf8.RuneCountInString(p.Head)
	if t.URL != "" {
		left -= link + 2
	}
	for i, line := range t.Lines {
		n := utf8.RuneCountInString(line) + 2
		if n > left {
			if i == 0 && left > 2 {
				p.Text = cut(line, left-2)
			}
			break
		}
		if p.Text != "" {
			p.Text += "\n\n"
		}
		p.Text += line
		left -= n
	}
	if t.URL != "" {
		p.Text = strings.TrimLeft(p.Text+"\n\n"+t.URL, "\n")
	}
	return p
}

func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	r := []rune(s)
	return strings.TrimRight(string(r[:max(limit-1, 0)]), " ,;") + "…"
}

// Replaces reports whether an alert takes the place of what was posted before, so
// that nobody who finds the old post is misled. The end of a shutdown is news and
// answers it instead.
func Replaces(act keepiton.AlertAct) bool {
	return slices.Contains([]keepiton.AlertAct{keepiton.ActCorrected, keepiton.ActWithdrawn, keepiton.ActMerged, keepiton.ActReinstated}, act)
}
