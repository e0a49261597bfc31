package chart

import (
	"fmt"
	"slices"
	"strings"
)

// SceneCSS is the style of scenes, for the page's own style element. What is cut
// is a broken line with a cross, what is slowed a dotted one: colour only repeats
// what the shape says.
//
//	.i things  .on works  .off cut  .slo slowed  .no crosses  .a area that is cut
const SceneCSS = `.ch{display:block;width:100%;height:auto;color:var(--ink,currentColor);font-size:11px;line-height:1.2}` +
	`.ch .in{visibility:hidden;line-height:0}.ch>title,.ch>desc{display:block;font-size:.9rem;line-height:1.5}` +
	`.ch path{fill:none;stroke:currentColor;stroke-width:1.7;stroke-linejoin:round;stroke-linecap:round}.ch text{fill:currentColor;text-anchor:middle}` +
	`.ch .on{stroke-width:2.6}.ch .off{stroke-dasharray:3 5;stroke-opacity:.6}.ch .slo{stroke-width:2.6;stroke-dasharray:.1 6}` +
	`.ch .no{stroke:var(--dark,#b3261e);stroke-width:3}.ch .a{fill:var(--dark,#b3261e);fill-opacity:.28;stroke:none}`

// sceneWidth and sceneHeight are the size of every scene, in its own units.
const sceneWidth, sceneHeight = 168.0, 84.0

// scene draws what is connected with what. Things of one kind are one path, so
// that a page of many scenes stays light.
type scene struct {
	pen
	paths map[string]*strings.Builder
	words strings.Builder
}

// sceneClasses are painted in this order: crosses come last.
var sceneClasses = []string{"a", "off", "slo", "on", "i", "no"}

// line is the state of a connection, and the class of its path.
type line string

const (
	works line = "on"
	cut   line = "off"
	slow  line = "slo"
)

// Scene draws one of the scenes of Scenes: what a kind of shutdown cuts, or how it
// is done. The title names it and the description says what is to be seen.
func Scene(o Options, name string) (Figure, bool) {
	draw, ok := scenes[name]
	if !ok {
		return Figure{}, false
	}
	s := &scene{pen: pen{w: sceneWidth, rtl: o.printer().Dir() == "rtl"}, paths: map[string]*strings.Builder{}}
	draw(s)
	var b strings.Builder
	for _, class := range sceneClasses {
		if d := s.paths[class]; d != nil {
			fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, d)
		}
	}
	return Figure{Width: sceneWidth, Height: sceneHeight, opt: o, body: b.String() + s.words.String()}, true
}

// Scenes lists the names of all scenes.
func Scenes() []string {
	var out []string
	for name := range scenes {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// path adds path data to what is painted with a class.
func (s *scene) path(class, d string) {
	if s.paths[class] == nil {
		s.paths[class] = &strings.Builder{}
	}
	s.paths[class].WriteString(d)
}

// icon draws a thing of icons around a point.
func (s *scene) icon(name string, x, y float64) {
	s.path("i", "M"+num(s.x(x))+" "+num(y)+icons[name])
}

// cross draws a cross at a point: here it ends.
func (s *scene) cross(x, y float64) {
	s.path("no", "M"+num(s.x(x))+" "+num(y)+"m-5-5l10 10m0-10l-10 10")
}

// link draws a connection from a point to another.
func (s *scene) link(x1, y1, x2, y2 float64, is line) {
	s.path(string(is), fmt.Sprintf("M%s %sL%s %s", num(s.x(x1)), num(y1), num(s.x(x2)), num(y2)))
	if is == cut {
		s.cross((x1+x2)/2, (y1+y2)/2)
	}
}

// word writes a word that is the same in all languages.
func (s *scene) word(x, y float64, word string) {
	fmt.Fprintf(&s.words, `<text x="%s" y="%s">%s</text>`, num(s.x(x)), num(y), escape(word))
}

// network draws the whole way: a phone by its mast and a house by its line to the
// operator, and from there to the world.
func (s *scene) network(mobile, fixed, world line) {
	s.icon("phone", 14, 20)
	s.icon("mast", 62, 22)
	s.icon("house", 16, 64)
	s.icon("office", 104, 44)
	s.icon("globe", 152, 44)
	s.link(26, 20, 50, 20, mobile)
	s.link(32, 66, 90, 52, fixed)
	s.link(74, 26, 90, 36, works)
	s.link(118, 44, 136, 44, world)
}
