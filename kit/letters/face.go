package letters

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
)

// The faces: Noto Sans, Noto Sans Arabic and Noto Sans Ethiopic, under the SIL
// Open Font License (OFL.txt); gen/fonts.go says how the file is made.
//
//go:embed fonts.zip
var fontsZip []byte

// Weight is how heavy letters are.
type Weight uint8

// The weights: Text for words that are read, Head for words that are seen from
// afar. Latin and Ethiopic heads are condensed, so that long words stay large.
const (
	Text Weight = iota
	Head
)

// Script is a writing system that the faces cover whole.
type Script uint8

// The scripts. Cyrillic and Greek stand in the Latin faces.
const (
	Latin Script = iota
	Arabic
	Ethiopic
)

// Face is one font: a script in a weight.
type Face uint8

// Faces is how many faces there are; they are numbered from 0.
const Faces = 6

var faceNames = [Faces]string{"latin-text", "latin-head", "arabic-text", "arabic-head", "ethiopic-text", "ethiopic-head"}

var otScripts = [...]language.Script{Latin: language.Latin, Arabic: language.Arabic, Ethiopic: language.Ethiopic}

func faceOf(s Script, w Weight) Face { return Face(s)*2 + Face(w) }

// Script returns the writing system of the face.
func (f Face) Script() Script { return Script(f / 2) }

// Name returns the name of the face in the file of fonts, such as "arabic-head".
func (f Face) Name() string { return faceNames[f] }

// Data returns the face as a TrueType file, which must not be changed.
func (f Face) Data() []byte { return loaded().data[f] }

// PerEm is how many units of a face make one em. All faces have the same.
const PerEm = 1000

type fonts struct {
	data [Faces][]byte
	font [Faces]*font.Font
}

// loaded reads the fonts once. A build whose own fonts are damaged is broken.
var loaded = sync.OnceValue(func() *fonts {
	z, err := zip.NewReader(bytes.NewReader(fontsZip), int64(len(fontsZip)))
	if err != nil {
		panic("letters: the built-in fonts are damaged: " + err.Error())
	}
	var out fonts
	for i, name := range faceNames {
		f, err := z.Open(name + ".ttf")
		if err != nil {
			panic("letters: the built-in fonts are damaged: " + err.Error())
		}
		if out.data[i], err = io.ReadAll(f); err != nil {
			panic("letters: the built-in fonts are damaged: " + err.Error())
		}
		f.Close()
		face, err := font.ParseTTF(bytes.NewReader(out.data[i]))
		if err != nil || face.Upem() != PerEm {
			panic("letters: the built-in font " + name + " is damaged")
		}
		out.font[i] = face.Font
	}
	return &out
})

// setter shapes text. Its parts keep caches and serve one caller at a time.
type setter struct {
	face   [Faces]*font.Face
	shaper [Faces]*harfbuzz.Font
	buffer *harfbuzz.Buffer
}

var setters = sync.Pool{New: func() any {
	s := &setter{buffer: harfbuzz.NewBuffer()}
	for i, f := range loaded().font {
		s.face[i] = font.NewFace(f)
		s.shaper[i] = harfbuzz.NewFont(s.face[i])
	}
	return s
}}

// Segment is one step of an outline, in units of the face, y upwards. Op is 'M'
// with one point, 'L' with one, 'Q' with two, 'C' with three.
type Segment struct {
	Op     byte
	Points [3][2]float32
}

// Outline returns the contours of a glyph, to be filled by the nonzero rule.
// Each contour is closed by the next 'M' or the end.
func Outline(f Face, glyph uint32) []Segment {
	s := setters.Get().(*setter)
	defer setters.Put(s)
	data, _ := s.face[f].GlyphDataOutline(font.GID(glyph))
	out := make([]Segment, 0, len(data.Segments))
	for _, seg := range data.Segments {
		step := Segment{Op: "MLQC"[seg.Op]}
		for i, a := range seg.ArgsSlice() {
			step.Points[i] = [2]float32{a.X, a.Y}
		}
		out = append(out, step)
	}
	return out
}
