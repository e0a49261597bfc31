package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"keepiton"
	"keepiton/review"
)

// TestAStoryIsWrittenSignedPublishedAndWithdrawn is the desk's side of a story,
// page by page and without script but for the signatures.
func TestAStoryIsWrittenSignedPublishedAndWithdrawn(t *testing.T) {
	o := newOffice(t)
	ana, anasKey := o.passkeyed("ana", keepiton.RoleAnalyst, "Org One")
	ed, _ := o.passkeyed("ed", keepiton.RoleEditor, "Org One")
	eve, evesKey := o.passkeyed("eve", keepiton.RoleEditor, "Org Two")
	desk := &review.Desk{Incidents: o.store, Questions: o.store, People: o.store, Meta: o.store, Stories: o.store, Media: o.store, Now: o.now}
	basis := keepiton.EnvelopeID("00112233445566778899aabbccddeeff")
	rev, err := desk.CreateStory(t.Context(), review.Person{Account: "ana", Role: keepiton.RoleAnalyst, Organization: "Org One"}, &keepiton.Story{
		Lang: "am", Title: "ጥበቃ", Text: "ሌሊቱን ሙሉ ጠበቅን።", Named: keepiton.NamedRolePlace, Name: "a shopkeeper", Basis: []keepiton.EnvelopeID{basis},
	}, "told")
	if err != nil {
		t.Fatal(err)
	}
	id := string(rev.Story.ID)
	at := "/desk/stories/" + id
	ed.get("/desk/stories").must(200, id, "ጥበቃ", "Draft")
	if o.browser().get("/desk/stories").at.Path != "/desk/sign-in" {
		t.Error("somebody who is not signed in reads drafts")
	}

	ana.get(at).must(200, "ሌሊቱን ሙሉ ጠበቅን።", "a shopkeeper", "When its sender withdraws", "0 signatures so far")
	fields := url.Values{
		"csrf": {contents(ana.form("save")).Get("csrf")}, "do": {"save"}, "base": {"1"}, "lang": {"am"}, "title": {"የሌሊት ጥበቃ"}, "text": {"ሌሊቱን ሙሉ ጠበቅን። ማንም አልደወለም።"}, "quote": {"ማንም አልደወለም።"},
		"t_lang0": {"en"}, "t_title0": {"Guard duty"}, "t_text0": {"We stood guard all night. Nobody called."}, "t_quote0": {"Nobody called."}, "t_machine0": {"1"},
		"harm": {"safety"}, "country": {"XA"}, "region": {"XA-01"}, "when": {"2026-11"}, "named": {"role_place"}, "name": {"a shopkeeper"}, "incidents": {"kio-2022-0001"},
	}
	more := url.Values{}
	for k, v := range fields {
		more[k] = v
	}
	more.Set("named", "name")
	more.Set("text", "kept as typed")
	ana.post(at, more, nil).must(403, "more than its teller allowed", "kept as typed")
	odd := url.Values{}
	for k, v := range fields {
		odd[k] = v
	}
	odd.Set("when", "2026-11-25T06:12Z")
	odd.Set("region", "ET-AA")
	odd.Set("quote", "words nobody said")
	ana.post(at, odd, nil)
	ana.get(at).must(200, "word for word")
	fields.Set("base", "2")
	ana.post(at, fields, nil)
	got, err := o.store.Story(t.Context(), rev.Story.ID)
	if err != nil || got.N != 3 {
		t.Fatalf("revision %d, %v", got.N, err)
	}
	st := got.Story
	if len(st.Check()) > 0 || len(st.Translations) != 1 || !st.Translations[0].Machine || st.Places[0].Region != "XA-01" || st.Places[0].Words != "" || st.When.String() != "2026-11" || len(st.Incidents) != 1 || st.Basis[0] != basis {
		t.Errorf("stored %+v, %v", st, st.Check())
	}

	ana.get(at).sign(anasKey).must(200, "Signed.", "1 signature so far")
	if ed.get(at); ed.form("publish") != nil {
		t.Error("without signatures it is offered to publish")
	}
	csrf := contents(ed.form("save")).Get("csrf")
	ed.post(at, url.Values{"csrf": {csrf}, "do": {"publish"}, "base": {"3"}}, nil).must(403, "1 signature counts")
	eve.get(at).sign(evesKey).must(200, "Two people of two organizations have signed")
	if ana.get(at); ana.form("publish") != nil {
		t.Error("an analyst is offered to publish")
	}
	ed.get(at).press("publish", nil).must(200, "Published", "withdraw it first")
	if ed.form("save") != nil {
		t.Error("what is published is offered to be edited")
	}
	ed.press("withdraw", url.Values{"reason": {"a name slipped in"}}).must(200, "Withdrawn", "a name slipped in")
	if err := desk.WithdrawFor(t.Context(), basis); err != nil {
		t.Fatal(err)
	}
	if page := ed.get(at).must(200, "took this story back").body; strings.Contains(page, "ማንም አልደወለም።") || ed.form("reinstate") != nil {
		t.Error("the words are still there")
	}
}
