package evidence

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
)

// under is where the secret words of these tests stand, and the box over them.
var under = Box{X: 60, Y: 40, Width: 120, Height: 24}

// twice draws the same picture with two secrets.
func twice(base func() *image.RGBA) (a, b *image.RGBA) {
	a, b = base(), base()
	write(a, under.X+4, under.Y+16, "Abebech +251")
	write(b, under.X+4, under.Y+16, "somebody else")
	return a, b
}

// What is under a box has no influence on a single byte of the copy.
func TestNothingOfWhatIsUnderABoxIsLeft(t *testing.T) {
	a, b := twice(func() *image.RGBA { return photo(2, 300, 200) })
	c, d := twice(func() *image.RGBA { return screen(300, 200, "No internet") })
	for _, f := range []struct {
		name string
		kind Kind
		a, b []byte
	}{
		{"photo", PNG, asPNG(t, a), asPNG(t, b)},
		{"screenshot", PNG, asPNG(t, c), asPNG(t, d)},
		{"animation", GIF, asGIF(t, c, d, c), asGIF(t, d, d, d)},
		{"lossless WebP", WebP, convert(t, asPNG(t, a), "png", "webp", "-define", "webp:lossless=true"), convert(t, asPNG(t, b), "png", "webp", "-define", "webp:lossless=true")},
	} {
		t.Run(f.name, func(t *testing.T) {
			p, err := kept.Clean(t.Context(), f.kind, f.a, []Box{under})
			if err != nil {
				t.Fatal(err)
			}
			q, err := kept.Clean(t.Context(), f.kind, f.b, []Box{under})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(p.Bytes, q.Bytes) {
				t.Error("two copies differ by what is under the box")
			}
			open, err := kept.Clean(t.Context(), f.kind, f.a, nil)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(p.Bytes, open.Bytes) {
				t.Error("the box changed nothing")
			}
			checkBlack(t, decodeCopy(t, p), 0)
		})
	}
}

// checkBlack checks that the box is black to its rim, and that what is beside
// it is not.
func checkBlack(t *testing.T, img image.Image, off uint8) {
	t.Helper()
	luma := lumaOf(img)
	r := image.Rect(under.X, under.Y, under.X+under.Width, under.Y+under.Height)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if luma(x, y) > off {
				t.Fatalf("pixel %d, %d is %d", x, y, luma(x, y))
			}
		}
	}
	if luma(r.Min.X-9, r.Min.Y) < 32 && luma(r.Max.X+9, r.Max.Y) < 32 {
		t.Error("more than the box is black")
	}
}

// Formats that lose detail carry traces of a secret beyond its own pixels, in
// the block of the original that the box only touches. So the box is drawn on
// pixels, and they are encoded anew.
func TestBoxOnAJPEGIsBlack(t *testing.T) {
	a, _ := twice(func() *image.RGBA { return photo(2, 300, 200) })
	p, err := kept.Clean(t.Context(), JPEG, asJPEG(t, a, 90), []Box{under})
	if err != nil {
		t.Fatal(err)
	}
	checkBlack(t, decodeCopy(t, p), 40) // the rim, by JPEG's blocks
	inner := image.NewRGBA(image.Rect(0, 0, under.Width-32, 1))
	draw.Draw(inner, inner.Rect, decodeCopy(t, p), image.Pt(under.X+16, under.Y+12), draw.Src)
	for x := range inner.Rect.Dx() {
		if c := inner.RGBAAt(x, 0); c.R > 2 || c.G > 2 || c.B > 2 {
			t.Fatalf("inside of the box stands %v", c)
		}
	}
}

