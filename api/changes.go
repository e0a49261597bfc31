package api

import (
	"context"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/export"
)

type changesInput struct {
	Cursor string `query:"cursor" maxLength:"400" doc:"Cursor of the answer before. Without it: the beginning of the record."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Revisions an answer."`
	url    url.URL
}

// Resolve keeps the URL for the link to the next page.
func (in *changesInput) Resolve(ctx huma.Context) []error {
	in.url = ctx.URL()
	return nil
}

type changesOutput struct {
	Link string `header:"Link" doc:"rel=next: where to ask again; it stands at the end too."`
	Body struct {
		Changes []changeEntry `json:"changes" doc:"In the order they were stored."`
		Next    string        `json:"next" doc:"Cursor to go on with, now or later. It is always there."`
		End     bool          `json:"end" doc:"True: nothing newer is in the record at the moment."`
	}
}

// changeEntry is one stored revision. A tombstone tells that the incident is
// not published any more.
type changeEntry struct {
	ID         keepiton.IncidentID `json:"id"`
	Revision   int                 `json:"revision"`
	Recorded   time.Time           `json:"recorded"`
	State      keepiton.State      `json:"state"`
	Tombstone  bool                `json:"tombstone" doc:"True: withdrawn or merged by this revision. Take it out of your copy."`
	MergedInto keepiton.IncidentID `json:"merged_into,omitempty"`
	Role       keepiton.Role       `json:"role"`
	Reason     string              `json:"revision_reason,omitempty"`
	Edition    string              `json:"edition,omitempty"`
	Changes    []keepiton.Change   `json:"changes"`
	Links      export.Links        `json:"links"`
}

func (s *Server) changeRoutes(api huma.API, x examples) {
	register(api, huma.Operation{
		OperationID: "list-changes", Path: Prefix + "/changes", Summary: "Feed of all changes, for copies of the record",
		Description: "Every revision of public incidents in the order it was stored, withdrawals and merges as tombstones. Keep next and ask again with it: nothing is skipped or told twice.",
	}, x.changes, s.changes)
}

func (s *Server) changes(ctx context.Context, in *changesInput) (*changesOutput, error) {
	revs, next, err := s.opt.Store.Changes(ctx, in.Cursor, in.Limit)
	if err != nil {
		if keepiton.CodeOf(err) == keepiton.Invalid {
			return nil, wrong("query.cursor", in.Cursor, "no cursor of this record")
		}
		return nil, s.failed(ctx, err)
	}
	out := &changesOutput{}
	out.Body.Changes, out.Body.Next, out.Body.End = []changeEntry{}, next, len(revs) < in.Limit
	if next == "" {
		out.Body.Next = in.Cursor
	}
	newest := map[keepiton.IncidentID]keepiton.Secrets{}
	for i := range revs {
		rev := &revs[i]
		id := rev.Incident.ID
		if !rev.Incident.State.Public() {
			continue // from before publication
		}
		secrets, ok := newest[id]
		if !ok {
			current, err := s.opt.Store.Get(ctx, id, time.Time{})
			if err != nil {
				return nil, s.failed(ctx, err)
			}
			secrets = current.Incident.Secrets()
			newest[id] = secrets
		}
		rev = rev.Redact(rev.Incident.Secrets().Add(secrets))
		e := changeEntry{
			ID: id, Revision: rev.N, Recorded: rev.Recorded.UTC(), State: rev.Incident.State,
			Tombstone:  rev.Incident.State != keepiton.Published,
			MergedInto: rev.Incident.MergedInto, Role: rev.Role, Reason: rev.Reason, Edition: rev.Edition, Changes: rev.Changes,
			Links: s.document(ctx, Language{}, rev, rev.Recorded).Links,
		}
		if e.Changes == nil {
			e.Changes = []keepiton.Change{}
		}
		out.Body.Changes = append(out.Body.Changes, e)
	}
	out.Link = s.pageLinks(in.url, out.Body.Next, "")
	return out, nil
}
