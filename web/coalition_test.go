package web

import (
	"encoding/json"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func TestTheCoalitionIsListedInEveryLanguage(t *testing.T) {
	s, st := campaignSite(t)
	id, o := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return len(o.Names) > 1 })
	for _, l := range locale.Languages {
		list := get(t, s, "/"+l.Tag+"/coalition")
		if list.Code != 200 || !strings.Contains(list.Body.String(), o.Name) || o.Names[l.Tag] != "" && !strings.Contains(list.Body.String(), o.Names[l.Tag]) {
			t.Errorf("%s: %d, without the names of %s", l.Tag, list.Code, o.Name)
		}
		one := get(t, s, "/"+l.Tag+"/coalition/"+string(id))
		if one.Code != 200 || !strings.Contains(one.Body.String(), o.Name) {
			t.Errorf("%s: the organization answers %d", l.Tag, one.Code)
		}
		for _, missing := range []string{"page.coalition", "page.organization", "entry.organization", "code.standing", "code.organization"} {
			if strings.Contains(list.Body.String()+one.Body.String(), missing) {
				t.Errorf("%s: a message %s… is missing", l.Tag, missing)
			}
		}
	}
}

func TestOrganizationsAreFound(t *testing.T) {
	s, st := campaignSite(t)
	_, partner := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return o.Standing == keepiton.StandingPartner })
	_, member := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool {
		return o.Standing == keepiton.StandingMember && o.Country != partner.Country
	})
	for query, want := range map[string][2]string{
		"status=partner":            {partner.Name, member.Name},
		"kind=" + partner.Type:      {partner.Name, member.Name},
		"country=" + member.Country: {member.Name, partner.Name},
		"q=" + strings.ToUpper(strings.Fields(partner.Name)[0]): {partner.Name, member.Name},
	} {
		body := get(t, s, "/en/coalition?"+query).Body.String()
		if !strings.Contains(body, want[0]) || strings.Contains(body, want[1]) {
			t.Errorf("%s: wants %q and not %q", query, want[0], want[1])
		}
	}
	if body := get(t, s, "/en/coalition?q=zzzz").Body.String(); !strings.Contains(body, "Nothing matches") {
		t.Error("a search without a match does not say so")
	}
}

func TestWhatVettedAnOrganizationIsNotTold(t *testing.T) {
	s, st := campaignSite(t)
	o := &keepiton.Organization{Name: "Quiet Lines", Standing: keepiton.StandingMember, Basis: []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"}, Sources: []keepiton.Source{{ID: "s1", Kind: "partner", Title: "A whisper", Confidential: true}}}
	doc, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	rev, err := st.AppendEntry(t.Context(), keepiton.KindOrganization, 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: testNow, Author: "ana", Reason: "both referees answered", Doc: doc}, o.Index())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/en/coalition", "/en/coalition.json", "/en/coalition/" + string(rev.ID), "/en/coalition/" + string(rev.ID) + ".json"} {
		body := get(t, s, path).Body.String()
		if !strings.Contains(body, "Quiet Lines") {
			t.Errorf("%s: it is not there", path)
		}
		for _, secret := range []string{"00112233", "referees", "ana\"", "whisper"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
	}
	if body := get(t, s, "/en/coalition/"+string(rev.ID)).Body.String(); !strings.Contains(body, "has not confirmed") {
		t.Error("an unconfirmed name does not say so")
	}
}

func TestASuspendedOrganizationSaysSoAndWhy(t *testing.T) {
	s, st := campaignSite(t)
	o := &keepiton.Organization{Name: "Open Lines", Type: "civil_society", Country: "FR", Standing: keepiton.StandingMember, Confirmed: true}
	var id keepiton.EntryID
	for n, standing := range []string{keepiton.StandingMember, keepiton.StandingSuspended} {
		if o.Standing = standing; n == 1 {
			o.StandingNote = keepiton.Texts{"fr": "Elle a vendu du filtrage <b>."}
		}
		doc, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		rev, err := st.AppendEntry(t.Context(), keepiton.KindOrganization, n, keepiton.EntryRevision{ID: id, State: keepiton.Published, Recorded: testNow, Author: "secret-editor", Reason: "for the desk alone", Doc: doc}, o.Index())
		if err != nil {
			t.Fatal(err)
		}
		id = rev.ID
	}
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		body := get(t, s, "/"+l.Tag+"/coalition/"+string(id)).Body.String()
		for _, want := range []string{p.T("page.organization.suspended"), "Elle a vendu du filtrage &lt;b&gt;.", p.T("page.organization.turns"), p.Code("standing", keepiton.StandingMember)} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %q", l.Tag, want)
			}
		}
		if strings.Contains(body, "secret-editor") || strings.Contains(body, "for the desk alone") {
			t.Errorf("%s: the page tells what is the desk's", l.Tag)
		}
	}
	body := get(t, s, "/en/coalition").Body.String()
	at := strings.Index(body, "Open Lines")
	if at < 0 || !strings.Contains(body[at:at+300], locale.For("en").Code("standing", keepiton.StandingSuspended)) {
		t.Error("the list does not say that it is suspended")
	}
	if body := get(t, s, "/en/coalition/"+string(id)+".json").Body.String(); !strings.Contains(body, `"standing_note"`) {
		t.Errorf("as JSON: %s", body)
	}
}
