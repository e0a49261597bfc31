package keepiton_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"keepiton"
)

func application() *keepiton.Report {
	return &keepiton.Report{
		Kind: keepiton.ReportJoin, Lang: "am", Country: "ET", Contact: "secret-contact",
		Application: &keepiton.Application{
			Name: "ድምጽ ለሁሉም", Names: []keepiton.OtherName{{Lang: "en", Name: "A Voice for All"}}, Type: "civil_society", Site: "https://voice.example",
			Langs: []string{"am", "om", "Sidaamu Afoo"}, Why: "secret-why", Support: "አብረን",
			Referees: []keepiton.Referee{{Name: "secret-first", Contact: "secret-at-first"}, {Name: "secret-second", Contact: "secret-at-second"}},
		},
	}
}

func TestApplicationNamesTheFieldThatIsAmiss(t *testing.T) {
	if p := application().CheckApplication(); p != nil {
		t.Fatalf("a whole one has %v", p)
	}
	for field, spoil := range map[string]func(r *keepiton.Report){
		"name":                func(r *keepiton.Report) { r.Application.Name = " " },
		"names[0]":            func(r *keepiton.Report) { r.Application.Names[0].Lang = "English" },
		"type":                func(r *keepiton.Report) { r.Application.Type = "newspaper" },
		"country":             func(r *keepiton.Report) { r.Country = "" },
		"site":                func(r *keepiton.Report) { r.Application.Site = "javascript:alert(1)" },
		"langs":               func(r *keepiton.Report) { r.Application.Langs = nil },
		"contact":             func(r *keepiton.Report) { r.Contact = "" },
		"referees[1].name":    func(r *keepiton.Report) { r.Application.Referees = r.Application.Referees[:1] },
		"referees[0].contact": func(r *keepiton.Report) { r.Application.Referees[0].Contact = "" },
		"why": func(r *keepiton.Report) {
			r.Application.Why = keepiton.Private(strings.Repeat("ለ", keepiton.MaxApplicationWhy+1))
		},
		"support": func(r *keepiton.Report) { r.Application.Support = "" },
	} {
		r := application()
		spoil(r)
		if p := r.CheckApplication(); !slices.ContainsFunc(p, func(p keepiton.Problem) bool { return p.Field == field }) {
			t.Errorf("%s: found %v", field, p)
		}
	}
	if p := (&keepiton.Report{}).CheckApplication(); len(p) < 10 {
		t.Errorf("an empty one has only %v", p)
	}
}

func TestApplicationBecomesWhatItsTypeMayBe(t *testing.T) {
	for _, c := range keepiton.OrganizationTypes {
		r := application()
		r.Application.Type = c.Code
		want := keepiton.StandingPartner
		if c.Code == "civil_society" || c.Code == "not_for_profit" {
			want = keepiton.StandingMember
		}
		if o := r.Organization(); o.Standing != want || len(o.Check()) > 0 {
			t.Errorf("%s becomes %s, want %s; %v", c.Code, o.Standing, want, o.Check())
		}
	}
}

func TestWhatIsSealedInAnApplicationStaysOutOfTheOrganization(t *testing.T) {
	r := application()
	o := r.Organization()
	doc, err := json.Marshal(o)
	if err != nil || strings.Contains(string(doc), "secret") {
		t.Errorf("%s %v", doc, err)
	}
	if o.Name != "ድምጽ ለሁሉም" || o.Names["en"] != "A Voice for All" || o.Country != "ET" || o.Site != "https://voice.example" || !slices.Equal(o.Langs, []string{"am", "om"}) || o.Support["am"] != "አብረን" {
		t.Errorf("%+v", o)
	}
	if said := fmt.Sprintf("%+v %#v", *r.Application, *r.Application); strings.Contains(said, "secret") || strings.Contains(said, "ድምጽ") {
		t.Errorf("printed: %s", said)
	}
	if (&keepiton.Report{}).Organization() != nil {
		t.Error("a report that asks for nothing became an organization")
	}
}

func TestTagsAreTold(t *testing.T) {
	for tag, want := range map[string]bool{"am": true, "pt-BR": true, "zh-Hant-TW": true, "sid": true, "": false, "Amharic": false, "a": false, "en-": false, "en_GB": false, "አማ": false, "en-" + strings.Repeat("x-", 20) + "y": false} {
		if keepiton.IsTag(tag) != want {
			t.Errorf("%q: %v", tag, !want)
		}
	}
}
