package export

import (
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

// WriteStories writes published stories as a feed of the format. It holds
// what each gives and nothing of what was taken back: an entry that is gone is
// simply not there any more.
func WriteStories(w io.Writer, format string, each func(yield func(*Told) error) error, opt Options) error {
	p := opt.printer()
	return WriteFeed(w, format, Feed{Name: "stories", Title: p.T("export.stories.title"), Path: "/stories"}, func(yield func(*FeedEntry) error) error {
		return each(func(t *Told) error {
			e := &FeedEntry{
				ID: FeedID("story " + string(t.ID)), Updated: t.Shown.UTC().Truncate(24 * time.Hour),
				Title: FeedText{t.Lang, t.Title}, Text: FeedText{t.Lang, t.Words}, Summary: FeedText{Text: t.Beside},
			}
			if opt.BaseURL != "" {
				e.URL = strings.TrimRight(opt.BaseURL, "/") + "/" + p.Lang().Tag + "/stories/" + string(t.ID)
			}
			if t.Machine {
				e.Summary.Text = strings.TrimSpace(t.Beside + "\n" + p.T("page.story.machine"))
			}
			for _, code := range t.Harms {
				e.Tags = append(e.Tags, FeedTag{code, p.Code("harm", code)})
			}
			return yield(e)
		})
	}, opt)
}
