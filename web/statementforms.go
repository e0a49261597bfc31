package web

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/kit/paper"
	"keepiton/store"
)

// statementForm answers with a statement in the form that was asked for.
func (s *Server) statementForm(v *visit, page *statementPage, rev keepiton.EntryRevision) (*answer, error) {
	switch v.suffix {
	case "json":
		return s.statementsJSON(v, []keepiton.EntryRevision{rev})
	case "txt":
		return s.statementText(v, page), nil
	case "pdf":
		return s.statementPDF(v, page), nil
	}
	page.forms("pdf", "txt", "json")
	return s.html("statement", page), nil
}

// parts are what a statement consists of beside its title, in reading order, for
// paper and text.
func (page *statementPage) parts() (out []briefPart) {
	v := page.visit
	add := func(key string, lines ...briefLine) {
		if len(lines) > 0 {
			out = append(out, briefPart{key, lines})
		}
	}
	paragraphs := func(t said) (lines []briefLine) {
		for _, p := range t.Paragraphs() {
			lines = append(lines, briefLine{Text: p, Lang: t.Lang})
		}
		return lines
	}
	body := paragraphs(page.Body)
	if len(body) > 0 && page.Place.Text != "" {
		body[0].Text = page.Place.Text + " — " + body[0].Text
	}
	add("", body...)
	var quotes []briefLine
	for _, q := range page.Quotes {
		quotes = append(quotes, briefLine{Kind: paper.Quote, Text: q.Words.Text, Lang: q.Words.Lang, By: q.Who})
	}
	add("quotes", quotes...)
	add("unknown", paragraphs(page.Unknown)...)
	var about []briefLine
	for _, it := range page.About {
		about = append(about, briefLine{Kind: paper.Point, Text: v.p.Ours(it.Country + " · " + it.When + " · " + string(it.ID))})
	}
	add("about", about...)
	add("notes", paragraphs(page.Notes)...)
	var people []briefLine
	for _, c := range page.St.Contacts {
		name := v.p.Apart(c.Name)
		if c.Role != "" {
			name += " (" + v.p.Apart(c.Role) + ")"
		}
		people = append(people, briefLine{Kind: paper.Point, Label: name, Text: v.p.Apart(c.Address)})
	}
	add("contact", people...)
	return out
}

// under are the lines below the title: the day, and what readers must know of it.
func (page *statementPage) under() (out []string) {
	v := page.visit
	first := []string{v.p.T("page.press.id", "ID", string(page.ID))}
	if page.Line.Dated != "" {
		first = append(first, page.Line.Dated)
	}
	if page.Line.Country != "" {
		first = append(first, page.Line.Country)
	}
	out = append(out, strings.Join(first, " · "))
	if page.Until != "" {
		return out
	}
	for _, day := range page.Revised {
		out = append(out, v.p.T("page.press.revised", "Day", day))
	}
	for _, l := range page.Mending {
		out = append(out, v.p.T("page.press.corrected_by", "ID", string(l.ID)))
	}
	return out
}

// statementPDF is a statement on as many pages of A4 as it needs.
func (s *Server) statementPDF(v *visit, page *statementPage) *answer {
	p := s.paper(v, v.p.T("page.press.kicker"), page.Line.Title.Text, page.under())
	if page.Until != "" {
		p.Band, p.Foot, p.About.Source = page.Until, []string{page.Until}, ""
	}
	for _, part := range page.parts() {
		out := paper.Part{Head: partHead(v, part.Key)}
		for _, l := range part.Lines {
			out.Lines = append(out.Lines, paper.Line{Kind: l.Kind, Text: l.said(v), By: l.By, Lang: l.Lang})
		}
		p.Parts = append(p.Parts, out)
	}
	return &answer{contentType: "application/pdf", write: p.WritePages}
}

func partHead(v *visit, key string) string {
	if key == "" {
		return ""
	}
	return v.p.T("page.brief." + key)
}

// statementText is a statement as plain text in lines.
func (s *Server) statementText(v *visit, page *statementPage) *answer {
	return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
		t := newTextSheet(v)
		if page.Until != "" {
			t.line(paper.Say, "*** "+page.Until+" ***", "")
			t.b.WriteByte('\n')
		}
		if page.Gone {
			t.head(string(page.ID), []string{v.p.T("page.entry.withdrawn"), page.Reason})
			_, err := io.WriteString(w, t.String())
			return err
		}
		t.head(page.Line.Title.Text, page.under())
		for _, part := range page.parts() {
			if part.Key != "" {
				t.part(partHead(v, part.Key))
			}
			for _, l := range part.Lines {
				if part.Key == "" {
					t.b.WriteByte('\n')
				}
				t.line(l.Kind, l.said(v), l.By)
			}
		}
		t.rule()
		if c := s.opt.Press.line(v); c != "" {
			t.line(paper.Say, c, "")
		}
		if page.Until == "" {
			t.line(paper.Say, v.p.T("page.brief.foot", "Address", s.address(v), "Day", v.p.Day(v.now)), "")
		}
		_, err := io.WriteString(w, t.String())
		return err
	}}
}

// statementDoc is a statement as JSON.
type statementDoc struct {
	ID       keepiton.EntryID `json:"id"`
	Revision int              `json:"revision"`
	Recorded time.Time        `json:"recorded"`
	*keepiton.Statement
}

func (s *Server) statementsJSON(v *visit, revs []keepiton.EntryRevision) (*answer, error) {
	docs := []statementDoc{}
	for _, rev := range revs {
		if !s.due(&rev) {
			continue
		}
		st, err := campaign.As[*keepiton.Statement](rev)
		if err == nil {
			st.Quotes, err = campaign.AllowedQuotes(v.ctx, s.opt.Stories, st.Quotes)
		}
		if err != nil {
			return nil, err
		}
		st.Sources = openSources(st.Sources)
		docs = append(docs, statementDoc{rev.ID, rev.N, rev.Recorded, st})
	}
	return &answer{contentType: "application/json", write: func(out io.Writer) error {
		return json.NewEncoder(out).Encode(struct {
			Sample     bool           `json:"sample,omitempty"` // made up
			License    string         `json:"license"`
			Statements []statementDoc `json:"statements"`
		}{v.sample, licence, docs})
	}}, nil
}

// pressJSON is the selection of statements as JSON.
func (s *Server) pressJSON(v *visit, q store.EntryQuery) (*answer, error) {
	var revs []keepiton.EntryRevision
	err := s.eachEntry(v, q, func(rev keepiton.EntryRevision) error {
		revs = append(revs, rev)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(revs, func(a, b keepiton.EntryRevision) int { return b.Recorded.Compare(a.Recorded) })
	return s.statementsJSON(v, revs)
}
