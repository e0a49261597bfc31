package kit

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"keepiton/locale"
)

// tool skips a test where a program of Debian's is not installed, but not in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func render(t *testing.T, p Piece, f Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, p, f); err != nil {
		t.Fatalf("%s %s %s: %v", p.Template, p.Shape, p.Lang, err)
	}
	return b.Bytes()
}

// Poppler reads the words of a PDF by the shapes on its page, as a person who
// copies them does.
func TestWordsOfAPDFAreFoundInReadingOrder(t *testing.T) {
	pdftotext := tool(t, "pdftotext")
	for lang, words := range map[string][2]string{
		"en": {"They cut the internet", "An official file: efficient, final"},
		"fr": {"L’internet coupé à Ndjaména", "Où êtes-vous ? Cœur, naïve, ça"},
		"ca": {"Col·laboració il·legal", "La cel·la, l’opinió i el·lipsi"},
		"ar": {"قَطَعوا الإنترنت 12 يومًا", "مُحَمَّدٌ لا يرى الأخبار لأنّ Access Now في 2026 قالت لا"},
		"am": {"ኢንተርኔትን አቋረጡ", "ከ2016 ጀምሮ ቋንቋ፣ ዜና፤ እርዳታ የለም።"},
		"pt": {"A conexão não voltou", "Três eleições, três bloqueios"},
	} {
		tpl, _ := ByID("line")
		p := tpl.Piece(locale.For(lang), A4)
		p.Title, p.Words = words[0], words[1]
		cmd := exec.Command(pdftotext, "-enc", "UTF-8", "-", "-")
		cmd.Stdin = bytes.NewReader(render(t, p, PDF))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got := plain(string(out))
		for _, w := range words {
			if !strings.Contains(got, plain(w)) {
				t.Errorf("%s: %q is not in %q", lang, plain(w), got)
			}
		}
	}
}

// plain leaves out blanks and marks of direction, which programs set anew, and
// has marks in the order of NFC.
func plain(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s))
}

// Poppler draws a PDF as we draw the PNG, but for its letters standing on whole
// pixels.
func TestPopplerDrawsThePDFAsThePNG(t *testing.T) {
	pdftoppm := tool(t, "pdftoppm")
	for id, lang := range map[string]string{"line": "ar", "election": "am", "calendar": "fr", "country": "ar"} {
		if testing.Short() && id != "line" {
			continue
		}
		tpl, _ := ByID(id)
		p := example(tpl, locale.For(lang), A4)
		p.Dark = id == "election"
		cmd := exec.Command(pdftoppm, "-png", "-cropbox", "-scale-to-x", "1240", "-scale-to-y", "1754")
		cmd.Stdin = bytes.NewReader(render(t, p, PDF))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		theirs, ours := blocks(t, out), blocks(t, render(t, p, PNG))
		if len(theirs) != len(ours) {
			t.Fatalf("%s: %d and %d blocks", label(p), len(theirs), len(ours))
		}
		far := 0
		for i := range ours {
			if d := ours[i] - theirs[i]; d > 40 || d < -40 {
				far++
			}
		}
		if share := float64(far) / float64(len(ours)); share > 0.003 {
			t.Errorf("%s: %.4f of the page differs", label(p), share)
		}
	}
}

// blocks returns the mean lightness of each eight by eight pixels.
func blocks(t *testing.T, data []byte) (out []int) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	for y := 0; y+8 <= b.Dy(); y += 8 {
		for x := 0; x+8 <= b.Dx(); x += 8 {
			sum := 0
			for i := range 64 {
				_, g, _, _ := img.At(x+i%8, y+i/8).RGBA()
				sum += int(g >> 8)
			}
			out = append(out, sum/64)
		}
	}
	return out
}

// A poster goes on beyond its edge for printers who cut it, and is shown without.
func TestPostersHaveABleed(t *testing.T) {
	pdfinfo := tool(t, "pdfinfo")
	for shape, want := range map[Shape][2]string{A4: {"-8.50    -8.50   603.7", "0.00     0.00   595.28   841.89"}, A3: {"-8.50    -8.50   850.3", "0.00     0.00   841.89  1190.67"}} {
		tpl, _ := ByID("window")
		cmd := exec.Command(pdfinfo, "-box", "-")
		cmd.Stdin = bytes.NewReader(render(t, example(tpl, locale.For("am"), shape), PDF))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		for box, numbers := range map[string]string{"MediaBox:": want[0], "BleedBox:": want[0], "TrimBox:": want[1], "CropBox:": want[1]} {
			_, line, _ := strings.Cut(string(out), box)
			line, _, _ = strings.Cut(line, "\n")
			if !strings.Contains(strings.Join(strings.Fields(line), " "), strings.Join(strings.Fields(numbers), " ")) {
				t.Errorf("%s: %s %s, want %s", shape, box, line, numbers)
			}
		}
	}
}
