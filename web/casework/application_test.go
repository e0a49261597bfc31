package casework_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/locale"
	"keepiton/seal"
)

// asks sends an application and returns its address at the desk.
func (w *world) asks(kind string, logo []byte) (string, seal.Receipt) {
	w.Helper()
	s, err := w.server.Begin(w.Context(), intake.Pass{Lane: keepiton.LaneOpen})
	w.must(err)
	defer s.Cancel()
	if logo != nil {
		f, err := s.File("our logo.png", "image/png")
		w.must(err)
		_, err = f.Write(logo)
		w.must(err)
	}
	receipt, err := s.Finish(&keepiton.Report{
		Kind: keepiton.ReportJoin, Lang: "fr", Country: "CD", Contact: "Josée, +243 900 000 000",
		Application: &keepiton.Application{
			Name: "Voix du Fleuve", Names: []keepiton.OtherName{{Lang: "en", Name: "Voice of the River"}}, Type: kind, Site: "https://fleuve.example", Langs: []string{"fr", "ln", "Tshiluba"},
			Why: "sealed reasons", Support: "Gardez internet allumé.", Referees: []keepiton.Referee{{Name: "Benedikta Referee", Contact: "ben@sealed.example"}, {Name: "Cleo Referee", Contact: "cleo@sealed.example"}},
		},
	}, keepiton.OpenFields{})
	w.must(err)
	_, page := w.post("/desk/reports/open", url.Values{})
	if !strings.Contains(page, "Voix du Fleuve") || !strings.Contains(page, "Applications to join") {
		w.Fatalf("the queue does not list it: %s", page)
	}
	at := reportLink.FindStringSubmatch(page[strings.Index(page, "Applications to join"):])
	return at[1], receipt
}

func (w *world) stands(o keepiton.Organization, state keepiton.State) keepiton.EntryRevision {
	w.Helper()
	doc, err := json.Marshal(o)
	w.must(err)
	rev, err := w.record.AppendEntry(w.Context(), keepiton.KindOrganization, 0, keepiton.EntryRevision{State: state, Recorded: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Role: keepiton.RoleEditor, Doc: doc}, o.Index())
	w.must(err)
	return rev
}

