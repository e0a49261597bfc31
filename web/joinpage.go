package web

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/intake"
	"keepiton/locale"
)

// The form with which an organization asks to join the coalition. Names are those
// of the application's JSON with underscores; country and contact are the report's.
//
//	join_name, join_name_<lang>   words: its name, and in other languages of ours
//	join_type                     a code of keepiton.OrganizationTypes
//	country                       ISO 3166-1 alpha-2
//	join_site                     http or https address
//	join_langs                    tags, one value a ticked box
//	join_langs_other              words, parted by commas
//	contact                       words
//	referee1, referee2            words: who can speak for it
//	referee1_contact, …           words
//	join_why, join_support        words
//	files                         its logo
//	ticket, do                    as in the report form; the button is send
var joinFields = slices.Concat(otherNames(), []string{
	"join_name", "join_type", "country", "join_site", "join_langs", "join_langs_other", "contact",
	"referee1", "referee1_contact", "referee2", "referee2_contact", "join_why", "join_support", "ticket", "do",
})

func otherNames() (out []string) {
	for _, l := range locale.Languages {
		out = append(out, "join_name_"+l.Tag)
	}
	return out
}

// joinPage is the form, empty or with what was typed.
type joinPage struct {
	reportPage
	bad map[string]bool // names of the fields to be mended
}

// Bad reports whether the field has to be mended.
func (p *joinPage) Bad(name string) bool { return p.bad[name] }

// Types lists what an organization may be, with what it can become by it.
func (p *joinPage) Types() (out []choice) {
	for _, c := range keepiton.OrganizationTypes {
		label := p.p.Code("organization_type", c.Code)
		standing := (&keepiton.Application{Type: c.Code}).Standing()
		out = append(out, choice{c.Code, p.p.T("page.join.becomes", "Type", label, "Standing", p.p.Code("standing", standing))})
	}
	return out
}

// Tongues lists the languages that a box is offered for.
func (p *joinPage) Tongues() []locale.Language { return locale.Languages }

// joinForm answers with the empty form, which says so when nothing can be taken.
func (s *Server) joinForm(v *visit) (*answer, error) {
	page := s.joinPage(v, typed{})
	if err := s.ready(); err != nil {
		page.Told = s.refusal(v, page.Form, err)
		return s.formAgain("join", page, err), nil
	}
	return s.sender("join", page), nil
}

func (s *Server) joinPage(v *visit, form typed) *joinPage {
	return &joinPage{reportPage: *s.reportPage(v, "join", form)}
}

// postJoin seals an application, unless something is missing from it: then
// everything is still there, and the page names what.
func (s *Server) postJoin(v *visit, in *incoming) (*answer, error) {
	page := s.joinPage(v, in.form)
	if problems := in.form.application(v.p.Lang().Tag).CheckApplication(); len(problems) > 0 {
		if err := in.each(pass); err != nil {
			return nil, err
		}
		page.amiss(problems)
		return s.formAgain("join", page, errAmiss), nil
	}
	receipt, files, err := s.submit(v, in, func() (*keepiton.Report, keepiton.OpenFields) {
		return in.form.application(v.p.Lang().Tag), keepiton.OpenFields{} // nothing of it may stand readable
	})
	switch {
	case in.broken != nil && !intake.Lost(err):
		return nil, in.broken
	case err != nil:
		page.Told = s.refusal(v, page.Form, err)
		return s.formAgain("join", page, err), nil
	}
	sent := s.sentPage(v, typed{}, page.moment, receipt, files)
	sent.Title, sent.Joins = v.p.T("page.join.sent"), true
	return s.sender("sent", sent), nil
}

var errAmiss = keepiton.Errorf(keepiton.Invalid, "fields of the application are missing or too long")

// application makes the report of the form.
func (t typed) application(lang string) *keepiton.Report {
	private := func(name string) keepiton.Private { return keepiton.Private(t.words(name)) }
	a := &keepiton.Application{
		Name: private("join_name"), Type: t.Get("join_type"), Site: private("join_site"), Why: private("join_why"), Support: private("join_support"),
	}
	names := otherNames()
	slices.Sort(names)
	for _, name := range names {
		if t.words(name) != "" {
			a.Names = append(a.Names, keepiton.OtherName{Lang: strings.TrimPrefix(name, "join_name_"), Name: private(name)})
		}
	}
	for _, l := range locale.Languages {
		if t.Is("join_langs", l.Tag) {
			a.Langs = append(a.Langs, l.Tag)
		}
	}
	a.Langs = append(a.Langs, apart(t.words("join_langs_other"))...)
	for _, n := range []string{"referee1", "referee2"} {
		if r := (keepiton.Referee{Name: private(n), Contact: private(n + "_contact")}); r != (keepiton.Referee{}) {
			a.Referees = append(a.Referees, r)
		}
	}
	return &keepiton.Report{Kind: keepiton.ReportJoin, Lang: lang, Road: keepiton.RoadForm, Country: t.country(), Contact: private("contact"), Application: a}
}

// joinLabels are the fields of an application as the page names them: the name in
// the form, and the message.
var joinLabels = map[string][2]string{
	"name": {"join_name", "page.join.name"}, "names": {"join_name_en", "page.join.names"}, "type": {"join_type", "page.join.type"},
	"country": {"country", "page.join.country"}, "site": {"join_site", "page.join.site"}, "langs": {"join_langs", "page.join.langs"},
	"contact": {"contact", "page.join.contact"}, "why": {"join_why", "page.join.why"}, "support": {"join_support", "page.join.support"},
	"referees[0].name": {"referee1", "page.join.referee.1"}, "referees[0].contact": {"referee1_contact", "page.join.referee.1.contact"},
	"referees[1].name": {"referee2", "page.join.referee.2"}, "referees[1].contact": {"referee2_contact", "page.join.referee.2.contact"},
}

// amiss says what has to be mended, field by field.
func (p *joinPage) amiss(problems []keepiton.Problem) {
	p.bad, p.Told = map[string]bool{}, []string{p.T("page.join.amiss")}
	for _, problem := range problems {
		field := problem.Field
		if strings.HasPrefix(field, "names[") {
			field = "names"
		}
		label, known := joinLabels[field]
		if !known || p.bad[label[0]] {
			continue
		}
		p.bad[label[0]] = true
		p.Told = append(p.Told, p.T("page.join.amiss.field", "Field", p.T(label[1]), "What", p.T("lint."+problem.Key)))
	}
	p.Told = append(p.Told, p.T("page.refused.kept"))
}
