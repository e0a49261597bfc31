package series

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"keepiton"
)

// Witnesses are the distinct witnesses of one bin, in the order of Who, each once.
type Witnesses []Witness

// Witness is one of them.
type Witness struct {
	Who  uint64
	What uint8 // keepiton.Told, keepiton.Met: what it ever saw in the bin
}

// SightingsKept is how long the witnesses behind a bin are kept after the last of them
// came, and after the bin: as long as the same data, or late data, may still be read.
// Feeds that are watched read three days back (OONI's), probes that were cut off upload
// when the cut is over, and who reads a past anew for its baseline reads 29 days
// (detect); the rest is a week and some days for people.
const SightingsKept = 40 * 24 * time.Hour

// MaxWitnesses bounds the witnesses of one bin.
const MaxWitnesses = 1 << 20

// Join returns the union of two sets: commutative, associative and idempotent.
func (w Witnesses) Join(more Witnesses) Witnesses {
	all := slices.Concat(w, more)
	slices.SortFunc(all, func(a, b Witness) int { return cmp.Compare(a.Who, b.Who) })
	out := all[:0]
	for _, one := range all {
		if n := len(out); n > 0 && out[n-1].Who == one.Who {
			out[n-1].What |= one.What
			continue
		}
		out = append(out, one)
	}
	return out
}

// Count returns how many met trouble, of how many that could tell.
func (w Witnesses) Count() (met, told uint32) {
	for _, one := range w {
		if told++; one.What&keepiton.Met != 0 {
			met++
		}
	}
	return met, told
}

// AppendWitnesses appends the bytes of a set: its size, the differences of Who, both
// as varints, and two bits of What each.
func AppendWitnesses(out []byte, w Witnesses) []byte {
	out = append(out, layout)
	out = binary.AppendUvarint(out, uint64(len(w)))
	var before uint64
	for _, one := range w {
		out = binary.AppendUvarint(out, one.Who-before)
		before = one.Who
	}
	for i := 0; i < len(w); i += 4 {
		var b byte
		for k, one := range w[i:min(i+4, len(w))] {
			b |= one.What & 3 << (2 * k)
		}
		out = append(out, b)
	}
	return out
}

// ReadWitnesses reads a set, however hostile the bytes. The error is invalid.
func ReadWitnesses(data []byte) (Witnesses, error) {
	r := &reader{b: data}
	r.bad = r.byte() != layout
	n := int(r.number(MaxWitnesses))
	if r.bad = r.bad || n > len(r.b); r.bad {
		n = 0
	}
	out := make(Witnesses, n)
	var before uint64
	for i := range out {
		step := r.number(1<<64 - 1)
		if r.bad = r.bad || before+step < before || i > 0 && step == 0; r.bad {
			break
		}
		before += step
		out[i].Who = before
	}
	for i := range out {
		if i%4 == 0 && !r.bad {
			before = uint64(r.byte())
		}
		out[i].What = uint8(before >> (2 * (i % 4)) & 3)
		r.bad = r.bad || out[i].What == 0
	}
	if r.bad || len(r.b) > 0 {
		return nil, keepiton.Errorf(keepiton.Invalid, "damaged sightings, or of an unknown layout")
	}
	return out, nil
}
