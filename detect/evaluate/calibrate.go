package evaluate

import (
	"cmp"
	"slices"
)

// Isotonic fits the rising step function that is nearest to what was, by pooling
// adjacent violators (Ayer and others 1955), and returns corners through the middle of its steps,
// to be joined by straight lines, so that two events of which one was thought likelier
// are not made equal. A step has least events or more: one of a handful is chance.
// It is nil where there is nothing to fit. Guesses count by their weights.
func Isotonic(g []Guess, least int) [][2]float64 {
	if len(g) < 2*least {
		return nil
	}
	g = slices.Clone(g)
	slices.SortStableFunc(g, func(a, b Guess) int { return cmp.Compare(a.P, b.P) })
	type block struct{ guesses, n, said, was float64 }
	mean := func(b block) float64 { return b.was / b.n }
	var blocks []block
	for i := 0; i < len(g); {
		b := block{}
		for p := g[i].P; i < len(g) && (g[i].P == p || b.guesses < float64(least)); i++ {
			p = g[i].P
			w := g[i].weight()
			b.guesses++
			b.n += w
			b.said += w * g[i].P
			b.was += w * truth(g[i])
		}
		blocks = append(blocks, b)
		for k := len(blocks); k > 1 && mean(blocks[k-2]) >= mean(blocks[k-1]); k = len(blocks) {
			last := blocks[k-1]
			blocks = blocks[:k-1]
			blocks[k-2].guesses += last.guesses
			blocks[k-2].n += last.n
			blocks[k-2].said += last.said
			blocks[k-2].was += last.was
		}
	}
	corners := [][2]float64{{0, 0}}
	for _, b := range blocks {
		// Half an event of either kind: a step of ten events without a shutdown does not
		// say that there are none.
		corners = append(corners, [2]float64{b.said / b.n, (b.was + 0.5) / (b.n + 1)})
	}
	for i := 1; i < len(corners); i++ {
		corners[i][1] = max(corners[i][1], corners[i-1][1])
	}
	return append(corners, [2]float64{1, 1})
}
