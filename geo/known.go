package geo

import (
	"slices"

	"keepiton"
)

// named returns the districts that a list names as such, whichever way each
// of them can be read; a town in one of them is no second place.
func (r *reader) named(pending []piece, region *spot) []spot {
	var out []spot
	for _, p := range pending {
		for _, s := range p.spots {
			if s.kind == kindDistrict && (region == nil || inside(s.region, region.region)) {
				out = append(out, s)
			}
		}
	}
	return out
}

// whole adds a region, or all parts of an area.
func (r *reader) whole(p piece) {
	if s, ok := p.reading(kindRegion); ok {
		r.add(p, s, s.sure())
		return
	}
	a, ok := p.reading(kindArea)
	if !ok {
		r.unknown(p, nil, nil, 0)
		return
	}
	if (p.part || p.loose) && a.members[0].district != "" {
		r.add(p, spot{kind: kindRegion, region: a.region}, sureSpelling)
		return
	}
	for _, m := range a.members {
		r.add(p, m, sureSpelling)
	}
}

// known adds a name that the lists have.
func (r *reader) known(p piece, districts []spot, region *spot, sure float64) {
	candidates := p.spots
	if region != nil {
		if s, ok := p.reading(kindRegion); ok && inside(s.region, region.region) && !p.in(region.region) {
			r.add(p, s, sureSpelling) // "Atyrau and Kulsary cities, Atyrau region"
			return
		}
		candidates = keep(candidates, func(s spot) bool { return s.kind != kindRegion && inside(s.region, region.region) })
		if _, ok := p.reading(kindRegion); ok && len(candidates) == 0 {
			r.whole(p) // "Parts of Balochistan and Kasur, Punjab"
			return
		}
		if len(candidates) == 0 {
			// the cell says one region, our lists another: somebody has to look
			r.add(p, spot{kind: kindRegion, region: region.region}, 0.7)
			return
		}
	}
	// a town of a district that the list names is that district
	if p.typed != typeSecond || len(districts) > 1 {
		for _, s := range candidates {
			if s.kind == kindTown && slices.ContainsFunc(districts, func(d spot) bool { return d.district == s.district && d.region == s.region }) {
				r.add(p, s, sureSpelling)
				return
			}
		}
	}
	if d := keep(candidates, func(s spot) bool { return s.kind != kindTown }); len(d) > 0 {
		candidates = d
	}
	if len(candidates) > 1 {
		// the regions that the rest of the list lies in decide
		if d := keep(candidates, func(s spot) bool { return r.votes(districts, s) }); len(d) == 1 {
			r.add(p, d[0], sureSpelling)
			return
		}
		if !sameRegion(candidates) {
			r.add(p, spot{}, 0)
			return
		}
		r.add(p, spot{kind: kindRegion, region: candidates[0].region}, sureSpelling)
		return
	}
	s := candidates[0]
	confidence := s.sure()
	switch {
	case s.kind == kindTown && region == nil && (p.loose || len(p.k) < 6 && r.g.country == "IN"): // India's names are many
		confidence = guessInherit
	case s.kind == kindTown || p.loose:
		confidence = min(confidence, sureSpelling)
	}
	if region != nil {
		confidence = min(confidence, max(sure, sureSpelling))
		if s.exact && s.kind == kindDistrict && !p.loose {
			confidence = s.sure()
		}
	}
	r.add(p, s, confidence)
}

// votes reports whether another district of the list, or one before it in the
// cell, lies in the region of s and in no other.
func (r *reader) votes(districts []spot, s spot) bool {
	for _, d := range districts {
		if d.region == s.region && d.district != s.district && len(r.g.spots[key(d.district)]) == 1 {
			return true
		}
	}
	for _, f := range r.out {
		if f.place.Region == s.region && f.place.District != "" && f.place.Confidence >= keepiton.SurePlace {
			return true
		}
	}
	return false
}

// sure is the confidence of a name that means only this.
func (s spot) sure() float64 {
	if s.exact {
		return sureExact
	}
	return sureSpelling
}

func keep(list []spot, ok func(spot) bool) []spot {
	var out []spot
	for _, s := range list {
		if ok(s) {
			out = append(out, s)
		}
	}
	return out
}

func sameRegion(list []spot) bool {
	for _, s := range list {
		if s.region != list[0].region {
			return false
		}
	}
	return true
}
