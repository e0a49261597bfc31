package web

import (
	"context"
	"encoding/json"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// Campaign is what the pages of organizations, pledges, watch items, petitions,
// letters and statements ask of a store: it reads what is public, and never
// writes. Queries leave Desk unset. A page that shows older revisions keeps those
// that are published or withdrawn, for EntryRevisions tells of drafts too.
type Campaign interface {
	PublicEntry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error)
	EntryRevisions(ctx context.Context, id keepiton.EntryID) ([]keepiton.EntryRevision, error)
	ListEntries(ctx context.Context, q store.EntryQuery) (store.EntryPage, error)
	CountEntries(ctx context.Context, q store.EntryQuery, facet string) (map[string]int, error)
}

// EntryPath returns the path of an entry's page, without the language, as package
// campaign has it.
func EntryPath(id keepiton.EntryID) string { return campaign.Path(id) }

// entryShows reports whether a revision shows the picture with the hash.
func entryShows(rev keepiton.EntryRevision, sum string) bool {
	if rev.ID.Kind() != keepiton.KindOrganization {
		return false
	}
	var o keepiton.Organization
	return json.Unmarshal(rev.Doc, &o) == nil && o.Logo == sum
}
