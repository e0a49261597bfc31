package paper

import (
	"strings"
	"testing"
)

func TestAPackHasACoverATableAndAChartWithinItsMargins(t *testing.T) {
	for _, lang := range []string{"en", "ar", "am"} {
		words := map[string][2]string{
			"en": {"No more exams in the dark", "The Ministry of Education of Qamaria"},
			"ar": {"لا امتحانات في الظلام بعد اليوم", "وزارة التربية في قمرية"},
			"am": {"አራንዳን መልሱ አገናኙ", "ለአራንዳ የመገናኛ ባለሥልጣን"},
		}[lang]
		p := &Paper{
			Lang: lang, Kicker: "Petition", Title: strings.Repeat(words[0]+" ", 3), About: about, Foot: []string{"https://keepiton.example"},
			Cover: &Cover{To: words[1], Under: "KIT-2026-0001", Number: "1,234,567,890,123", Unit: words[0], Small: words[1]},
			Parts: []Part{{Head: words[1], Lines: []Line{{Kind: Entry, Text: words[1], By: "1,213"}, {Kind: Entry, Text: strings.Repeat(words[1]+" ", 4), By: "9"}, {Kind: Chart, Bars: []float64{3, 0, 9, 1}, Text: words[0]}}}},
		}
		s := &setter{paper: p, scale: 1}
		pages, whole := s.pages(false)
		if s.err != nil || !whole || len(pages) != 2 {
			t.Fatalf("%s: %d pages, %v, %v", lang, len(pages), whole, s.err)
		}
		var first, second []string
		for i, page := range pages {
			for _, l := range page.Lines() {
				if l.X0 < margin-20 || l.X1 > width-margin+20 || l.Y0 < 0 || l.Y1 > height-20 {
					t.Errorf("%s, page %d: %q runs off: %.0f to %.0f, %.0f to %.0f", lang, i+1, l.Text, l.X0, l.X1, l.Y0, l.Y1)
				}
				if i == 0 {
					first = append(first, l.Text)
				} else {
					second = append(second, l.Text)
				}
			}
		}
		if c := strings.Join(first, "|"); !strings.Contains(c, "1,234,567,890,123") || !strings.Contains(c, "1 / 2") || strings.Contains(c, "1,213") {
			t.Errorf("%s: the cover says %q", lang, c)
		}
		if c := strings.Join(second, "|"); !strings.Contains(c, "1,213") || strings.Contains(c, "1,234") || strings.Contains(c, words[0]+" "+words[0]) {
			t.Errorf("%s: the second page says %q", lang, c)
		}
		number := ""
		for _, l := range pages[1].Lines() { // the number stands at the far side of its name
			if l.Text == "1,213" {
				number = "right"
				if l.X0 < width/2 {
					number = "left"
				}
			}
		}
		if want := map[string]string{"en": "right", "am": "right", "ar": "left"}[lang]; number != want {
			t.Errorf("%s: the number stands at the %s, want %s", lang, number, want)
		}
	}
}
