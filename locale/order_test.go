package locale_test

import (
	"slices"
	"testing"

	"keepiton/locale"
)

func TestNamesStandInTheOrderOfTheirLanguage(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"Åland Islands", "Albania", "Côte d’Ivoire", "Guinea", "Guinea-Bissau", "Türkiye", "Uganda"},
		"fr": {"Égypte", "El Salvador", "États-Unis", "Éthiopie", "Gabon", "Île Maurice", "Italie"},
		"es": {"nata", "nube", "ñandú", "ocho"},
		"ca": {"ca", "çà", "cel·la", "cella d’or", "cent"},
		"pt": {"África do Sul", "Alemanha", "São Tomé e Príncipe", "Sérvia"},
		"ar": {"إثيوبيا", "الأردن", "الجزائر", "السودان", "اليمن", "تونس", "كينيا", "مصر"},
		"am": {"ህንድ", "ሊቢያ", "ማሊ", "ሱዳን", "ቻድ", "ኢትዮጵያ", "ኬንያ"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, func(a, b string) int { return locale.Compare(lang, a, b) })
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", lang, got, want)
		}
	}
	if locale.Compare("en", "Peru", "peru") == 0 || locale.Compare("es", "ano", "año") >= 0 {
		t.Error("different names are the same")
	}
}
