package letters

import (
	"math"
	"strings"

	"github.com/go-text/typesetting/segmenter"

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
	s := setters.Get().(*setter)
	defer setters.Put(s)
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
		faces, err := s.assign(runes, style)
		if err != nil {
			return Block{}, err
		}
		paragraphs = append(paragraphs, s.measure(runes, faces, style))
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
				b.Lines = append(b.Lines, s.line(runes, p.faces[at[0]:at[1]], p.levels[at[0]:at[1]], style))
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
		Err:  errorf("the words %q do not fit in letters that can be read", shorten(text)),
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

// broken is a paragraph with the places where it may be broken.
type broken struct {
	text   []rune
	faces  []Face
	levels []uint8
	word   [][2]int  // start and end of each piece between two such places, blanks at its end left out
	upTo   []float64 // sum of the advances before each character, in em; one more than characters
}

// measure shapes a paragraph whole and finds where it may be broken.
func (s *setter) measure(text []rune, faces []Face, style Style) broken {
	p := broken{text: text, faces: faces, levels: levels(text, style.RTL()), upTo: make([]float64, len(text)+1)}
	for _, it := range items(faces, p.levels) {
		s.shape(text, it, style.Lang)
		for i, info := range s.buffer.Info {
			p.upTo[info.Cluster+1] += float64(s.buffer.Pos[i].XAdvance) / PerEm
		}
	}
	for i := range text {
		p.upTo[i+1] += p.upTo[i]
	}
	var seg segmenter.Segmenter
	seg.Init(text)
	for it := seg.LineIterator(); it.Next(); {
		l := it.Line()
		end := l.Offset + len(l.Text)
		for end > l.Offset && text[end-1] == ' ' {
			end--
		}
		p.word = append(p.word, [2]int{l.Offset, end})
	}
	return p
}

func (p *broken) width(first, last int) float64 {
	return p.upTo[p.word[last][1]] - p.upTo[p.word[first][0]]
}

// breakAll breaks all paragraphs for one size; ok is false where they do not fit.
func breakAll(paragraphs []broken, box Box, size float64) (lines [][][2]int, ok bool) {
	room := box.Width / size
	total := 0
	for i := range paragraphs {
		p := &paragraphs[i]
		n := p.fewest(room)
		if total += n; n < 0 || box.Lines > 0 && total > box.Lines || float64(total-1)*box.Leading*size > box.Height {
			return nil, false
		}
		lines = append(lines, p.even(n, room))
	}
	return lines, true
}

// fewest returns how many lines the paragraph needs, or -1 where a word is
// wider than the room.
func (p *broken) fewest(room float64) int {
	n, first := 1, 0
	if len(p.word) == 0 {
		return 0
	}
	for i := range p.word {
		if p.width(i, i) > room {
			return -1
		}
		if p.width(first, i) > room {
			n++
			first = i
		}
	}
	return n
}

// even breaks the paragraph into n lines whose lengths differ least: the sum of
// their squares is the smallest there is. A short word that would be left alone
// on the last line, or at the end of another, costs a little more.
func (p *broken) even(n int, room float64) [][2]int {
	w := len(p.word)
	if n == 0 {
		return nil
	}
	type choice struct {
		cost float64
		from int
	}
	best := make([][]choice, n+1)
	for k := range best {
		best[k] = make([]choice, w+1)
		for i := range best[k] {
			best[k][i].cost = math.Inf(1)
		}
	}
	best[0][0].cost = 0
	for k := 1; k <= n; k++ {
		for end := k; end <= w; end++ {
			for start := end - 1; start >= k-1; start-- {
				width := p.width(start, end-1)
				if width > room {
					break
				}
				cost := best[k-1][start].cost + width*width
				if last := p.word[end-1]; last[1]-last[0] <= 2 && end < w && end-1 > start {
					cost += room * room / 40
				}
				if k == n && n > 1 && start == w-1 && width < room/4 {
					cost += room * room / 8
				}
				if cost < best[k][end].cost {
					best[k][end] = choice{cost, start}
				}
			}
		}
	}
	out := make([][2]int, n)
	for k, end := n, w; k > 0; k-- {
		start := best[k][end].from
		out[k-1] = [2]int{p.word[start][0], p.word[end-1][1]}
		end = start
	}
	return out
}
