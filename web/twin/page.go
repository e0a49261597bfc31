package twin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// policy is that of every page of a copy: nothing runs, nothing is sent, and
// pictures and the style sheet come from beside it. 'self' is a mirror's own
// host, file: a disk, where pages have no host.
const policy = "default-src 'none'; style-src 'self' file:; img-src 'self' file: data:; form-action 'none'; base-uri 'none'"

// sheet is the page that is being turned into one of the copy.
type sheet struct {
	c     *copier
	at    address
	file  string
	links []address
	style string // text of its style sheet
}

// page turns a page of the site into one of the copy: links become relative, what
// has no place is taken out, forms become lists or say what to do.
func (c *copier) page(at address, got *answer) (body []byte, links []address, style string, err error) {
	s := &sheet{c: c, at: at, file: at.file()}
	switch {
	case got.status >= 300 && got.status < 400:
		return s.moved(got.header.Get("Location"))
	case got.status != http.StatusOK:
		return s.gone()
	}
	doc, err := html.Parse(bytes.NewReader(got.body))
	if err != nil {
		return nil, nil, "", err
	}
	s.drop(doc)
	s.link(doc)
	s.forms(doc)
	s.head(doc)
	s.banner(doc)
	s.tidy(doc)
	var out bytes.Buffer
	if err := html.Render(&out, doc); err != nil {
		return nil, nil, "", err
	}
	out.WriteByte('\n')
	return out.Bytes(), s.links, s.style, nil
}

// drop takes out what a copy does without: scripts, templates for scripts, what
// other sites show of a page that is linked there, and the notice of a past day, which the banner of the copy replaces.
func (s *sheet) drop(doc *html.Node) {
	var gone []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (n.DataAtom == atom.Script || n.DataAtom == atom.Template || n.DataAtom == atom.Noscript || n.DataAtom == atom.Meta && attr(n, "property") != "" || n.DataAtom == atom.Div && hasClass(n, "asof")) {
			gone = append(gone, n)
		}
	}
	remove(gone...)
}

// head gives the page its policy, and one style sheet that it shares with others.
func (s *sheet) head(doc *html.Node) {
	var head *html.Node
	var sheets []*html.Node
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Head:
			head = n
		case atom.Style:
			sheets = append(sheets, n)
		}
	}
	for _, n := range sheets {
		s.style += text(n)
	}
	remove(sheets...)
	first := head.FirstChild
	for _, n := range []*html.Node{
		element(atom.Meta, "charset", "utf-8"),
		element(atom.Meta, "http-equiv", "Content-Security-Policy", "content", policy),
		element(atom.Meta, "name", "referrer", "content", "no-referrer"),
	} {
		head.InsertBefore(n, first)
	}
	for n := first; n != nil; n = n.NextSibling {
		if n.DataAtom == atom.Meta && attr(n, "charset") != "" {
			remove(n)
			break
		}
	}
	if s.style != "" {
		head.AppendChild(element(atom.Link, "rel", "stylesheet", "href", relative(s.file, styleFile(s.style))))
	}
}

// styleFile names a style sheet by what it says.
func styleFile(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "style/" + hex.EncodeToString(sum[:6]) + ".css"
}

// style writes a style sheet when the first page has it.
func (c *copier) style(text string) error {
	if text == "" || c.styles[text] != "" {
		return nil
	}
	c.styles[text] = styleFile(text)
	return c.tree.Put(c.styles[text], []byte(text))
}

// banner says on every page that it is a copy, of when, and of what.
func (s *sheet) banner(doc *html.Node) {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Header {
			continue
		}
		note := element(atom.Div, "class", "band", "role", "note")
		p := element(atom.P, "class", "w")
		p.AppendChild(words(s.c.copyOf(s.at.printer()) + " "))
		about := element(atom.A, "href", relative(s.file, "index.html")+"#"+s.at.lang)
		about.AppendChild(words(s.at.printer().T("copy.about")))
		p.AppendChild(about)
		note.AppendChild(p)
		n.Parent.InsertBefore(note, n.NextSibling)
		return
	}
}

// addresses are the attributes that may hold one.
var addresses = map[string]bool{"href": true, "src": true, "action": true, "formaction": true, "poster": true, "srcset": true, "data": true, "background": true, "cite": true}

