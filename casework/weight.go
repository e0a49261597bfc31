package casework

import (
	"cmp"
	"slices"

	"keepiton"
)

// Weight is how many reports of a group came by the lane that brought most of
// them: the same text a thousand times is heavy, the same report by two roads is
// not.
func Weight(group []*Opened) int {
	lanes := map[keepiton.Lane]int{}
	most := 0
	for _, o := range group {
		lanes[o.Envelope.Lane]++
		most = max(most, lanes[o.Envelope.Lane])
	}
	return most
}

// rush reports whether all of a group came by the open lane without waiting, or
// while many others came.
func rush(group []*Opened) bool {
	return !slices.ContainsFunc(group, func(o *Opened) bool {
		return o.Envelope.Lane != keepiton.LaneOpen || o.Envelope.Work >= keepiton.Waited
	})
}

// ByWeight orders groups of [Alike]: what one lane brought often stands behind
// what it brought seldom, since a flood repeats itself and people do not; and
// among these, what came in a rush of the open lane behind what did not. The first
// of each group still stands for it, and none is left out.
func ByWeight(groups [][]*Opened) {
	order := func(g []*Opened) (n int) {
		if n = 2 * Weight(g); rush(g) {
			n++
		}
		return n
	}
	slices.SortStableFunc(groups, func(a, b []*Opened) int { return cmp.Compare(order(a), order(b)) })
}
