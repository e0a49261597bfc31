package bgp

import "math/bits"

// index numbers prefixes 0, 1, 2, … in the order in which they come. It is a hash
// table of numbers into one list: a third of the memory and of the time of a map
// of prefixes, and the numbers index whatever else is kept of them.
type index struct {
	all   slab[Prefix]
	slots []uint32 // number + 1; 0 is free; length is a power of two
}

// of returns the number of p, giving it one if it has none.
func (x *index) of(p Prefix) uint32 {
	if 4*(x.all.len()+1) > 3*len(x.slots) {
		x.grow()
	}
	slot := x.find(p)
	if n := x.slots[slot]; n != 0 {
		return n - 1
	}
	x.all.add(p)
	x.slots[slot] = uint32(x.all.len())
	return uint32(x.all.len() - 1)
}

// lookup returns the number of p, if it has one.
func (x *index) lookup(p Prefix) (uint32, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	n := x.slots[x.find(p)]
	return n - 1, n != 0
}

// find returns the slot of p, or the free one where it belongs.
func (x *index) find(p Prefix) uint32 {
	mask := uint32(len(x.slots) - 1)
	for slot := p.hash() & mask; ; slot = (slot + 1) & mask {
		if n := x.slots[slot]; n == 0 || *x.all.at(n - 1) == p {
			return slot
		}
	}
}

func (x *index) grow() {
	x.slots = make([]uint32, max(1024, 2*len(x.slots)))
	for i := range uint32(x.all.len()) {
		x.slots[x.find(*x.all.at(i))] = i + 1
	}
}

// hash mixes by folded multiplication (the constants are the fractional parts of
// the golden ratio and of √3). Who chooses prefixes to collide only slows the
// counting of their own archive.
func (p Prefix) hash() uint32 {
	tail := p.lo ^ uint64(p.bits)<<1
	if p.v6 {
		tail |= 1
	}
	hi, lo := bits.Mul64(p.hi^0x9e3779b97f4a7c15, tail^0xbb67ae8584caa73b)
	return uint32((hi ^ lo) >> 17)
}
