package letters

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"keepiton/locale"
)

// written is how a run came out: glyph, offset and advance of each, from left to
// right.
func written(glyphs []shaped) string {
	var b strings.Builder
	for i, g := range glyphs {
		if i > 0 {
			b.WriteByte('|')
		}
		fmt.Fprintf(&b, "%d", g.id)
		if g.x != 0 || g.y != 0 {
			fmt.Fprintf(&b, "@%d,%d", g.x, g.y)
		}
		fmt.Fprintf(&b, "+%d", g.advance)
	}
	return b.String()
}

// corpus returns texts that a face is to set: all words of all our messages that
// it has letters for, and what nobody would write.
func corpus(f Face) []string {
	seen := map[string]bool{}
	for _, lang := range locale.Languages {
		data, err := os.ReadFile("../../locale/messages/" + lang.Tag + ".json")
		if err != nil {
			panic(err)
		}
		for _, w := range strings.FieldsFunc(string(data), func(r rune) bool { return !f.has(r) || r == '\n' || r == ' ' && f.Script() != Arabic }) {
			if len(w) < 400 {
				seen[w] = true
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var letters, marks []rune
	for r := range f.font().cmap {
		switch {
		case r >= 0xfb50 && r < 0xfe00 || r >= 0xfe70 && r < 0xff00: // shapes of letters, which are not letters
		case unicode.Is(unicode.Mn, r):
			marks = append(marks, r)
		case unicode.IsLetter(r):
			letters = append(letters, r)
		}
	}
	slices.Sort(letters)
	slices.Sort(marks)
	for range 4000 {
		var w []rune
		for range 1 + random.IntN(6) {
			w = append(w, letters[random.IntN(len(letters))])
			for len(marks) > 0 && random.IntN(3) == 0 {
				w = append(w, marks[random.IntN(len(marks))])
			}
			if f.Script() == Arabic && random.IntN(4) == 0 {
				w = append(w, []rune("لا\u064eـ\u0651\u0644")[random.IntN(6)])
			}
		}
		seen[string(w)] = true
	}
	var out []string
	for w := range seen {
		runes, err := readable(w, Style{Lang: "en"})
		// HarfBuzz takes آ apart before it orders marks, so that no small letter
		// comes before its madda; nobody writes that.
		if f.Script() == Arabic && strings.ContainsAny(w, "آأؤإئۀۂۓ") && slices.ContainsFunc(runes, modifier) {
			continue
		}
		if err == nil && !slices.ContainsFunc(runes, func(r rune) bool { return !f.has(r) || silent(r) || r == '\u2044' }) {
			out = append(out, string(runes))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// HarfBuzz itself, Debian's hb-shape, sets the same texts with the same fonts.
func TestShapesAreThoseOfHarfBuzz(t *testing.T) {
	hb, err := exec.LookPath("hb-shape")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("hb-shape is not installed (Debian: libharfbuzz-bin)")
	}
	for f := range Face(Faces) {
		t.Run(f.Name(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "face.ttf")
			if err := os.WriteFile(file, f.Data(), 0o600); err != nil {
				t.Fatal(err)
			}
			texts := corpus(f)
			if testing.Short() {
				texts = texts[:len(texts)/8]
			}
			if err := os.WriteFile(filepath.Join(dir, "texts"), []byte(strings.Join(texts, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			level := uint8(0)
			args := []string{file, "--text-file=" + filepath.Join(dir, "texts"), "--no-glyph-names", "--no-clusters", "--language=fr", "--script=" + map[Script]string{Latin: "latn", Arabic: "arab", Ethiopic: "ethi"}[f.Script()]}
			if f.Script() == Arabic {
				level = 1
				args = append(args, "--direction=rtl")
			}
			out, err := exec.Command(hb, args...).Output()
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			if len(lines) != len(texts) || len(texts) < 500 {
				t.Fatalf("%d texts, %d lines", len(texts), len(lines))
			}
			bad := 0
			for i, text := range texts {
				runes := []rune(text)
				if f.Script() == Latin && f.tag(runes) != "latn" {
					continue
				}
				got := written(f.font().shape(runes, item{0, len(runes), f, level}, "fr"))
				if want := strings.Trim(lines[i], "[]"); got != want {
					if bad++; bad <= 8 {
						t.Errorf("%q %U\n  here     %s\n  HarfBuzz %s", text, runes, got, want)
					}
				}
			}
			if bad > 0 {
				t.Errorf("%d of %d texts differ", bad, len(texts))
			}
		})
	}
}

// Joining types are those of the Unicode Character Database (Debian's
// unicode-data), for every letter that our faces have.
func TestLettersJoinAsUnicodeSays(t *testing.T) {
	data, err := os.ReadFile("/usr/share/unicode/ArabicShaping.txt")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("unicode-data is not installed: %v", err)
	}
	want := map[string]joining{"U": joinsNot, "R": joinsBefore, "D": joinsBoth, "C": joinsAlways, "T": joinsThrough}
	n := 0
	for line := range strings.Lines(string(data)) {
		f := strings.Split(line, ";")
		var r rune
		if _, err := fmt.Sscanf(f[0], "%X", &r); err != nil || len(f) < 4 || !faceOf(Arabic, Text).has(r) {
			continue
		}
		n++
		if got := joins(r); got != want[strings.TrimSpace(f[2])] {
			t.Errorf("U+%04X joins as %d, in Unicode %s", r, got, f[2])
		}
	}
	if n < 200 {
		t.Errorf("only %d letters", n)
	}
}

// Mirrored characters are those of the Unicode Character Database, for all that
// our faces have.
func TestMirrorsAreThoseOfUnicode(t *testing.T) {
	data, err := os.ReadFile("/usr/share/unicode/BidiMirroring.txt")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("unicode-data is not installed: %v", err)
	}
	for line := range strings.Lines(string(data)) {
		var a, b rune
		if _, err := fmt.Sscanf(line, "%X; %X", &a, &b); err != nil {
			continue
		}
		for f := range Face(Faces) {
			if f.has(a) && f.has(b) && mirrored(a) != b {
				t.Errorf("%s: the mirror image of %q is %q, in Unicode %q", f.Name(), a, mirrored(a), b)
			}
		}
	}
}
