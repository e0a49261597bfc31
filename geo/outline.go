package geo

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/admin1.zip
var admin1Zip []byte

// BordersKey is the message that goes with every map: its borders state no
// opinion. See docs/geo-data.md for whose they are.
const BordersKey = "map.borders"

// World is the map of all countries in the Equal Earth projection with its
// seam in the Bering Strait, for a viewBox of "0 0 Width Height".
type World struct {
	Width, Height int
	Shapes        []Shape // by code; every country has one
	MadeUp        []Shape // dots of the made-up world, to be drawn only with sample data
}

// Shape is an area on a map. Path is SVG path data in whole numbers with
// relative commands, empty where Dot says that the area is too small: then a
// dot stands at X, Y, which is otherwise a good place for a label.
type Shape struct {
	Code          string // ISO 3166-1, or ISO 3166-2 for a part; empty when the area has no code in force
	Path          string
	X, Y          int
	Dot           bool
	Covers        []string // for a part drawn as one that is several regions by code
	Width, Height int      // viewBox of a country's own drawing; 0 in World
	Parts         []Shape  // first-level regions of a country's own drawing
}

var world = sync.OnceValue(func() World {
	width, height, shapes := readShapes(table("world.tsv"))
	w := World{Width: width, Height: height, Shapes: shapes}
	for i := range w.Shapes {
		w.Shapes[i].Dot = w.Shapes[i].Path == ""
	}
	for _, m := range madeUp {
		w.MadeUp = append(w.MadeUp, Shape{Code: m.Code, X: m.X, Y: m.Y, Dot: true})
	}
	return w
})

// admin1 holds one small file for each country, named by its code.
var admin1 = sync.OnceValue(func() *zip.Reader {
	z, err := zip.NewReader(bytes.NewReader(admin1Zip), int64(len(admin1Zip)))
	if err != nil {
		panic("geo: the built-in drawings are damaged: " + err.Error()) // a broken build, not an input
	}
	return z
})

// Outline returns the map of the world. Antarctica is left out.
func Outline() World {
	w := world()
	w.Shapes, w.MadeUp = slices.Clone(w.Shapes), slices.Clone(w.MadeUp)
	return w
}

// CountryOutline returns the drawing of one country with its first-level
// regions, and false where we have none (small states). It takes at
// most 3 kB of brotli; the United Kingdom, North Macedonia and Slovenia, whose hundreds of
// communes do not fit, are one part without a code.
func CountryOutline(code string) (Shape, bool) {
	if s, ok := inventedOutline(code); ok {
		return s, true
	}
	if len(code) != 2 || !isUpper(code[0]) || !isUpper(code[1]) {
		return Shape{}, false
	}
	f, err := admin1().Open(code)
	if err != nil {
		return Shape{}, false
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return Shape{}, false
	}
	s := Shape{Code: code}
	s.Width, s.Height, s.Parts = readShapes(string(text))
	s.X, s.Y = s.Width/2, s.Height/2
	return s, true
}

// readShapes reads what gen/world.go and gen/admin1.go write: width and
// height, then lines of codes, x, y, path.
func readShapes(text string) (width, height int, shapes []Shape) {
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 {
			width, height = number(f[0]), number(f[1])
			continue
		}
		s := Shape{X: number(f[1]), Y: number(f[2]), Path: f[3]}
		if codes := strings.Fields(f[0]); len(codes) == 1 {
			s.Code = codes[0]
		} else {
			s.Covers = codes
		}
		shapes = append(shapes, s)
	}
	return width, height, shapes
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
