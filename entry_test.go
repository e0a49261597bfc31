package keepiton

import (
	"encoding/json"
	"testing"
)

func TestEntryIDsSayTheirKindAndComeBack(t *testing.T) {
	for _, kind := range EntryKinds {
		id := NewEntryID(kind, 2026, 7)
		if got, year, n, err := id.Parse(); err != nil || got != kind || year != 2026 || n != 7 {
			t.Errorf("%s: %s %d %d %v", id, got, year, n, err)
		}
		if NewEntry(kind).Kind() != kind {
			t.Errorf("%s: another kind", kind)
		}
	}
	for _, bad := range []EntryID{"", "KIO-2026-0007", "KIS-2026-0007", "KIP-2026-7", "kip-2026-0007", "KIP-2026-00070"} {
		if bad.Kind() != "" {
			t.Errorf("%q passes for an id", bad)
		}
	}
}

func TestOnlyCivilSocietyIsAMember(t *testing.T) {
	for _, typ := range OrganizationTypes {
		o := Organization{Name: "A", Type: typ.Code, Standing: StandingMember}
		if got := len(o.Check()) == 0; got != MayBeMember(typ.Code) {
			t.Errorf("%s as a member: allowed %v", typ.Code, got)
		}
		if o.Standing = StandingPartner; len(o.Check()) > 0 {
			t.Errorf("%s as a partner: %v", typ.Code, o.Check())
		}
	}
	if o := (Organization{Name: "A", Standing: StandingMember, Confirmed: true}); len(o.Check()) == 0 {
		t.Error("confirmed without saying what it is")
	}
}

func TestAnEmptyEntryIsNotPublished(t *testing.T) {
	for _, kind := range EntryKinds {
		if len(NewEntry(kind).Check()) == 0 {
			t.Errorf("an empty %s passes", kind)
		}
	}
}

func TestABrokenPledgeNamesWhatBrokeIt(t *testing.T) {
	var p Pledge
	err := json.Unmarshal([]byte(`{"leader":"A","office":{"en":"President"},"country":"XA","lang":"en","words":{"en":"Never."},"made":"2026-01","scope":"always","outcome":"open","sources":[{"id":"s1","kind":"news","url":"https://example.org"}]}`), &p)
	if err != nil || len(p.Check()) > 0 {
		t.Fatal(err, p.Check())
	}
	if p.Outcome = "broken"; len(p.Check()) == 0 {
		t.Error("broken by nothing")
	}
	if p.BrokenBy = []IncidentID{"KIO-2026-0001"}; len(p.Check()) > 0 {
		t.Error(p.Check())
	}
}

func TestTextsFallBackAndSayTheLanguage(t *testing.T) {
	both := Texts{"en": "hello", "am": "ሰላም"}
	for lang, want := range map[string]string{"am": "am", "fr": "en"} {
		if _, in := both.In(lang); in != want {
			t.Errorf("%s: %s", lang, in)
		}
	}
	if text, in := (Texts{"pt": "olá", "es": "hola", "ca": ""}).In("en"); text != "hola" || in != "es" {
		t.Error(text, in)
	}
}
