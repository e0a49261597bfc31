package twin

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strings"

	"keepiton/geo"
	"keepiton/locale"
)

//go:embed copy.css
var copyStyle string

//go:embed copy.html
var copySource string

var copyPages = template.Must(template.New("copy").Parse(copySource))

// copyPage is a page that the copy has and the site has not.
type copyPage struct {
	*locale.Printer
	Policy, Style, Home string
	Of, Text            string
	To                  string // where the page has gone; empty: it is not in the copy

	Title     string // of the page on top
	Tongues   []tongue
	Languages []locale.Language // of the copy
}

// tongue is what the page on top says in one language.
type tongue struct {
	*locale.Printer
	Of, Site string // what the copy is of, and where the newest is
	Carried  bool
	Sample   bool
}

// Path is where the pages of the language stand.
func (t tongue) Path(name string) string { return t.Lang().Tag + "/" + name }

// Tag is the tongue's language.
func (t tongue) Tag() string { return t.Lang().Tag }

func (s *sheet) stub(page copyPage) (body []byte, links []address, style string, err error) {
	page.Printer, page.Policy, page.Of = s.at.printer(), policy, s.c.copyOf(s.at.printer())
	page.Style, page.Home = relative(s.file, styleFile(copyStyle)), relative(s.file, s.at.lang+"/index.html")
	var out bytes.Buffer
	err = copyPages.ExecuteTemplate(&out, "stub", page)
	return out.Bytes(), s.links, copyStyle, err
}

// moved is the page of an address that leads on, such as that of a merged
// incident, whose number stands on paper somewhere.
func (s *sheet) moved(to string) ([]byte, []address, string, error) {
	href, ok := s.turn(to, "")
	if !ok {
		return s.gone()
	}
	return s.stub(copyPage{Text: s.at.printer().T("copy.moved"), To: href})
}

// gone is the page of an address that the site does not answer, so that a link to
// it does not end in a browser's error.
func (s *sheet) gone() ([]byte, []address, string, error) {
	return s.stub(copyPage{Text: s.at.printer().T("copy.gone")})
}

// copyOf says what the copy is of.
func (c *copier) copyOf(p *locale.Printer) string {
	text := p.T("copy.of", "Day", c.opt.AsOf)
	var only []string
	for _, param := range []string{"country", "year"} {
		var values []string
		for _, v := range c.holds.only[param] {
			if param == "country" {
				v = geo.Name(v, p.Lang().Tag)
			}
			values = append(values, v)
		}
		if len(values) > 0 {
			only = append(only, p.T("page.filter."+param)+": "+p.List(values))
		}
	}
	if len(only) > 0 {
		text += " " + p.T("copy.only", "What", strings.Join(only, " · "))
	}
	return text
}

// readme writes the page on top: what this is, in every language of the copy.
func (c *copier) readme() error {
	page := copyPage{Policy: policy, Style: styleFile(copyStyle), Title: "KeepItOn"}
	for _, l := range locale.Languages {
		if !slices.Contains(c.opt.Languages, l.Tag) {
			continue
		}
		p := locale.For(l.Tag)
		page.Languages = append(page.Languages, l)
		page.Tongues = append(page.Tongues, tongue{p, c.copyOf(p), c.opt.BaseURL, c.carried, c.opt.Sample})
	}
	if err := c.style(copyStyle); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := copyPages.ExecuteTemplate(&out, "readme", page); err != nil {
		return err
	}
	return c.tree.Put("index.html", out.Bytes())
}
