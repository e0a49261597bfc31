package kit

import (
	"bytes"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func TestCardsAreEightOnAPageInEveryLanguage(t *testing.T) {
	c := Cards{Title: "Keep it on", To: "The Authority", Closes: keepiton.On(2026, 12, 26), Page: "https://shutdowns.example/en/petition/KIT-2026-0001"}
	for range 9 {
		c.Links = append(c.Links, c.Page+"/token/"+strings.Repeat("aB3_", 96))
	}
	for _, lang := range locale.Languages {
		var b bytes.Buffer
		if err := WriteCards(&b, c, locale.For(lang.Tag)); err != nil {
			t.Errorf("%s: %v", lang.Tag, err)
		}
		if n := bytes.Count(b.Bytes(), []byte("/Type/Page/")); n != 2 {
			t.Errorf("%s: 9 cards are on %d pages", lang.Tag, n)
		}
	}
	c.Title = strings.Repeat("Longest words ", 14)
	if err := WriteCards(&bytes.Buffer{}, c, locale.For("en")); err != nil {
		t.Errorf("the longest title: %v", err)
	}
	c.Links[0] = strings.Repeat("x", 3000)
	if err := WriteCards(&bytes.Buffer{}, c, locale.For("en")); err == nil {
		t.Error("a code of 3,000 bytes")
	}
}
