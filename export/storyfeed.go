package export

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"
	"time"

	"keepiton"
)

// Told is a story as a feed shows it: the words that may stand alone, never the
// whole and never a name. A reader's program keeps what it once fetched, and no
// withdrawal reaches it there.
type Told struct {
	ID      keepiton.StoryID
	Title   string
	Words   string    // the quotation
	Lang    string    // of title and words
	Machine bool      // nobody has read the translation
	Beside  string    // where and when, in the language of the feed
	Shown   time.Time // when it became what it is; told by its day
	Harms   []string  // codes of keepiton.Harms
}

// WriteStories writes published stories as an Atom feed (RFC 4287). It holds
// what each gives and nothing of what was taken back: an entry that is gone is
// simply not there any more.
func WriteStories(w io.Writer, each func(yield func(*Told) error) error, opt Options) error {
	p := opt.printer()
	b := bufio.NewWriter(w)
	openFeed(b, p, "stories", p.T("export.stories.title"), &opt)
	updated := time.Unix(0, 0)
	enc := xml.NewEncoder(b)
	err := each(func(t *Told) error {
		day := t.Shown.UTC().Truncate(24 * time.Hour)
		if day.After(updated) {
			updated = day
		}
		e := atomEntry{ID: permanentID("story " + string(t.ID)), Updated: stamp(day)}
		e.Title = atomText{Lang: t.Lang, Text: t.Title}
		e.Content = atomText{Type: "text", Lang: t.Lang, Text: t.Words}
		if opt.BaseURL != "" {
			e.Links = []atomLink{{"alternate", "text/html", strings.TrimRight(opt.BaseURL, "/") + "/" + p.Lang().Tag + "/stories/" + string(t.ID)}}
		}
		note := t.Beside
		if t.Machine {
			note = strings.TrimSpace(note + "\n" + p.T("page.story.machine"))
		}
		if note != "" {
			e.Summary = &atomText{Type: "text", Text: note}
		}
		for _, code := range t.Harms {
			e.Categories = append(e.Categories, atomCategory{Term: code, Label: p.Code("harm", code)})
		}
		if err := enc.Encode(e); err != nil {
			return keepiton.Errorf(keepiton.Internal, "write %s: %w", t.ID, err)
		}
		return b.WriteByte('\n')
	})
	if err != nil {
		return err
	}
	return closeFeed(b, updated)
}
