package review

import (
	"context"
	"fmt"

	"keepiton"
	"keepiton/store"
)

// Audit reads the whole record and calls found for each revision that readers
// may see, of an incident that rests on reports or of a story, without two
// signatures of two organizations that verify: then somebody changed the record
// behind the desk's back. It trusts nothing but the bytes that are stored.
func (d *Desk) Audit(ctx context.Context, found func(subject string, n int, problem string)) error {
	q := store.Query{States: keepiton.States, Sort: store.ByID, Limit: 1000}
	for {
		page, err := d.Incidents.List(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			if err := d.auditIncident(ctx, page.Items[i].Incident.ID, found); err != nil {
				return err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return d.auditStories(ctx, found)
		}
	}
}

func unsigned(found func(string, int, string), subject string, n int, signed []store.SignedApproval) {
	if !twoOrganizations(signed) {
		found(subject, n, fmt.Sprintf("readers see it, and the signatures of two organizations are missing: %d verify", len(signed)))
	}
}

func (d *Desk) auditIncident(ctx context.Context, id keepiton.IncidentID, found func(string, int, string)) error {
	all, err := d.Incidents.Revisions(ctx, id)
	if err != nil {
		return err
	}
	rested := false
	for _, r := range all {
		rev, err := d.Incidents.Revision(ctx, id, r.N)
		if err != nil {
			return err
		}
		rests := rev.Incident.RestsOnReports()
		if rev.Incident.State == keepiton.Published && (rests || rested) {
			signed, err := d.SignedBy(ctx, &rev)
			if err != nil {
				return err
			}
			unsigned(found, string(id), rev.N, signed)
		}
		// A draft that rested binds what is published of it.
		rested = rests || rested && rev.Incident.State != keepiton.Published
	}
	return nil
}

// auditStories does the same for stories. What its teller took back has nothing
// left to compare.
func (d *Desk) auditStories(ctx context.Context, found func(string, int, string)) error {
	if d.Stories == nil {
		return nil
	}
	q := store.StoryQuery{States: keepiton.States, Limit: 200}
	for {
		page, err := d.Stories.ListStories(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			id := page.Items[i].Story.ID
			if page.Items[i].Story.TakenBack {
				continue
			}
			all, err := d.Stories.StoryRevisions(ctx, id)
			if err != nil {
				return err
			}
			for _, rev := range all {
				if rev.Story.State != keepiton.Published {
					continue
				}
				signed, err := d.signedAs(ctx, string(id), rev.N, func() ([32]byte, error) { return StoryDigest(&rev.Story, rev.N) })
				if err != nil {
					return err
				}
				unsigned(found, string(id), rev.N, signed)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}
