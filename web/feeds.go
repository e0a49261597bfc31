package web

import (
	"context"
	"io"
	"slices"
	"strconv"

	"keepiton"
	"keepiton/export"
	"keepiton/store"
)

// feedLength is how many entries stand on one page of a feed; the next page is a
// link away (RFC 5005, section 3).
const feedLength = 100

// feedStates are what a feed of incidents has: who read of one must read that it
// was taken back.
var feedStates = []keepiton.State{keepiton.Published, keepiton.Withdrawn, keepiton.Merged}

// listFeed answers with a selection of incidents as a feed, what was changed last
// first.
func (s *Server) listFeed(v *visit, format string, q store.Query) (*answer, error) {
	if q.Limit == 0 || q.Limit > feedLength {
		q.Limit = feedLength
	}
	if v.get("sort") == "" {
		q.Sort = store.RecentlyChanged
	}
	if len(q.States) == 0 {
		q.States = feedStates
	}
	list, err := s.opt.Record.List(v.ctx, q)
	if err != nil {
		return nil, err
	}
	opt := s.feedOptions(v)
	opt.Path, opt.Cursor, opt.Next = v.path, v.get("cursor"), list.Next
	return &answer{contentType: export.FeedType(format), write: func(w io.Writer) error {
		return export.WriteIncidentFeed(w, format, func(yield func(*keepiton.Revision) error) error {
			for i := range list.Items {
				rev, err := s.told(v, &list.Items[i])
				if err != nil {
					return err
				}
				if err := yield(rev); err != nil {
					return err
				}
			}
			return nil
		}, opt)
	}}, nil
}

// told is a revision of a list with what was changed in it, as any reader may have
// it.
func (s *Server) told(v *visit, rev *keepiton.Revision) (*keepiton.Revision, error) {
	whole, err := s.opt.Record.Revision(v.ctx, rev.Incident.ID, rev.N)
	if err != nil {
		return nil, err
	}
	if v.asOf.IsZero() {
		return public(&whole), nil
	}
	return s.quiet(v, &whole)
}

// feedOptions are the options of a feed: its id and addresses have no cursor.
func (s *Server) feedOptions(v *visit) export.Options {
	opt := s.exportOptions(v)
	opt.Query = write(v.without("cursor", "limit", "view"))
	return opt
}

// Changes is what feeds of the campaign ask of a store.
type Changes interface {
	EntryChanges(ctx context.Context, cursor string, limit int) ([]keepiton.EntryRevision, string, error)
}

// entryFeeds are the feeds of the campaign, by name of the list.
var entryFeeds = map[string]keepiton.EntryKind{
	"coalition": keepiton.KindOrganization, "pledges": keepiton.KindPledge, "watch": keepiton.KindWatch,
	"petition": keepiton.KindPetition, "letters": keepiton.KindLetter, "press": keepiton.KindStatement,
}

// entryPages are where one entry of a list has its page; the others stand in the
// list.
var entryPages = map[string]string{"coalition": "/coalition/", "watch": "/watch/", "letters": "/letters/", "petition": "/petition/", "pledges": "/pledges/", "press": "/press/"}

// feed answers /feeds/{list} as a feed: of the campaign's lists, or of alerts.
func (s *Server) feed(v *visit) (*answer, error) {
	name := v.req.PathValue("list")
	if name == "alerts" && v.suffix != "" {
		return s.alertFeed(v)
	}
	kind, ok := entryFeeds[name]
	if !ok || v.suffix == "" || s.opt.Changes == nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "there is no feed %s", v.path)
	}
	all, err := s.changedEntries(v, kind)
	if err != nil {
		return nil, err
	}
	f := export.Feed{Name: name, Title: v.p.T("page.feeds." + name), Path: "/feeds/" + name, Page: "/" + name, Cursor: v.get("cursor")}
	if all, f.Next, err = pageOf(all, f.Cursor); err != nil {
		return nil, err
	}
	opt := s.feedOptions(v)
	return &answer{contentType: export.FeedType(v.suffix), write: func(w io.Writer) error {
		return export.WriteFeed(w, v.suffix, f, func(yield func(*export.FeedEntry) error) error {
			for i := range all {
				e, err := v.entryForFeed(name, &all[i], opt.BaseURL)
				if err != nil {
					return err
				}
				if err := yield(e); err != nil {
					return err
				}
			}
			return nil
		}, opt)
	}}, nil
}

// changedEntries lists the public entries of a kind and of what was chosen, those that were withdrawn included, what was changed last first.
func (s *Server) changedEntries(v *visit, kind keepiton.EntryKind) ([]keepiton.EntryRevision, error) {
	newest, of := map[keepiton.EntryID]keepiton.EntryRevision{}, map[keepiton.EntryID]bool{}
	for cursor := ""; ; {
		revs, next, err := s.opt.Changes.EntryChanges(v.ctx, cursor, 1000)
		if err != nil {
			return nil, err
		}
		for _, rev := range revs {
			if rev.ID.Kind() != kind || !s.due(&rev) {
				continue
			}
			newest[rev.ID] = rev
			of[rev.ID] = of[rev.ID] || v.chosenFacets(&rev)
		}
		if cursor = next; len(revs) == 0 {
			break
		}
	}
	var out []keepiton.EntryRevision
	for id, rev := range newest {
		if of[id] {
			out = append(out, rev)
		}
	}
	slices.SortStableFunc(out, func(a, b keepiton.EntryRevision) int {
		if c := b.Recorded.Compare(a.Recorded); c != 0 {
			return c
		}
		if a.ID < b.ID {
			return 1
		}
		return -1
	})
	return out, nil
}

// pageOf cuts one page out of a list. The cursor is the number of entries before
// it: short feeds need no better one.
func pageOf[T any](all []T, cursor string) (page []T, next string, err error) {
	from := 0
	if cursor != "" {
		if from, err = strconv.Atoi(cursor); err != nil || from < 0 {
			return nil, "", keepiton.Errorf(keepiton.Invalid, "cursor=%s: not one of this feed", cursor)
		}
	}
	from = min(from, len(all))
	to := min(from+feedLength, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next, nil
}

// due reports whether readers may see an entry yet: a statement waits for the end
// of its embargo.
func (s *Server) due(rev *keepiton.EntryRevision) bool {
	if rev.ID.Kind() != keepiton.KindStatement {
		return true
	}
	e, err := readStatement(rev)
	return err == nil && !e.Embargo.After(s.opt.Now())
}
