package kit

import (
	"strings"

	"keepiton/locale"
)

// Alt returns the text for people who do not see the picture: what is drawn,
// then all words on it.
func Alt(p Piece, pr *locale.Printer) string {
	t, ok := ByID(p.Template)
	if !ok {
		return ""
	}
	words := p.words(t)
	if words == "" {
		return pr.T(t.AltKey())
	}
	return pr.T("kit.alt", "Picture", pr.T(t.AltKey()), "Words", words)
}

// words returns the words on a piece in reading order.
func (p Piece) words(t Template) string {
	var out []string
	for _, f := range t.Fields {
		if at := p.Text(f); at != nil && strings.TrimSpace(*at) != "" {
			out = append(out, strings.Join(strings.Fields(*at), " "))
		}
	}
	return strings.Join(out, " · ")
}
