package letters

import (
	"fmt"
	"strings"

	"keepiton"
)

// Box is the room that a text gets and the sizes it may take there. Lengths
// share the caller's unit.
type Box struct {
	Width, Height float64
	Largest       float64 // size of the letters that is tried first
	Least         float64 // floor; words that do not fit with it are an error
	Lines         int     // at most; 0 is as many as fit
	Leading       float64 // from baseline to baseline, in em; 0 is what suits the script and the weight
}

// Block is a text in lines.
type Block struct {
	Lines   []Line
	Size    float64 // of the letters, in the unit of the box
	Leading float64 // from baseline to baseline, in em
}

// step is how much smaller each size that is tried is than the one before.
const step = 0.95

// Limits of a text that is broken into lines: what does not fit on a poster in
// letters that can be read is refused before it costs time.
const mostRunes = 1200

// Fit sets a text in the largest size with which it stands in the box, in
// lines of even length. A line feed in the text begins a new line.
func Fit(text string, style Style, box Box) (Block, error) {
	if box.Leading == 0 {
		box.Leading = style.Leading()
	}
	var paragraphs []broken
	for _, part := range strings.Split(text, "\n") {
		runes, err := readable(strings.TrimSpace(part), style)
		if err != nil {
			return Block{}, err
		}
		if len(runes) > mostRunes {
			return Block{}, tooLong(text)
		}
		faces, err := assign(runes, style)
		if err != nil {
			return Block{}, err
		}
		paragraphs = append(paragraphs, measure(runes, faces, style))
	}
	for size := box.Largest; size >= box.Least*0.999; size *= step {
		lines, ok := breakAll(paragraphs, box, size)
		if !ok {
			continue
		}
		b := Block{Size: size, Leading: box.Leading}
		for i, p := range paragraphs {
			for _, at := range lines[i] {
				runes := p.text[at[0]:at[1]]
				b.Lines = append(b.Lines, set(runes, p.faces[at[0]:at[1]], p.levels[at[0]:at[1]], style))
			}
		}
		b.part()
		if b.Height() <= box.Height+0.5 && b.Width() <= box.Width+0.5 {
			return b, nil
		}
	}
	return Block{}, tooLong(text)
}

func tooLong(text string) error {
	return &keepiton.Error{
		Code: keepiton.Invalid, Key: "error.kit.long",
		Args: map[string]any{"Words": shorten(text)},
		Err:  fmt.Errorf("the words %q do not fit in letters that can be read", shorten(text)),
		Hint: "use fewer or shorter words",
	}
}

// shorten cuts a text that stands in an error.
func shorten(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return text
}

// Leading returns the distance from baseline to baseline, in em, that suits the
// script: Arabic reaches far above and below its letters, Ethiopic has no
// descenders to speak of but stands tall.
func (s Style) Leading() float64 {
	heads, text := [...]float64{Latin: 0.98, Arabic: 1.28, Ethiopic: 1.10}, [...]float64{Latin: 1.36, Arabic: 1.58, Ethiopic: 1.48}
	if s.Weight == Head {
		return heads[s.Script()]
	}
	return text[s.Script()]
}

// air is the least distance between the ink of one line and that of the next, in
// em.
const air = 0.05

// part moves lines apart whose letters would touch: marks below one line and
// above the next.
func (b *Block) part() {
	for i := 1; i < len(b.Lines); i++ {
		b.Leading = max(b.Leading, b.Lines[i].Top-b.Lines[i-1].Bottom+air)
	}
}

// Height returns how high the ink of the block is, from the top of its first
// line to the bottom of its last.
func (b Block) Height() float64 {
	n := len(b.Lines)
	if n == 0 {
		return 0
	}
	return b.Size * (b.Lines[0].Top + float64(n-1)*b.Leading - b.Lines[n-1].Bottom)
}

// Width returns the width of the ink of the widest line.
func (b Block) Width() float64 {
	w := 0.0
	for _, l := range b.Lines {
		w = max(w, l.Right-l.Left-l.Hang)
	}
	return w * b.Size
}
