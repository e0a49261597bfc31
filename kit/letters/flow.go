package letters

import "strings"

// mostFlow bounds a paragraph that is read, in runes: a statement may have
// [keepiton.MaxEntryText] of them, and nobody parts that into no paragraphs.
const mostFlow = 20_000

// Flow sets a paragraph in lines of a width, in em, each as full as it can be: for
// pages that are read, where the even lines of [Fit] would look like verse. A word
// that is wider than a line, such as an address, is cut. Control characters are
// blanks, and a character that no face has is a question mark: what people wrote
// must not keep the rest from being printed.
func Flow(text string, style Style, width float64) ([]Line, error) {
	runes, faces, err := legible(text, style)
	if err != nil || len(runes) == 0 {
		return nil, err
	}
	if len(runes) > mostFlow {
		return nil, tooLong(text)
	}
	p := measure(runes, faces, style)
	var out []Line
	put := func(from, to int) {
		out = append(out, set(runes[from:to], faces[from:to], p.levels[from:to], style))
	}
	from, to := -1, 0 // of the line that is being filled
	for _, w := range p.word {
		if w[0] == w[1] {
			continue
		}
		if from >= 0 && p.upTo[w[1]]-p.upTo[from] > width {
			put(from, to)
			from = -1
		}
		if from < 0 {
			from = w[0]
		}
		for to = w[1]; p.upTo[to]-p.upTo[from] > width; from = cutAt(&p, from, width) {
			put(from, cutAt(&p, from, width))
		}
	}
	if from >= 0 && from < to {
		put(from, to)
	}
	return out, nil
}

// cutAt returns where a word that begins at from has filled a line.
func cutAt(p *broken, from int, width float64) int {
	to := from + 1
	for to < len(p.text) && p.upTo[to+1]-p.upTo[from] <= width {
		to++
	}
	return to
}

// legible returns the characters of a text that can be drawn, and their faces.
func legible(text string, style Style) ([]rune, []Face, error) {
	text = strings.Join(strings.Fields(text), " ")
	for {
		runes, err := readable(text, style)
		var faces []Face
		if err == nil {
			faces, err = assign(runes, style)
		}
		bad := missingIn(err)
		if err == nil || bad == "" || bad == "?" {
			return runes, faces, err
		}
		text = strings.ReplaceAll(text, bad, "?")
	}
}
