package stop

import (
	"cmp"
	"slices"

	"keepiton"
)

// pair is a candidate: the i-th event of a newer edition and the j-th incident.
type pair struct {
	event, incident int
	likeness
}

// matching is the outcome of comparing a newer edition with the incidents.
type matching struct {
	to        []int      // by event: the incident, -1 for a new one
	by        []likeness // by event: why
	questions map[int][]pair
}

// match pairs the events of a newer edition with the incidents that older
// editions made, one to one. The pairs whose four identifying cells agree come
// first, then the others by score; two rivals within the margin, or a score
// between possible and accept, are left open as a question.
func match(events []*event, incidents []*lineage) matching {
	m := matching{to: make([]int, len(events)), by: make([]likeness, len(events)), questions: map[int][]pair{}}
	for i := range m.to {
		m.to[i] = -1
	}
	pairs := candidates(events, incidents)
	taken := make([]bool, len(incidents))
	closed := make([]bool, len(events))
	take := func(p pair) {
		m.to[p.event], m.by[p.event] = p.incident, p.likeness
		taken[p.incident], closed[p.event] = true, true
	}
	open := func(p pair) bool { return !closed[p.event] && !taken[p.incident] }
	for i, ev := range events {
		for j, in := range incidents {
			if ev.pin != "" && ev.pin == in.id {
				take(pair{i, j, likeness{score: 1, reasons: []string{"is this incident already"}}})
			}
		}
	}
	for k, p := range pairs {
		if !open(p) || events[p.event].pin != "" && incidents[p.incident].id != "" {
			continue
		}
		if p.score < accept || p.capped {
			break // the list is sorted: only questions are left
		}
		var rivals []pair
		for _, q := range pairs[k+1:] {
			if !p.certain && q.score >= p.score-margin && !q.capped && open(q) && (q.event == p.event || q.incident == p.incident) {
				rivals = append(rivals, q)
			}
		}
		if len(rivals) == 0 {
			take(p)
			continue
		}
		for _, q := range append(rivals, p) {
			closed[q.event] = true
			m.questions[q.event] = append(m.questions[q.event], q)
		}
	}
	for _, p := range pairs {
		if m.to[p.event] < 0 && p.score >= possible && !taken[p.incident] && !slices.ContainsFunc(m.questions[p.event], func(q pair) bool { return q.incident == p.incident }) {
			m.questions[p.event] = append(m.questions[p.event], p)
		}
	}
	return m
}

// candidates compares each event with the incidents of its countries and
// returns what may be pairs, best first; capped pairs follow the others.
func candidates(events []*event, incidents []*lineage) []pair {
	byCountry := map[string][]int{}
	var all []*event
	for j, in := range incidents {
		for _, c := range in.last.facts.countries {
			byCountry[c] = append(byCountry[c], j)
		}
		all = append(all, in.last)
	}
	rare := rarityOf(append(all, events...))
	var pairs []pair
	for i, ev := range events {
		var near []int
		for _, c := range ev.facts.countries {
			near = append(near, byCountry[c]...)
		}
		slices.Sort(near)
		for _, j := range slices.Compact(near) {
			if l, ok := compare(&incidents[j].last.facts, &ev.facts, rare); ok && l.score >= possible {
				pairs = append(pairs, pair{i, j, l})
			}
		}
	}
	rank := func(p pair) int {
		switch {
		case p.certain:
			return 0
		case !p.capped:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.score, a.score), cmp.Compare(a.event, b.event), cmp.Compare(a.incident, b.incident))
	})
	return pairs
}

// lineage is an incident as the editions tell it.
type lineage struct {
	id     keepiton.IncidentID // from a pin; else numbered at the end
	last   *event              // what the newest edition that lists it says
	listed map[int]*event      // by index of the edition
}
