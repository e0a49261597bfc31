package geo

import (
	"slices"

	"keepiton"
)

// unknown adds words that no list has: inside a district named right after
// them, inside the region of the list, as a guess at a misspelt name, or as words alone.
func (r *reader) unknown(p piece, after []piece, region *spot, sure float64) {
	if s, ok := r.within(p, after, region); ok {
		r.add(p, s, sureSpelling)
		return
	}
	if s, ok := r.guess(p, region); ok {
		r.add(p, s, guessNear)
		if region == nil || r.has(region.region) {
			return
		}
		// the district is a guess, the region is said
	}
	if region != nil {
		r.add(p, spot{kind: kindRegion, region: region.region}, sure)
		return
	}
	r.add(p, spot{}, 0)
}

// within finds the district that is named after unknown words as the place
// they lie in: "Bedla and Debari towns, Udaipur District".
func (r *reader) within(p piece, after []piece, region *spot) (spot, bool) {
	if p.typed == typeSecond && (len(after) == 0 || !after[0].prep && after[0].typed != typeSecond) {
		return spot{}, false
	}
	for _, q := range after {
		if q.gap >= gapBreak {
			return spot{}, false
		}
		in := keep(q.spots, func(s spot) bool { return s.kind == kindDistrict && (region == nil || inside(s.region, region.region)) })
		switch {
		case len(in) == 0 || q.typed == typePlace && !q.prep && q.gap != gapComma:
			continue // other words, a town, a name of another region
		case q.gap == gapAnd || len(in) > 1:
			return spot{}, false // one more of the list
		}
		return in[0], true
	}
	return spot{}, false
}

// has reports whether a sure place of the region is on the list.
func (r *reader) has(region string) bool {
	return slices.ContainsFunc(r.out, func(f found) bool {
		return f.place.Region == region && f.place.Confidence >= keepiton.SurePlace
	})
}

// guess finds the one region or district whose name is a letter or two away.
func (r *reader) guess(p piece, region *spot) (spot, bool) {
	if p.k == "" || nearLimit(p.k) == 0 {
		return spot{}, false
	}
	limit := nearLimit(p.k)
	var best spot
	at, tied := limit+1, false
	for _, have := range r.g.near[p.k[0]] {
		d := distance(p.k, have, min(limit, at))
		if d > limit || d > at {
			continue
		}
		for _, s := range r.g.spots[have] {
			if s.kind > kindDistrict || s.kind == kindArea || region != nil && (s.kind == kindRegion || !inside(s.region, region.region)) {
				continue
			}
			same := s.region == best.region && s.district == best.district
			if d < at {
				best, at, tied = s, d, false
			} else if d == at && !same {
				tied = true
			}
		}
	}
	return best, at <= limit && !tied
}
