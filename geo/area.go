package geo

import (
	"slices"
	"strings"

	"keepiton"
)

// formerParts are regions that were cut from another one within the time of
// the record: a cell may name the old one. Ladakh left Jammu and Kashmir on 31 October 2019,
// Telangana left Andhra Pradesh on 2 June 2014.
var formerParts = map[string]string{"IN-LA": "IN-JK", "IN-TG": "IN-AP"}

// inside reports whether region is container or was a part of it.
func inside(region, container string) bool {
	return region == container || formerParts[region] == container
}

// reader resolves one cell within one country.
type reader struct {
	g       *gazetteer
	area    string
	out     []found
	pending []piece
	prefix  *piece // a region or area whose parts follow: "Haryana (Jind, ...", "Kachin's ..."
}

// readArea turns the words of an area cell into places of the country.
func readArea(country, area string) []keepiton.Place {
	g := gazetteerOf(country)
	r := reader{g: g, area: area}
	if k := strings.Join(nameWords(area), ""); g.spots[k] != nil {
		r.take(piece{spots: g.spots[k], k: k, end: len(area)}) // the cell is one name, commas and all
	} else {
		for _, p := range g.scan(tokenize(area, g)) {
			if p.spots == nil && countryKeys()[p.k].code == country {
				continue // "occupied territories of Ukraine"
			}
			r.take(p)
		}
	}
	r.close(nil, 0)
	if !slices.ContainsFunc(r.out, func(f found) bool { return f.place.Region != "" || f.place.Except }) {
		return []keepiton.Place{{Words: area, Country: country}} // nothing known: the words as they stand
	}
	return r.places(country)
}

// take adds one piece in the order of the cell. A region after its parts
// closes their list ("Pulwama and Kulgam, Jammu and Kashmir").
func (r *reader) take(p piece) {
	if p.gap == gapBreak || p.gap == gapClose && r.prefix != nil {
		r.close(nil, 0)
	}
	region, isRegion := p.reading(kindRegion)
	if _, isDistrict := p.reading(kindDistrict); isDistrict && isRegion && p.typed == typeSecond {
		isRegion = false
	}
	area, isArea := p.reading(kindArea)
	switch {
	case isRegion && r.prefix != nil && len(r.pending) == 0 && r.prefixIn(region.region):
		// "Kashmir division (within Jammu & Kashmir)": the region says where the area lies
		r.pending, r.prefix = append(r.pending, *r.prefix), nil
		r.close(&region, sureSpelling)
	case isRegion && r.prefix != nil && r.prefixHas(region):
		r.pending = append(r.pending, p)
	case isRegion:
		if sure := r.closes(p, region); sure > 0 {
			r.close(&region, sure)
			return
		}
		if r.repeats(p, region) {
			return
		}
		r.close(nil, 0)
		r.start(p)
	case isArea && (r.covers(area, p.prep) || p.prep && len(r.pending) > 0 || p.gap == gapComma && r.endsUnknown()):
		// the districts are named: the area only says where they lie
	case isArea:
		if p.opens {
			r.close(nil, 0)
		}
		r.start(p)
	default:
		r.pending = append(r.pending, p)
	}
}

// repeats reports whether a region only says again where the list before it
// lies: "..., New Delhi, Delhi".
func (r *reader) repeats(p piece, region spot) bool {
	n := len(r.out)
	return len(r.pending) == 0 && r.prefix == nil && n > 0 && !p.part && !p.opens && (p.gap == gapComma || p.gap == gapClose) &&
		r.out[n-1].place.Region == region.region && p.start-r.out[n-1].end < 40
}

// endsUnknown reports whether the last pending part is of unknown words: an
// area after it says where it lies.
func (r *reader) endsUnknown() bool {
	n := len(r.pending)
	return n > 0 && r.pending[n-1].spots == nil
}

// start makes p the container of what follows, or a part of the list.
func (r *reader) start(p piece) {
	if p.opens {
		r.prefix = &p
		return
	}
	r.pending = append(r.pending, p)
}

