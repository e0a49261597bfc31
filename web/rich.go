package web

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
)

// prose writes the messages of the explaining pages. They may hold links, which
// name what they lead to and no address, so that a translation cannot break one:
//
//	[words](#dns)        a term of the glossary
//	[words](/prepare)    a page of the site; plain words where the site lacks it
//	[words](=)           the query that makes the number in the words
//	[words](keepiton)    the campaign's own site
//	[^oecd]              a source of sources, as a mark to the list below
//
// prose remembers the sources that a page cites, in their order.
type prose struct {
	*visit
	has   func(path string) bool // whether the site has a page, see Server.known
	cited []string
}

// Say writes a message with its links.
func (w *prose) Say(key string) template.HTML { return w.rich(w.p.T(key), "") }

// rich writes a text with its links; query is what = leads to. All words are
// escaped; what reads like no link stays as it is.
func (w *prose) rich(text, query string) template.HTML {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "[")
		b.WriteString(w.plain(before))
		if !found {
			return template.HTML(b.String()) // every word went through an escape
		}
		words, after, closed := strings.Cut(rest, "]")
		if !closed {
			b.WriteString(w.plain("[" + rest))
			return template.HTML(b.String())
		}
		if source, ok := strings.CutPrefix(words, "^"); ok {
			w.mark(&b, source)
			text = after
			continue
		}
		target, behind, ok := strings.Cut(strings.TrimPrefix(after, "("), ")")
		if !strings.HasPrefix(after, "(") || !ok {
			b.WriteString(w.plain("[" + words + "]"))
			text = after
			continue
		}
		w.link(&b, words, target, query)
		text = behind
	}
}

// plain writes words in the reader's figures.
func (w *prose) plain(words string) string {
	return template.HTMLEscapeString(w.p.Figures(words))
}

func (w *prose) link(b *strings.Builder, words, target, query string) {
	words = w.plain(words)
	href, rel := "", ""
	switch {
	case target == "=":
		href = query
	case target == "keepiton":
		href, rel = campaignURL, ` rel="external noreferrer"`
	case strings.HasPrefix(target, "#") && w.path == "/glossary":
		href = target
	case strings.HasPrefix(target, "#"):
		href, rel = w.Href("/glossary")+target, ` class="term"`
	case w.has(address(w.p.Lang().Tag, target, nil)):
		href = w.Href(target)
	}
	if href == "" {
		b.WriteString(words)
		return
	}
	b.WriteString(`<a` + rel + ` href="` + template.HTMLEscapeString(href) + `">` + words + `</a>`)
}

// mark writes the mark of a source, which it remembers.
func (w *prose) mark(b *strings.Builder, source string) {
	n := slices.Index(w.cited, source)
	if n < 0 {
		n = len(w.cited)
		w.cited = append(w.cited, source)
	}
	number := strconv.Itoa(n + 1)
	b.WriteString(`<sup><a href="#s` + number + `">[` + w.p.Figures(number) + `]</a></sup>`)
}

// campaignURL is where the campaign stands outside this site.
const campaignURL = "https://www.accessnow.org/keepiton/"

// work is what somebody else found out, and where.
type work struct{ Title, By, URL string }

// works are the sources of what the explaining pages say of the world beside the
// record, by the name that messages cite them with. What was read in each stands
// in the notes of the project: stop 1.1 and 4, detection 2.1, 3 and 6.1,
// publication 2.1.
var works = map[string]work{
	"definition":  {"#KeepItOn: the definition of an internet shutdown, RightsCon 2016", "Access Now", "https://www.accessnow.org/no-internet-shutdowns-lets-keepiton"},
	"taxonomy":    {"A taxonomy of internet shutdowns, 2022", "Access Now", ""},
	"destination": {"Destination Unreachable: Characterizing Internet Outages and Shutdowns", "ACM SIGCOMM 2023", "https://dl.acm.org/doi/10.1145/3603269.3604883"},
	"stealth":     {"2507.14183, on Iran in June 2025", "arXiv", "https://arxiv.org/abs/2507.14183"},
	"oecd":        {"The economic impact of shutting down internet and mobile phone services in Egypt, 2011", "OECD", "https://www.oecd.org/countries/egypt/theeconomicimpactofshuttingdowninternetandmobilephoneservicesinegypt.htm"},
	"cipesa":      {"Economic impact of internet disruptions in Sub-Saharan Africa, 2017", "CIPESA", "https://dig.watch/updates/economic-impact-internet-disruptions-sub-saharan-africa"},
}

// Cited lists the sources that the page has cited so far; a template calls it
// below its last text.
func (w *prose) Cited() []work {
	var out []work
	for _, name := range w.cited {
		out = append(out, works[name])
	}
	return out
}
