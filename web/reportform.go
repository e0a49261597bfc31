package web

import (
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/intake"
	"keepiton/locale"
)

// The report form. Script that seals in the browser, and the carried form, use
// the same names: each is the path of the report's JSON with underscores
// (docs/design/004-voices.md), so that a program can fill either from the other.
//
//	began_date, began_time          words, as typed
//	began_calendar                  "", gregory, ethiopic
//	began_clock                     "", 24h, 12h-am, 12h-pm, ethiopic-day, ethiopic-night
//	began_about                     "yes" when ticked
//	began_reading                   only after a check that found several readings: calendar|clock|zone
//	ongoing                         yes, no, unknown
//	ended_date … ended_reading      as for began
//	country                         ISO 3166-1 alpha-2, or ""
//	region                          ISO 3166-2, or ""; offered once the country is known
//	zone                            IANA name, or ""; offered once the country is known to have several
//	place                           words
//	mobile, fixed, voice, sms       yes, no, unknown: networks.* of the report
//	services                        slugs, one value a ticked box
//	services_other                  words, parted by commas
//	provider, seen                  words
//	firsthand                       yes (seen), no (told)
//	contact                         words
//	consent_publish, _media, _press, _court, _partners   "yes" when ticked
//	naming                          "", role_place, name: consent.naming
//	name                            words: consent.name
//	open                            "yes" when ticked: the open fields may be stored readable
//	files                           any number of files; the last field but the button
//	ticket                          hidden: shows that the form was open for a while
//	do                              the button: check or send
//
// The form is #form, a place for messages #said (role=status), a hidden
// <progress id="progress">, and the limit that only holds without script #plain.

var reportFields = slices.Concat(whenFields("began"), whenFields("ended"), placeFields, consentFields, []string{
	"ongoing", "mobile", "fixed", "voice", "sms", "services", "services_other", "provider", "seen", "firsthand", "contact", "open", "ticket", "do",
})

var (
	placeFields   = []string{"country", "region", "zone", "place"}
	consentFields = []string{"consent_publish", "consent_media", "consent_press", "consent_court", "consent_partners", "naming", "name"}
)

func whenFields(name string) []string {
	return []string{name + "_date", name + "_time", name + "_calendar", name + "_clock", name + "_about", name + "_reading"}
}

// reportPage is the form, empty or with what was typed.
type reportPage struct {
	frame
	Form    typed
	Told    []string // what to say above the form
	Checked bool     // readings are shown
	Ticket  string
	moment  time.Time // of the request

	carrying bool // there is a form to take along

	Carried bool // the form that works without a network: no check, no open fields
}

// Carrying reports whether there is a form to take along.
func (p *reportPage) Carrying() bool { return p.carrying }

// Legend is the question for a moment: a story asks otherwise than a report.
func (p *reportPage) Legend(moment string) string {
	if p.Name == "share" {
		return p.T("page.share." + moment)
	}
	return p.T("page.report." + moment)
}

// boxed are the services that a box is offered for; others are typed.
var boxed = []string{"whatsapp", "facebook", "messenger", "instagram", "telegram", "signal", "tiktok", "twitter", "youtube", "vpns"}

// Services lists the services that a box is offered for.
func (p *reportPage) Services() []string { return boxed }

// choice is one choice of a list.
type choice struct{ Value, Label string }

func choices(p *locale.Printer, prefix string, values ...string) []choice {
	var out []choice
	for _, v := range values {
		out = append(out, choice{v, p.T(prefix + v)})
	}
	return out
}

// Calendars lists the calendars that a date may be in.
func (p *reportPage) Calendars() []choice {
	return choices(p.p, "page.report.calendar.", calendars...)
}

// Clocks lists the ways to say a time of day.
func (p *reportPage) Clocks() []choice {
	return choices(p.p, "page.report.clock.", clocks...)
}

// Countries are the choices of all countries in the order of their names, with
// the one that was chosen. They are half of the form, and made once.
func (p *reportPage) Countries() template.HTML {
	all, code := countryOptions(p.p.Lang().Tag, p.sample), p.Form.country()
	if code == "" {
		return template.HTML(all)
	}
	value := `value="` + code + `"`
	return template.HTML(strings.Replace(all, value, value+" selected", 1))
}

// Regions lists the regions of the country that was chosen.
func (p *reportPage) Regions() []choice {
	var out []choice
	lang := p.p.Lang().Tag
	for _, r := range geo.Regions(p.Form.Get("country")) {
		out = append(out, choice{r.Code, geo.RegionName(r.Code, lang)})
	}
	slices.SortStableFunc(out, func(a, b choice) int { return locale.Compare(lang, a.Label, b.Label) })
	return out
}

// Zones lists the time zones of the country that was chosen, if it has several.
func (p *reportPage) Zones() []choice {
	all := geo.Zones(p.Form.Get("country"))
	if len(all) < 2 {
		return nil
	}
	var out []choice
	for _, name := range all {
		out = append(out, choice{name, strings.ReplaceAll(name, "_", " ")})
	}
	return out
}

