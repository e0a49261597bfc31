package relational

import (
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/store"
)

// filter is a query made ready for the index.
type filter struct {
	states   uint32     // bit for each state index
	groups   [][]uint32 // each must meet one of the revision's facets
	years    []uint32   // the years, apart: ongoing incidents count too
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
		var facets []uint32
		for _, v := range values {
			if n, ok := x.facets.find(kind + v); ok {
				facets = append(facets, n)
			}
		}
		f.nothing = f.nothing || len(facets) == 0
		f.groups = append(f.groups, facets)
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

// open reports whether an episode that goes on since a year reaches one of the
// years asked for.
func (f *filter) open(since int32) bool {
	return slices.ContainsFunc(f.openYear, func(y int32) bool { return since <= y && y <= f.thisYear })
}
