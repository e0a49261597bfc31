package web

import (
	"net/http"
	"slices"
	"sync"

	"keepiton"
	"keepiton/geo"
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
//	do                              the button: check or send
//
// The form is #form, a place for messages #said (role=status), a hidden
// <progress id="progress">, and the limit that only holds without script #plain.

// reportPage is the form, empty or with what was typed.
type reportPage struct {
	frame
	Form typed
	Told []string // what to say above the form

	Carried bool // the form that works without a network: no check, no open fields
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
	return choices(p.p, "page.report.calendar.", "gregory", "ethiopic")
}

// Clocks lists the ways to say a time of day.
func (p *reportPage) Clocks() []choice {
	return choices(p.p, "page.report.clock.", "24h", "12h-am", "12h-pm", "ethiopic-day", "ethiopic-night")
}

// Countries lists all countries in the order of their names.
func (p *reportPage) Countries() []choice { return countryChoices(p.p.Lang().Tag, p.sample) }

// Regions lists the regions of the country that was chosen.
func (p *reportPage) Regions() []choice {
	var out []choice
	lang := p.p.Lang().Tag
	for _, r := range geo.Regions(p.Form.Get("country")) {
		out = append(out, choice{r.Code, geo.RegionName(r.Code, lang)})
	}
	slices.SortFunc(out, func(a, b choice) int { return compareNames(lang, a.Label, b.Label) })
	return out
}

// Zones lists the time zones of the country that was chosen, if it has several.
func (p *reportPage) Zones() []choice { return nil }

type countryKey struct {
	lang   string
	sample bool
}

var countryLists sync.Map // countryKey -> []choice

// countryChoices lists the countries in a language, made once; those of the
// made-up world come with its pages.
func countryChoices(lang string, sample bool) []choice {
	key := countryKey{lang, sample}
	if list, ok := countryLists.Load(key); ok {
		return list.([]choice)
	}
	all := geo.Countries()
	if sample {
		all = append(all, geo.MadeUp()...)
	}
	var list []choice
	for _, c := range all {
		list = append(list, choice{c.Code, geo.Name(c.Code, lang)})
	}
	slices.SortFunc(list, func(a, b choice) int { return compareNames(lang, a.Label, b.Label) })
	countryLists.Store(key, list)
	return list
}

// reportForm answers with the empty form.
func (s *Server) reportForm(v *visit) (*answer, error) {
	if v.suffix != "" {
		return nil, keepiton.Errorf(keepiton.NotFound, "the form has no .%s form", v.suffix)
	}
	return s.sender("report", &reportPage{frame: s.frame(v, "report"), Form: typed{}}), nil
}

// sender answers with a page for senders. A browser keeps no copy of it.
func (s *Server) sender(name string, page any) *answer {
	a := s.html(name, page)
	a.status, a.private = http.StatusOK, true
	return a
}
