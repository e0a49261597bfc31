package series

import (
	"encoding/binary"
	"math"
	"math/bits"
	"sync"
	"time"

	"keepiton"
)

// Span returns how much time a block of a step covers: the least power of two of
// days that holds 128 bins, at most 256 days. Blocks begin at its multiples since
// 1970.
func Span(step time.Duration) time.Duration {
	span := 24 * time.Hour
	for span < 128*step && span < 256*24*time.Hour {
		span *= 2
	}
	return span
}

// Block is a stretch of one series from the beginning of a span.
type Block struct {
	Step time.Duration
	Bins []keepiton.Bin // as many as the span has
}

// layout is the version of the bytes, their first. The rest, numbers as varints:
//
//	step in seconds, number of bins
//	states:   (state, how many) until all bins are told
//	and for the bins that have a value:
//	versions: (version − the one before, zigzag; how many)
//	arrivals: the same
//	n:        (n, how many)
//	values:   how they are written (1 byte), then
//	  integers ×scale: the first, zigzag; then for every 64 steps the number of bits of
//	                   a step (1 byte) and the steps, zigzag, least bits first
//	  raw:             8 bytes each, as IEEE 754 has them, big-endian
//
// Versions and arrivals of bins without a value follow in the same way, so that
// joining loses nothing.
const layout = 1

// scales are what values are multiplied with to become integers: whole ones,
// decimals, and the /24 equivalents of smaller prefixes.
var scales = [...]float64{1, 10, 100, 1000, 256, 1e4, 1e5, 1e6}

const rawValues = 0xff

// AppendBlock appends the bytes of a block.
func AppendBlock(out []byte, b Block) []byte {
	out = append(out, layout)
	out = binary.AppendUvarint(out, uint64(b.Step/time.Second))
	out = binary.AppendUvarint(out, uint64(len(b.Bins)))
	out = runs(out, b.Bins, func(bin keepiton.Bin) uint64 { return uint64(bin.State) }, false)
	var with, without []keepiton.Bin
	for _, bin := range b.Bins {
		if bin.Has() {
			with = append(with, bin)
		} else if bin.State != keepiton.Silent {
			without = append(without, bin)
		}
	}
	for _, bins := range [][]keepiton.Bin{with, without} {
		out = runs(out, bins, func(bin keepiton.Bin) uint64 { return uint64(bin.Version) }, true)
		out = runs(out, bins, func(bin keepiton.Bin) uint64 { return uint64(bin.Arrived) }, true)
	}
	out = runs(out, with, func(bin keepiton.Bin) uint64 { return uint64(bin.N) }, false)
	return appendValues(out, with)
}

// runs writes one column as runs; of differences, if asked.
func runs(out []byte, bins []keepiton.Bin, of func(keepiton.Bin) uint64, differences bool) []byte {
	var before uint64
	for i := 0; i < len(bins); {
		at := func(j int) uint64 {
			if !differences {
				return of(bins[j])
			}
			if j == 0 {
				return zigzag(int64(of(bins[0])))
			}
			return zigzag(int64(of(bins[j])) - int64(of(bins[j-1])))
		}
		before = at(i)
		n := 1
		for i+n < len(bins) && at(i+n) == before {
			n++
		}
		out = binary.AppendUvarint(out, before)
		out = binary.AppendUvarint(out, uint64(n))
		i += n
	}
	return out
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

func appendValues(out []byte, bins []keepiton.Bin) []byte {
	if len(bins) == 0 {
		return out
	}
	which, ints := integers(bins)
	out = append(out, which)
	if which == rawValues {
		for _, b := range bins {
			out = binary.BigEndian.AppendUint64(out, math.Float64bits(b.Value))
		}
		return out
	}
	out = binary.AppendUvarint(out, zigzag(ints[0]))
	for i := 1; i < len(ints); i += 64 {
		group := ints[i:min(i+64, len(ints))]
		before := ints[i-1]
		var steps [64]uint64
		var all uint64
		for j, v := range group {
			steps[j] = zigzag(v - before)
			all |= steps[j]
			before = v
		}
		width := bits.Len64(all)
		out = append(out, byte(width))
		var acc uint64
		have := 0
		for _, s := range steps[:len(group)] {
			acc |= s << have
			if have += width; have >= 64 {
				out = binary.LittleEndian.AppendUint64(out, acc)
				have -= 64
				if acc = 0; width > have {
					acc = s >> (width - have)
				}
			}
		}
		for ; have > 0; have -= 8 {
			out = append(out, byte(acc))
			acc >>= 8
		}
	}
	return out
}

// integers returns the first scale that makes all values integers of less than 2^53,
// and those integers.
func integers(bins []keepiton.Bin) (which byte, ints []int64) {
	ints = make([]int64, len(bins))
scale:
	for k, scale := range scales {
		for i, b := range bins {
			v := math.Round(b.Value * scale)
			if math.Abs(v) >= 1<<53 || v/scale != b.Value || v == 0 && math.Signbit(b.Value) {
				continue scale
			}
			ints[i] = int64(v)
		}
		return byte(k), ints
	}
	return rawValues, nil
}

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

// head reads the step and the number of bins.
func (r *reader) head(limit int) (step time.Duration, n int) {
	r.bad = r.byte() != layout
	return time.Duration(r.number(1<<31)) * time.Second, int(r.number(uint64(limit)))
}

// scratch lends room for the places of bins.
var scratch = sync.Pool{New: func() any { return new([2][]int32) }}

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

type reader struct {
	b   []byte
	bad bool
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