// Readings is how we read the moment under began or ended, after a check.
func (p *reportPage) Readings(name string) *reading {
	if !p.Checked {
		return nil
	}
	return p.Form.read(name, p.p, p.moment)
}

type countryKey struct {
	lang   string
	sample bool
}

var countryLists sync.Map // countryKey -> string

// countryOptions writes the countries in a language as choices of a list; those
// of the made-up world come with its pages.
func countryOptions(lang string, sample bool) string {
	key := countryKey{lang, sample}
	if list, ok := countryLists.Load(key); ok {
		return list.(string)
	}
	all := geo.Countries()
	if sample {
		all = append(all, geo.MadeUp()...)
	}
	slices.SortStableFunc(all, func(a, b geo.Country) int {
		return locale.Compare(lang, geo.Name(a.Code, lang), geo.Name(b.Code, lang))
	})
	var b strings.Builder
	for _, c := range all {
		b.WriteString(`<option value="` + c.Code + `">` + template.HTMLEscapeString(geo.Name(c.Code, lang)) + `</option>`)
	}
	countryLists.Store(key, b.String())
	return b.String()
}

// reportForm answers with the empty form.
func (s *Server) reportForm(v *visit) (*answer, error) { return s.emptyForm(v, "report") }

// postReport checks the form or sends it.
func (s *Server) postReport(v *visit, in *incoming) (*answer, error) {
	return s.postForm(v, in, "report", func(*keepiton.Report) {})
}

// emptyForm answers with an empty form, which says so when nothing can be taken.
func (s *Server) emptyForm(v *visit, name string) (*answer, error) {
	page := s.reportPage(v, name, typed{})
	if err := s.ready(); err != nil {
		page.Told = s.refusal(v, page.Form, err)
		return s.formAgain(name, page, err), nil
	}
	return s.sender(name, page), nil
}

func (s *Server) reportPage(v *visit, name string, form typed) *reportPage {
	page := &reportPage{frame: s.frame(v, name), Form: form, moment: s.opt.Now().UTC()}
	if set, _, err := s.recipients(); err == nil {
		page.carrying = len(ageRecipients(set)) > 0
	}
	if s.opt.Intake != nil {
		page.Ticket = s.opt.Intake.Ticket()
	}
	return page
}

// postForm checks a form or sends it. finish adds to the report what only this
// form has.
func (s *Server) postForm(v *visit, in *incoming, name string, finish func(*keepiton.Report)) (*answer, error) {
	in.form.settle("began")
	in.form.settle("ended")
	page := s.reportPage(v, name, in.form)
	if in.form.Is("do", "check") {
		return s.checkForm(page, in)
	}
	receipt, files, err := s.submit(v, in, func() (*keepiton.Report, keepiton.OpenFields) {
		rep := in.form.report(v.p.Lang().Tag, page.moment)
		finish(rep)
		return rep, openFields(in.form, rep)
	})
	switch {
	case in.broken != nil && !intake.Lost(err):
		return nil, in.broken
	case err == errOtherButton: // it stood behind the files, or Enter was pressed
		return s.checkForm(page, in)
	case err != nil:
		page.Told = s.refusal(v, page.Form, err)
		return s.formAgain(name, page, err), nil
	}
	return s.sender("sent", s.sentPage(v, in.form, page.moment, receipt, files)), nil
}

// checkForm shows how the date and the place are read; all that was typed
// stays in the form.
func (s *Server) checkForm(page *reportPage, in *incoming) (*answer, error) {
	if err := in.each(pass); err != nil {
		return nil, err
	}
	page.Checked = true
	page.Told = append(page.Told, page.T("page.check.title"))
	page.Told = append(page.Told, page.place()...)
	if len(page.Zones()) > 0 && page.Form.zone() == "" {
		page.Told = append(page.Told, page.T("page.check.zone"))
	}
	page.Told = append(page.Told, page.T("page.check.next"))
	return s.sender(page.Name, page), nil
}

// place says where we think it is, and chooses the region if we are sure of it.
func (p *reportPage) place() []string {
	country, _ := geo.ByCode(p.Form.country())
	words := p.Form.words("place")
	if p.Form.region() == "" && country.STOP != "" && words != "" {
		for _, found := range geo.Resolve(country.STOP, words, "") {
			if found.Region != "" && found.Confidence >= keepiton.SurePlace && !found.Except {
				p.Form["region"] = []string{found.Region}
				break
			}
		}
	}
	var parts []string
	if words != "" {
		parts = append(parts, words)
	}
	if r := p.Form.region(); r != "" {
		parts = append(parts, geo.RegionName(r, p.p.Lang().Tag))
	}
	if country.Code != "" {
		parts = append(parts, geo.Name(country.Code, p.p.Lang().Tag))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{p.T("page.check.place", "Place", strings.Join(parts, p.T("page.comma")))}
}

// sender answers with a page for senders. Nobody keeps a copy of it.
func (s *Server) sender(name string, page any) *answer {
	a := s.html(name, page)
	a.fresh = true
	return a
}

// formAgain answers with a form that was not taken, and all that was typed.
func (s *Server) formAgain(name string, page any, err error) *answer {
	a := s.sender(name, page)
	a.status = StatusOf(err)
	return a
}
