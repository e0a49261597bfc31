package letters

import (
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The rules that are applied without being asked for, as HarfBuzz applies them
// (OpenType feature registry). Each stage sees what the one before it made.
var (
	plainStages  = [][]string{{"ccmp", "locl", "rlig", "calt", "clig", "liga", "rclt"}}
	arabicBefore = []string{"ccmp", "locl"}
	arabicAfter  = [][]string{{"rlig", "calt"}, {"clig", "liga", "rclt"}}
	positioning  = []string{"curs", "dist", "kern", "mark", "mkmk"}
)

// languages are the tags of languages that fonts treat in ways of their own; the
// others have the script's default.
var languages = map[string]string{"ca": "CAT ", "ro": "ROM ", "sr": "SRB ", "mk": "MKD ", "ur": "URD "}

// stage is a set of lookups for letters of a form.
type stage struct {
	lookups []int
	only    form
}

// plan is what is applied to runs of a script in a language.
type plan struct {
	substitute []stage
	position   []int
}

type planKey struct{ script, language string }

func (f *font) plan(script, language string) plan {
	key := planKey{script, languages[language]}
	if p, ok := f.plans.Load(key); ok {
		return p.(plan)
	}
	var p plan
	add := func(only form, features ...string) {
		if rules := f.gsub.rules(key.script, key.language, features...); len(rules) > 0 {
			p.substitute = append(p.substitute, stage{rules, only})
		}
	}
	if script == "arab" {
		add(anyForm, arabicBefore...)
		for _, ff := range formFeatures {
			add(ff.form, ff.tag)
		}
		for _, features := range arabicAfter {
			add(anyForm, features...)
		}
	} else {
		for _, features := range plainStages {
			add(anyForm, features...)
		}
	}
	p.position = f.gpos.rules(key.script, key.language, positioning...)
	f.plans.Store(key, p)
	return p
}

// script returns the tag of the script that a run in a face is of.
func (f Face) tag(run []rune) string {
	switch f.Script() {
	case Arabic:
		return "arab"
	case Ethiopic:
		return "ethi"
	}
	for _, r := range run { // these stand in the Latin faces
		switch {
		case unicode.Is(unicode.Latin, r):
			return "latn"
		case unicode.Is(unicode.Cyrillic, r):
			return "cyrl"
		case unicode.Is(unicode.Greek, r):
			return "grek"
		}
	}
	return "latn"
}

// shape returns the glyphs of a run from left to right. Letters beside the run
// decide how its own letters join.
func (f *font) shape(text []rune, it item, language string) []shaped {
	part := text[it.start:it.end]
	script := it.face.tag(part)
	r := &run{font: f, backward: it.level%2 == 1}
	if script == "arab" {
		r.characters(reorder(part), it.start, forms(text, it.start, it.end))
	} else {
		r.characters(part, it.start, nil)
		if r.backward { // such as punctuation in an Arabic text: turned round, it is set like any other
			r.turn()
			r.backward = false
		}
	}
	p := f.plan(script, language)
	for _, stage := range p.substitute {
		for _, n := range stage.lookups {
			r.apply(f.gsub, n, stage.only, r.substitute)
		}
	}
	for i := range r.glyphs {
		r.glyphs[i].advance = f.advance(r.glyphs[i].id)
	}
	for _, n := range p.position {
		r.apply(f.gpos, n, anyForm, r.position)
	}
	r.settle()
	if r.backward {
		slices.Reverse(r.glyphs)
	}
	return r.glyphs
}

// characters finds the glyph of each character. Those that are not seen are left
// out, but told by the glyph before them.
func (r *run) characters(part []rune, start int, forms []form) {
	wall := false
	for i, c := range part {
		if r.backward {
			c = mirrored(c)
		}
		glyph := r.cmap[c]
		if glyph == 0 {
			glyph = r.cmap[part[i]]
		}
		if silent(c) && (glyph == 0 || unicode.Is(unicode.Cf, c)) {
			wall = wall || c == 0x200c
			continue
		}
		g := shaped{id: glyph, text: []rune{part[i]}, at: start + i, wall: wall}
		if forms != nil {
			g.form = forms[i]
		}
		r.glyphs = append(r.glyphs, g)
		wall = false
	}
}

// turn brings letters with their marks into the opposite order.
func (r *run) turn() {
	out := make([]shaped, 0, len(r.glyphs))
	for end := len(r.glyphs); end > 0; {
		start := end - 1
		for start > 0 && norm.NFC.PropertiesString(string(r.glyphs[start].text)).CCC() != 0 {
			start--
		}
		out = append(out, r.glyphs[start:end]...)
		end = start
	}
	r.glyphs = out
}

// mirrored returns the character whose shape is the mirror image (UAX 9, L4;
// BidiMirroring.txt for the characters that our faces have).
func mirrored(r rune) rune {
	const pairs = "()<>[]{}«»‹›≤≥⁅⁆⁽⁾₍₎"
	before := rune(0)
	for i, p := range []rune(pairs) {
		if i%2 == 1 {
			switch r {
			case before:
				return p
			case p:
				return before
			}
		}
		before = p
	}
	return r
}
