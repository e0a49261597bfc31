package desk_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"keepiton"
)

// letter stores a letter that readers see, open to sign until a day, on top of
// revision base of id.
func (o *office) letter(id keepiton.EntryID, base int, title, body string, closes keepiton.Moment) keepiton.EntryRevision {
	o.t.Helper()
	l := &keepiton.Letter{Title: keepiton.Texts{"en": title}, Body: keepiton.Texts{"en": body}, To: keepiton.Texts{"en": "The Minister"}, Dated: keepiton.Moment{At: o.now()}, Closes: closes}
	doc, err := json.Marshal(l)
	if err != nil {
		o.t.Fatal(err)
	}
	rev, err := o.store.AppendEntry(o.t.Context(), keepiton.KindLetter, base, keepiton.EntryRevision{ID: id, State: keepiton.Published, Recorded: o.now(), Role: keepiton.RoleEditor, Author: "ben", Doc: doc}, l.Index())
	if err != nil {
		o.t.Fatal(err)
	}
	return rev
}

func TestAnOrganizationSignsALetterAndTakesItBack(t *testing.T) {
	o := newOffice(t)
	id := o.joined("Open Lines")
	tomorrow, yesterday := keepiton.Moment{At: o.now().AddDate(0, 0, 1)}, keepiton.Moment{At: o.now().AddDate(0, 0, -2)}
	open := o.letter("", 0, "Keep it on", "Please.", tomorrow)
	over := o.letter("", 0, "Too late", "Please.", yesterday)
	m := o.hire("lines", keepiton.RoleMember, string(id))
	if m.get("/desk/organization/letters").must(200, "Keep it on", "The Minister"); m.sees("Too late") {
		t.Error("a letter that is closed can be signed")
	}
	m.press("sign", nil).must(200, "Signed.", "Your organization signed on")
	got, err := o.store.LetterSigners(t.Context(), open.ID)
	if err != nil || len(got) != 1 || got[0].Organization != id || got[0].Account != "lines" || got[0].N != open.N {
		t.Fatalf("%+v, %v", got, err)
	}
	o.letter(open.ID, open.N, "Keep it on", "Please, and resign.", tomorrow)
	csrf := attrOf(m, "csrf")
	m.post("/desk/organization/letters", url.Values{"csrf": {csrf}, "do": {"sign"}, "letter": {string(open.ID)}, "n": {"1"}}, nil).must(409, "changed since you read it")
	m.get("/desk/organization/letters").must(200, "your name does not stand under them")
	m.press("sign", nil).must(200, "Signed.", "Your organization signed on")
	m.press("unsign", nil).must(200, "The signature was taken back.")
	if got, err := o.store.LetterSigners(t.Context(), open.ID); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, tc := range []struct {
		do, letter, n string
		status        int
	}{
		{"sign", string(over.ID), "1", 409},
		{"sign", "KIL-2026-0099", "1", 404},
		{"sign", string(id), "1", 404},
		{"unsign", string(open.ID), "", 404},
	} {
		m.post("/desk/organization/letters", url.Values{"csrf": {csrf}, "do": {tc.do}, "letter": {tc.letter}, "n": {tc.n}}, nil).must(tc.status)
	}
}

func TestOnlyMembersSign(t *testing.T) {
	o := newOffice(t)
	open := o.letter("", 0, "Keep it on", "Please.", keepiton.Moment{At: o.now().AddDate(0, 0, 1)})
	org := &keepiton.Organization{Name: "A paper", Type: "media", Country: "ET", Standing: "partner", Confirmed: true}
	doc, err := json.Marshal(org)
	if err != nil {
		t.Fatal(err)
	}
	rev, err := o.store.AppendEntry(t.Context(), keepiton.KindOrganization, 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: o.now(), Doc: doc}, org.Index())
	if err != nil {
		t.Fatal(err)
	}
	m := o.hire("paper", keepiton.RoleMember, string(rev.ID))
	m.get("/desk/organization/letters").must(200, "Keep it on")
	m.post("/desk/organization/letters", url.Values{"csrf": {attrOf(m, "csrf")}, "do": {"sign"}, "letter": {string(open.ID)}, "n": {"1"}}, nil).must(403)
	if got, err := o.store.LetterSigners(t.Context(), open.ID); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}
