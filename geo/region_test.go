package geo

import (
	"strings"
	"testing"
)

func TestEveryRegionBelongsToItsCountry(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range append(Countries(), MadeUp()...) {
		for _, r := range Regions(c.Code) {
			if !strings.HasPrefix(r.Code, c.Code+"-") {
				t.Errorf("%s stands under %s", r.Code, c.Code)
			}
			if seen[r.Code] || r.Name == "" {
				t.Errorf("%s: listed twice or without a name (%q)", r.Code, r.Name)
			}
			seen[r.Code] = true
		}
	}
	if len(seen) < 4600 {
		t.Errorf("got %d regions, want all of ISO 3166-2", len(seen))
	}
}

func TestRegionNamesFollowTheLanguage(t *testing.T) {
	for _, c := range []struct{ code, lang, want string }{
		{"IN-JK", "fr", "Jammu-et-Cachemire"},
		{"IN-JK", "am", "Jammu and Kashmir"}, // no Amharic name: English
		{"IR-11", "en", "Sistan and Baluchestan"},
		{"MM-16", "en", "Rakhine"},
		{"XA-01", "ar", "سكارفيك"},
		{"ZZ-99", "en", "ZZ-99"},
	} {
		if got := RegionName(c.code, c.lang); got != c.want {
			t.Errorf("RegionName(%s, %s) = %q, want %q", c.code, c.lang, got, c.want)
		}
	}
}
