package web

import (
	"html/template"
	"slices"

	"keepiton/locale"
)

// term is a word of the glossary.
type term struct {
	ID   string // its anchor
	Word string
	Text template.HTML
}

// terms are the words of the field, one meaning each. word is the message that
// names it; a name that is the same in every language stands for itself. Its
// meaning is the message term.<id>, or text.
var terms = []struct{ id, word, text string }{
	{"incident", "page.word.incident", "page.word.incident.text"},
	{"episode", "page.word.episode", "page.word.episode.text"},
	{"instance", "page.word.instance", "page.word.instance.text"},
	{"claim", "page.word.claim", "page.word.claim.text"},
	{"edition", "page.word.edition", "page.word.edition.text"},
	{"shutdown", "term.shutdown", ""},
	{"blackout", "page.kinds.blackout", ""},
	{"throttling", "code.kind.throttling", ""},
	{"platform", "page.kinds.platform", ""},
	{"curfew", "page.kinds.curfew", ""},
	{"exam", "page.kinds.exam", ""},
	{"whitelist", "page.kinds.whitelist", ""},
	{"operator", "term.operator", ""},
	{"mobile", "code.network.mobile", ""},
	{"fixed", "code.network.fixed", ""},
	{"satellite", "code.network.satellite", ""},
	{"bgp", "BGP", ""},
	{"dns", "DNS", ""},
	{"ip", "term.ip", ""},
	{"ipv6", "IPv6", ""},
	{"sni", "SNI", ""},
	{"dpi", "DPI", ""},
	{"dos", "term.dos", ""},
	{"jamming", "term.jamming", ""},
	{"vpn", "VPN", ""},
	{"tor", "term.tor", ""},
	{"onion", "term.onion", ""},
	{"ooni", "OONI Probe", ""},
	{"measurement", "term.measurement", ""},
	{"baseline", "term.baseline", ""},
	{"signal", "term.signal", ""},
	{"source", "term.source", ""},
	{"revision", "term.revision", ""},
	{"evidence", "term.evidence", ""},
	{"sealed", "term.sealed", ""},
	{"receipt", "term.receipt", ""},
	{"hash", "term.hash", ""},
	{"metadata", "term.metadata", ""},
	{"coalition", "nav.coalition", ""},
	{"pledge", "nav.pledges", ""},
	{"watch", "nav.watch", ""},
	{"perpetrator", "term.perpetrator", ""},
	{"cause", "field.causes", ""},
	{"justification", "field.justifications", ""},
	{"order", "term.order", ""},
	{"verification", "field.verification", ""},
	{"rule", "term.rule", ""},
	{"asof", "term.asof", ""},
	{"stop", "STOP", ""},
	{"proportionate", "term.proportionate", ""},
}

// glossary lists the terms as a reader of the language looks for them.
func (s *Server) glossary(v *visit) (*answer, error) {
	page := s.newExplainPage(v, "glossary")
	for _, t := range terms {
		text := t.text
		if text == "" {
			text = "term." + t.id + ".text"
		}
		page.Terms = append(page.Terms, term{t.id, v.p.T(t.word), page.prose.Say(text)})
	}
	lang := v.p.Lang().Tag
	slices.SortStableFunc(page.Terms, func(a, b term) int { return locale.Compare(lang, a.Word, b.Word) })
	return s.html("glossary", page), nil
}
