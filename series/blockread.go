package series

import (
	"encoding/binary"
	"math"
	"time"

	"keepiton"
)

// ReadBlock reads a block, however hostile: what it returns has at most limit bins.
// The error is invalid.
func ReadBlock(data []byte, limit int) (Block, error) {
	r := &reader{b: data}
	step, n := r.head(limit)
	b := Block{Step: step, Bins: make([]keepiton.Bin, n)}
	return b, r.rest(b)
}

// ReadBlockInto reads a block of exactly as many bins as there are places for, which
// must be zero. The error is invalid; the places then have anything.
func ReadBlockInto(bins []keepiton.Bin, data []byte) error {
	r := &reader{b: data}
	step, n := r.head(len(bins))
	r.bad = r.bad || n != len(bins)
	return r.rest(Block{step, bins})
}

type reader struct {
	b   []byte
	bad bool
}

// head reads the step and the number of bins.
func (r *reader) head(limit int) (step time.Duration, n int) {
	r.bad = r.byte() != layout
	return time.Duration(r.number(1<<31)) * time.Second, int(r.number(uint64(limit)))
}

func (r *reader) rest(b Block) error {
	room := scratch.Get().(*[2][]int32)
	defer scratch.Put(room)
	with, without := room[0][:0], room[1][:0]
	r.runs(len(b.Bins), false, func(i, n int, v, _ int64) {
		state := keepiton.BinState(v)
		if v > int64(keepiton.SourceDown) || state == keepiton.Silent {
			r.bad = r.bad || v > int64(keepiton.SourceDown)
			return
		}
		which := &without
		if b.Bins[i].State = state; b.Bins[i].Has() {
			which = &with
		}
		for k := i; k < i+n; k++ {
			b.Bins[k].State = state
			*which = append(*which, int32(k))
		}
	})
	for _, which := range [...][]int32{with, without} {
		r.runs(len(which), true, func(i, n int, v, step int64) {
			for _, k := range which[i : i+n] {
				b.Bins[k].Version = keepiton.Stamp(v)
				v += step
			}
		})
		r.runs(len(which), true, func(i, n int, v, step int64) {
			for _, k := range which[i : i+n] {
				b.Bins[k].Arrived = keepiton.Stamp(v)
				v += step
			}
		})
	}
	r.runs(len(with), false, func(i, n int, v, _ int64) {
		for _, k := range with[i : i+n] {
			b.Bins[k].N = uint32(v)
		}
	})
	r.values(b.Bins, with)
	room[0], room[1] = with, without
	if r.bad || len(r.b) > 0 || b.Step <= 0 {
		return keepiton.Errorf(keepiton.Invalid, "a damaged block, or one of an unknown layout")
	}
	return nil
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) number(most uint64) uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > most {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// runs reads one column of count numbers that fit 32 bits: put gets n of them from i
// on, which begin with v and grow by step.
func (r *reader) runs(count int, differences bool, put func(i, n int, v, step int64)) {
	var before int64
	for i := 0; i < count && !r.bad; {
		v := r.number(math.MaxUint64)
		n := int(r.number(uint64(count - i)))
		first, step := int64(v), int64(0)
		if differences {
			step = unzigzag(v)
			first = before + step
		}
		last := first + step*int64(n-1)
		if n == 0 || first < 0 || first > math.MaxUint32 || step > math.MaxUint32 || step < -math.MaxUint32 || last < 0 || last > math.MaxUint32 {
			r.bad = true
			return
		}
		put(i, n, first, step)
		before = last
		i += n
	}
}

func (r *reader) values(bins []keepiton.Bin, with []int32) {
	if len(with) == 0 || r.bad {
		return
	}
	which := r.byte()
	if which == rawValues {
		if len(r.b) < 8*len(with) {
			r.bad = true
			return
		}
		for i, at := range with {
			v := math.Float64frombits(binary.BigEndian.Uint64(r.b[8*i:]))
			if math.IsNaN(v) || math.IsInf(v, 0) {
				r.bad = true
			}
			bins[at].Value = v
		}
		r.b = r.b[8*len(with):]
		return
	}
	if int(which) >= len(scales) {
		r.bad = true
		return
	}
	scale, now := scales[which], unzigzag(r.number(math.MaxUint64))
	bins[with[0]].Value = float64(now) / scale
	for i := 1; i < len(with) && !r.bad; i += 64 {
		group := with[i:min(i+64, len(with))]
		width := int(r.byte())
		size := (width*len(group) + 7) / 8
		if width > 64 || len(r.b) < size {
			r.bad = true
			return
		}
		packed := r.b[:size]
		r.b = r.b[size:]
		at := 0
		for _, bin := range group {
			if width > 0 {
				now += unzigzag(take(packed, at, width))
				at += width
			}
			if bins[bin].Value = float64(now); scale != 1 {
				bins[bin].Value /= scale
			}
		}
	}
}

// take returns width bits of b from bit at on, least first.
func take(b []byte, at, width int) uint64 {
	if rest := b[at/8:]; len(rest) >= 8 && width <= 56 {
		return binary.LittleEndian.Uint64(rest) >> (at % 8) & (1<<width - 1)
	}
	var word [9]byte
	copy(word[:], b[at/8:])
	v := binary.LittleEndian.Uint64(word[:]) >> (at % 8)
	if rest := width + at%8 - 64; rest > 0 {
		v |= uint64(word[8]) << (64 - at%8)
	}
	if width < 64 {
		v &= 1<<width - 1
	}
	return v
}
