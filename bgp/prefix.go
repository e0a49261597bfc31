package bgp

import (
	"cmp"
	"encoding/binary"
	"net/netip"
)

// Prefix is an IPv4 or IPv6 prefix as a small comparable value: a key of tables
// with tens of millions of lookups a second, which netip.Prefix is too wide for.
// Bits after its length are zero. The zero value is 0.0.0.0/0.
type Prefix struct {
	hi, lo uint64 // the address, left-aligned: IPv4 in the upper half of hi
	bits   uint8
	v6     bool
}

// PrefixOf converts a netip.Prefix; an IPv4-mapped one stays IPv6.
func PrefixOf(p netip.Prefix) Prefix {
	p = p.Masked()
	if p.Addr().Is4() {
		a := p.Addr().As4()
		return Prefix{hi: uint64(binary.BigEndian.Uint32(a[:])) << 32, bits: uint8(p.Bits())}
	}
	a := p.Addr().As16()
	return Prefix{hi: binary.BigEndian.Uint64(a[:]), lo: binary.BigEndian.Uint64(a[8:]), bits: uint8(p.Bits()), v6: true}
}

// Netip returns the prefix as a netip.Prefix.
func (p Prefix) Netip() netip.Prefix {
	if !p.v6 {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], uint32(p.hi>>32))
		return netip.PrefixFrom(netip.AddrFrom4(a), int(p.bits))
	}
	var a [16]byte
	binary.BigEndian.PutUint64(a[:], p.hi)
	binary.BigEndian.PutUint64(a[8:], p.lo)
	return netip.PrefixFrom(netip.AddrFrom16(a), int(p.bits))
}

// String returns the prefix in CIDR notation.
func (p Prefix) String() string { return p.Netip().String() }

// Bits returns the length, 0 to 32 or 128.
func (p Prefix) Bits() int { return int(p.bits) }

// Is6 reports whether it is an IPv6 prefix.
func (p Prefix) Is6() bool { return p.v6 }

// Compare orders prefixes by family, address and length: a covering prefix comes
// before all that it covers.
func (p Prefix) Compare(o Prefix) int {
	if p.v6 != o.v6 {
		if o.v6 {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(p.hi, o.hi), cmp.Compare(p.lo, o.lo), cmp.Compare(p.bits, o.bits))
}

// Route is a prefix as a message names it. PathID is that of ADD-PATH (RFC 7911),
// 0 without. A Multicast route (SAFI 2, RFC 4760 section 6) counts as an element and
// says nothing about whether anybody can be reached.
type Route struct {
	Prefix    Prefix
	PathID    uint32
	Multicast bool
}

// family is how NLRI of one address family are read.
type family struct {
	v6        bool
	addPath   bool
	multicast bool
}

// appendRoutes reads NLRI (RFC 4271 section 4.3; with a path identifier before each
// where RFC 7911 has it) from b to its end and appends them to out. What stands
// before damage is kept; ok is false when something could not be read.
func (f family) appendRoutes(out []Route, b []byte) (routes []Route, ok bool) {
	longest := 32
	if f.v6 {
		longest = 128
	}
	for len(b) > 0 {
		r := Route{Multicast: f.multicast}
		if f.addPath {
			if len(b) < 5 {
				return out, false
			}
			r.PathID = binary.BigEndian.Uint32(b)
			b = b[4:]
		}
		bits := int(b[0])
		n := (bits + 7) / 8
		if bits > longest || len(b) < 1+n {
			return out, false
		}
		r.Prefix = makePrefix(b[1:1+n], bits, f.v6)
		b = b[1+n:]
		out = append(out, r)
	}
	return out, true
}

// makePrefix builds a prefix of the first bytes of an address. Collectors keep
// what peers sent after the mask; RFC 4271 section 4.3 says to ignore it.
func makePrefix(b []byte, bits int, v6 bool) Prefix {
	p := Prefix{bits: uint8(bits), v6: v6}
	if len(b) >= 8 {
		p.hi = binary.BigEndian.Uint64(b)
		for i, c := range b[8:] {
			p.lo |= uint64(c) << (56 - 8*i)
		}
	} else {
		for i, c := range b {
			p.hi |= uint64(c) << (56 - 8*i)
		}
	}
	if bits <= 64 {
		p.hi &= ^uint64(0) << (64 - bits)
		p.lo = 0
	} else {
		p.lo &= ^uint64(0) << (128 - bits)
	}
	return p
}
