package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"keepiton/geo"
	"keepiton/locale"
)

func TestTheScriptKnowsTheRegionsOfEveryCountry(t *testing.T) {
	table := scriptRegions("en")
	for _, c := range geo.Countries() {
		want := geo.Regions(c.Code)
		pairs := strings.Split(table[c.Code], "|")
		if len(want) == 0 {
			pairs = nil
		}
		if len(pairs) != len(want) {
			t.Errorf("%s: %d regions, want %d", c.Code, len(pairs), len(want))
			continue
		}
		for i, pair := range pairs {
			code, name, _ := strings.Cut(pair, "=")
			if c.Code+"-"+code != want[i].Code || name != want[i].Name {
				t.Errorf("%s: %q, want %+v", c.Code, pair, want[i])
			}
		}
		for _, l := range locale.Languages {
			if names, ok := regionNames(l.Tag)[c.Code]; ok && len(strings.Split(names, "|")) != len(want) {
				t.Errorf("%s in %s: %q", c.Code, l.Tag, names)
			}
		}
	}
	if names := strings.Split(regionNames("ar")["SD"], "|"); !slices.Contains(names, geo.RegionName("SD-KH", "ar")) {
		t.Errorf("Khartoum is missing in Arabic: %q", names)
	}
	for lang, countries := range spoken {
		for _, cc := range strings.Fields(countries) {
			if _, ok := geo.ByCode(cc); !ok || !locale.Known(lang) {
				t.Errorf("%s is spoken in %s, which is no country", lang, cc)
			}
		}
	}
}

func TestRegionsAreAskedForAllAtOnce(t *testing.T) {
	s := newSenderSite(t)
	for _, l := range locale.Languages {
		w := get(t, s.Server, "/"+l.Tag+"/regions.json")
		var table map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &table); w.Code != http.StatusOK || err != nil || len(table) < 190 || !strings.Contains(table["ET"], "AM=") {
			t.Errorf("%s: status %d, %d countries, %v", l.Tag, w.Code, len(table), err)
		}
	}
	if w := get(t, s.Server, "/xx/regions.json"); w.Code == http.StatusOK {
		t.Errorf("a language that is none: %d", w.Code)
	}
}
