package letters

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"keepiton"
	"keepiton/locale"
)

// Style is how a text is set.
type Style struct {
	Lang   string // BCP 47 tag; decides which script comes first, and the direction
	Weight Weight
}

// Script returns the script in which the language is mostly written (CLDR, likely
// subtags), of those that we have letters for; else the Latin one.
func (s Style) Script() Script {
	if known, ok := scripts.Load(s.Lang); ok {
		return known.(Script)
	}
	out := Latin
	switch script, _ := language.Make(s.Lang).Script(); script.String() {
	case "Arab":
		out = Arabic
	case "Ethi":
		out = Ethiopic
	}
	if locale.Known(s.Lang) { // others come from outside, and there is no end to them
		scripts.Store(s.Lang, out)
	}
	return out
}

var scripts sync.Map // language -> Script

// RTL reports whether paragraphs in the style read from right to left.
func (s Style) RTL() bool { return s.Script() == Arabic }

// faces returns the faces in the order they are asked for a character.
func (s Style) faces() [3]Face {
	order := [3]Script{Latin, Arabic, Ethiopic}
	switch s.Script() {
	case Arabic:
		order = [3]Script{Arabic, Latin, Ethiopic}
	case Ethiopic:
		order = [3]Script{Ethiopic, Latin, Arabic}
	}
	var out [3]Face
	for i, script := range order {
		out[i] = faceOf(script, s.Weight)
	}
	return out
}

// Glyph is one shape of a line.
type Glyph struct {
	Face    Face
	ID      uint32  // of the shape in the face
	X, Y    float64 // of its origin from the start of the baseline, in em, y upwards
	Advance float64 // how far the next shape is, in em; 0 for marks
	Text    string  // characters it stands for; empty where a shape before it in reading order stands for them
	RTL     bool    // its characters read from right to left
}

// Line is one line of shaped text, its glyphs from left to right.
type Line struct {
	Text        string // the words in reading order
	RTL         bool   // direction of the paragraph
	Glyphs      []Glyph
	Width       float64 // sum of the advances, in em
	Left, Right float64 // where ink begins and ends from the start of the baseline, in em
	Top, Bottom float64 // how far ink reaches above and below the baseline, in em; Bottom is negative below
	Hang        float64 // width of an opening quotation mark at the side where reading starts, which may stand in the margin
}

// Set shapes a text as one line. Characters that no face has are an error.
func Set(text string, style Style) (Line, error) {
	runes, err := readable(text, style)
	if err != nil {
		return Line{}, err
	}
	faces, err := assign(runes, style)
	if err != nil {
		return Line{}, err
	}
	return set(runes, faces, levels(runes, style.RTL()), style), nil
}

// tag is a hashtag, a handle or the like in Latin letters.
var tag = regexp.MustCompile(`[#@][\p{Latin}_][\p{Latin}\p{Nd}_]*`)

// widths makes blanks of other widths ordinary ones: the faces have no glyph for
// them, and CLDR writes a thin one between two dates. That of figures stays one at
// which no line breaks.
var widths = strings.NewReplacer("\u2007", "\u00a0", "\u2000", " ", "\u2001", " ", "\u2002", " ", "\u2003", " ", "\u2004", " ", "\u2005", " ", "\u2006", " ", "\u2008", " ", "\u2009", " ", "\u200a", " ", "\u205f", " ", "\u3000", " ")

// readable brings a text into NFC, as the faces want it, and refuses control
// characters. Line breaks are those of Fit alone. In a text that reads from
// right to left, a Latin hashtag is isolated: its sign would stand behind it.
func readable(text string, style Style) ([]rune, error) {
	text = norm.NFC.String(widths.Replace(strings.ToValidUTF8(text, "\ufffd")))
	if style.RTL() {
		text = tag.ReplaceAllString(text, "\u2066$0\u2069")
	}
	runes := []rune(text)
	for _, r := range runes {
		if unicode.IsControl(r) {
			return nil, missing(r)
		}
	}
	return runes, nil
}

func missing(r rune) error {
	return &keepiton.Error{
		Code: keepiton.Invalid,
		Key:  "error.kit.character",
		Args: map[string]any{"Character": string(r), "Code": fmt.Sprintf("U+%04X", r)},
		Err:  fmt.Errorf("the character %q (%s) cannot be drawn", r, fmt.Sprintf("U+%04X", r)),
		Hint: "Latin, Arabic, Ethiopic, Cyrillic and Greek letters, digits and punctuation can",
	}
}

