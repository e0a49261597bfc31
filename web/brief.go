package web

import (
	"io"
	"strings"

	"keepiton"
	"keepiton/kit/paper"
	"keepiton/kit/sheet"
)

// brief is what a journalist needs to know of an incident or a country, on one
// page: as a page of the site, as a PDF, and as text to copy. All three have the
// same parts.
type brief struct {
	Title string
	Under []string // below the title: id, revision, day
	Parts []briefPart
}

// briefPart is one part of it; without lines it is left out.
type briefPart struct {
	Key   string // message page.brief.<key>
	Lines []briefLine
}

// briefLine is one line of a part.
type briefLine struct {
	Kind  paper.Kind
	Label string // what Text is about
	Text  string
	Lang  string // of Text, when it is not the page's
	By    string // of a quote, who said it
	Note  string // small, behind it: the rule of a number
	Href  string // of the query or page that says more
}

// said joins label and text.
func (l briefLine) said(v *visit) string {
	if l.Label == "" {
		return l.Text
	}
	return v.p.Ours(v.p.T("page.brief.labelled", "Label", l.Label, "Text", l.Text))
}

// briefPage is a brief as a page.
type briefPage struct {
	frame
	B      brief
	About  string // address of what it is about
	Of     string // its name
	Cards  []card
	Desk   PressDesk
	Shares string // address where the pictures can be changed
}

// card is a picture to be shared, with the size of its preview.
type card struct {
	Href, Src, Alt string
	Width, Height  int
}

// part adds a part that has lines.
func (b *brief) part(key string, lines ...briefLine) {
	if len(lines) > 0 {
		b.Parts = append(b.Parts, briefPart{key, lines})
	}
}

// Class says by what a line of a page looks like what it is.
func (l briefLine) Class() string {
	switch l.Kind {
	case paper.Lead:
		return "say"
	case paper.Small:
		return "note"
	}
	return ""
}

// IsQuote reports whether a line is somebody's words.
func (l briefLine) IsQuote() bool { return l.Kind == paper.Quote }

// answerBrief answers with a brief in the form that was asked for.
func (s *Server) answerBrief(v *visit, page *briefPage) (*answer, error) {
	page.Title = page.B.Title
	switch v.suffix {
	case "pdf":
		return s.briefPDF(v, &page.B), nil
	case "txt":
		return s.briefText(v, &page.B), nil
	}
	page.Desk = s.opt.Press
	page.forms("pdf", "txt")
	return s.html("brief", page), nil
}

// address is the whole address of the visit's own page.
func (s *Server) address(v *visit) string { return s.opt.BaseURL + v.other("") }

// briefPDF is the brief on one page of A4.
func (s *Server) briefPDF(v *visit, b *brief) *answer {
	p := s.paper(v, v.p.T("page.brief.kicker"), b.Title, b.Under)
	p.More = v.p.T("page.brief.more", "Address", s.address(v))
	for _, part := range b.Parts {
		out := paper.Part{Head: v.p.T("page.brief." + part.Key)}
		for _, l := range part.Lines {
			text := l.said(v)
			if l.Note != "" && l.Kind != paper.Quote {
				text += " " + v.p.T("page.brief.note", "Note", l.Note)
			}
			out.Lines = append(out.Lines, paper.Line{Kind: l.Kind, Text: text, By: l.By, Lang: l.Lang})
		}
		p.Parts = append(p.Parts, out)
	}
	return &answer{contentType: "application/pdf", write: p.WriteBrief}
}

// paper begins a document of the site: what kind it is, and the small print.
func (s *Server) paper(v *visit, kicker, title string, under []string) *paper.Paper {
	lang := v.p.Lang()
	foot := v.p.T("page.brief.foot", "Address", s.address(v), "Day", v.p.Day(v.now))
	p := &paper.Paper{
		Lang: lang.Tag, Kicker: kicker, Title: title, Under: under,
		About: sheet.About{Title: title, Description: kicker, Creator: "#KeepItOn", Source: s.address(v), License: licence, LicenseName: "CC BY 4.0"},
	}
	if s.opt.Sample {
		p.Under = append([]string{v.p.T("page.sample.title")}, p.Under...)
	}
	p.Foot = []string{foot}
	if c := s.opt.Press.line(v); c != "" {
		p.Foot = append([]string{c}, p.Foot...)
	}
	return p
}

// licence is that of everything that the site says itself.
const licence = "https://creativecommons.org/licenses/by/4.0/"

// briefText is the brief as plain text, in lines that a mail or an agency's system
// keeps.
func (s *Server) briefText(v *visit, b *brief) *answer {
	return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
		t := newTextSheet(v)
		t.head(b.Title, b.Under)
		for _, part := range b.Parts {
			t.part(v.p.T("page.brief." + part.Key))
			for _, l := range part.Lines {
				text := l.said(v)
				if l.Note != "" && l.Kind != paper.Quote {
					text += " " + v.p.T("page.brief.note", "Note", l.Note)
				}
				t.line(l.Kind, text, l.By)
			}
		}
		t.rule()
		if c := s.opt.Press.line(v); c != "" {
			t.line(paper.Say, c, "")
		}
		t.line(paper.Say, v.p.T("page.brief.foot", "Address", s.address(v), "Day", v.p.Day(v.now)), "")
		_, err := io.WriteString(w, t.String())
		return err
	}}
}

// incidentBrief answers /incidents/{id}/press.
func (s *Server) incidentBrief(v *visit) (*answer, error) {
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	inc := &rev.Incident
	if inc.State == keepiton.Merged && inc.MergedInto != "" {
		return moved(v, "/incidents/"+string(inc.MergedInto)+"/press"), nil
	}
	page := &briefPage{frame: s.frame(v, "brief"), About: v.Href("/incidents/" + string(inc.ID)), Of: string(inc.ID)}
	if err := s.briefIncident(v, rev, &page.B); err != nil {
		return nil, err
	}
	page.Lead = page.B.Parts[0].Lines[0].Text
	if !v.copy && inc.State == keepiton.Published {
		page.Cards, page.Shares = v.incidentCards(inc, page.B.Title), v.Href("/kit/incident", "incident", string(inc.ID))
	}
	return s.answerBrief(v, page)
}

// moved sends the reader to a page of the site for good.
func moved(v *visit, path string) *answer {
	return &answer{status: 301, location: v.Href(path + suffixed(v.suffix))}
}

// incidentCards are the pictures of the kit with what the record says of an
// incident. A small preview leads to the picture itself.
func (v *visit) incidentCards(inc *keepiton.Incident, alt string) (out []card) {
	for _, c := range []struct {
		shape string
		width int
	}{{"wide", 305}, {"square", 160}} {
		path := "/kit/incident/" + c.shape + ".png"
		out = append(out, card{
			Width: c.width, Height: 160,
			Href: v.Href(path, "incident", string(inc.ID)), Src: v.Href(path, "incident", string(inc.ID), "limit", "320"),
			Alt: strings.TrimSpace(v.p.T("page.brief.card", "Title", alt)),
		})
	}
	return out
}
