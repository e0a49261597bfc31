package evidence

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"math/bits"
)

// Hash is a perceptual fingerprint of a picture: 64 bits that say where
// brightness rises from left to right, and 64 where it rises from top to bottom,
// on a grid of 9 by 9 cells (a difference hash both ways). Copies that were
// scaled, encoded again or cut a little at the rim have nearly the same bits.
// It tells nothing of who or what is on the picture beyond such likeness.
type Hash [16]byte

// Near is the distance up to which two pictures are likely to be copies of one:
// docs/evidence.md has the distances that were measured.
const Near = 24

// structure is how many bits the hash of a picture has at least that can be told
// from others; photos have some forty or more.
const structure = 28

// grid is the number of cells of a side.
const grid = 9

// rise is how much brighter a cell must be than the one before, of 255: noise
// and JPEG artefacts in flat areas stay below it.
const rise = 2.5

// Fingerprint computes the hash of a picture.
func Fingerprint(img image.Image) Hash {
	cells := average(img)
	var h Hash
	for y := range grid - 1 {
		for x := range grid - 1 {
			bit := byte(0x80) >> x
			if cells[y][x+1] > cells[y][x]+rise {
				h[y] |= bit
			}
			if cells[y+1][x] > cells[y][x]+rise {
				h[8+y] |= bit
			}
		}
	}
	return h
}

// Distance counts the bits in which two hashes differ, 0 to 128. Pictures that
// have nothing to do with each other are some 50 apart.
func (h Hash) Distance(o Hash) int {
	word := binary.BigEndian.Uint64
	return bits.OnesCount64(word(h[:8])^word(o[:8])) + bits.OnesCount64(word(h[8:])^word(o[8:]))
}

// Plain reports whether the picture has too little structure for its hash to
// tell it from others: a white page with a line of text, a dark photo.
func (h Hash) Plain() bool { return h.Distance(Hash{}) < structure }

// Near reports whether two pictures are likely to be copies of one. Plain
// pictures are near nothing but an equal hash.
func (h Hash) Near(o Hash) bool {
	if h.Plain() || o.Plain() {
		return h == o
	}
	return h.Distance(o) <= Near
}

// String returns 32 hex digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns 32 hex digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 32 hex digits.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 2*len(h) {
		return fmt.Errorf("fingerprint: %d characters, not %d hex digits", len(b), 2*len(h))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// average returns the mean brightness of each cell, 0 to 255 (ITU-R BT.601
// weights), over all of its pixels.
func average(img image.Image) (cells [grid][grid]float64) {
	b := img.Bounds()
	if b.Empty() {
		return cells
	}
	luma := lumaOf(img)
	var counts [grid][grid]int
	for y := b.Min.Y; y < b.Max.Y; y++ {
		cy := (y - b.Min.Y) * grid / b.Dy()
		for x := b.Min.X; x < b.Max.X; x++ {
			cx := (x - b.Min.X) * grid / b.Dx()
			cells[cy][cx] += float64(luma(x, y))
			counts[cy][cx]++
		}
	}
	for y := range grid {
		for x := range grid {
			if counts[y][x] > 0 {
				cells[y][x] /= float64(counts[y][x])
			}
		}
	}
	return cells
}

// lumaOf returns the brightness of a pixel, fast for what decoders give us.
func lumaOf(img image.Image) func(x, y int) uint8 {
	switch img := img.(type) {
	case *image.RGBA:
		return func(x, y int) uint8 {
			p := img.Pix[img.PixOffset(x, y):]
			return uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000)
		}
	case *image.YCbCr:
		return func(x, y int) uint8 { return img.Y[img.YOffset(x, y)] }
	}
	return func(x, y int) uint8 { return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y }
}

// Index finds near pictures. It walks all hashes, which takes a tenth of a
// millisecond for ten thousand of them: a tree would be slower below a million.
// The zero value is empty and ready; it is safe for readers while nobody adds.
type Index[K any] struct {
	hashes []Hash
	keys   []K
}

// Add adds a picture by its hash.
func (ix *Index[K]) Add(h Hash, key K) {
	ix.hashes = append(ix.hashes, h)
	ix.keys = append(ix.keys, key)
}

// Near calls yield for each picture that is near h, in the order they were
// added, until yield returns false.
func (ix *Index[K]) Near(h Hash, yield func(key K, distance int) bool) {
	most := Near
	if h.Plain() {
		most = 0
	}
	for i, o := range ix.hashes {
		// A plain one is near an equal one alone, which is looked at last: few
		// come so far.
		if d := h.Distance(o); d <= most && h.Near(o) && !yield(ix.keys[i], d) {
			return
		}
	}
}

// Len returns how many pictures were added.
func (ix *Index[K]) Len() int { return len(ix.keys) }
