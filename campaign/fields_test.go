package campaign_test

import (
	"reflect"
	"strings"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
)

// elsewhere are the members of bodies that no form has.
var elsewhere = map[string]bool{"organization/basis": true}

func TestEveryMemberOfABodyHasAFieldOfItsKind(t *testing.T) {
	wants := map[campaign.Input]string{
		campaign.InputLine: "string", campaign.InputText: "string", campaign.InputTexts: "keepiton.Texts", campaign.InputMoment: "keepiton.Moment",
		campaign.InputTime: "time.Time", campaign.InputCountry: "string", campaign.InputCode: "string", campaign.InputLink: "string",
		campaign.InputList: "[]string", campaign.InputID: "keepiton.EntryID keepiton.IncidentID", campaign.InputIDs: "[]keepiton.EntryID []keepiton.IncidentID",
		campaign.InputCheck: "bool", campaign.InputNumber: "int", campaign.InputMedia: "string", campaign.InputSources: "[]keepiton.Source",
		campaign.InputContacts: "[]keepiton.Contact", campaign.InputQuotes: "[]keepiton.Quote", campaign.InputPlaces: "[]keepiton.Place",
	}
	for _, kind := range keepiton.EntryKinds {
		body, seen := reflect.TypeOf(keepiton.NewEntry(kind)).Elem(), map[string]bool{}
		for i := range body.NumField() {
			member, _, _ := strings.Cut(body.Field(i).Tag.Get("json"), ",")
			f, ok := campaign.FieldOf(kind, member)
			switch key := string(kind) + "/" + member; {
			case elsewhere[key] && !ok:
				continue
			case !ok:
				t.Errorf("%s has no field at the desk", key)
				continue
			case !strings.Contains(" "+wants[f.Input]+" ", " "+body.Field(i).Type.String()+" "):
				t.Errorf("%s is a %s, its input %s is for %s", key, body.Field(i).Type, f.Input, wants[f.Input])
			}
			seen[member] = true
		}
		if n := len(campaign.Fields(kind)); n != len(seen) {
			t.Errorf("%s: %d fields for %d members", kind, n, len(seen))
		}
	}
}

func TestEveryFieldAndCodeHasWordsInEveryLanguage(t *testing.T) {
	for _, lang := range locale.Languages {
		p := locale.For(lang.Tag)
		need := func(key string) {
			if !p.Has(key) || p.LangOf(key) != lang.Tag {
				t.Errorf("%s lacks %s", lang.Tag, key)
			}
		}
		for _, kind := range keepiton.EntryKinds {
			need("entry.kind." + string(kind))
			need("entry.kinds." + string(kind))
			for _, f := range campaign.Fields(kind) {
				need(f.Label)
				for _, c := range f.Codes {
					need("code." + f.List + "." + c.Code)
				}
			}
		}
	}
}

// What an empty body lacks is what its form marks as needed, and the other way round.
func TestNeededFieldsAreThoseWithoutWhichNothingIsPublished(t *testing.T) {
	for _, kind := range keepiton.EntryKinds {
		missing := map[string]bool{}
		for _, p := range keepiton.NewEntry(kind).Check() {
			missing[p.Field] = true
			if f, ok := campaign.FieldOf(kind, p.Field); !ok || !f.Needed {
				t.Errorf("%s: %s is missing (%s), and its field does not say that it is needed", kind, p.Field, p.Key)
			}
		}
		for _, f := range campaign.Fields(kind) {
			if f.Needed && !missing[f.Name()] {
				t.Errorf("%s: %s says that it is needed, and Check lets it be empty", kind, f.Name())
			}
		}
	}
}
