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
	states   uint32  // bit for each state index
	groups   []group // each must meet one of the shape's facets
	years    group   // the years, apart: ongoing incidents count too
	openYear []int32 // the same years as numbers
	thisYear int32   // of the moment asked about
	nothing  bool    // a group has no facet that exists
}

// group is the values asked for in one field.
type group struct {
	facets []uint32
	bloom  uint64
}

func groupOf(facets []uint32) group { return group{facets, bloomOf(facets)} }

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
		var facets []uint32
		for _, v := range values {
			if n, ok := x.facets.find(kind + v); ok {
				facets = append(facets, n)
			}
		}
		f.nothing = f.nothing || len(facets) == 0
		f.groups = append(f.groups, groupOf(facets))
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
	var years []uint32
	for _, y := range q.Years {
		if n, ok := x.facets.find(facetYear + strconv.Itoa(y)); ok {
			years = append(years, n)
		}
		f.openYear = append(f.openYear, int32(y))
	}
	f.years = groupOf(years)
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
	for i := range f.groups {
		if !f.groups[i].meets(s) {
			return false
		}
	}
	return len(f.openYear) == 0 || f.years.meets(s) || f.open(s)
}

// open reports whether an ongoing episode reaches one of the years.
func (f *filter) open(s *indexedShape) bool {
	return s.openFrom != 0 && slices.ContainsFunc(f.openYear, func(y int32) bool { return s.openFrom <= y && y <= f.thisYear })
}

// meets reports whether one of the group's facets is the shape's.
func (g *group) meets(s *indexedShape) bool {
	if g.bloom&s.bloom == 0 {
		return false
	}
	for _, f := range s.facets {
		for _, want := range g.facets {
			if f == want {
				return true
			}
		}
	}
	return false
}
