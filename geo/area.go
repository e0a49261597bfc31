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

// found is a place with where its words stand.
type found struct {
	place      keepiton.Place
	start, end int
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

// sure is the confidence of a name that means only this.
func (s spot) sure() float64 {
	if s.exact {
		return sureExact
	}
	return sureSpelling
}

// add puts a place on the list. What is the same place twice becomes one, with both words.
func (r *reader) add(p piece, s spot, confidence float64) {
	words := strings.TrimSpace(r.area[p.start:p.end])
	place := keepiton.Place{Words: words, Region: s.region, District: s.district, Except: p.except, Confidence: confidence}
	if s.region != "" {
		place.Method = methodOf(confidence)
	} else {
		place.Confidence = 0
	}
	for i := range r.out {
		have := &r.out[i]
		if have.place.Region != place.Region || have.place.District != place.District || have.place.Except != place.Except || place.Region == "" {
			continue
		}
		if place.District == "" && have.place.Words != place.Words {
			continue // different parts of one region keep their words apart
		}
		have.place.Words = r.join(have, p, words)
		if confidence > have.place.Confidence {
			have.place.Confidence, have.place.Method = confidence, place.Method
		}
		return
	}
	r.out = append(r.out, found{place, p.start, p.end})
}

// join makes one text of the words of the same place said twice.
func (r *reader) join(have *found, p piece, words string) string {
	if p.start >= have.end && p.start-have.end < 12 {
		have.end = p.end
		return strings.TrimSpace(r.area[have.start:have.end])
	}
	if strings.Contains(have.place.Words, words) {
		return have.place.Words
	}
	return have.place.Words + "; " + words
}

func (r *reader) places(country string) []keepiton.Place {
	out := make([]keepiton.Place, 0, len(r.out))
	for _, f := range r.out {
		f.place.Country = country
		out = append(out, f.place)
	}
	return out
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
