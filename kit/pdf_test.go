package kit

import (
	"bytes"
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
