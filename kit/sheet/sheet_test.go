package sheet

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"keepiton/kit/letters"
)

const (
	black Colour = 0x1d1c1a
	white Colour = 0xfdfcf9
	red   Colour = 0xb3261e
)

// drawn is a sheet with something of everything.
func drawn(t *testing.T, ground bool) *Sheet {
	t.Helper()
	s := &Sheet{Width: 400, Height: 300, About: About{Lang: "ar", Title: "A <sheet> & more", Description: "What it shows", Picture: "A ring", License: "https://licence.example/", LicenseName: "CC BY 4.0", Creator: "Us", Source: "https://source.example/?a=1&b=2"}}
	if ground {
		g := white
		s.Ground = &g
	}
	s.Fill(Ring(100, 100, 30, 60), red)
	s.Fill(Rounded(200, 40, 150, 80, 20), black)
	s.Fill(Stroke([]Point{{20, 250}, {200, 200}, {380, 250}}, 12, true), black)
	for i, w := range []string{"الإنترنت لله", "Keep it on: fi"} {
		l, err := letters.Set(w, letters.Style{Lang: []string{"ar", "en"}[i], Weight: letters.Head})
		if err != nil {
			t.Fatal(err)
		}
		s.Write(l, Point{30, 200 + 60*float64(i)}, 40, black, Heading, i > 0)
	}
	logo := image.NewNRGBA(image.Rect(0, 0, 20, 10))
	for x := range 20 {
		for y := range 10 {
			logo.Set(x, y, color.NRGBA{uint8(x * 12), 80, 200, uint8(y * 25)})
		}
	}
	s.Place(logo, 300, 200, 60, 30, "A logo")
	return s
}

func TestPNGIsTheRaster(t *testing.T) {
	for _, ground := range []bool{true, false} {
		s := drawn(t, ground)
		var b bytes.Buffer
		if err := s.WritePNG(&b, 400); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		want := s.Raster(400)
		if img.Bounds() != want.Bounds() {
			t.Fatalf("%v, wanted %v", img.Bounds(), want.Bounds())
		}
		for y := range 300 {
			for x := range 400 {
				a, c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA), want.RGBAAt(x, y)
				for k, d := range []int{int(a.R) - int(c.R), int(a.G) - int(c.G), int(a.B) - int(c.B), int(a.A) - int(c.A)} {
					if d > 24 || d < -24 { // a rare step between two colours became its neighbour
						t.Fatalf("pixel %d %d is %v, wanted %v (part %d)", x, y, a, c, k)
					}
				}
			}
		}
		if _, _, _, a := img.At(0, 0).RGBA(); ground != (a == 0xffff) {
			t.Errorf("the corner has an alpha of %d, ground %v", a, ground)
		}
		if r, _, _, _ := img.At(100, 100).RGBA(); ground && r < 0xf000 {
			t.Error("a ring has no hole")
		}
	}
}

func TestAPhotographKeepsItsColours(t *testing.T) {
	photo := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	for i := range photo.Pix {
		photo.Pix[i] = uint8(rand.IntN(256)) | uint8(i%4/3*255)
	}
	s := drawn(t, true)
	s.Place(photo, 0, 0, 200, 200, "")
	var b bytes.Buffer
	if err := s.WritePNG(&b, 400); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, paletted := img.(*image.Paletted); paletted {
		t.Error("a photograph was given a palette")
	}
	want := s.Raster(400)
	for _, p := range []image.Point{{10, 10}, {150, 60}, {250, 250}} {
		if a, c := color.RGBAModel.Convert(img.At(p.X, p.Y)), want.RGBAAt(p.X, p.Y); a != c {
			t.Errorf("%v is %v, wanted %v", p, a, c)
		}
	}
}

