package paper

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/kit/sheet"
)

var about = sheet.About{Title: "A brief", Creator: "#KeepItOn", License: "https://creativecommons.org/licenses/by/4.0/", LicenseName: "CC BY 4.0"}

// brief is a paper in a language with so many paragraphs in its second part.
func brief(lang string, many int) *Paper {
	words := map[string][4]string{
		"en": {"Aranda is offline as it counts its votes", "What happened", "Since the eve of the vote the whole of Aranda has been without internet. Text messages do not arrive; voice calls still work.", "Read on at https://keepiton.example/en/incidents/KIO-2026-0001/press"},
		"ar": {"أراندا بلا إنترنت وهي تفرز أصواتها", "ما الذي حدث", "منذ عشية التصويت وأراندا كلها بلا إنترنت. الرسائل النصية لا تصل، والمكالمات الصوتية ما زالت تعمل.", "تتمة القراءة في https://keepiton.example/ar/incidents/KIO-2026-0001/press"},
		"am": {"አራንዳ ድምፅ እየቆጠረች ያለ ኢንተርኔት ናት", "የሆነው ነገር", "ከምርጫው ዋዜማ ጀምሮ መላው አራንዳ ያለ ኢንተርኔት ነው። የጽሑፍ መልእክቶች አይደርሱም፤ የድምፅ ጥሪ ይሠራል።", "ቀሪውን በ https://keepiton.example/am/incidents/KIO-2026-0001/press ያንብቡ"},
	}[lang]
	p := &Paper{
		Lang: lang, Kicker: "Press brief", Title: words[0], Under: []string{"KIO-2026-0001 · 26.11.2026"}, About: about, More: words[3],
		Parts: []Part{{Head: words[1], Lines: []Line{{Kind: Lead, Text: words[2]}}}, {Head: words[0]}},
		Foot:  []string{"https://keepiton.example · CC BY 4.0"},
	}
	for range many {
		p.Parts[1].Lines = append(p.Parts[1].Lines, Line{Kind: Point, Text: words[2]})
	}
	p.Parts = append(p.Parts, Part{Head: words[1], Lines: []Line{{Kind: Quote, Text: "ስልኬን በየሰዓቱ እከፍተዋለሁ። ባዶ ነው።", Lang: "am", By: "an observer in Gelana"}, {Kind: Quote, Text: "لا أحد سألنا", Lang: "ar", By: "a nurse"}, {Kind: Small, Text: words[2]}}})
	return p
}

func TestABriefIsOnePageAndSaysWhereToReadOn(t *testing.T) {
	for _, lang := range []string{"en", "ar", "am"} {
		small := brief(lang, 2)
		if _, whole, err := small.brief(); err != nil || !whole {
			t.Errorf("%s: a short brief is whole: %v, %v", lang, whole, err)
		}
		long := brief(lang, 90)
		page, whole, err := long.brief()
		if err != nil || whole {
			t.Fatalf("%s: a brief of 90 paragraphs is whole: %v, %v", lang, whole, err)
		}
		var said strings.Builder
		for _, l := range page.Lines() {
			if l.Y1 > height-20 || l.Y0 < 0 || l.X0 < margin-20 || l.X1 > width-margin+20 {
				t.Errorf("%s: %q runs off the page: %v", lang, l.Text, []float64{l.X0, l.Y0, l.X1, l.Y1})
			}
			said.WriteString(l.Text + " ")
		}
		if !strings.Contains(said.String(), "KIO-2026-0001/press") {
			t.Errorf("%s: a cut brief does not say where to read on", lang)
		}
	}
}

func TestALongPaperHasPagesWithNumbersAndABand(t *testing.T) {
	p := brief("en", 60)
	p.Band = "Under embargo until 1 March 2026, 09:00 (UTC+3)"
	p.Parts = append(p.Parts, Part{Lines: []Line{{Text: "汉 " + strings.Repeat("https://a.example/", 20)}}})
	s := &setter{paper: p, scale: 1}
	pages, whole := s.pages(false)
	if s.err != nil || !whole || len(pages) < 2 {
		t.Fatalf("%d pages, %v, %v", len(pages), whole, s.err)
	}
	for i, page := range pages {
		var text strings.Builder
		for _, l := range page.Lines() {
			text.WriteString(l.Text + "\n")
			if l.X1 > width-margin+20 {
				t.Errorf("page %d: %q runs off", i+1, l.Text)
			}
		}
		for _, want := range []string{"Under embargo until", "#KeepItOn", "CC BY 4.0", " / "} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
}

// TestPrintersReadAPaper asks Poppler for the pages and the words of briefs, and
// keeps what they look like where KEEPITON_KEEP names a folder.
func TestPrintersReadAPaper(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is missing")
		}
		t.Skip("pdftotext is missing: apt-get install poppler-utils")
	}
	for lang, want := range map[string]string{"en": "voice calls still work", "ar": "والمكالمات الصوتية", "am": "የድምፅ ጥሪ ይሠራል"} {
		var b bytes.Buffer
		if err := brief(lang, 5).WriteBrief(&b); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if keep := os.Getenv("KEEPITON_KEEP"); keep != "" {
			dir = keep
		}
		file := filepath.Join(dir, "brief-"+lang+".pdf")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := exec.Command("pdfinfo", file).Output()
		if err != nil || !strings.Contains(string(info), "Pages:           1\n") || !strings.Contains(string(info), "(A4)") {
			t.Errorf("%s: not one page of A4: %s, %v", lang, info, err)
		}
		text, err := exec.Command("pdftotext", file, "-").Output()
		if got := strings.Join(strings.Fields(string(text)), " "); err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in the text, %v\n%s", lang, want, err, got)
		}
	}
}

func BenchmarkBrief(b *testing.B) {
	for _, lang := range []string{"en", "ar", "am"} {
		b.Run(lang, func(b *testing.B) {
			for b.Loop() {
				if err := brief(lang, 12).WriteBrief(&bytes.Buffer{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
