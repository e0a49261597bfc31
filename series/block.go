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

// scratch lends room for the places of bins.
var scratch = sync.Pool{New: func() any { return new([2][]int32) }}
