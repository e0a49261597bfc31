package export

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// areaLimit is the number of bytes of area words that a sentence quotes at
// most; a sheet may name a hundred districts.
const areaLimit = 120

// Sentence returns the sentence about an incident that can be quoted, in the
// printer's language, as seen at now. It is one message, sentence.<what>.
// <where>.<end>, with a dateline, since names of countries and dates of every
// precision then need no preposition:
//
//	what:  full, mobile, service, throttling, throttled_service, other
//	where: nationwide, places
//	end:   day, ended, ongoing, open (no end is recorded)
//
// A withdrawn or merged incident has a sentence of its own. Area words that
// belong to an exception are not told as affected.
func Sentence(p *locale.Printer, inc *keepiton.Incident, now time.Time) string {
	switch inc.State {
	case keepiton.Withdrawn:
		if inc.Reason == "" {
			return p.T("sentence.withdrawn", "ID", string(inc.ID))
		}
		return p.T("sentence.withdrawn.reason", "ID", string(inc.ID), "Reason", inc.Reason)
	case keepiton.Merged:
		return p.T("sentence.merged", "ID", string(inc.ID), "Into", string(inc.MergedInto))
	}
	where, place := sentencePlace(p, inc)
	end, until := sentenceEnd(inc)
	key := "sentence." + sentenceKind(inc) + "." + where + "." + end
	beside := p.Beside(inc.Countries()...)
	return p.T(key, "Place", place, "Start", beside.Date(inc.Start()), "End", beside.Date(until), "AsOf", now, "Services", sentenceServices(p, inc))
}

// sentenceKind says what happened. It claims no more than the record: a cut of
// mobile data alone is not a cut of the internet.
func sentenceKind(inc *keepiton.Incident) string {
	shutdown := slices.Contains(inc.Kinds, "shutdown")
	throttled := slices.Contains(inc.Kinds, "throttling")
	full := slices.Contains(inc.Extents, "full_network")
	service := slices.Contains(inc.Extents, "service_based")
	net := inc.Networks
	switch {
	case shutdown && full && net.Mobile == keepiton.Yes && net.Fixed == keepiton.Yes:
		return "full"
	case shutdown && full && net.Mobile == keepiton.Yes:
		return "mobile"
	case shutdown && full && net.Fixed == keepiton.Yes:
		return "other" // fixed lines alone: no sentence claims the whole internet
	case shutdown && full:
		return "full"
	case shutdown && service:
		return "service"
	case throttled && service && !full:
		return "throttled_service"
	case throttled && !shutdown:
		return "throttling"
	}
	return "other"
}

// sentencePlace returns "nationwide" or "places", and the place as it stands
// in the dateline: the country, with the area words behind it.
func sentencePlace(p *locale.Printer, inc *keepiton.Incident) (where, place string) {
	var names, areas []string
	nationwide := len(inc.Places) > 0
	for _, code := range inc.Countries() {
		names = append(names, geo.Name(code, p.Lang().Tag))
	}
	for _, pl := range inc.Places {
		if pl.Except {
			nationwide = false
			continue
		}
		if !pl.Nationwide {
			nationwide = false
			if pl.Words != "" && !slices.Contains(areas, pl.Words) {
				areas = append(areas, pl.Words)
			}
		}
	}
	country := p.List(names)
	if country == "" {
		country = inc.Country
	}
	switch {
	case nationwide && len(names) > 1:
		return "places", country // no sentence calls several countries one
	case nationwide:
		return "nationwide", country
	}
	area := shorten(strings.Join(strings.Fields(inc.Area), " "), areaLimit)
	if area == "" {
		area = shorten(strings.Join(areas, ", "), areaLimit)
	}
	if area == "" || strings.EqualFold(area, country) || strings.EqualFold(area, inc.Country) {
		return "places", country
	}
	return "places", p.T("sentence.place", "Country", country, "Area", area)
}

// sentenceEnd says how the incident's end is known.
func sentenceEnd(inc *keepiton.Incident) (end string, until keepiton.Moment) {
	e, start := inc.End(), inc.Start()
	switch {
	case e.State == keepiton.Ongoing:
		return "ongoing", e.At
	case e.At.IsZero() || e.At.Until().Before(start.At):
		return "open", e.At
	case e.At == start:
		return "day", e.At
	}
	return "ended", e.At
}

// sentenceServices lists the services that were affected, or says "online
// services" in the printer's language when none is named.
func sentenceServices(p *locale.Printer, inc *keepiton.Incident) string {
	var names []string
	for _, s := range inc.Services {
		if s.Affected != keepiton.Yes {
			continue
		}
		name := p.Code("service", s.ID)
		if !p.Has("code.service."+s.ID) && s.Words != "" {
			name = s.Words
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return p.T("sentence.services")
	}
	return p.List(names)
}

// Title returns a short name of the incident for lists and feeds: place and
// start.
func Title(p *locale.Printer, inc *keepiton.Incident) string {
	_, place := sentencePlace(p, inc)
	return p.T("sentence.title", "Place", place, "Start", inc.Start())
}

// shorten cuts s at a rune so that it has at most limit bytes, an ellipsis
// included.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRight(s[:end], " ,;") + "…"
}