func TestBoxCoversEveryFrame(t *testing.T) {
	c, d := twice(func() *image.RGBA { return screen(300, 200, "No internet") })
	p, err := kept.Clean(t.Context(), GIF, asGIF(t, c, d), []Box{under})
	if err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(bytes.NewReader(p.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 2 || g.Delay[0] != 20 {
		t.Fatalf("frames: got %d, %v", len(g.Image), g.Delay)
	}
	for _, f := range g.Image {
		checkBlack(t, f, 0)
	}
}

func TestBoxOnAFullPalette(t *testing.T) {
	// 256 greys from 100 up in steps that leave no room for black.
	img := image.NewPaletted(image.Rect(0, 0, 256, 20), nil)
	for i := range 256 {
		img.Palette = append(img.Palette, grey{uint16(25600 + 100*i)})
		for y := range 20 {
			img.SetColorIndex(i, y, uint8(i))
		}
	}
	out := repaint(img, []image.Rectangle{image.Rect(10, 2, 12, 4)})
	if got := out.ColorIndexAt(10, 2); got != out.ColorIndexAt(11, 3) {
		t.Errorf("fill: got %d and %d", got, out.ColorIndexAt(11, 3))
	}
	if len(out.Palette) > 256 {
		t.Errorf("palette of %d", len(out.Palette))
	}
}

type grey struct{ y uint16 }

func (g grey) RGBA() (r, gr, b, a uint32) { return uint32(g.y), uint32(g.y), uint32(g.y), 0xffff }

func TestBoxOnAPageTakesTheTextAway(t *testing.T) {
	slow(t)
	original := asPDF("Abebech", "page two")
	// The words as poppler reads and draws them say where they stand.
	path := save(t, "a.pdf", original)
	if text := do(t, filepath.Dir(path), tool(t, "pdftotext", "poppler-utils"), path, "-"); !strings.Contains(text, "Abebech") {
		t.Fatalf("fixture: %q", text)
	}
	box := Box{X: 140, Y: 230, Width: 500, Height: 90} // around 72, 700 points from the bottom, at 150 an inch
	p, err := kept.Clean(t.Context(), PDF, original, []Box{box})
	if err != nil {
		t.Fatal(err)
	}
	q, err := kept.Clean(t.Context(), PDF, asPDF("nobody at all", "page two"), []Box{box})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.Bytes, q.Bytes) {
		t.Error("two copies differ by what is under the box")
	}
	path = save(t, "b.pdf", p.Bytes)
	if text := do(t, filepath.Dir(path), tool(t, "pdftotext", "poppler-utils"), path, "-"); strings.TrimSpace(text) != "" {
		t.Errorf("text of the copy: %q", text)
	}
	if exec.Command("grep", "-qa", "Abebech", path).Run() == nil {
		t.Error("the words stand in the copy")
	}
}

func TestBoxThatIsNotOnThePageIsRefused(t *testing.T) {
	img := asPNG(t, screen(300, 200))
	for _, c := range []struct {
		box  Box
		text string
	}{
		{Box{X: 290, Y: 0, Width: 11, Height: 5}, "not on page 1, which has 300 × 200"},
		{Box{X: 0, Y: 199, Width: 5, Height: 2}, "not on page 1"},
		{Box{X: -1, Y: 0, Width: 5, Height: 5}, "not on page 1"},
		{Box{X: 0, Y: -4, Width: 5, Height: 5}, "not on page 1"},
		{Box{X: 0, Y: 0, Width: 0, Height: 5}, "not on page 1"},
		{Box{X: 5, Y: 5, Width: 5, Height: -5}, "not on page 1"},
		{Box{X: 1 << 62, Y: 0, Width: 1 << 62, Height: 1}, "not on page 1"},
		{Box{X: 1, Y: 0, Width: 1<<63 - 1, Height: 1}, "not on page 1"},
		{Box{Page: 1, Width: 5, Height: 5}, "there is no page 2; there are 1"},
		{Box{Page: -1, Width: 5, Height: 5}, "there is no page 0"},
	} {
		_, err := kept.Clean(t.Context(), PNG, img, []Box{{X: 1, Y: 1, Width: 2, Height: 2}, c.box})
		if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), c.text) || !strings.Contains(err.Error(), "box 2") {
			t.Errorf("%+v: got %v, want %q", c.box, err, c.text)
		}
	}
	if _, err := kept.Clean(t.Context(), PNG, img, make([]Box, MaxBoxes+1)); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("too many boxes: got %v", err)
	}
}
