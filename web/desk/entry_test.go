package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"keepiton"
	"keepiton/review"
)

// pledgeForm is a pledge as somebody types it.
func pledgeForm() url.Values {
	return url.Values{
		"e.leader": {"A. Tamba"}, "e.office.en": {"President"}, "e.office.fr": {"Président"}, "e.country": {"ET"}, "e.lang": {"fr"}, "e.words.fr": {"Il n’y aura pas de coupure."},
		"e.made": {"2026-03"}, "e.scope": {"election"}, "e.outcome": {"open"}, "e.body": {"executive_government"},
		"sources.0.row": {"1"}, "sources.0.id": {"s1"}, "sources.0.kind": {"news"}, "sources.0.url": {"https://news.example/pledge"}, "sources.0.published": {"2026-03-02"},
	}
}

func TestAnEntryGoesFromDraftToReadersAndBack(t *testing.T) {
	o := newOffice(t)
	o.policy(review.Policy{Publishing: review.TwoPeople, Passwords: true})
	ana, ben, eva := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("ben", keepiton.RoleEditor, "Two"), o.hire("eva", keepiton.RoleEditor, "One")
	ana.get("/desk/campaign?kind=pledge").must(200, "No pledge yet", "New pledge")
	ana.get("/desk/campaign/new?kind=pledge").must(200, "Who pledged", "needed")

	typed := pledgeForm()
	typed.Set("e.made", "in March")
	ana.press("save", typed).must(422, "This is no date we can read")
	if !strings.Contains(ana.body, `value="in March"`) {
		t.Error("what was typed is lost")
	}
	typed.Del("e.made")
	ana.press("submit", url.Values{"e.made": {""}}).must(422, "Something is missing", "This is needed")
	ana.press("save", url.Values{"e.made": {"2026-03"}}).must(200, "Saved", "Pledge KIP-2026-0001")
	ana.press("add:sources", nil).must(200, "Sources 2")
	ana.press("remove:sources:1", nil).must(200)
	if ana.sees("Sources 2") {
		t.Error("the row is still there")
	}
	ana.press("lang:words", url.Values{"newlang.e.words": {"so"}}).must(200)
	ana.press("preview", url.Values{"e.words.so": {"Ma jiri doono go’itaan."}}).must(200, "What saving would change", "Ma jiri doono go’itaan. [so]")
	ana.press("save", url.Values{"reason": {"a translation"}}).must(200, "Saved", "revision 2")
	ana.press("save", nil).must(200, "Saving would change nothing")

	ana.get("/desk/campaign/KIP-2026-0001/act").must(200, "2 people must stand behind it", "Submit for review")
	if ana.form("approve") != nil || ana.form("publish") != nil {
		t.Error("a draft can be approved or published")
	}
	ana.press("submit", nil).must(200, "Submitted for review")
	ana.get("/desk/campaign?kind=pledge").must(200, "1 waiting", "A. Tamba", "Ethiopia", "Open")
	ben.get("/desk/").must(200, "Waiting in the campaign", "A. Tamba")
	ben.get("/desk/campaign/KIP-2026-0001/act").press("approve", url.Values{"reason": {""}}).must(422, "A reason is needed")
	ben.press("approve", url.Values{"reason": {"heard it on air"}}).must(200, "Approved", "heard it on air")
	if ben.form("publish") != nil {
		t.Error("one person is enough")
	}
	ben.post("/desk/campaign/KIP-2026-0001/act", url.Values{"csrf": {attrOf(ben, "csrf")}, "base": {"3"}, "do": {"publish"}}, nil).must(403, "Not enough people")
	eva.get("/desk/campaign/KIP-2026-0001/act").press("against", url.Values{"reason": {"the source is dead"}}).must(200, "Your objection is noted", "Somebody speaks against it")
	eva.press("approve", url.Values{"reason": {"archived now"}}).must(200, "That is enough")
	eva.press("publish", nil).must(200, "Published")
	if _, err := o.store.PublicEntry(t.Context(), "KIP-2026-0001"); err != nil {
		t.Fatal(err)
	}

	// Readers keep the old words while a change is being written.
	ana.get("/desk/campaign/KIP-2026-0001").press("save", url.Values{"e.leader": {"A. B. Tamba"}}).must(200, "readers see revision 4")
	ana.get("/desk/campaign/KIP-2026-0001/history").must(200, "Revision 5", "A. B. Tamba", "heard it on air", "Stands behind it")
	ana.get("/desk/campaign/KIP-2026-0001/history?from=1&to=5").must(200, "From revision 1 to 5")
	ana.press("", url.Values{"n": {"1"}, "base": {"5"}, "reason": {"the first was right"}}).must(200, "The older words are a draft again")
	ben.get("/desk/campaign/KIP-2026-0001/act").press("withdraw", url.Values{"reason": {"It was somebody else."}}).must(200, "Withdrawn")
	public, err := o.store.PublicEntry(t.Context(), "KIP-2026-0001")
	if err != nil || public.State != keepiton.Withdrawn || !strings.Contains(string(public.Doc), "A. Tamba") {
		t.Errorf("readers see %s %s, %v", public.State, public.Doc, err)
	}
}

