package relational

import (
	"math/bits"
	"slices"

	"keepiton"
)

// column holds marks, and for each facet that one of them has, which of them:
// a bit each, in words of 64. A filter is then a few operations for 64
// revisions at once.
type column struct {
	marks  []mark
	facets []uint32 // ascending
	bits   []uint64 // words() for each of facets, in their order
	states []uint64 // words() for each state, in the order of stateIndex
	open   []uint64 // those with an ongoing episode
}

func (c *column) words() int { return (len(c.marks) + 63) / 64 }

// at returns the mark of the lowest bit of a word.
func (c *column) at(word int, set uint64) *mark {
	return &c.marks[word*64+bits.TrailingZeros64(set)]
}

// match returns which of the 64 marks of a word pass the filter.
func (c *column) match(f *filter, word int) uint64 {
	if f == nil {
		return ^uint64(0) >> (64 - min(64, len(c.marks)-word*64))
	}
	words := c.words()
	var found uint64
	for s := range len(keepiton.States) + 1 {
		if f.states&(1<<s) != 0 {
			found |= c.states[s*words+word]
		}
	}
	for i := 0; i < len(f.groups) && found != 0; i++ {
		found &= c.any(f.groups[i], word, words)
	}
	if found == 0 || len(f.openYear) == 0 {
		return found
	}
	active := c.any(f.years, word, words)
	for open := found & c.open[word] &^ active; open != 0; open &= open - 1 {
		if f.open(int32(c.at(word, open).openFrom)) {
			active |= open & -open
		}
	}
	return found & active
}

// any returns which marks of a word have one of the facets.
func (c *column) any(group []uint32, word, words int) (found uint64) {
	for _, f := range group {
		if i, ok := slices.BinarySearch(c.facets, f); ok {
			found |= c.bits[i*words+word]
		}
	}
	return found
}

// columnMaker gathers marks with their facets.
type columnMaker struct {
	marks  []mark
	facets [][]uint32
}

func (m *columnMaker) add(k mark, facets []uint32) {
	m.marks, m.facets = append(m.marks, k), append(m.facets, facets)
}

func (m *columnMaker) column() column {
	c := column{marks: slices.Clip(m.marks)}
	words := c.words()
	for _, list := range m.facets {
		c.facets = append(c.facets, list...)
	}
	slices.Sort(c.facets)
	c.facets = slices.Clone(slices.Compact(c.facets))
	c.bits = make([]uint64, words*len(c.facets))
	c.states = make([]uint64, words*(len(keepiton.States)+1))
	c.open = make([]uint64, words)
	for i := range c.marks {
		k, word, bit := &c.marks[i], i/64, uint64(1)<<(i%64)
		c.states[int(k.state)*words+word] |= bit
		if k.openFrom != 0 {
			c.open[word] |= bit
		}
		for _, f := range m.facets[i] {
			at, _ := slices.BinarySearch(c.facets, f)
			c.bits[at*words+word] |= bit
		}
	}
	return c
}
