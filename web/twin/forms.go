package twin

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// forms replaces every form: a copy has nobody to send it to. What chooses from a
// list becomes links to the pages that the copy has; for the rest it says what to
// do instead.
func (s *sheet) forms(doc *html.Node) {
	var all []*html.Node
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Form {
			all = append(all, n)
		}
	}
	for _, form := range all {
		for _, n := range s.instead(form) {
			form.Parent.InsertBefore(n, form)
		}
		remove(form)
	}
}

// instead returns what stands in the place of a form.
func (s *sheet) instead(form *html.Node) []*html.Node {
	p := s.at.printer()
	if strings.EqualFold(attr(form, "method"), "post") {
		key, page := "copy.form", ""
		if s.at.path == "/receipt" || s.at.path == "/report/sealed" {
			key, page = "copy."+strings.ReplaceAll(strings.TrimPrefix(s.at.path, "/"), "/", "."), s.at.path
		}
		out := []*html.Node{with(element(atom.Div, "class", "tell", "role", "note"), with(element(atom.P), words(p.T(key))))}
		if base := s.c.opt.BaseURL; base != "" {
			where := with(element(atom.Bdi, "dir", "ltr"), words(base+page))
			out[0].AppendChild(with(element(atom.P), words(p.T("copy.site")+" "), where))
		}
		return out
	}
	lists, search, dates := s.lists(form)
	if len(lists) > 0 {
		lists = []*html.Node{with(element(atom.Div, "class", "row"), lists...)}
	}
	switch {
	case search && s.at.path == "/incidents":
		note := s.note(p.T("copy.search") + " ")
		if href, ok := s.turn("/"+s.at.lang+"/incidents.txt", ""); ok {
			note.AppendChild(with(element(atom.A, "href", href), words(p.T("copy.search.list"))))
		}
		return append([]*html.Node{note}, lists...)
	case len(lists) > 0:
		return append([]*html.Node{s.note(p.T("copy.choose"))}, lists...)
	case dates:
		return nil // as of another day: the banner says of which day the copy is
	}
	return []*html.Node{s.note(p.T("copy.form"))}
}

func (s *sheet) note(text string) *html.Node {
	return with(element(atom.P, "class", "note"), words(text))
}

// lists turns the selects of a form into lists of links, as far as the copy has
// their pages. search: the form asks for words. dates: it asks for the day of the
// record and for nothing else.
func (s *sheet) lists(form *html.Node) (out []*html.Node, search, dates bool) {
	dates = true
	action := attr(form, "action")
	if action == "" {
		action = "/" + s.at.lang + s.at.path
	}
	for n := range form.Descendants() {
		switch {
		case n.DataAtom == atom.Input && attr(n, "type") == "search":
			search = true
		case n.DataAtom == atom.Input && attr(n, "type") != "hidden" && attr(n, "name") != "as_of":
			dates = false
		case n.DataAtom == atom.Select:
			dates = false
			links := element(atom.Ul, "class", "row")
			for o := range n.Descendants() {
				if o.DataAtom != atom.Option || attr(o, "value") == "" {
					continue
				}
				if href, ok := s.turn(action+"?"+url.Values{attr(n, "name"): {attr(o, "value")}}.Encode(), ""); ok {
					links.AppendChild(with(element(atom.Li), with(element(atom.A, "href", href), words(text(o)))))
				}
			}
			if links.FirstChild != nil {
				out = append(out, with(element(atom.Details), with(element(atom.Summary), words(label(n))), links))
			}
		}
	}
	return out, search, dates
}

// label is what a field is called.
func label(field *html.Node) string {
	for n := range field.Ancestors() {
		if n.DataAtom == atom.Label {
			return strings.TrimSpace(text(n))
		}
	}
	return attr(field, "name")
}