// prefixHas reports whether the region is one of those of the area before it:
// "Kurdistan (Erbil, Duhok)".
func (r *reader) prefixHas(region spot) bool {
	a, ok := r.prefix.reading(kindArea)
	return ok && slices.ContainsFunc(a.members, func(m spot) bool { return m.region == region.region && m.district == "" })
}

func (r *reader) prefixIn(region string) bool {
	a, ok := r.prefix.reading(kindArea)
	return ok && inside(a.region, region)
}

// closes decides whether a region is where the pending parts lie, and how sure
// that is; 0 when it is a part of the list itself.
func (r *reader) closes(p piece, region spot) float64 {
	if r.prefix != nil && !r.leavesPrefix(region) || p.opens || p.except && len(r.pending) > 0 && !r.pending[len(r.pending)-1].except {
		return 0
	}
	known, unknown, elsewhere := 0, 0, 0
	for _, q := range r.pending {
		switch {
		case q.spots == nil:
			unknown++
		case q.in(region.region):
			known++
		default:
			if _, other := q.reading(kindRegion); !other {
				elsewhere++
			}
		}
	}
	said := p.prep || (p.typed == typeRegion || p.typed == typeSecond) && p.gap != gapAnd || p.gap == gapOpen
	switch {
	case known > 0:
		return sureSpelling
	case unknown+elsewhere == 0:
		return 0
	case said:
		return sureSpelling
	case p.gap == gapAnd || elsewhere > 0 && r.g.country != "IN":
		return 0
	case r.g.country == "IN":
		return sureSpelling // India's cells end with the state
	default:
		return guessInherit
	}
}

// leavesPrefix reports whether the pending parts lie in this region and not in
// the one before them: "Rajasthan (also in Meerut in Uttar Pradesh)". The one before is then a
// place of its own.
func (r *reader) leavesPrefix(region spot) bool {
	before, ok := r.prefix.reading(kindRegion)
	if !ok {
		return false
	}
	leaves := false
	for _, q := range r.pending {
		if q.in(before.region) {
			return false
		}
		leaves = leaves || q.in(region.region)
	}
	if leaves {
		r.whole(*r.prefix)
		r.prefix = nil
	}
	return leaves
}

// in reports whether one meaning of the piece lies inside the region.
func (p *piece) in(region string) bool {
	for _, s := range p.spots {
		if s.kind != kindRegion && inside(s.region, region) {
			return true
		}
	}
	return false
}

// covers reports whether the pending list holds parts of the area; after "in",
// parts named before the list count, too.
func (r *reader) covers(a spot, prep bool) bool {
	for _, f := range r.out {
		for _, m := range a.members {
			if prep && f.place.Region == m.region && f.place.District == m.district {
				return true
			}
		}
	}
	for _, p := range r.pending {
		for _, s := range p.spots {
			for _, m := range a.members {
				if s.kind != kindArea && s.region == m.region && (m.district == "" || s.district == m.district) {
					return true
				}
			}
		}
	}
	return false
}

// close ends the pending list. The region it lies in is given after it, by the prefix, or by none.
func (r *reader) close(region *spot, sure float64) {
	pending, prefix := r.pending, r.prefix
	r.pending, r.prefix = nil, nil
	if prefix != nil {
		if len(pending) == 0 {
			r.whole(*prefix)
			return
		}
		if s, ok := prefix.reading(kindRegion); ok {
			if !prefix.owner && !slices.ContainsFunc(pending, func(p piece) bool { return p.spots != nil }) {
				r.whole(*prefix) // a remark in brackets, not a list of parts
			}
			region, sure = &s, sureSpelling
		} else if a, ok := prefix.reading(kindArea); ok && a.members[0].district != "" {
			region, sure = &spot{kind: kindRegion, region: a.region}, sureSpelling
		}
	}
	districts := r.named(pending, region)
	for i, p := range pending {
		_, isRegion := p.reading(kindRegion)
		_, isArea := p.reading(kindArea)
		switch {
		case isRegion && region == nil, isArea:
			r.whole(p)
		case p.spots == nil:
			r.unknown(p, pending[i+1:], region, sure)
		default:
			r.known(p, districts, region, sure)
		}
	}
}