// TestAnApplicationIsVettedAndDrafted is the analyst's side of joining.
func TestAnApplicationIsVettedAndDrafted(t *testing.T) {
	w := newWorld(t)
	old := w.stands(keepiton.Organization{Name: "The Voice of River", Country: "CD", Standing: keepiton.StandingMember}, keepiton.Published)
	w.stands(keepiton.Organization{Name: "Nobody Else", Country: "CD", Standing: keepiton.StandingMember}, keepiton.Published)
	at, receipt := w.asks("civil_society", screenshot(t))
	page := w.get(at)
	for _, want := range []string{"243 900 000 000", "Benedikta Referee", "sealed reasons", "it can be: Member", string(old.ID), "the same words in the name", "the same country", `name="keep_site" value="1" checked`, `<option value="1">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	_, draft, _ := strings.Cut(page, at+"/enrol")
	if draft, _, _ = strings.Cut(draft, "</form>"); strings.Contains(draft, "Referee") || strings.Contains(draft, "sealed") || strings.Contains(draft, "243") || strings.Contains(page, "Nobody Else") {
		t.Errorf("the draft offers what is sealed, or others are named: %s", draft)
	}
	keep := url.Values{"keep_names": {"1"}, "keep_country": {"1"}, "keep_langs": {"1"}, "keep_support": {"1"}, "logo": {"1"}, "logo_alt": {"A river"}, "reason": {"vetted"}}
	with := func(name, value string) url.Values {
		f := url.Values{}
		for k, v := range keep {
			f[k] = v
		}
		f.Set(name, value)
		return f
	}
	if rec := w.do("POST", at+"/enrol", keep); rec.Code != 422 || !strings.Contains(rec.Body.String(), "Answer every question") {
		t.Errorf("before the checklist: %d", rec.Code)
	}
	w.post(at+"/vet", url.Values{"referees": {"yes"}, "site": {"yes"}, "kind": {"yes"}, "fresh": {"unknown"}, "note": {"called both"}})
	for name, value := range map[string]string{"reason": "benedikta referee says they are good", "logo_alt": "write to Ben@Sealed.Example"} {
		if rec := w.do("POST", at+"/enrol", with(name, value)); rec.Code != 422 || !strings.Contains(rec.Body.String(), "in the clear") || !strings.Contains(rec.Body.String(), value) {
			t.Errorf("%s tells: %d", name, rec.Code)
		}
	}
	if rec := w.do("POST", at+"/enrol", with("logo_alt", "")); rec.Code != 422 {
		t.Errorf("a logo without words: %d", rec.Code)
	}
	where, page := w.post(at+"/enrol", keep)
	e, err := w.desk.Enrolled(t.Context(), keepiton.EnvelopeID(strings.TrimPrefix(at, "/desk/reports/reports/")))
	if err != nil || e == nil || !strings.HasPrefix(where, at) || !strings.Contains(page, string(e.ID)) {
		t.Fatalf("%s: %+v, %v", where, e, err)
	}
	var got keepiton.Organization
	w.must(json.Unmarshal(e.Doc, &got))
	if got.Name != "Voix du Fleuve" || got.Site != "" || got.Standing != keepiton.StandingMember || got.Country != "CD" || got.Support["fr"] == "" || len(got.Langs) != 2 || len(got.Basis) != 1 || got.LogoAlt != "A river" {
		t.Errorf("drafted %+v", got)
	}
	if m, err := w.record.Media(t.Context(), got.Logo); err != nil || m.Type != "image/png" || len(m.Subjects) != 1 || m.Subjects[0] != string(e.ID) {
		t.Errorf("the logo: %+v %v", m.Subjects, err)
	}
	if all := string(e.Doc) + e.Reason; strings.Contains(all, "Referee") || strings.Contains(all, "sealed") || strings.Contains(all, "243") {
		t.Errorf("the office has %s", all)
	}
	if rec := w.do("POST", at+"/enrol", keep); rec.Code != 409 {
		t.Errorf("a second draft from one application: %d", rec.Code)
	}
	told := func() string {
		box, err := w.server.Mailbox(t.Context(), receipt)
		w.must(err)
		out := string(box.State)
		for _, r := range box.Replies {
			out += "\n" + r.Reveal()
		}
		return out
	}
	fr := locale.For("fr")
	if got := told(); got != "read\n"+fr.T("casework.join.told.drafted") {
		t.Errorf("after the draft the receipt says %q", got)
	}
	_, err = w.record.AppendEntry(t.Context(), keepiton.KindOrganization, 1, keepiton.EntryRevision{ID: e.ID, State: keepiton.Published, Recorded: e.Recorded, Role: keepiton.RoleEditor, Doc: e.Doc}, got.Index())
	w.must(err)
	w.get("/desk/reports/")
	w.get("/desk/reports/")
	if got := told(); got != "used\n"+fr.T("casework.join.told.drafted")+"\n"+fr.T("casework.join.told.published", "Link", "/fr/coalition/"+string(e.ID)) {
		t.Errorf("once it is public the receipt says %q", got)
	}
	if rec := w.do("POST", at+"/decline", url.Values{"words": {"no"}}); rec.Code != 409 {
		t.Errorf("declined while public: %d", rec.Code)
	}
}

func TestADeclinedApplicantReadsWhy(t *testing.T) {
	w := newWorld(t)
	at, receipt := w.asks("company", nil)
	for _, l := range locale.Languages {
		w.lang = l.Tag
		page, p := w.get(at), locale.For(l.Tag)
		if !strings.Contains(page, p.T("casework.join.standing", "Standing", p.Code("standing", keepiton.StandingPartner))) || strings.Contains(page, "casework.") || strings.Contains(page, "{{") {
			t.Errorf("%s: a company, or a message that is not there: %s", l.Tag, page)
		}
	}
	w.lang = "en"
	if rec := w.do("POST", at+"/decline", url.Values{"words": {" "}}); rec.Code != 422 {
		t.Errorf("without words: %d", rec.Code)
	}
	if _, page := w.post(at+"/decline", url.Values{"words": {"Votre site vend du filtrage."}}); strings.Contains(page, `action="`+at+`/decline"`) || strings.Contains(page, `action="`+at+`/enrol"`) {
		t.Error("what is settled can be settled again")
	}
	box, err := w.server.Mailbox(t.Context(), receipt)
	if err != nil || box.State != keepiton.EnvelopeAnswered || len(box.Replies) != 1 || box.Replies[0] != "Votre site vend du filtrage." {
		t.Errorf("the receipt shows %+v, %v", box, err)
	}
	if page := w.get("/desk/reports/"); strings.Contains(page, "Voix du Fleuve") {
		t.Error("it still waits in the queue")
	}
	for _, path := range []string{"/vet", "/decline", "/enrol"} {
		if rec := w.do("POST", "/desk/reports/reports/00112233445566778899aabbccddeeff"+path, url.Values{}); rec.Code != 404 {
			t.Errorf("%s of nothing: %d", path, rec.Code)
		}
	}
}
