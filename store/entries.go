package store

import (
	"context"
	"time"

	"keepiton"
)

// Entries holds what the campaign keeps beside the record: organizations,
// pledges, watch items, petitions, letters, statements. It looks into no body:
// what an entry is found by is handed in with it.
type Entries interface {
	// Entry returns the newest revision of id, NotFound when there is none.
	Entry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error)
	// PublicEntry returns the newest revision of id that readers may see:
	// published, or the withdrawal of what was. NotFound when there is none. A
	// published entry may have drafts above the revision that readers see.
	PublicEntry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error)
	// EntryRevisions returns all revisions of id, oldest first.
	EntryRevisions(ctx context.Context, id keepiton.EntryID) ([]keepiton.EntryRevision, error)
	// AppendEntry adds a revision of a kind on top of revision base and returns
	// it with ID and N set. Base 0 and no ID: a new entry, which gets the next
	// number of its kind and of the year of Recorded. Conflict when base is not
	// the newest. index is that of this revision: drafts are found at the desk
	// by the newest, readers find the newest that they may see. What is withdrawn
	// before it was public was given up: readers never hear of it. A Recorded before
	// that of base is raised to it. TooLarge beyond 256 KiB of Doc. The record's
	// Version grows when readers see the difference.
	AppendEntry(ctx context.Context, kind keepiton.EntryKind, base int, rev keepiton.EntryRevision, index keepiton.EntryIndex) (keepiton.EntryRevision, error)
	// StrikeEntry forgets the words of an entry that readers never saw: each
	// revision keeps number, state, time, role and author, and loses its body and
	// its reason; what people said of it and its pictures are removed; it is found by
	// its id alone. rev, with ID, Recorded, Role, Author and the reason, is added on
	// top of base as its withdrawal; its Doc is {}. Conflict when base is not the
	// newest, or readers have seen it.
	StrikeEntry(ctx context.Context, base int, rev keepiton.EntryRevision) (keepiton.EntryRevision, error)
	// ListEntries returns one page of entries that match.
	ListEntries(ctx context.Context, q EntryQuery) (EntryPage, error)
	// CountEntries counts the public entries that match q by the values of a
	// facet; an entry with two values counts in both, one without in "".
	CountEntries(ctx context.Context, q EntryQuery, facet string) (map[string]int, error)

	// PutEntryApproval keeps one account's word for revision N; a second one
	// replaces the first. EntryApprovals lists them in order of account.
	PutEntryApproval(ctx context.Context, a keepiton.EntryApproval) error
	EntryApprovals(ctx context.Context, id keepiton.EntryID, n int) ([]keepiton.EntryApproval, error)
}

// EntryQuery selects entries. Within a facet values are
// alternatives; facets narrow each other.
type EntryQuery struct {
	Kind   keepiton.EntryKind  // empty: of every kind, such as all that name an incident; give a facet then
	Desk   bool                // the newest revisions in whatever state; otherwise what is published, as readers see it
	States []keepiton.State    // with Desk
	Facets map[string][]string // "country": {"ET", "VE"}
	// From and Before keep what is about a time that overlaps [From, Before).
	// Zero: open.
	From, Before time.Time
	Text         string // words, all of which must be there; folded
	Descending   bool   // by Order, ids break ties
	Cursor       string // from EntryPage.Next
	Limit        int    // 1 to 1000; 0 means 50
}

// EntryPage is one page of a list. Next is empty at the end. Total is exact.
type EntryPage struct {
	Items []keepiton.EntryRevision
	Next  string
	Total int
}
