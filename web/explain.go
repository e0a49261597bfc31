package web

import (
	"html/template"
	"slices"
	"strconv"

	"keepiton"
	"keepiton/chart"
	"keepiton/count"
)

// shape says how the paragraphs of a part are set.
type shape string

const (
	asText   shape = ""
	asList   shape = "ul"
	asSteps  shape = "ol"
	asChecks shape = "checks" // boxes to be ticked on paper
)

// part is one section of a page that explains. Its heading is the message
// page.<page>.<id>, its paragraphs are page.<page>.<id>.1 and on, as many as there
// are: a page is a table here and words in the language files.
type part struct {
	id      string
	as      shape
	heading string   // message, where another says it already
	quote   string   // message of a quotation that stands first
	keys    []string // messages that stand before its own paragraphs
	scene   string   // drawing of package chart, described by scene.<name>
	numbers []string // numbers of the record that stand below
	screen  bool     // not on paper
}

// explained are the pages that explain, by name.
var explained = map[string][]part{
	"what": {
		{id: "plain", numbers: []string{"year", "ongoing"}},
		{id: "expert", quote: "page.home.definition"},
		{id: "in", as: asList, heading: "page.method.counts", keys: []string{"page.method.in.1", "page.method.in.2", "page.method.in.3"}},
		{id: "out", as: asList, keys: []string{"page.method.out.1", "page.method.out.2"}},
		{id: "more"},
	},
	"kinds": {
		{id: "key"},
		{id: "blackout", scene: "blackout", numbers: []string{"full"}},
		{id: "mobile", scene: "mobile", numbers: []string{"mobile"}},
		{id: "platform", scene: "platform", numbers: []string{"services"}},
		{id: "throttling", scene: "throttling", heading: "code.kind.throttling", numbers: []string{"throttling"}},
		{id: "curfew", scene: "curfew"},
		{id: "exam", scene: "exam", numbers: []string{"exams"}},
		{id: "region", scene: "region", numbers: []string{"local"}},
		{id: "operator", scene: "operator"},
		{id: "ipv6", scene: "ipv6"},
		{id: "whitelist", scene: "whitelist"},
		{id: "voice", scene: "voice"},
		{id: "satellite", scene: "satellite", heading: "code.network.satellite"},
	},
	"techniques": techniques(),
	"fault": {
		{id: "steps", as: asSteps},
		{id: "for", as: asList},
		{id: "against", as: asList},
		{id: "unsure"},
		{id: "note", as: asChecks},
	},
	"why": {
		{id: "now", numbers: []string{"year"}},
		{id: "rights", numbers: []string{"protests"}},
		{id: "safety", numbers: []string{"safety"}},
		{id: "health", numbers: []string{"health"}},
		{id: "work", numbers: []string{"income"}},
		{id: "press"},
		{id: "school", numbers: []string{"exams", "education"}},
		{id: "elections", numbers: []string{"elections"}},
		{id: "hardest", as: asList},
		{id: "reasons"},
		{id: "act"},
	},
	"prepare": {
		{id: "risk", as: asList, heading: "page.explain.risk"},
		{id: "list", as: asChecks, heading: "page.explain.list"},
		{id: "group", as: asChecks},
		{id: "more", screen: true},
	},
	"during": {
		{id: "risk", as: asList, heading: "page.explain.risk"},
		{id: "list", as: asChecks, heading: "page.explain.list"},
		{id: "out", as: asSteps},
		{id: "more", screen: true},
	},
	"after": {
		{id: "risk", as: asList, heading: "page.explain.risk"},
		{id: "list", as: asChecks, heading: "page.explain.list"},
		{id: "answer", as: asSteps},
		{id: "more", screen: true},
	},
	"about": {
		{id: "who", keys: []string{"page.about.1", "page.about.2"}},
		{id: "promises", as: asSteps},
		{id: "made", as: asSteps},
		{id: "readers", keys: []string{"page.about.readers.text"}},
		{id: "licence", keys: []string{"page.about.program.text"}},
		{id: "contact"},
		{id: "help", as: asList},
	},
}

