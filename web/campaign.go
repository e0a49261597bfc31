package web

import (
	"context"
	"encoding/json"

	"keepiton"
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

// entryHomes are where the pages of each kind stand.
var entryHomes = map[keepiton.EntryKind]string{
	keepiton.KindOrganization: "/coalition", keepiton.KindPledge: "/pledges", keepiton.KindWatch: "/watch",
	keepiton.KindPetition: "/petition", keepiton.KindLetter: "/letters", keepiton.KindStatement: "/press",
}

// EntryPath returns the path of an entry's page, without the language:
// /pledges/KIP-2026-0007. It is empty for what is no id of ours.
func EntryPath(id keepiton.EntryID) string {
	home := entryHomes[id.Kind()]
	if home == "" {
		return ""
	}
	return home + "/" + string(id)
}

// entryShows reports whether a revision shows the picture with the hash.
func entryShows(rev keepiton.EntryRevision, sum string) bool {
	if rev.ID.Kind() != keepiton.KindOrganization {
		return false
	}
	var o keepiton.Organization
	return json.Unmarshal(rev.Doc, &o) == nil && o.Logo == sum
}