func TestPDFIsWholeAndTagged(t *testing.T) {
	var b bytes.Buffer
	if err := WritePDF(&b, drawn(t, true), drawn(t, false)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/Lang<FEFF00610072>", "/Direction/R2L", "/MarkInfo<</Marked true>>", "/S/H1", "/S/Figure", "/Count 2", "cc:license", "A &lt;sheet&gt; &amp; more"} {
		if !bytes.Contains(b.Bytes(), []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
	for name, args := range map[string][]string{"qpdf": {"--check", "-"}, "pdffonts": {"-"}} {
		path, err := exec.LookPath(name)
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Logf("SKIPPED, LOUDLY: %s is not installed", name)
			continue
		}
		if name == "qpdf" { // reads files alone
			file := t.TempDir() + "/a.pdf"
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			args[1] = file
		}
		cmd := exec.Command(path, args...)
		cmd.Stdin = bytes.NewReader(b.Bytes())
		out, err := cmd.CombinedOutput()
		if err != nil || strings.Contains(string(out), "WARNING") || strings.Contains(string(out), "Error") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if name == "pdffonts" && strings.Count(string(out), "yes yes yes") != 2 {
			t.Errorf("fonts are not embedded, subset and told: %s", out)
		}
	}
}

// An SVG says its curves in whole steps; what it says is where the curve is.
func TestPathDataStaysByThePath(t *testing.T) {
	for _, small := range []bool{false, true} {
		v := svg{fine: fineness, small: small}
		if small {
			v.fine = coarseFineness
		}
		var p Path
		for _, seg := range letters.Outline(5, 120) {
			switch seg.Op {
			case 'M':
				p.MoveTo(float64(seg.Points[0][0])/10, float64(seg.Points[0][1])/10)
			case 'L':
				p.LineTo(float64(seg.Points[0][0])/10, float64(seg.Points[0][1])/10)
			case 'Q':
				p.QuadTo(float64(seg.Points[0][0])/10, float64(seg.Points[0][1])/10, float64(seg.Points[1][0])/10, float64(seg.Points[1][1])/10)
			}
		}
		if p.Empty() {
			t.Fatal("no glyph")
		}
		drawn, told := points(p), said(t, v.data(&p), v.fine)
		for _, pair := range [][2][]Point{{drawn, told}, {told, drawn}} {
			for _, a := range pair[0] {
				nearest := math.Inf(1)
				for _, b := range pair[1] {
					nearest = min(nearest, math.Hypot(a.X-b.X, a.Y-b.Y))
				}
				if nearest > 1.6/v.fine+0.6 {
					t.Errorf("small %v: (%.2f, %.2f) is %.2f away", small, a.X, a.Y, nearest)
				}
			}
		}
	}
}

// points returns places along a path, half a unit apart or less.
func points(p Path) (out []Point) {
	var pen, start Point
	line := func(to Point) {
		n := int(math.Hypot(to.X-pen.X, to.Y-pen.Y)*2) + 1
		for i := range n + 1 {
			k := float64(i) / float64(n)
			out = append(out, Point{pen.X + (to.X-pen.X)*k, pen.Y + (to.Y-pen.Y)*k})
		}
		pen = to
	}
	p.each(func(op byte, at []Point) {
		switch op {
		case 'M':
			pen, start = at[0], at[0]
		case 'L':
			line(at[0])
		case 'Q':
			from := pen
			for i := 1; i <= 24; i++ {
				k := float64(i) / 24
				line(Point{(1-k)*(1-k)*from.X + 2*k*(1-k)*at[0].X + k*k*at[1].X, (1-k)*(1-k)*from.Y + 2*k*(1-k)*at[0].Y + k*k*at[1].Y})
			}
		case 'Z':
			line(start)
		}
	})
	return out
}

var (
	step  = regexp.MustCompile(`([mlhvqtz])([^mlhvqtz]*)`)
	value = regexp.MustCompile(`-?\d+`)
)

// said reads path data in the way that SVG reads it (SVG 1.1, 8.3).
func said(t *testing.T, data string, fine float64) []Point {
	var p Path
	var pen, bend, start Point
	smooth := false
	for _, m := range step.FindAllStringSubmatch(data, -1) {
		var n []float64
		for _, s := range value.FindAllString(m[2], -1) {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			n = append(n, x/fine)
		}
		need := map[string]int{"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "t": 2, "z": 0}[m[1]]
		if need == 0 {
			p.Close()
			pen, smooth = start, false
			continue
		}
		for ; len(n) >= need; n = n[need:] {
			to := Point{pen.X, pen.Y}
			switch m[1] {
			case "h":
				to.X += n[0]
			case "v":
				to.Y += n[0]
			default:
				to.X, to.Y = to.X+n[need-2], to.Y+n[need-1]
			}
			switch m[1] {
			case "m":
				p.MoveTo(to.X, to.Y)
				start = to
			case "q":
				bend = Point{pen.X + n[0], pen.Y + n[1]}
				p.QuadTo(bend.X, bend.Y, to.X, to.Y)
			case "t":
				if !smooth {
					bend = pen
				}
				bend = Point{2*pen.X - bend.X, 2*pen.Y - bend.Y}
				p.QuadTo(bend.X, bend.Y, to.X, to.Y)
			default:
				p.LineTo(to.X, to.Y)
			}
			pen, smooth = to, m[1] == "q" || m[1] == "t"
		}
		if len(n) > 0 {
			t.Fatalf("%s has %v left over", m[0], n)
		}
	}
	return points(p)
}
