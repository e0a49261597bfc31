package web

import (
	"encoding/json"
	"testing"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/sample"
)

func TestWhatPagesNameHasANameInEveryLanguage(t *testing.T) {
	languages := map[string]bool{}
	for _, rev := range sample.Entries(testNow) {
		for _, text := range texts(decoded(t, rev.Doc)) {
			if locale.CheckTag(text) == nil {
				languages[text] = true
			}
		}
	}
	for _, tag := range append(locale.Tags(), "sw", "ur", "fa", "my", "ru", "hi", "so", "om", "ti", "ku") {
		languages[tag] = true
	}
	offered := append([]string{}, boxed...)
	for _, o := range services {
		offered = append(offered, o.Code)
	}
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for _, c := range append(geo.Countries(), geo.MadeUp()...) {
			if name := geo.Name(c.Code, l.Tag); name == "" || name == c.Code {
				t.Errorf("%s has no name in %s", c.Code, l.Tag)
			}
		}
		for tag := range languages {
			if len(tag) == 2 && p.LanguageName(tag) == tag {
				t.Errorf("the language %s has no name in %s", tag, l.Tag)
			}
		}
		for _, s := range offered {
			if key := "code.service." + s; !p.Has(key) || p.LangOf(key) != l.Tag {
				t.Errorf("the service %s has no name in %s", s, l.Tag)
			}
		}
		for _, r := range keepiton.Regions {
			if key := "code.region." + r.Code; p.LangOf(key) != l.Tag {
				t.Errorf("the region %s has no name in %s", r.Code, l.Tag)
			}
		}
	}
}

func decoded(t *testing.T, doc []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