func TestTwoWhoEditOneEntrySeeEachOther(t *testing.T) {
	o := newOffice(t)
	ana, ben := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("ben", keepiton.RoleEditor, "Two")
	ana.get("/desk/campaign/new?kind=pledge").press("save", pledgeForm()).must(200)
	ana.get("/desk/campaign/KIP-2026-0001")
	ben.get("/desk/campaign/KIP-2026-0001").press("save", url.Values{"e.leader": {"Ben’s Leader"}, "e.office.en": {"Prime minister"}, "reason": {"the paper says so"}}).must(200)
	ana.press("save", url.Values{"e.leader": {"Ana’s Leader"}, "e.scope": {"always"}}).must(409, "Somebody else was faster", "ben saved revision 2", "Prime minister", "Who pledged", "the paper says so")
	f := contents(ana.form("save"))
	if f.Get("e.leader") != "Ana’s Leader" || f.Get("e.office.en") != "Prime minister" || f.Get("e.scope") != "always" {
		t.Errorf("after the conflict the form holds %v", f)
	}
	ana.press("save", nil).must(200, "Saved", "revision 3")
}

func TestWhoMayDoWhatWithEntries(t *testing.T) {
	o := newOffice(t)
	ana, ria, ben := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("ria", keepiton.RoleReader, "One"), o.hire("ben", keepiton.RoleEditor, "Two")
	ana.get("/desk/campaign/new?kind=pledge").press("save", pledgeForm()).must(200)
	ria.get("/desk/campaign/KIP-2026-0001").must(200, "your role does not let you change it")
	ria.get("/desk/campaign/KIP-2026-0001/act").must(200, "nothing for you to decide")
	ria.get("/desk/campaign/new?kind=pledge").must(403)
	csrf := url.Values{"csrf": {attrOf(ria.get("/desk/"), "csrf")}}
	for _, path := range []string{"/desk/campaign/KIP-2026-0001", "/desk/campaign/new?kind=pledge", "/desk/campaign/KIP-2026-0001/act", "/desk/campaign/KIP-2026-0001/history"} {
		v := url.Values{"csrf": csrf["csrf"], "do": {"save"}, "base": {"1"}, "n": {"1"}, "reason": {"because"}}
		if strings.HasSuffix(path, "/act") {
			v.Set("do", "publish")
		}
		if ria.post(path, v, nil); ria.status != 403 {
			t.Errorf("a reader posts to %s: %d %s", path, ria.status, ria.text)
		}
	}
	ana.get("/desk/campaign/KIP-2026-0001/people").must(404)
	ana.get("/desk/campaign/new?kind=nothing").must(404)
	ana.get("/desk/campaign/KIP-2026-0099").must(404)
	if ben.get("/desk/campaign/KIP-2026-0001/act"); ben.form("give_up") == nil || ben.form("withdraw") != nil {
		t.Error("a draft is given up, not withdrawn")
	}
	ben.press("give_up", url.Values{"reason": {"never said"}}).must(200, "given up")
	if _, err := o.store.PublicEntry(t.Context(), "KIP-2026-0001"); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("readers hear of a draft that was given up: %v", err)
	}
}

// attrOf is the value of the first input with the name on the page.
func attrOf(b *browser, name string) string {
	b.t.Helper()
	f := b.form("")
	if f == nil {
		b.t.Fatalf("%s has no form", b.at)
	}
	return contents(f).Get(name)
}
