package evidence

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	xdraw "golang.org/x/image/draw"
)

// copies are what people do to a picture before they send it on.
var copies = []struct {
	name string
	make func(img *image.RGBA) image.Image
}{
	{"half size", func(img *image.RGBA) image.Image { return scaled(img, 0.5) }},
	{"a seventh", func(img *image.RGBA) image.Image { return scaled(img, 1.0/7) }},
	{"larger", func(img *image.RGBA) image.Image { return scaled(img, 1.6) }},
	{"JPEG of quality 30", func(img *image.RGBA) image.Image { return again(img, 30) }},
	{"JPEG of quality 10", func(img *image.RGBA) image.Image { return again(img, 10) }},
	{"sent by a messenger", func(img *image.RGBA) image.Image { return again(scaled(img, 0.4), 45) }},
	{"brighter", func(img *image.RGBA) image.Image { return toned(img, 1.1, 12) }},
	{"darker", func(img *image.RGBA) image.Image { return toned(img, 0.8, 0) }},
	{"grey", func(img *image.RGBA) image.Image {
		out := image.NewGray(img.Rect)
		draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
		return out
	}},
	{"rim of 2 % cut", func(img *image.RGBA) image.Image { return cut(img, 0.02) }},
	{"rim of 3 % cut, and encoded", func(img *image.RGBA) image.Image { return again(cut(img, 0.03), 50) }},
	{"with a word on it", func(img *image.RGBA) image.Image {
		out := scaled(img, 1)
		write(out, 30, 30, "SHARE THIS PLEASE")
		return out
	}},
}

func scaled(img *image.RGBA, by float64) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, int(float64(img.Rect.Dx())*by), int(float64(img.Rect.Dy())*by)))
	xdraw.ApproxBiLinear.Scale(out, out.Rect, img, img.Rect, draw.Src, nil)
	return out
}

func again(img *image.RGBA, quality int) *image.RGBA {
	var w bytes.Buffer
	_ = jpeg.Encode(&w, img, &jpeg.Options{Quality: quality})
	out, _ := jpeg.Decode(&w)
	return flatten(out)
}

func toned(img *image.RGBA, by, more float64) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i := range img.Pix {
		out.Pix[i] = uint8(min(255, float64(img.Pix[i])*by+more))
		if i%4 == 3 {
			out.Pix[i] = 255
		}
	}
	return out
}

func cut(img *image.RGBA, share float64) *image.RGBA {
	r := img.Rect
	dx, dy := int(float64(r.Dx())*share), int(float64(r.Dy())*share)
	return flatten(img.SubImage(image.Rect(r.Min.X+dx, r.Min.Y+dy, r.Max.X-dx, r.Max.Y-dy)))
}

func TestCopiesAreNearAndOthersAreNot(t *testing.T) {
	slow(t)
	const pictures = 24
	var hashes []Hash
	worst := map[string]int{}
	for seed := range uint64(pictures) {
		img := photo(100+seed, 420, 300)
		h := Fingerprint(img)
		if h.Plain() {
			t.Errorf("photo %d counts as plain", seed)
		}
		hashes = append(hashes, h)
		for _, c := range copies {
			o := Fingerprint(c.make(img))
			worst[c.name] = max(worst[c.name], h.Distance(o))
			if !h.Near(o) {
				t.Errorf("photo %d, %s: distance %d", seed, c.name, h.Distance(o))
			}
		}
	}
	nearest := 128
	for i, a := range hashes {
		for _, b := range hashes[:i] {
			nearest = min(nearest, a.Distance(b))
			if a.Near(b) {
				t.Errorf("two photos are near: distance %d", a.Distance(b))
			}
		}
	}
	t.Logf("farthest copy by kind: %v", worst)
	t.Logf("nearest of %d different pairs: %d", pictures*(pictures-1)/2, nearest)
}

func TestPlainPicturesAreNearOnlyTheirEquals(t *testing.T) {
	white := image.NewRGBA(image.Rect(0, 0, 300, 200))
	draw.Draw(white, white.Rect, image.White, image.Point{}, draw.Src)
	black := image.NewRGBA(image.Rect(0, 0, 300, 200))
	draw.Draw(black, black.Rect, image.Black, image.Point{}, draw.Src)
	a, b := Fingerprint(screen(300, 200, "No internet")), Fingerprint(screen(300, 200, "Your order has shipped", "and will arrive", "tomorrow"))
	for _, h := range []Hash{Fingerprint(white), Fingerprint(black), a, b} {
		if !h.Plain() {
			t.Errorf("%s does not count as plain", h)
		}
	}
	if !a.Near(a) || a != b && a.Near(b) {
		t.Errorf("screens: distance %d", a.Distance(b))
	}
}

func TestFingerprintOfTinyPictures(t *testing.T) {
	for _, size := range []image.Point{{0, 0}, {1, 1}, {1, 400}, {3, 2}, {9, 9}} {
		_ = Fingerprint(image.NewRGBA(image.Rectangle{Max: size}))
		_ = Fingerprint(image.NewPaletted(image.Rectangle{Max: size}, color.Palette{color.Black}))
	}
}

func TestFingerprintGoesThroughJSON(t *testing.T) {
	h := Fingerprint(photo(1, 90, 60))
	b, err := json.Marshal(h)
	if err != nil || string(b) != `"`+h.String()+`"` {
		t.Fatalf("got %s, %v", b, err)
	}
	var got Hash
	if err := json.Unmarshal(b, &got); err != nil || got != h {
		t.Errorf("got %s, %v", got, err)
	}
	for _, bad := range []string{`""`, `"00"`, `"zz000000000000000000000000000000"`, `"0000000000000000000000000000000000"`} {
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestIndexFindsACopyAmongTenThousand(t *testing.T) {
	var ix Index[int]
	rnd := rand.New(rand.NewPCG(7, 7))
	for i := range 10_000 {
		var h Hash
		for j := range h {
			h[j] = byte(rnd.Uint32())
		}
		ix.Add(h, i)
	}
	img := photo(55, 420, 300)
	ix.Add(Fingerprint(img), -1)
	var found []int
	ix.Near(Fingerprint(again(scaled(img, 0.5), 40)), func(key, distance int) bool {
		found = append(found, key)
		return true
	})
	if len(found) != 1 || found[0] != -1 || ix.Len() != 10_001 {
		t.Errorf("found %v", found)
	}
	n := 0
	for range 3 {
		ix.Add(Fingerprint(img), -2)
	}
	ix.Near(Fingerprint(img), func(int, int) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("it went on after it was told to stop: %d", n)
	}
}
