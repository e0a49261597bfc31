package store

import (
	"context"

	"keepiton"
)

// Stories holds the stories and their revisions, as Incidents holds incidents.
type Stories interface {
	// Story returns the newest revision of id, NotFound when there is none.
	Story(ctx context.Context, id keepiton.StoryID) (keepiton.StoryRevision, error)
	// StoryRevisions returns all revisions of id, oldest first.
	StoryRevisions(ctx context.Context, id keepiton.StoryID) ([]keepiton.StoryRevision, error)
	// AppendStory adds a revision on top of revision base (0: a new story,
	// which gets the next number of the year of Recorded) and returns it with
	// N set. Conflict when base is not the newest, or when it would make a draft
	// of what was public. The record's Version grows.
	AppendStory(ctx context.Context, base int, rev keepiton.StoryRevision) (keepiton.StoryRevision, error)
	// EraseStory withdraws id as its teller took it back: rev stands on top, and
	// all revisions below it, and what the story is found by, lose their words;
	// states, reasons and authors stay. All in one transaction. Twice is once.
	// NotFound when there is no such story. The record's Version grows.
	EraseStory(ctx context.Context, rev keepiton.StoryRevision) (keepiton.StoryRevision, error)
	// ListStories returns one page of the newest revisions that match, the
	// latest story first.
	ListStories(ctx context.Context, q StoryQuery) (StoryPage, error)
}

// StoryQuery selects stories. Within a field values are alternatives; fields
// narrow each other.
type StoryQuery struct {
	States    []keepiton.State // empty: published only
	Countries []string         // ISO 3166-1 alpha-2, of sure places
	Incidents []keepiton.IncidentID
	Harms     []string
	Langs     []string              // told in, or translated to
	Basis     []keepiton.EnvelopeID // resting on one of these
	Cursor    string
	Limit     int // 1 to 200; 0 means 20
}

// StoryPage is one page of a list. Total is exact.
type StoryPage struct {
	Items []keepiton.StoryRevision
	Next  string
	Total int
}

// Media holds the clean public copies of pictures. Who shows one checks that
// something public names it.
type Media interface {
	// PutMedia keeps m under its hash, once, for its subjects and those it had.
	// Invalid when the hash is not that of Bytes, TooLarge beyond MaxMedia.
	PutMedia(ctx context.Context, m MediaFile) error
	// Media returns it, NotFound when there is none.
	Media(ctx context.Context, sha256 string) (MediaFile, error)
	// MediaUses calls yield for each picture and each of its subjects, in order of
	// subject and hash. An error of yield ends the list and is returned. yield must
	// not call the store.
	MediaUses(ctx context.Context, yield func(sha256, subject string) error) error
	// DropMedia takes it from a subject, and removes it with the last. Twice is
	// once.
	DropMedia(ctx context.Context, sha256, subject string) error
}

// MediaFile is a picture without anything but its pixels.
type MediaFile struct {
	SHA256   string   // hex
	Type     string   // one of MediaTypes
	Subjects []string // the incidents and stories that it was made for
	Bytes    []byte
}

// MediaTypes are the types of public copies: what package evidence makes.
var MediaTypes = []string{"image/jpeg", "image/png", "image/gif", "application/pdf"}

// MaxMedia is the size of a public copy in bytes.
const MaxMedia = 8 << 20
