package evidence

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// photo draws something like a photo: soft shapes, light and noise, other ones
// for each seed.
func photo(seed uint64, width, height int) *image.RGBA {
	rnd := rand.New(rand.NewPCG(seed, 1))
	type wave struct{ fx, fy, phase, a float64 }
	var waves []wave
	for i := range 14 {
		f := math.Pow(1.35, float64(i))
		waves = append(waves, wave{f * (rnd.Float64()*2 - 1), f * (rnd.Float64()*2 - 1), rnd.Float64() * 7, 60 / math.Sqrt(f)})
	}
	type blob struct{ x, y, r, v float64 }
	var blobs []blob
	for range 12 {
		blobs = append(blobs, blob{rnd.Float64(), rnd.Float64(), 0.05 + rnd.Float64()/5, rnd.Float64()*160 - 80})
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		v := float64(y) / float64(height)
		for x := range width {
			u := float64(x) / float64(width)
			l := 128.0
			for _, w := range waves[:10] {
				l += w.a * math.Sin(w.fx*u*4+w.fy*v*4+w.phase)
			}
			for _, b := range blobs {
				if (u-b.x)*(u-b.x)+(v-b.y)*(v-b.y) < b.r*b.r {
					l += b.v
				}
			}
			c := func(k float64) uint8 { return uint8(min(255, max(0, l*k+rnd.Float64()*8))) }
			img.SetRGBA(x, y, color.RGBA{c(1), c(0.9), c(0.75), 255})
		}
	}
	return img
}

// write draws words on a picture.
func write(img draw.Image, x, y int, words string) {
	d := font.Drawer{Dst: img, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
	d.DrawString(words)
}

// screen draws something like a screenshot of a page that does not load.
func screen(width, height int, lines ...string) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, width, height/12), image.NewUniform(color.RGBA{40, 60, 120, 255}), image.Point{}, draw.Src)
	for i, line := range lines {
		write(img, 20, height/6+20*i, line)
	}
	return img
}

func asJPEG(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := jpeg.Encode(&w, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := png.Encode(&w, img); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

// asGIF makes frames of two colours each.
func asGIF(t testing.TB, frames ...image.Image) []byte {
	t.Helper()
	g := &gif.GIF{}
	for _, f := range frames {
		p := image.NewPaletted(f.Bounds(), color.Palette{color.White, color.Black, color.RGBA{40, 60, 120, 255}, color.RGBA{200, 20, 20, 255}})
		draw.Draw(p, p.Rect, f, f.Bounds().Min, draw.Src)
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 20)
	}
	var w bytes.Buffer
	if err := gif.EncodeAll(&w, g); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

// asPDF writes a small PDF with a page for each text, in a built-in font.
func asPDF(texts ...string) []byte {
	var objects []string
	kids := ""
	for i, text := range texts {
		n := 4 + 2*i
		kids += fmt.Sprintf("%d 0 R ", n)
		content := fmt.Sprintf("BT /F 24 Tf 72 700 Td (%s) Tj ET", text)
		objects = append(objects,
			fmt.Sprintf("%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>\nendobj\n", n, n+1),
			fmt.Sprintf("%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n", n+1, len(content), content))
	}
	return rawPDF(append([]string{
		"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
		fmt.Sprintf("2 0 obj\n<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n", len(texts), kids),
		"3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n",
	}, objects...)...)
}

// rawPDF puts objects, numbered from 1, into a file with a table of them.
func rawPDF(objects ...string) []byte {
	var w bytes.Buffer
	w.WriteString("%PDF-1.4\n")
	var at []int
	for _, o := range objects {
		at = append(at, w.Len())
		w.WriteString(o)
	}
	xref := w.Len()
	fmt.Fprintf(&w, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&w, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&w, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return w.Bytes()
}

// slow leaves a test out of the short run.
func slow(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out of the short run")
	}
}

// tool returns the path of a program of Debian, or skips; in CI it must be
// there.
func tool(t testing.TB, name, pack string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: apt-get install %s", name, pack)
		}
		t.Skipf("%s IS MISSING, SO THIS IS NOT TESTED: apt-get install %s", name, pack)
	}
	return path
}

// do runs a program in dir and returns what it printed.
func do(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
	return string(out)
}

// save writes a file into a new folder and returns its path.
func save(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// convert has ImageMagick make another format.
func convert(t testing.TB, b []byte, from, to string, args ...string) []byte {
	t.Helper()
	path := save(t, "a."+from, b)
	out := strings.TrimSuffix(path, from) + "out." + to
	do(t, filepath.Dir(path), tool(t, "convert", "imagemagick"), append(append([]string{path}, args...), out)...)
	return load(t, out)
}

// asHEIC has libheif's encoder make a HEIC.
func asHEIC(t testing.TB, img image.Image) []byte {
	t.Helper()
	path := save(t, "a.png", asPNG(t, img))
	out := strings.TrimSuffix(path, "png") + "heic"
	do(t, filepath.Dir(path), tool(t, "heif-enc", "libheif-examples"), "-q", "85", "-o", out, path)
	return load(t, out)
}

func decodeCopy(t testing.TB, p Public) image.Image {
	t.Helper()
	var img image.Image
	var err error
	switch p.Kind {
	case JPEG:
		img, err = jpeg.Decode(bytes.NewReader(p.Bytes))
	case PNG:
		img, err = png.Decode(bytes.NewReader(p.Bytes))
	case GIF:
		img, err = gif.Decode(bytes.NewReader(p.Bytes))
	default:
		t.Fatalf("copy of kind %s", p.Kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return img
}
