package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"keepiton"
)

// one of so many picks of a lane is drawn at random.
const sampleEvery = 3

// Queue returns the n envelopes that the desk looks at first, out of those that
// nobody has opened yet. It is what a flood has to get past, so it works from
// what the sealed side shows alone, and nothing is ever thrown away by it:
//
//   - Lanes take turns by their Attention. A lane with fewer envelopes leaves the
//     rest of its turns to the others.
//   - Inside a lane more work comes first. In the open lane those who waited while
//     few did and those who waited in a crowd take turns, so that a flood that
//     waits does not bury what came at other hours; who showed nothing comes last.
//     Among equals the order is random.
//   - Every third of a lane is drawn at random whatever its work, evenly from the
//     sizes, days and open countries that there are: a hundred thousand small ones
//     of today hide neither a report with a photo nor one of last week.
//
// The same seed gives the same order; envelopes that come or go move the others
// little. Take a new seed from crypto/rand for each analyst and day, so that
// nobody outside can aim at a place in it.
func Queue(envelopes []keepiton.Envelope, n int, seed uint64) []keepiton.Envelope {
	byLane := map[keepiton.Lane][]ranked{}
	for i := range envelopes {
		if e := &envelopes[i]; e.State == keepiton.EnvelopeNew && e.Gone.IsZero() {
			byLane[e.Lane] = append(byLane[e.Lane], ranked{e, draw(seed, "order", string(e.ID))})
		}
	}
	lanes := map[keepiton.Lane][]keepiton.Envelope{}
	for l, list := range byLane {
		lanes[l] = laneOrder(l, list, n, seed)
	}
	return interleave(lanes, n)
}

// ranked is an envelope with its place among equals.
type ranked struct {
	*keepiton.Envelope
	chance uint64
}

func byChance(a, b ranked) int {
	return cmp.Or(cmp.Compare(a.chance, b.chance), cmp.Compare(a.ID, b.ID))
}

func byWork(a, b ranked) int { return cmp.Or(cmp.Compare(b.Work, a.Work), byChance(a, b)) }

// draw is a number that seed and parts decide, evenly spread.
func draw(seed uint64, parts ...string) uint64 {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 64), seed)
	for _, p := range parts {
		b = append(append(b, p...), 0)
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:])
}

// first returns the n first of list in an order, sorted.
func first(list []ranked, n int, order func(a, b ranked) int) []ranked {
	if n > 500 {
		list = slices.Clone(list)
		slices.SortStableFunc(list, order)
		return list[:min(n, len(list))]
	}
	top := make([]ranked, 0, n+1)
	for _, e := range list {
		if len(top) == n && order(e, top[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, e, order)
		if top = slices.Insert(top, at, e); len(top) > n {
			top = top[:n]
		}
	}
	return top
}

// best returns the first n of a lane by what they cost.
func best(l keepiton.Lane, list []ranked, n int) []ranked {
	if l != keepiton.LaneOpen {
		return first(list, n, byWork)
	}
	var waited [keepiton.Waited + 1][]ranked
	for _, e := range list {
		worth := max(0, min(e.Work, keepiton.Waited))
		waited[worth] = append(waited[worth], e)
	}
	for worth, some := range waited {
		waited[worth] = first(some, min(n, len(some)), byChance)
	}
	out := make([]ranked, 0, n)
	calm, crowd := waited[keepiton.Waited], waited[keepiton.WaitedInCrowd]
	for len(calm)+len(crowd) > 0 && len(out) < n {
		if len(calm) > 0 {
			out, calm = append(out, calm[0]), calm[1:]
		}
		if len(crowd) > 0 && len(out) < n {
			out, crowd = append(out, crowd[0]), crowd[1:]
		}
	}
	return append(out, waited[0][:min(n-len(out), len(waited[0]))]...)
}

// laneOrder returns the first n of a lane: two by work, then one at random.
func laneOrder(l keepiton.Lane, list []ranked, n int, seed uint64) []keepiton.Envelope {
	n = min(n, len(list))
	best, random := best(l, list, n), sample(list, n, seed)
	out := make([]keepiton.Envelope, 0, n)
	taken := map[keepiton.EnvelopeID]bool{}
	take := func(from *[]ranked) {
		for len(*from) > 0 {
			e := (*from)[0]
			*from = (*from)[1:]
			if !taken[e.ID] {
				taken[e.ID] = true
				out = append(out, *e.Envelope)
				return
			}
		}
	}
	for len(out) < n {
		if len(out)%sampleEvery == sampleEvery-1 && len(random) > 0 {
			take(&random)
		} else {
			take(&best)
		}
	}
	return out
}

// kindOf is what tells envelopes apart without a key. The other open fields are
// left out: a flood could make a kind of each of its reports with them.
type kindOf struct {
	size    int64
	day     int64
	country string
}

// sample draws at most n of list, one from each kind in turn.
func sample(list []ranked, n int, seed uint64) []ranked {
	kinds := map[kindOf][]ranked{}
	for _, e := range list {
		k := kindOf{e.Size, e.Day.Unix(), e.Open.Country}
		kinds[k] = append(kinds[k], e)
	}
	type pile struct {
		chance uint64
		list   []ranked
	}
	var piles []pile
	for _, p := range kinds {
		p = first(p, min(n, len(p)), byChance)
		piles = append(piles, pile{draw(seed, "kind", string(p[0].ID)), p})
	}
	slices.SortStableFunc(piles, func(a, b pile) int { return cmp.Compare(a.chance, b.chance) })
	var out []ranked
	for round := 0; len(out) < n; round++ {
		for _, p := range piles {
			if round < len(p.list) && len(out) < n {
				out = append(out, p.list[round])
			}
		}
	}
	return out
}

// interleave lets the lanes take turns: each time the lane that is furthest
// behind its share comes next, so that the first few already hold every lane.
func interleave(lanes map[keepiton.Lane][]keepiton.Envelope, n int) []keepiton.Envelope {
	out := []keepiton.Envelope{}
	given := make([]int, len(rules))
	for len(out) < n {
		next := -1
		for i, r := range rules {
			if len(lanes[r.Lane]) == 0 {
				continue
			}
			if next < 0 || (given[i]+1)*rules[next].Attention < (given[next]+1)*r.Attention {
				next = i
			}
		}
		if next < 0 {
			break
		}
		l := rules[next].Lane
		out = append(out, lanes[l][0])
		lanes[l] = lanes[l][1:]
		given[next]++
	}
	return out
}
