package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func joinWords() url.Values {
	return url.Values{
		"join_name": {"صوت الجميع"}, "join_name_en": {"A Voice for All"}, "join_name_fr": {" "}, "join_type": {"not_for_profit"}, "country": {"SD"}, "join_site": {"https://voice.example"},
		"join_langs": {"ar", "en", "xx"}, "join_langs_other": {"Nobiin، fur"}, "contact": {"سلمى، رقم كذا"}, "referee1": {"Ben, Example Rights"}, "referee1_contact": {"ben@example.org"},
		"referee2": {"Cleo"}, "referee2_contact": {"cleo@example.org"}, "join_why": {"نوثّق القطع"}, "join_support": {"أبقوه شغّالًا"},
	}
}

func TestApplicationIsSealedLikeAReport(t *testing.T) {
	s := newSenderSite(t)
	w := send(s, "/ar/coalition/join", joinWords(), []upload{{"logo.png", []byte("a picture")}}, "send")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), locale.For("ar").T("page.join.sent")) {
		t.Fatalf("status %d", w.Code)
	}
	e, got := s.stored(t, receiptOn(t, w.Body.String()))
	rep := got.Report
	if rep.Kind != keepiton.ReportJoin || rep.Application == nil || rep.Lang != "ar" || rep.Country != "SD" || rep.Contact != "سلمى، رقم كذا" || e.Open != (keepiton.OpenFields{}) || len(got.Files) != 1 || rep.Consent != (keepiton.Consent{}) {
		t.Fatalf("%+v %+v", e, rep)
	}
	a := rep.Application
	if a.Name != "صوت الجميع" || !slices.Equal(a.Names, []keepiton.OtherName{{Lang: "en", Name: "A Voice for All"}}) || !slices.Equal(a.Langs, []string{"en", "ar", "Nobiin", "fur"}) || len(a.Referees) != 2 || a.Referees[1] != (keepiton.Referee{Name: "Cleo", Contact: "cleo@example.org"}) {
		t.Errorf("%+v", a)
	}
	if p := rep.CheckApplication(); len(p) > 0 {
		t.Errorf("what was taken has faults: %v", p)
	}
}

func TestApplicationThatLacksSomethingComesBackAndNamesIt(t *testing.T) {
	s := newSenderSite(t)
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		f := joinWords()
		f.Del("referee2_contact")
		f.Set("join_type", "newspaper")
		w := send(s, "/"+l.Tag+"/coalition/join", f, []upload{{"logo.png", bytes.Repeat([]byte("x"), 100_000)}}, "send")
		body := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", l.Tag, w.Code)
		}
		for _, want := range []string{p.T("page.join.referee.2.contact"), p.T("lint.entry_missing"), p.T("lint.entry_code"), "Ben, Example Rights", "نوثّق القطع</textarea>", `name="referee2_contact" value="" dir="auto" maxlength="500" required aria-invalid="true"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %q", l.Tag, want)
			}
		}
		told := body[strings.Index(body, `id="told"`):]
		if told = told[:strings.Index(told, "</div>")]; strings.Count(told, "<p>") != 4 {
			t.Errorf("%s: not two faults: %s", l.Tag, told)
		}
	}
	if n := s.envelopes(t); n != 0 {
		t.Errorf("%d envelopes were stored", n)
	}
	if s.log.Len() > 0 && strings.Contains(s.log.String(), "Ben") {
		t.Error("the log names a referee")
	}
}

// The rule who may be a member stands before the form, and beside each choice.
func TestFormSaysWhoMayBeAMemberBeforeOneFillsItIn(t *testing.T) {
	s := newSenderSite(t)
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		body := get(t, s, "/"+l.Tag+"/coalition/join").Body.String()
		rule, form := strings.Index(body, p.T("page.coalition.rule")), strings.Index(body, "<form id")
		if rule < 0 || rule > form {
			t.Errorf("%s: the rule stands at %d, the form at %d", l.Tag, rule, form)
		}
		for kind, standing := range map[string]string{"media": keepiton.StandingPartner, "company": keepiton.StandingPartner, "state": keepiton.StandingPartner, "civil_society": keepiton.StandingMember} {
			if want := p.T("page.join.becomes", "Type", p.Code("organization_type", kind), "Standing", p.Code("standing", standing)); !strings.Contains(body, want) {
				t.Errorf("%s: no choice says %q", l.Tag, want)
			}
		}
	}
	if body := get(t, s, "/en/").Body.String(); strings.Count(body, `href="/en/coalition/join"`) < 2 {
		t.Error("the front page does not lead to the form")
	}
}

func FuzzJoinForm(f *testing.F) {
	whole, kind := encode(joinWords(), []upload{{"a.png", []byte("x")}}, "send")
	f.Add(whole.Bytes(), kind)
	f.Add([]byte("join_name=x&join_name_am=%ff&referee1=%00&join_langs=ar&join_langs=ar&do=send"), "application/x-www-form-urlencoded")
	s := newSenderSite(f)
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		if w := sendBody(s, "/en/coalition/join", bytes.NewReader(body), kind); w.Code >= 500 {
			t.Errorf("status %d", w.Code)
		}
	})
}
