package export

import (
	"bufio"
	"crypto/sha1"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

var atomFormat = Format{
	Name: "atom", Suffix: "atom", MediaType: "application/atom+xml",
	Summary: "feed (RFC 4287): new incidents and corrections",
	Write:   writeAtom,
}

// feedSpace is the name space (RFC 9562, section 5.5) of the ids that feeds
// use. It never changes: ids must outlive every address of the site.
var feedSpace = [16]byte{0x3c, 0x0e, 0x5b, 0x1a, 0x77, 0x42, 0x4d, 0x0b, 0x9f, 0x65, 0x21, 0xd8, 0x6a, 0x90, 0x4e, 0x11}

// permanentID returns the urn:uuid of a name, version 5 of RFC 9562: the same
// name gives the same id on every site and for ever (RFC 4287, 4.2.6).
func permanentID(name string) string {
	h := sha1.New()
	h.Write(feedSpace[:])
	io.WriteString(h, name)
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
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

// writeAtom writes the feed. An entry's id is the incident's, for ever; its
// updated is the moment its newest revision was recorded. The feed's own
// updated is the latest of these and stands behind the entries, which RFC 4287
// (4.1.1) allows, so that a feed of any length streams.
func writeAtom(w io.Writer, in Incidents, opt Options) error {
	p := opt.printer()
	b := bufio.NewWriter(w)
	openFeed(b, p, "incidents", p.T("export.title"), &opt)
	updated := opt.AsOf
	seen := false
	enc := xml.NewEncoder(b)
	err := public(in)(func(rev *keepiton.Revision) error {
		if !seen || rev.Recorded.After(updated) {
			updated, seen = rev.Recorded, true
		}
		if err := enc.Encode(entryOf(p, rev, &opt)); err != nil {
			return keepiton.Errorf(keepiton.Internal, "write %s: %w", rev.Incident.ID, err)
		}
		return b.WriteByte('\n')
	})
	if err != nil {
		return err
	}
	if updated.IsZero() {
		updated = time.Unix(0, 0)
	}
	return closeFeed(b, updated)
}

// openFeed writes what stands before the entries of the feed of a list, whose
// page has that name.
func openFeed(b *bufio.Writer, p *locale.Printer, list, title string, opt *Options) {
	fmt.Fprintf(b, "%s<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n", xml.Header, p.Lang().Tag)
	if opt.Sample {
		title = p.T("export.sample") + " " + title
	}
	name := "feed " + p.Lang().Tag + " " + opt.Query
	if list != "incidents" {
		name = "feed of " + list + " " + p.Lang().Tag + " " + opt.Query
	}
	element(b, "id", permanentID(name))
	element(b, "title", title)
	b.WriteString("<author>")
	element(b, "name", Publisher)
	b.WriteString("</author>\n")
	element(b, "rights", Licence+" "+LicenceURL)
	if opt.BaseURL == "" {
		return
	}
	page, query := strings.TrimRight(opt.BaseURL, "/")+"/"+p.Lang().Tag+"/"+list, ""
	if opt.Query != "" {
		query = "?" + opt.Query
	}
	for _, l := range []atomLink{{"self", "application/atom+xml", page + ".atom" + query}, {"alternate", "text/html", page + query}} {
		fmt.Fprintf(b, "<link rel=%q type=%q href=\"", l.Rel, l.Type)
		xml.EscapeText(b, []byte(l.Href))
		b.WriteString("\"/>\n")
	}
}

func closeFeed(b *bufio.Writer, updated time.Time) error {
	element(b, "updated", stamp(updated))
	b.WriteString("</feed>\n")
	return b.Flush()
}

func element(b *bufio.Writer, name, text string) {
	b.WriteString("<" + name + ">")
	xml.EscapeText(b, []byte(text)) // writes to memory: errors show at Flush
	b.WriteString("</" + name + ">\n")
}

func entryOf(p *locale.Printer, rev *keepiton.Revision, opt *Options) atomEntry {
	inc := &rev.Incident
	e := atomEntry{ID: permanentID("incident " + string(inc.ID)), Updated: stamp(rev.Recorded)}
	e.Title.Text = Title(p, inc)
	switch inc.State {
	case keepiton.Withdrawn:
		e.Title.Text = p.T("export.atom.withdrawn", "Title", e.Title.Text)
	case keepiton.Merged:
		e.Title.Text = p.T("export.atom.merged", "Title", e.Title.Text)
	}
	if url := IncidentURL(opt.BaseURL, inc.ID); url != "" {
		e.Links = []atomLink{{"alternate", "text/html", url}}
	}
	e.Content.Type = "text"
	e.Content.Text = Sentence(p, inc, opt.now(rev))
	if note := correction(p, rev); note != "" {
		e.Content.Text += "\n\n" + note
	}
	for _, code := range inc.Causes {
		e.Categories = append(e.Categories, atomCategory{Term: code, Label: p.Code("cause", code)})
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