// link makes addresses of the site relative, and takes those away that have no
// place in the copy.
func (s *sheet) link(doc *html.Node) {
	var cut []*html.Node
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Form || n.DataAtom == atom.Button {
			continue // forms go as a whole
		}
		for i := 0; i < len(n.Attr); i++ {
			a := &n.Attr[i]
			if !addresses[a.Key] {
				continue
			}
			val, keep := s.turn(a.Val, attr(n, "rel"))
			if !keep || val == path.Base(s.file) && within(n, "chips") { // a filter of the whole copy cannot be taken away
				n.Attr = append(n.Attr[:i], n.Attr[i+1:]...)
				i--
				cut = append(cut, n)
				continue
			}
			a.Val = val
		}
	}
	for _, n := range cut {
		s.cut(n)
	}
}

// turn returns an address as the copy has it; keep is false when it has none.
func (s *sheet) turn(href, rel string) (_ string, keep bool) {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return "", false
	}
	if base := s.c.opt.BaseURL; base != "" && strings.HasPrefix(href, base+"/") {
		if u, err = url.Parse(strings.TrimPrefix(href, base)); err != nil {
			return "", false
		}
	}
	switch {
	case u.Scheme == "data" || u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto":
		return href, true // a source elsewhere, chosen by a person
	case u.Scheme != "" || u.Host != "":
		return "", false
	case u.Path == "" && u.RawQuery == "":
		return href, u.Fragment != "" // a place on this page
	case u.Path == "":
		u.Path = "/" + s.at.lang + s.at.path
	case !strings.HasPrefix(u.Path, "/"):
		return "", false // the site has no such
	}
	a, ok := s.c.find(s.at, u, rel)
	if !ok || a.isFile() && !s.c.there(a) {
		return "", false
	}
	s.links = append(s.links, a)
	out := relative(s.file, a.file())
	if u.Fragment != "" {
		out += "#" + u.EscapedFragment()
	}
	return out, true
}

// cut takes a link away. Its words stay where they are part of a text or of a
// list that says something; where they were nothing but the way there, in a row
// of links or as a paragraph of their own, they go as well.
func (s *sheet) cut(n *html.Node) {
	if n.Parent == nil {
		return
	}
	switch {
	case n.DataAtom == atom.Img || n.DataAtom == atom.Link || hasClass(n, "go"):
		remove(n)
	case n.DataAtom != atom.A:
	case alone(n) && (n.Parent.DataAtom == atom.P || n.Parent.DataAtom == atom.Li && inRow(n.Parent)):
		remove(n.Parent)
	case n.Parent.DataAtom == atom.Li: // a line of a list is laid out by its parts: a link without an address stays one part
		n.Attr = nil
	default:
		for n.FirstChild != nil {
			child := n.FirstChild
			n.RemoveChild(child)
			n.Parent.InsertBefore(child, n)
		}
		remove(n)
	}
}

// within reports whether n stands inside a list of a class.
func within(n *html.Node, class string) bool {
	for a := range n.Ancestors() {
		if a.DataAtom == atom.Ul && hasClass(a, class) {
			return true
		}
	}
	return false
}

// inRow reports whether a list is one of links alone.
func inRow(li *html.Node) bool {
	list := li.Parent
	if list == nil || hasClass(list, "row") || hasClass(list, "chips") {
		return true
	}
	for n := range list.Ancestors() {
		if n.DataAtom == atom.Header || n.DataAtom == atom.Nav {
			return true
		}
	}
	return false
}

// tidy removes what was about links alone and has none left.
func (s *sheet) tidy(doc *html.Node) {
	var empty []*html.Node
	for n := range doc.Descendants() {
		rows := n.DataAtom == atom.Ul && (hasClass(n, "row") || hasClass(n, "chips")) || n.DataAtom == atom.Nav || n.DataAtom == atom.Div && hasClass(n, "tb")
		if rows && !has(n, atom.A, "href") || (n.DataAtom == atom.Ul || n.DataAtom == atom.Ol) && !has(n, atom.Li, "") {
			empty = append(empty, n)
		}
	}
	remove(empty...)
}
