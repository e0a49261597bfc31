package export

import (
	"bufio"
	"encoding/xml"
	"io"

	"keepiton"
	"keepiton/locale"
)

var atomFormat = Format{
	Name: "atom", Suffix: FeedAtom, MediaType: feedTypes[FeedAtom],
	Summary: "feed (RFC 4287): new incidents and corrections",
	Write:   func(w io.Writer, in Incidents, opt Options) error { return WriteIncidentFeed(w, FeedAtom, in, opt) },
}

var jsonFeedFormat = Format{
	Name: "jsonfeed", Suffix: FeedJSON, MediaType: feedTypes[FeedJSON],
	Summary: "the same feed as JSON Feed 1.1",
	Write:   func(w io.Writer, in Incidents, opt Options) error { return WriteIncidentFeed(w, FeedJSON, in, opt) },
}

// WriteIncidentFeed writes incidents as a feed. An entry's id is the incident's,
// for ever; its updated is the moment its newest revision was recorded.
func WriteIncidentFeed(w io.Writer, format string, in Incidents, opt Options) error {
	p := opt.printer()
	f := Feed{Name: "incidents", Title: p.T("export.title"), Path: "/incidents", Cursor: opt.Cursor, Next: opt.Next}
	if opt.Path != "" {
		f.Path = opt.Path
	}
	return WriteFeed(w, format, f, func(yield func(*FeedEntry) error) error {
		return public(in)(func(rev *keepiton.Revision) error { return yield(incidentEntry(p, rev, &opt)) })
	}, opt)
}

func incidentEntry(p *locale.Printer, rev *keepiton.Revision, opt *Options) *FeedEntry {
	inc := &rev.Incident
	e := &FeedEntry{ID: FeedID("incident " + string(inc.ID)), Updated: rev.Recorded, URL: IncidentURL(opt.BaseURL, inc.ID)}
	e.Title.Text = Title(p, inc)
	switch inc.State {
	case keepiton.Withdrawn:
		e.Title.Text = p.T("export.atom.withdrawn", "Title", e.Title.Text)
	case keepiton.Merged:
		e.Title.Text = p.T("export.atom.merged", "Title", e.Title.Text)
	}
	e.Text.Text = Sentence(p, inc, opt.now(rev))
	if note := correction(p, rev); note != "" {
		e.Text.Text += "\n\n" + note
	}
	for _, code := range inc.Causes {
		e.Tags = append(e.Tags, FeedTag{code, p.Code("cause", code)})
	}
	return e
}

// correction is the line that tells readers of the first entry what became
// different: empty for the first revision.
func correction(p *locale.Printer, rev *keepiton.Revision) string {
	if rev.N <= 1 {
		return ""
	}
	var fields []string
	for _, c := range rev.Changes {
		fields = append(fields, p.T("field."+c.Field))
	}
	switch {
	case len(fields) > 0 && rev.Reason != "":
		return p.T("export.atom.corrected.fields.reason", "Date", rev.Recorded, "Fields", fields, "Reason", rev.Reason)
	case len(fields) > 0:
		return p.T("export.atom.corrected.fields", "Date", rev.Recorded, "Fields", fields)
	case rev.Reason != "":
		return p.T("export.atom.corrected.reason", "Date", rev.Recorded, "Reason", rev.Reason)
	}
	return p.T("export.atom.corrected", "Date", rev.Recorded)
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	XMLName xml.Name   `xml:"entry"`
	ID      string     `xml:"id"`
	Title   atomText   `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Summary *atomText  `xml:"summary"`
	Content atomText   `xml:"content"`

	Categories []atomCategory `xml:"category"`
}

// atomText is a text construct (RFC 4287, 3.1); without Lang it is in the
// language of the feed.
type atomText struct {
	Type string `xml:"type,attr,omitempty"`
	Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

// atom is the entry as Atom has it.
func (e *FeedEntry) atom() atomEntry {
	out := atomEntry{
		ID: e.ID, Updated: stamp(e.Updated),
		Title: atomText{Lang: e.Title.Lang, Text: e.Title.Text}, Content: atomText{Type: "text", Lang: e.Text.Lang, Text: e.Text.Text},
	}
	if e.URL != "" {
		out.Links = append(out.Links, atomLink{"alternate", "text/html", e.URL})
	}
	if e.Other != "" {
		out.Links = append(out.Links, atomLink{"alternate", e.OtherType, e.Other})
	}
	if e.Summary.Text != "" {
		out.Summary = &atomText{Type: "text", Lang: e.Summary.Lang, Text: e.Summary.Text}
	}
	for _, t := range e.Tags {
		out.Categories = append(out.Categories, atomCategory{Term: t.Code, Label: t.Label})
	}
	return out
}

func element(b *bufio.Writer, name, text string) {
	b.WriteString("<" + name + ">")
	xml.EscapeText(b, []byte(text)) // writes to memory: errors show at Flush
	b.WriteString("</" + name + ">\n")
}
