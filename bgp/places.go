package bgp

import (
	"keepiton"
	"keepiton/geo"
)

// places are the entities that bins are made for. Number 0 of each kind is nobody's.
type places struct {
	countries []tally
	byCountry map[string]uint16
	networks  []tally
	byNetwork map[keepiton.ASN]uint32
	pairs     []tally
	byPair    map[pairKey]uint32
	of        []place // of each prefix of the table
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
	code    string // of a country, or of a pair's
	asn     keepiton.ASN
	network uint32 // of a pair: the number of its network

	space                                 [2]space // IPv4, IPv6
	announcements, withdrawals, prepended int
	largest                               float64 // that space ever was, of either family
}

// space adds up what is covered: what comes in order is counted once.
type space struct {
	size float64
	next uint64 // first position that is not counted
	any  bool
}

func (t *tally) cover(from, to uint64, v6 bool) {
	s := &t.space[0]
	if v6 {
		s = &t.space[1]
	}
	if s.any && from < s.next {
		if to < s.next {
			return
		}
		from = s.next
	}
	s.size += geo.Equivalents(from, to, v6)
	s.next, s.any = to+1, true
	t.largest = max(t.largest, s.size)
}

func newPlaces() places {
	return places{
		countries: make([]tally, 1), networks: make([]tally, 1), pairs: make([]tally, 1),
		byCountry: map[string]uint16{}, byNetwork: map[keepiton.ASN]uint32{}, byPair: map[pairKey]uint32{},
	}
}

func (p *places) country(code string) uint16 {
	n, ok := p.byCountry[code]
	if !ok {
		n = uint16(len(p.countries))
		p.byCountry[code] = n
		p.countries = append(p.countries, tally{code: code})
	}
	return n
}

func (p *places) pair(asn keepiton.ASN, country uint16) uint32 {
	key := pairKey{asn, country}
	n, ok := p.byPair[key]
	if !ok {
		network, ok := p.byNetwork[asn]
		if !ok {
			network = uint32(len(p.networks))
			p.byNetwork[asn] = network
			p.networks = append(p.networks, tally{asn: asn})
		}
		n = uint32(len(p.pairs))
		p.byPair[key] = n
		p.pairs = append(p.pairs, tally{asn: asn, code: p.countries[country].code, network: network})
	}
	return n
}

// place returns where prefix n belongs.
func (c *Counter) place(n uint32) place {
	p := &c.places
	for int(n) >= len(p.of) {
		p.of = append(p.of, place{})
	}
	at, origin := &p.of[n], c.table.origin[n]
	if at.known && at.origin == origin {
		return *at
	}
	if !at.known {
		prefix := c.table.prefixes.all[n]
		from, to := prefix.span()
		var most, covered float64
		c.where.Each(from, to, prefix.v6, func(b geo.Block) {
			size := geo.Equivalents(b.From, b.To, prefix.v6)
			covered += size
			if at.country != 0 && p.countries[at.country].code != b.Country {
				at.split = true
			}
			if size > most {
				most, at.country = size, p.country(b.Country)
			}
		})
		at.split = at.split || covered > 0 && covered < geo.Equivalents(from, to, prefix.v6)
		at.known = true
	}
	if at.origin, at.pair = origin, 0; origin != 0 {
		at.pair = p.pair(origin, at.country)
	}
	return *at
}

// forget empties the space of all, and leaves what was counted of messages.
func (p *places) forget() {
	for _, all := range [][]tally{p.countries, p.networks, p.pairs} {
		for i := range all {
			all[i].space = [2]space{}
		}
	}
}

// each gives the entities of a bin and empties what was counted of messages. Those
// of networks that never had least equivalents are left out.
func (p *places) each(least float64, yield func(keepiton.Entity, *tally) error) error {
	for kind, all := range [][]tally{p.countries, p.networks, p.pairs} {
		for i := 1; i < len(all); i++ {
			t := &all[i]
			if kind == 0 || t.largest >= least && (kind == 1 || t.code != "") {
				if err := yield(keepiton.Entity{Country: t.code, ASN: t.asn}, t); err != nil {
					return err
				}
			}
			t.announcements, t.withdrawals, t.prepended = 0, 0, 0
		}
	}
	return nil
}
