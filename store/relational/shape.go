package relational

import (
	"slices"
	"strconv"
	"time"

	"keepiton"
)

// facet kinds: the first letter of a facet such as "c:IN".
const (
	facetCountry = "c:"
	facetPlace   = "p:"
	facetRegion  = "r:"
	facetYear    = "y:"
	facetCause   = "a:"
	facetKind    = "k:"
	facetExtent  = "e:"
	facetNetwork = "w:"
	facetService = "v:"
	facetScope   = "g:"
	facetBody    = "b:"
	facetStatus  = "s:"
	facetLevel   = "l:"
)

// shape is what a list needs to know of a revision to choose and order it.
type shape struct {
	state    uint8 // index in keepiton.States plus 1; 0 for any other
	start    int64 // Unix seconds; noStart when no date is given
	openFrom int   // first year of an ongoing episode, 0 when none: active in every year since
	facets   []string
}

const noStart = -1 << 62

// maxYears bounds how many years one episode is listed under; a longer one is
// a mistake that lint shows.
const maxYears = 100

func stateIndex(s keepiton.State) uint8 { return uint8(slices.Index(keepiton.States, s) + 1) }

func shapeOf(inc *keepiton.Incident) shape {
	s := shape{state: stateIndex(inc.State), start: noStart}
	if start := inc.Start(); !start.IsZero() {
		s.start = start.At.Unix()
	}
	add := func(kind, value string) {
		if f := kind + value; !slices.Contains(s.facets, f) {
			s.facets = append(s.facets, f)
		}
	}
	all := func(kind string, values []string) {
		for _, v := range values {
			add(kind, v)
		}
	}
	all(facetCountry, inc.Countries())
	for _, p := range inc.Places {
		if p.Region != "" && !p.Except && p.Confidence >= keepiton.SurePlace {
			add(facetPlace, p.Region)
		}
	}
	for _, e := range inc.Episodes {
		s.years(e, add)
	}
	for _, y := range inc.CountYears() {
		add(facetYear, strconv.Itoa(y))
	}
	add(facetRegion, inc.Region)
	add(facetScope, inc.Scope)
	add(facetStatus, string(inc.End().State))
	add(facetLevel, string(inc.Verification.Level))
	all(facetCause, inc.Causes)
	all(facetKind, inc.Kinds)
	all(facetExtent, inc.Extents)
	n := inc.Networks
	for name, a := range map[string]keepiton.Answer{"mobile": n.Mobile, "fixed": n.Fixed, "satellite": n.Satellite, "sms": n.SMS, "voice": n.Voice} {
		if a == keepiton.Yes {
			add(facetNetwork, name)
		}
	}
	for _, v := range inc.Services {
		if v.Affected == keepiton.Yes {
			add(facetService, v.ID)
		}
	}
	for _, p := range inc.Perpetrators {
		if p.Body != "" {
			add(facetBody, p.Body)
		}
	}
	slices.Sort(s.facets)
	return s
}

// years adds the years in which e was active, as keepiton.Episode.ActiveIn
// has it; the years of an ongoing episode depend on when one asks.
func (s *shape) years(e keepiton.Episode, add func(kind, value string)) {
	if e.Start.IsZero() {
		return
	}
	first := e.Start.At.Year()
	if e.End.At.IsZero() && e.End.State == keepiton.Ongoing {
		if s.openFrom == 0 || first < s.openFrom {
			s.openFrom = first
		}
		return
	}
	last := e.Start.Until().Add(-time.Second)
	if !e.End.At.IsZero() && e.End.At.Until().After(last) {
		last = e.End.At.Until().Add(-time.Second)
	}
	for y := first; y <= min(last.Year(), first+maxYears); y++ {
		add(facetYear, strconv.Itoa(y))
	}
}
