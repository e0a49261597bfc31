package letters

import (
	"math"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// shown returns the characters of a line as they stand from left to right.
func shown(t *testing.T, text, lang string) string {
	t.Helper()
	l, err := Set(text, Style{Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, g := range l.Glyphs {
		b.WriteString(strings.Map(func(r rune) rune {
			if silent(r) {
				return -1
			}
			return r
		}, g.Text))
	}
	return b.String()
}

func TestMixedTextStandsAsItIsRead(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"en", "Keep it on", "Keep it on"},
		{"ar", "في 2026", "2026 يف"},
		{"ar", "مع #KeepItOn اليوم", "مويلا #KeepItOn عم"},
		{"ar", "قالت Access Now إن 12 يومًا", "امًوي 12 نإ Access Now تلاق"},
		{"ar", "(Access Now)", ")Access Now("},
		{"fr", "حملة 2026 KeepItOn", "2026 ةلمح KeepItOn"},
		{"am", "የ#KeepItOn ጥምረት", "የ#KeepItOn ጥምረት"},
		{"ar", "منظمة Роскомсвобода", "Роскомсвобода ةمظنم"},
	} {
		if got := shown(t, c.text, c.lang); got != c.want {
			// Marks stand before their letters from left to right.
			if strings.Map(dropMarks, got) != strings.Map(dropMarks, c.want) {
				t.Errorf("%s: %q stands as %q, wanted %q", c.lang, c.text, got, c.want)
			}
		}
	}
}

func dropMarks(r rune) rune {
	if r >= 0x064b && r <= 0x0652 {
		return -1
	}
	return r
}

func TestArabicLettersJoin(t *testing.T) {
	ids := func(text string) (out []uint32) {
		l, err := Set(text, Style{Lang: "ar", Weight: Head})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range l.Glyphs {
			out = append(out, g.ID)
		}
		return out
	}
	alone := ids("ه")[0]
	if joined := ids("ههه"); len(joined) != 3 || slices.Contains(joined, alone) || joined[0] == joined[1] || joined[1] == joined[2] {
		t.Errorf("three heh are %v, one is %d", joined, alone)
	}
	if n := len(ids("لا")); n != 1 {
		t.Errorf("lam with alef has %d shapes", n)
	}
	// A zero width non-joiner parts letters and is not seen itself.
	if parted := ids("ه\u200cه"); len(parted) != 2 || parted[0] != alone {
		t.Errorf("parted heh are %v, one is %d", parted, alone)
	}
	// No line is stretched: kashidas are the writer's alone.
	b, err := Fit("قطعوا الإنترنت عن البلد كله", Style{Lang: "ar", Weight: Head}, Box{Width: 300, Height: 900, Largest: 80, Least: 20})
	if err != nil {
		t.Fatal(err)
	}
	tatweel := ids("ـ")[0]
	for _, l := range b.Lines {
		for _, g := range l.Glyphs {
			if g.ID == tatweel {
				t.Errorf("%q has a kashida", l.Text)
			}
		}
	}
}

func TestMarksStandOverTheirLetters(t *testing.T) {
	for text, lang := range map[string]string{"مَ": "ar", "مِ": "ar", "q\u0303": "en"} {
		l, err := Set(text, Style{Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Glyphs) != 2 {
			t.Fatalf("%q has %d shapes", text, len(l.Glyphs))
		}
		mark, base := l.Glyphs[0], l.Glyphs[1]
		if lang == "en" {
			mark, base = base, mark
		}
		if mark.Advance != 0 || mark.X < base.X || mark.X > base.X+base.Advance+0.1 {
			t.Errorf("%q: the mark stands at %.2f of %.2f to %.2f and is %.2f wide", text, mark.X, base.X, base.X+base.Advance, mark.Advance)
		}
	}
	if l, _ := Set("e\u0301", Style{Lang: "fr"}); len(l.Glyphs) != 1 {
		t.Errorf("e with acute has %d shapes", len(l.Glyphs))
	}
	if l, _ := Set("cel·la", Style{Lang: "ca"}); len(l.Glyphs) != 5 && len(l.Glyphs) != 6 {
		t.Errorf("cel·la has %d shapes", len(l.Glyphs))
	}
}

// Whatever place somebody writes on a poster in one of our languages can be
// drawn, and so can all that we say ourselves.
func TestNamesOfAllPlacesCanBeDrawn(t *testing.T) {
	n := 0
	for _, lang := range locale.Languages {
		for _, c := range geo.Countries() {
			for _, name := range append([]string{geo.Name(c.Code, lang.Tag)}, regionNames(c.Code, lang.Tag)...) {
				n++
				style := Style{Lang: lang.Tag, Weight: Weight(n % 2)}
				runes, err := readable(name, style)
				if err == nil {
					_, err = assign(runes, style)
				}
				if err != nil {
					t.Errorf("%s: %q: %v", lang.Tag, name, err)
				}
			}
		}
	}
	if n < 20000 {
		t.Errorf("only %d names", n)
	}
}

func regionNames(country, lang string) (out []string) {
	for _, r := range geo.Regions(country) {
		out = append(out, geo.RegionName(r.Code, lang))
	}
	return out
}

func TestBothWeightsHaveTheSameCharacters(t *testing.T) {
	for script := Latin; script <= Ethiopic; script++ {
		text, head := faceOf(script, Text), faceOf(script, Head)
		n := 0
		for r := rune(' '); r < 0x10000; r++ {
			a, b := text.has(r), head.has(r)
			if a != b {
				t.Errorf("script %d: U+%04X is in one weight only", script, r)
			}
			if a {
				n++
			}
		}
		if n < 400 {
			t.Errorf("script %d has %d characters", script, n)
		}
	}
}

func TestLinesAreEven(t *testing.T) {
	for lang, text := range map[string]string{
		"en": "When a government cuts the internet, people are alone with what it does next.",
		"ar": "حين تقطع حكومة الإنترنت، يبقى الناس وحدهم أمام ما تفعله بعد ذلك.",
		"am": "መንግሥት ኢንተርኔትን ሲያቋርጥ ሰዎች ከዚያ በኋላ በሚያደርገው ነገር ፊት ብቻቸውን ይቀራሉ።",
	} {
		b, err := Fit(text, Style{Lang: lang}, Box{Width: 400, Height: 900, Largest: 30, Least: 30})
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Lines) < 3 {
			t.Fatalf("%s: %d lines", lang, len(b.Lines))
		}
		least, most := math.Inf(1), 0.0
		var words []string
		for _, l := range b.Lines {
			least, most = min(least, l.Width*b.Size), max(most, l.Width*b.Size)
			words = append(words, l.Text)
		}
		if most > 400 || least < most*0.6 {
			t.Errorf("%s: lines of %.0f to %.0f in 400: %q", lang, least, most, words)
		}
		if strings.Join(words, " ") != text {
			t.Errorf("%s: the lines %q are not the words", lang, words)
		}
	}
}

func TestLinesBreakWhereTheyMay(t *testing.T) {
	lines := func(text, lang string, width float64) (out []string) {
		b, err := Fit(text, Style{Lang: lang}, Box{Width: width, Height: 2000, Largest: 10, Least: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range b.Lines {
			out = append(out, l.Text)
		}
		return out
	}
	for _, l := range lines("Où êtes-vous\u00a0? Ici\u00a0: là «\u00a0oui\u00a0»", "fr", 42) {
		if strings.HasPrefix(l, "?") || strings.HasPrefix(l, ":") || strings.HasPrefix(l, "»") || strings.HasSuffix(l, "«") {
			t.Errorf("a line begins or ends with punctuation: %q", l)
		}
	}
	// The Ethiopic word space is a place to break, and stays on the line that it ends.
	got := lines("ሰላም፡ለዓለም፡ሁሉ", "am", 60)
	if len(got) < 2 || !strings.HasSuffix(got[0], "፡") {
		t.Errorf("lines %q", got)
	}
	if got := lines("one\ntwo", "en", 500); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("a line feed gives %q", got)
	}
}

func TestTextThatDoesNotFitIsAnError(t *testing.T) {
	_, err := Fit(strings.Repeat("internet ", 60), Style{Lang: "en"}, Box{Width: 100, Height: 100, Largest: 40, Least: 20})
	if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "internet") {
		t.Error(err)
	}
	_, err = Fit("no 中", Style{Lang: "en"}, Box{Width: 100, Height: 100, Largest: 40, Least: 20})
	if err == nil || !strings.Contains(err.Error(), "U+4E2D") {
		t.Error(err)
	}
}

func TestFitFillsTheBox(t *testing.T) {
	for _, lang := range []string{"en", "ar", "am"} {
		text := map[string]string{"en": "Keep it on", "ar": "أبقوه يعمل", "am": "አታቋርጡት"}[lang]
		large, err := Fit(text, Style{Lang: lang, Weight: Head}, Box{Width: 800, Height: 400, Largest: 400, Least: 10})
		if err != nil {
			t.Fatal(err)
		}
		small, err := Fit(text, Style{Lang: lang, Weight: Head}, Box{Width: 400, Height: 200, Largest: 400, Least: 10})
		if err != nil {
			t.Fatal(err)
		}
		if k := large.Size / small.Size; k < 1.85 || k > 2.15 {
			t.Errorf("%s: sizes %.0f and %.0f", lang, large.Size, small.Size)
		}
		if large.Width() > 800.5 || large.Height() > 400.5 || large.Width() < 560 && large.Height() < 280 {
			t.Errorf("%s: %.0f × %.0f in 800 × 400", lang, large.Width(), large.Height())
		}
	}
}

func FuzzFit(f *testing.F) {
	for _, s := range []string{"Keep it on", "في 2026 #KeepItOn (SMEX)", "የ#KeepItOn ጥምረት፡ አባል።", "\u202eab\u2066c\u0301\u0651", "a\n\nb", "«\u00a0", strings.Repeat("و", 400)} {
		f.Add(s, "ar", 100.0, 50.0)
	}
	f.Fuzz(func(t *testing.T, text, lang string, width, height float64) {
		if !(width > 0 && width < 1e4 && height > 0 && height < 1e4) {
			return
		}
		b, err := Fit(text, Style{Lang: lang, Weight: Head}, Box{Width: width, Height: height, Largest: 60, Least: 6})
		if err != nil {
			if keepiton.CodeOf(err) != keepiton.Invalid {
				t.Fatal(err)
			}
			return
		}
		if b.Width() > width+1 || b.Height() > height+1 {
			t.Errorf("%q: %.1f × %.1f in %.1f × %.1f", text, b.Width(), b.Height(), width, height)
		}
		for _, l := range b.Lines {
			for _, g := range l.Glyphs {
				if g.ID == 0 {
					t.Errorf("%q has a missing glyph", text)
				}
			}
		}
	})
}

func BenchmarkFit(b *testing.B) {
	for lang, text := range map[string]string{
		"en": "When a government cuts the internet, people are alone with what it does next.",
		"ar": "حين تقطع حكومة الإنترنت، يبقى الناس وحدهم أمام ما تفعله بعد ذلك.",
		"am": "መንግሥት ኢንተርኔትን ሲያቋርጥ ሰዎች ከዚያ በኋላ በሚያደርገው ነገር ፊት ብቻቸውን ይቀራሉ።",
	} {
		b.Run(lang, func(b *testing.B) {
			for b.Loop() {
				if _, err := Fit(text, Style{Lang: lang}, Box{Width: 400, Height: 200, Largest: 60, Least: 10}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Widths of pairs as HarfBuzz 6.0 sets them (hb-shape of Debian), in units.
func TestKerning(t *testing.T) {
	for _, c := range []struct {
		text   string
		weight Weight
		want   int
	}{
		{"l’o", Text, 272 + 127 + 609},
		{"’é", Text, 127 + 572},
		{"T’s", Text, 563 + 157 + 484},
		{"AT", Text, 584 + 563},
		{"LT", Text, 516 + 563},
	} {
		l, err := Set(c.text, Style{Lang: "fr", Weight: c.weight})
		if err != nil {
			t.Fatal(err)
		}
		if got := int(math.Round(l.Width * PerEm)); got != c.want {
			t.Errorf("%q is %d wide, in HarfBuzz %d", c.text, got, c.want)
		}
	}
}

// CLDR writes ranges of dates with thin blanks.
func TestBlanksOfOtherWidthsAreBlanks(t *testing.T) {
	for _, text := range []string{"14\u2009–\u200916", "a\u2003b", "12\u2007345", "a\u3000b"} {
		if err := Legible(text, Style{Lang: "pt"}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := Fit(text, Style{Lang: "pt"}, Box{Width: 100, Height: 100, Largest: 10, Least: 5}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if Legible("断网", Style{Lang: "pt"}) == nil {
		t.Error("letters that no face has are legible")
	}
}