// missingIn returns the character that an error says cannot be drawn; empty for
// another error, or none.
func missingIn(err error) string {
	var e *keepiton.Error
	if !errors.As(err, &e) || e.Key != "error.kit.character" {
		return ""
	}
	bad, _ := e.Args["Character"].(string)
	return bad
}

// silent reports characters that have no shape of their own: joiners, marks of
// direction, variation selectors.
func silent(r rune) bool {
	return r == '\u034f' || r >= '\ufe00' && r <= '\ufe0f' ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// assign finds a face for each character.
func assign(text []rune, style Style) ([]Face, error) {
	order := style.faces()
	out := make([]Face, len(text))
	for i, r := range text {
		follows := i > 0 && (silent(r) || unicode.Is(unicode.M, r))
		if follows && (silent(r) || out[i-1].has(r)) {
			out[i] = out[i-1]
			continue
		}
		n := slices.IndexFunc(order[:], func(f Face) bool { return f.has(r) })
		switch {
		case n >= 0:
			out[i] = order[n]
		case silent(r):
			out[i] = order[0]
		default:
			return nil, missing(r)
		}
	}
	return out, nil
}

// Legible reports the first character of a text that cannot be drawn, as [Fit] would,
// without setting it. Line breaks and blanks are no characters.
func Legible(text string, style Style) error {
	runes, err := readable(strings.Join(strings.Fields(text), " "), style)
	if err == nil {
		_, err = assign(runes, style)
	}
	return err
}

// item is a run of one face and one level.
type item struct {
	start, end int
	face       Face
	level      uint8
}

// items splits a text into runs, in the order in which they stand from left to
// right (UAX 9, L2).
func items(faces []Face, levels []uint8) []item {
	var out []item
	most := uint8(0)
	for i, f := range faces {
		if n := len(out); n > 0 && out[n-1].face == f && out[n-1].level == levels[i] {
			out[n-1].end = i + 1
			continue
		}
		out = append(out, item{i, i + 1, f, levels[i]})
		most = max(most, levels[i])
	}
	for l := most; l >= 1; l-- {
		for i := 0; i < len(out); {
			j := i
			for j < len(out) && out[j].level >= l {
				j++
			}
			slices.Reverse(out[i:j])
			i = max(j, i+1)
		}
	}
	return out
}

// set shapes a text whose faces and levels are known as one line.
func set(text []rune, faces []Face, lv []uint8, style Style) Line {
	l := Line{Text: string(text), RTL: style.RTL(), Left: math.Inf(1), Right: math.Inf(-1), Top: math.Inf(-1), Bottom: math.Inf(1)}
	for _, it := range items(faces, lv) {
		f := it.face.font()
		for _, s := range f.shape(text, it, style.Lang) {
			g := Glyph{
				Face: it.face, ID: uint32(s.id), X: l.Width + float64(s.x)/PerEm, Y: float64(s.y) / PerEm,
				Advance: float64(s.advance) / PerEm, Text: string(s.text), RTL: it.level%2 == 1,
			}
			if x0, y0, x1, y1, ok := f.bounds(s.id); ok {
				l.Left, l.Right = min(l.Left, g.X+float64(x0)/PerEm), max(l.Right, g.X+float64(x1)/PerEm)
				l.Bottom, l.Top = min(l.Bottom, g.Y+float64(y0)/PerEm), max(l.Top, g.Y+float64(y1)/PerEm)
			}
			l.Glyphs = append(l.Glyphs, g)
			l.Width += g.Advance
		}
	}
	if l.Left > l.Right { // nothing but blanks
		l.Left, l.Right, l.Top, l.Bottom = 0, 0, 0, 0
	}
	l.hang()
	return l
}

// hang measures the opening quotation marks of a line.
func (l *Line) hang() {
	for i := range l.Glyphs {
		g := l.Glyphs[i]
		if l.RTL {
			g = l.Glyphs[len(l.Glyphs)-1-i]
		}
		if g.Text == "" || !strings.ContainsAny(g.Text, "“”„«»‘’\"\u00a0\u202f") {
			return
		}
		l.Hang += g.Advance
	}
	l.Hang = 0 // nothing but quotation marks
}
