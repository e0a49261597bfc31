package letters

import (
	"bytes"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// The faces: Noto Sans, Noto Sans Arabic and Noto Sans Ethiopic, under the SIL
// Open Font License (OFL.txt); gen/fonts.go says how the file is made.
//
//go:embed fonts.zst
var fontsZst []byte

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
	font [Faces]*font
}

// loaded reads the fonts once. A build whose own fonts are damaged is broken.
var loaded = sync.OnceValue(func() *fonts {
	out, err := readFonts(fontsZst)
	if err != nil {
		panic("letters: the built-in fonts are damaged: " + err.Error())
	}
	return out
})

// readFonts reads what gen/fonts.go writes: a line with name and length of each
// face, an empty one, then their files, all of it compressed.
func readFonts(packed []byte) (*fonts, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	data, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	head, body, _ := bytes.Cut(data, []byte("\n\n"))
	var out fonts
	for i, line := range strings.Split(string(head), "\n") {
		name, length, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(length)
		if err != nil || i >= Faces || name != faceNames[i] || n > len(body) {
			return nil, errFont
		}
		out.data[i], body = body[:n:n], body[n:]
		if out.font[i], err = readFont(out.data[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if out.font[Faces-1] == nil {
		return nil, errFont
	}
	return &out, nil
}

func (f Face) font() *font { return loaded().font[f] }

// has reports whether the face has a shape for a character.
func (f Face) has(r rune) bool { return f.font().cmap[r] != 0 }
