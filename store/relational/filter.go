package relational

import (
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/store"
)

// filter is a query made ready for shapes.
type filter struct {
	states   uint32     // bit for each state index
	groups   [][]uint32 // each must meet one of the shape's facets
	years    []uint32   // facets of the years, apart: ongoing incidents count too
	openYear []int32    // the same years as numbers
	thisYear int32      // of the moment asked about
	nothing  bool       // a group has no facet that exists
}

func (x *index) filterOf(q *store.Query, now time.Time) (filter, error) {
	var f filter
	states := q.States
	if len(states) == 0 {
		states = []keepiton.State{keepiton.Published}
	}
	for _, s := range states {
		i := stateIndex(s)
		if i == 0 {
			return f, keepiton.Errorf(keepiton.Invalid, "%q is not a state of an incident", s)
		}
		f.states |= 1 << i
	}
	add := func(kind string, values []string) {
		if len(values) == 0 {
			return
		}
		var group []uint32
		for _, v := range values {
			if n, ok := x.facets.find(kind + v); ok {
				group = append(group, n)
			}
		}
		f.nothing = f.nothing || len(group) == 0
		f.groups = append(f.groups, group)
	}
	add(facetPlace, q.Places)
	add(facetCountry, q.Countries)
	add(facetService, q.Services)
	add(facetCause, q.Causes)
	add(facetBody, q.Bodies)
	add(facetScope, q.Scopes)
	add(facetRegion, q.Regions)
	add(facetStatus, words(q.Status))
	add(facetLevel, words(q.Levels))
	add(facetKind, q.Kinds)
	add(facetExtent, q.Extents)
	add(facetNetwork, q.Networks)
	asOf := q.AsOf
	if asOf.IsZero() {
		asOf = now
	}
	f.thisYear = int32(asOf.UTC().Year())
	for _, y := range q.Years {
		if n, ok := x.facets.find(facetYear + strconv.Itoa(y)); ok {
			f.years = append(f.years, n)
		}
		f.openYear = append(f.openYear, int32(y))
	}
	return f, nil
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (f *filter) match(s *indexedShape) bool {
	if f.states&(1<<s.state) == 0 {
		return false
	}
	for _, group := range f.groups {
		if !meets(group, s.facets) {
			return false
		}
	}
	return len(f.openYear) == 0 || meets(f.years, s.facets) || f.open(s)
}

// open reports whether an ongoing episode reaches one of the years.
func (f *filter) open(s *indexedShape) bool {
	return s.openFrom != 0 && slices.ContainsFunc(f.openYear, func(y int32) bool { return s.openFrom <= y && y <= f.thisYear })
}

func meets(group, facets []uint32) bool {
	if len(group) == 1 {
		want := group[0]
		for _, f := range facets {
			if f == want {
				return true
			}
		}
		return false
	}
	for _, f := range facets {
		if slices.Contains(group, f) {
			return true
		}
	}
	return false
}
