package campaign_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"keepiton"
	"keepiton/campaign"
)

func TestOrganizationThatIsThereAlreadyIsFound(t *testing.T) {
	var revs []keepiton.EntryRevision
	for i, o := range []keepiton.Organization{
		{Name: "A Voice for All", Country: "ET", Site: "https://www.voice.example/en"},
		{Name: "Réseau des Voix", Names: keepiton.Texts{"en": "Network of Voices"}, Country: "CD"},
		{Name: "جمعية الصوت", Country: "SD"},
		{Name: "Something Else", Country: "ET", Site: "https://else.example"},
		{Name: "CIPESA", Country: "UG"},
	} {
		doc, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		revs = append(revs, keepiton.EntryRevision{ID: keepiton.NewEntryID(keepiton.KindOrganization, 2026, i+1), N: 1, Doc: doc})
	}
	revs = append(revs, keepiton.EntryRevision{ID: "KIC-2026-0009", Doc: []byte("{")})
	for _, c := range []struct {
		what string
		org  keepiton.Organization
		want string
	}{
		{"another name, the same site", keepiton.Organization{Name: "VFA", Site: "http://VOICE.example", Country: "ET"}, "KIC-2026-0001 [site country]"},
		{"the same name, written otherwise", keepiton.Organization{Name: "a voice for ALL", Country: "KE"}, "KIC-2026-0001 [name]"},
		{"the name in another language", keepiton.Organization{Name: "Voces", Names: keepiton.Texts{"en": "The Network of Voices"}, Country: "CD"}, "KIC-2026-0002 [words country]"},
		{"one letter apart", keepiton.Organization{Name: "Reseau des Voit", Country: "CD"}, "KIC-2026-0002 [letter country]"},
		{"Arabic without the article", keepiton.Organization{Name: "جمعيّة صوت", Country: "SD"}, "KIC-2026-0003 [name country]"},
		{"short names differ by a letter and are others", keepiton.Organization{Name: "CIPESO", Country: "UG"}, ""},
		{"the country alone is nothing", keepiton.Organization{Name: "New Here", Country: "ET"}, ""},
	} {
		got := ""
		for _, l := range campaign.Alike(&c.org, revs) {
			got += fmt.Sprintf("%s %v", l.Rev.ID, l.By)
		}
		if got != c.want {
			t.Errorf("%s: found %q, want %q", c.what, got, c.want)
		}
	}
	many := campaign.Alike(&keepiton.Organization{Name: "A Voice for All", Site: "https://else.example"}, slices.Clone(revs))
	if len(many) != 2 {
		t.Errorf("name and site of two others: %v", many)
	}
}
