package chart

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"keepiton/locale"
)

// TestScenesStayOnTheirSheet walks the pen of every path: what leaves the sheet is
// cut off on the page.
func TestScenesStayOnTheirSheet(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		for _, name := range Scenes() {
			f, ok := Scene(Options{P: locale.For(lang), ID: "x", Title: "Title", Desc: "Desc"}, name)
			if !ok {
				t.Fatal(name)
			}
			html := string(f.HTML())
			dec := xml.NewDecoder(strings.NewReader(html))
			for {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if !strings.Contains(html, ">Title</title>") || !strings.Contains(html, ">Desc</desc>") {
				t.Errorf("%s has no title or description", name)
			}
			for _, m := range regexp.MustCompile(` d="([^"]*)"`).FindAllStringSubmatch(html, -1) {
				for _, at := range walk(t, m[1]) {
					if at[0] < 0 || at[0] > sceneWidth || at[1] < 0 || at[1] > sceneHeight {
						t.Errorf("%s (%s): the pen is at %.0f, %.0f", name, lang, at[0], at[1])
						break
					}
				}
			}
		}
	}
}

// walk lists where the pen of path data goes, by the ends of its strokes (SVG 2
// section 9.3).
func walk(t *testing.T, d string) (at [][2]float64) {
	t.Helper()
	var x, y, x0, y0 float64
	take := map[byte]int{'M': 2, 'L': 2, 'm': 2, 'l': 2, 'h': 1, 'v': 1, 'a': 7, 'c': 6, 'z': 0}
	for _, m := range regexp.MustCompile(`([A-Za-z])([^A-Za-z]*)`).FindAllStringSubmatch(d, -1) {
		c := m[1][0]
		var n []float64
		for _, s := range regexp.MustCompile(`-?[0-9]*\.?[0-9]+`).FindAllString(m[2], -1) {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			n = append(n, v)
		}
		size, known := take[c]
		if !known || size > 0 && len(n)%size != 0 || size > 0 && len(n) == 0 {
			t.Fatalf("%q has %d numbers", m[0], len(n))
		}
		if c == 'z' {
			x, y = x0, y0
			continue
		}
		for i := 0; i < len(n); i += size {
			switch end := n[i : i+size]; c {
			case 'M', 'L':
				x, y = end[0], end[1]
			case 'h':
				x += end[0]
			case 'v':
				y += end[0]
			default:
				x, y = x+end[size-2], y+end[size-1]
			}
			if i == 0 && (c == 'M' || c == 'm') {
				x0, y0 = x, y
			}
			at = append(at, [2]float64{x, y})
		}
	}
	return at
}

func TestWhatIsCutIsToldByShapeAndNotByColour(t *testing.T) {
	for _, name := range Scenes() {
		f, _ := Scene(Options{P: locale.For("en")}, name)
		html := string(f.HTML())
		if cut := strings.Contains(html, `class="off"`); cut && !strings.Contains(html, `class="no"`) {
			t.Errorf("%s: a cut without a cross", name)
		}
		if !strings.Contains(html, `class="no"`) && !strings.Contains(html, `class="slo"`) {
			t.Errorf("%s: nothing is cut or slowed", name)
		}
	}
	if _, ok := Scene(Options{P: locale.For("en")}, "nothing"); ok {
		t.Error("a scene of nothing was drawn")
	}
}

// TestScenesReadFromTheRightInArabic keeps the way from person to world in the
// direction of reading.
func TestScenesReadFromTheRightInArabic(t *testing.T) {
	en, _ := Scene(Options{P: locale.For("en")}, "ipv6")
	ar, _ := Scene(Options{P: locale.For("ar")}, "ipv6")
	if !strings.Contains(string(en.HTML()), "M28 34L136 34") || !strings.Contains(string(ar.HTML()), "M140 34L32 34") {
		t.Errorf("en %s\nar %s", en.HTML(), ar.HTML())
	}
}