// techniques lists those of the record's own list, and the one that it has no code
// for.
func techniques() []part {
	out := []part{{id: "key", keys: []string{"page.kinds.key.1"}}, {id: "mobile_data", scene: "mobile_data"}}
	for _, c := range keepiton.Techniques {
		if c.Code == keepiton.CodeUnknown {
			continue
		}
		p := part{id: c.Code, scene: c.Code, heading: "code.technique." + c.Code}
		if c.Code == "throttling" {
			p.scene = "slowed"
		}
		out = append(out, p)
	}
	return out
}

// paths of the pages that explain, in the order of reading.
var explainOrder = []struct{ name, path string }{
	{"what", "/what"},
	{"kinds", "/what/kinds"},
	{"techniques", "/what/techniques"},
	{"fault", "/what/fault"},
	{"why", "/why"},
	{"prepare", "/prepare"},
	{"during", "/during"},
	{"after", "/after"},
	{"glossary", "/glossary"},
	{"about", "/about"},
}

// explainPage is a page that explains.
type explainPage struct {
	frame
	Parts   []explainPart
	Terms   []term
	Numbers bool // it tells numbers of the record
}

// explainPart is a part, ready to be set.
type explainPart struct {
	ID      string
	As      shape
	Heading string
	Quote   string
	Lines   []template.HTML
	Numbers []template.HTML
	Drawing template.HTML
	Screen  bool
}

// Cited lists the sources of the page.
func (page *explainPage) Cited() []work { return page.prose.Cited() }

// Nth numbers a source from 1, as its marks do.
func (page *explainPage) Nth(i int) string { return strconv.Itoa(i + 1) }

// Others lists the other pages that explain, and what instruments see of it now.
func (page *explainPage) Others() (out []form) {
	for _, p := range explainOrder {
		if p.name != page.Name {
			out = append(out, form{page.T("page." + p.name + ".title"), page.Href(p.path)})
		}
	}
	return append(out, form{page.T("page.signals.title"), page.Href("/signals")})
}

// Rules names the rules of the page's numbers and the day that they speak for.
func (page *explainPage) Rules() string {
	return page.T("page.explain.numbers", "Rule", count.DefaultRule, "List", listRule, "Day", page.now)
}

// Here is the address of the page on paper.
func (page *explainPage) Here() string { return page.Base + page.inLanguage(page.p.Lang().Tag) }

func (s *Server) newExplainPage(v *visit, name string) *explainPage {
	page := &explainPage{frame: s.frame(v, name)}
	page.Open = true
	return page
}

// explain answers with one of the pages that explain.
func explain(name string) func(*Server, *visit) (*answer, error) {
	return func(s *Server, v *visit) (*answer, error) {
		page := s.newExplainPage(v, name)
		for _, p := range explained[name] {
			set, err := s.explainPart(page, p)
			if err != nil {
				return nil, err
			}
			page.Parts = append(page.Parts, set)
		}
		return s.html("explain", page), nil
	}
}

func (s *Server) explainPart(page *explainPage, p part) (explainPart, error) {
	key := "page." + page.Name + "." + p.id
	set := explainPart{ID: p.id, As: p.as, Screen: p.screen}
	if p.heading != "" {
		set.Heading = page.T(p.heading)
	} else if page.p.Has(key) {
		set.Heading = page.T(key)
	}
	if p.quote != "" {
		set.Quote = page.T(p.quote)
	}
	for _, k := range slices.Concat(p.keys, page.numbered(key)) {
		set.Lines = append(set.Lines, page.prose.Say(k))
	}
	for _, name := range p.numbers {
		told, err := s.number(page.prose, name)
		if err != nil {
			return set, err
		}
		if told != "" {
			set.Numbers, page.Numbers = append(set.Numbers, told), true
		}
	}
	if p.scene != "" {
		f, _ := chart.Scene(chart.Options{P: page.p, ID: "d-" + p.id, Title: set.Heading, Desc: page.T("scene." + p.scene)}, p.scene)
		set.Drawing = f.HTML()
	}
	return set, nil
}

// numbered lists the messages key.1, key.2 and on, as many as there are.
func (page *explainPage) numbered(key string) (keys []string) {
	for n := 1; page.p.Has(key + "." + strconv.Itoa(n)); n++ {
		keys = append(keys, key+"."+strconv.Itoa(n))
	}
	return keys
}
