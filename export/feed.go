package export

import (
	"bufio"
	"crypto/sha1"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// The formats of feeds, by the suffix of their address.
const (
	FeedAtom = "atom"      // RFC 4287
	FeedJSON = "feed.json" // JSON Feed 1.1
)

// feedTypes are the media types of feeds.
var feedTypes = map[string]string{FeedAtom: "application/atom+xml", FeedJSON: "application/feed+json"}

// FeedType is the media type of a feed; empty for a suffix that is none.
func FeedType(suffix string) string { return feedTypes[suffix] }

// Feed says what a feed is of.
type Feed struct {
	Name  string // of the list, for ever: part of the feed's id
	Title string
	Path  string // of the feed without language and suffix, such as /incidents
	Page  string // of the list; empty: as Path
	// Cursor and Next are of this page of the feed and the next one (RFC 5005,
	// section 3); empty at the ends.
	Cursor, Next string
	// Suffix is that of a feed whose address has another one, and no language.
	Suffix string
}

// FeedEntry is one entry of a feed. A correction is the same ID with a later
// Updated.
type FeedEntry struct {
	ID      string // see FeedID
	URL     string // empty: it has no page
	Title   FeedText
	Text    FeedText
	Summary FeedText // empty: none
	Updated time.Time
	Tags    []FeedTag
	// Other is another form of it, such as a CAP message: its address and type.
	Other, OtherType string
}

// FeedText is plain text; Lang is empty where it is in the language of the feed.
type FeedText struct{ Lang, Text string }

// FeedTag is a word that an entry is found by.
type FeedTag struct{ Code, Label string }

// FeedEntries calls yield for each entry in the order of the feed, and stops at the
// first error.
type FeedEntries func(yield func(e *FeedEntry) error) error

// feedSpace is the name space (RFC 9562, section 5.5) of the ids that feeds
// use. It never changes: ids must outlive every address of the site.
var feedSpace = [16]byte{0x3c, 0x0e, 0x5b, 0x1a, 0x77, 0x42, 0x4d, 0x0b, 0x9f, 0x65, 0x21, 0xd8, 0x6a, 0x90, 0x4e, 0x11}

// FeedID returns the urn:uuid of a name, version 5 of RFC 9562: the same
// name gives the same id on every site and for ever (RFC 4287, 4.2.6).
func FeedID(name string) string {
	h := sha1.New()
	h.Write(feedSpace[:])
	io.WriteString(h, name)
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// WriteFeed writes a feed in the format. It streams: a feed of any length takes
// the memory of one entry.
func WriteFeed(w io.Writer, format string, f Feed, entries FeedEntries, opt Options) error {
	b := bufio.NewWriter(w)
	p := opt.printer()
	if f.Page == "" {
		f.Page = f.Path
	}
	if opt.Sample {
		f.Title = p.T("export.sample") + " " + f.Title
	}
	var err error
	if format == FeedJSON {
		err = jsonFeed(b, p, &f, entries, &opt)
	} else {
		err = atomFeed(b, p, &f, entries, &opt)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

// address is where a page of the feed stands, or with an empty suffix the list
// itself; empty without a base URL.
func (f *Feed) address(opt *Options, lang, suffix, cursor string) string {
	if opt.BaseURL == "" {
		return ""
	}
	path, query := f.Page, opt.Query
	if suffix != "" {
		path = f.Path + "." + suffix
	}
	if suffix != "" && f.Suffix != "" {
		path, lang = f.Path+"."+f.Suffix, ""
	}
	if cursor != "" {
		query = strings.Trim(query+"&cursor="+url.QueryEscape(cursor), "&")
	}
	if query != "" {
		query = "?" + query
	}
	if lang != "" {
		lang = "/" + lang
	}
	return strings.TrimRight(opt.BaseURL, "/") + lang + path + query
}

// id is the feed's own: that of its first page, whatever the page.
func (f *Feed) id(p *locale.Printer, opt *Options) string {
	name := "feed " + p.Lang().Tag + " " + opt.Query
	if f.Name != "incidents" {
		name = "feed of " + f.Name + " " + p.Lang().Tag + " " + opt.Query
	}
	return FeedID(name)
}

// jsonFeed writes JSON Feed 1.1.
func jsonFeed(b *bufio.Writer, p *locale.Printer, f *Feed, entries FeedEntries, opt *Options) error {
	head, err := json.Marshal(struct {
		Version  string       `json:"version"`
		Title    string       `json:"title"`
		Home     string       `json:"home_page_url,omitempty"`
		Self     string       `json:"feed_url,omitempty"`
		Next     string       `json:"next_url,omitempty"`
		Comment  string       `json:"user_comment"`
		Language string       `json:"language"`
		Authors  []jsonAuthor `json:"authors"`
	}{
		"https://jsonfeed.org/version/1.1", f.Title, f.address(opt, p.Lang().Tag, "", ""), f.address(opt, p.Lang().Tag, FeedJSON, f.Cursor), f.next(opt, p, FeedJSON),
		Licence + " " + LicenceURL, p.Lang().Tag,
		[]jsonAuthor{{Publisher}},
	})
	if err != nil {
		return err
	}
	b.Write(head[:len(head)-1])
	b.WriteString(`,"items":[`)
	first := true
	err = entries(func(e *FeedEntry) error {
		item := jsonItem{
			ID: e.ID, URL: e.URL, Title: e.Title.Text, Text: e.Text.Text, Summary: e.Summary.Text, Modified: stamp(e.Updated), Language: e.Text.Lang,
		}
		for _, t := range e.Tags {
			item.Tags = append(item.Tags, t.Label)
		}
		if e.Other != "" {
			item.Attachments = []jsonAttachment{{e.Other, e.OtherType}}
		}
		text, err := json.Marshal(item)
		if err != nil {
			return keepiton.Errorf(keepiton.Internal, "write %s: %w", e.ID, err)
		}
		if !first {
			b.WriteString(",\n")
		}
		first = false
		_, err = b.Write(text)
		return err
	})
	b.WriteString("]}\n")
	return err
}

func (f *Feed) next(opt *Options, p *locale.Printer, suffix string) string {
	if f.Next == "" {
		return ""
	}
	return f.address(opt, p.Lang().Tag, suffix, f.Next)
}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonAttachment struct {
	URL  string `json:"url"`
	Type string `json:"mime_type"`
}

type jsonItem struct {
	ID          string           `json:"id"`
	URL         string           `json:"url,omitempty"`
	Title       string           `json:"title"`
	Text        string           `json:"content_text"`
	Summary     string           `json:"summary,omitempty"`
	Modified    string           `json:"date_modified"`
	Tags        []string         `json:"tags,omitempty"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
}

// atomFeed writes Atom. The feed's own updated is the latest of its entries and
// stands behind them, which RFC 4287 (4.1.1) allows, so that it streams.
func atomFeed(b *bufio.Writer, p *locale.Printer, f *Feed, entries FeedEntries, opt *Options) error {
	fmt.Fprintf(b, "%s<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n", xml.Header, p.Lang().Tag)
	element(b, "id", f.id(p, opt))
	element(b, "title", f.Title)
	b.WriteString("<author>")
	element(b, "name", Publisher)
	b.WriteString("</author>\n")
	element(b, "rights", Licence+" "+LicenceURL)
	lang := p.Lang().Tag
	for _, l := range []atomLink{
		{"self", feedTypes[FeedAtom], f.address(opt, lang, FeedAtom, f.Cursor)},
		{"alternate", "text/html", f.address(opt, lang, "", "")},
		{"first", feedTypes[FeedAtom], map[bool]string{true: f.address(opt, lang, FeedAtom, "")}[f.Cursor != ""]},
		{"next", feedTypes[FeedAtom], f.next(opt, p, FeedAtom)},
	} {
		if l.Href != "" {
			fmt.Fprintf(b, "<link rel=%q type=%q href=\"", l.Rel, l.Type)
			xml.EscapeText(b, []byte(l.Href))
			b.WriteString("\"/>\n")
		}
	}
	updated := time.Time{}
	enc := xml.NewEncoder(b)
	err := entries(func(e *FeedEntry) error {
		if e.Updated.After(updated) {
			updated = e.Updated
		}
		if err := enc.Encode(e.atom()); err != nil {
			return keepiton.Errorf(keepiton.Internal, "write %s: %w", e.ID, err)
		}
		return b.WriteByte('\n')
	})
	if updated.IsZero() {
		updated = opt.AsOf
	}
	if updated.IsZero() {
		updated = time.Unix(0, 0)
	}
	element(b, "updated", stamp(updated))
	b.WriteString("</feed>\n")
	return err
}
