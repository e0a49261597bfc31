package letters

import (
	"math"

	"github.com/go-text/typesetting/segmenter"
)

// broken is a paragraph with the places where it may be broken.
type broken struct {
	text   []rune
	faces  []Face
	levels []uint8
	word   [][2]int  // start and end of each piece between two such places, blanks at its end left out
	upTo   []float64 // sum of the advances before each character, in em; one more than characters
}

// measure shapes a paragraph whole and finds where it may be broken.
func measure(text []rune, faces []Face, style Style) broken {
	p := broken{text: text, faces: faces, levels: levels(text, style.RTL()), upTo: make([]float64, len(text)+1)}
	for _, it := range items(faces, p.levels) {
		for _, g := range it.face.font().shape(text, it, style.Lang) {
			p.upTo[g.at+1] += float64(g.advance) / PerEm
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
