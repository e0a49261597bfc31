package bgp

import (
	"strings"

	"keepiton"
	"keepiton/geo"
)

// places are the entities that bins are made for. Number 0 of each kind is nobody's.
type places struct {
	countries slab[tally]
	byCountry map[string]uint16
	networks  slab[tally]
	byNetwork map[keepiton.ASN]uint32
	pairs     slab[tally]
	byPair    map[pairKey]uint32
	of        slab[place] // of each prefix of the table
}

type pairKey struct {
	asn     keepiton.ASN
	country uint16
}

// place is where a prefix belongs, as long as origin is its origin.
type place struct {
	origin  keepiton.ASN
	pair    uint32
	country uint16
	split   bool // it lies in more than one country: country is that of the most
	known   bool
}

// tally is what one bin counts of one entity.
type tally struct {
	space                                 [2]space // IPv4, IPv6
	announcements, withdrawals, prepended uint32
	largest                               [2]float32 // that space ever was
	asn                                   keepiton.ASN
	network                               uint32  // of a pair: the number of its network
	country                               uint16  // of a pair: the number of its country
	code                                  [2]byte // of a country, in small letters that of its satellites; or of a pair's country
}

// space adds up what is covered: what comes in order is counted once.
type space struct {
	size float64
	next uint64 // first position that is not counted; nothing is announced at the last of all
}

func (t *tally) cover(from, to uint64, v6 bool) {
	f := 0
	if v6 {
		f = 1
	}
	s := &t.space[f]
	if from < s.next {
		if to < s.next {
			return
		}
		from = s.next
	}
	s.size += geo.Equivalents(from, to, v6)
	s.next = to + 1
	t.largest[f] = max(t.largest[f], float32(s.size))
}

func newPlaces() places {
	p := places{byCountry: map[string]uint16{}, byNetwork: map[keepiton.ASN]uint32{}, byPair: map[pairKey]uint32{}}
	for _, all := range p.kinds() {
		all.add(tally{}) // nobody
	}
	return p
}

// kinds returns countries, networks and pairs.
func (p *places) kinds() [3]*slab[tally] {
	return [...]*slab[tally]{&p.countries, &p.networks, &p.pairs}
}

func (p *places) country(code string) uint16 {
	n, ok := p.byCountry[code]
	if !ok {
		n = uint16(p.countries.len())
		p.byCountry[code] = n
		p.countries.add(tally{code: [2]byte([]byte(code))})
	}
	return n
}

// layer returns the number of a country, or of its satellites, by that of either.
func (p *places) layer(country uint16, satellite bool) uint16 {
	if country == 0 {
		return 0
	}
	code := p.countries.at(uint32(country)).code
	for i := range code {
		if code[i] |= 0x20; !satellite {
			code[i] &^= 0x20
		}
	}
	return p.country(string(code[:]))
}

func (p *places) pair(asn keepiton.ASN, country uint16) uint32 {
	key := pairKey{asn, country}
	n, ok := p.byPair[key]
	if !ok {
		network, ok := p.byNetwork[asn]
		if !ok {
			network = uint32(p.networks.len())
			p.byNetwork[asn] = network
			p.networks.add(tally{asn: asn})
		}
		n = uint32(p.pairs.len())
		p.byPair[key] = n
		code := p.countries.at(uint32(country)).code
		for i := range code {
			code[i] &^= 0x20
		}
		p.pairs.add(tally{asn: asn, code: code, network: network, country: country})
	}
	return n
}

// place returns where prefix n belongs.
func (c *Counter) place(n uint32) place {
	p := &c.places
	for int(n) >= p.of.len() {
		p.of.add(place{})
	}
	at, origin := p.of.at(n), *c.table.origin.at(n)
	if at.known && at.origin == origin {
		return *at
	}
	if !at.known {
		prefix := *c.table.prefixes.all.at(n)
		from, to := prefix.span()
		var most, covered float64
		c.where.Each(from, to, prefix.v6, func(b geo.Block) {
			size := geo.Equivalents(b.From, b.To, prefix.v6)
			covered += size
			if at.country != 0 && string(p.countries.at(uint32(at.country)).code[:]) != b.Country {
				at.split = true
			}
			if size > most {
				most, at.country = size, p.country(b.Country)
			}
		})
		at.split = at.split || covered > 0 && covered < geo.Equivalents(from, to, prefix.v6)
		at.known = true
	}
	at.country = p.layer(at.country, geo.Satellite(origin) != "")
	if at.origin, at.pair = origin, 0; origin != 0 {
		at.pair = p.pair(origin, at.country)
	}
	return *at
}

// forget empties the space of all, and leaves what was counted of messages.
func (p *places) forget() {
	for _, all := range p.kinds() {
		all.each(func(some []tally) {
			for i := range some {
				some[i].space = [2]space{}
			}
		})
	}
}

// gather adds what was counted of messages about pairs to their countries and networks.
func (p *places) gather() {
	p.pairs.each(func(some []tally) {
		for i := range some {
			pair := &some[i]
			if pair.announcements+pair.withdrawals == 0 {
				continue
			}
			for _, whole := range [...]*tally{p.countries.at(uint32(pair.country)), p.networks.at(pair.network)} {
				whole.announcements += pair.announcements
				whole.withdrawals += pair.withdrawals
				whole.prepended += pair.prepended
			}
		}
	})
}

// each gives the entities of a bin and empties what was counted of messages. Those
// of networks that never had least equivalents are left out.
func (p *places) each(least float64, yield func(keepiton.Entity, *tally) error) error {
	for kind, all := range p.kinds() {
		for i := 1; i < all.len(); i++ {
			t := all.at(uint32(i))
			placed := t.code != [2]byte{}
			if kind == 0 || float64(max(t.largest[0], t.largest[1])) >= least && (kind == 1 || placed) {
				e := keepiton.Entity{ASN: t.asn}
				if placed {
					e.Country = strings.ToUpper(string(t.code[:]))
				}
				if kind == 0 && t.code[0] >= 'a' {
					e.Access = "satellite"
				}
				if err := yield(e, t); err != nil {
					return err
				}
			}
			t.announcements, t.withdrawals, t.prepended = 0, 0, 0
		}
	}
	return nil
}
