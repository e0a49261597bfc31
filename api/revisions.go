package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/export"
)

// IncidentPath is the parameter of everything about one incident. Parts of
// inputs are exported, since huma looks into no others.
type IncidentPath struct {
	ID string `path:"id" example:"KIO-2022-0017" maxLength:"20" doc:"Permanent id of the incident."`
}

type revisionsOutput struct {
	Body struct {
		ID        keepiton.IncidentID `json:"id"`
		Revisions []revisionEntry     `json:"revisions" doc:"Oldest first."`
	}
}

// revisionEntry is a revision without its incident.
type revisionEntry struct {
	Revision int               `json:"revision"`
	Recorded time.Time         `json:"recorded"`
	Role     keepiton.Role     `json:"role"`
	Reason   string            `json:"revision_reason,omitempty"`
	Edition  string            `json:"edition,omitempty"`
	State    keepiton.State    `json:"state"`
	Changes  []keepiton.Change `json:"changes"`
	Link     string            `json:"link,omitempty"`
}

type revisionInput struct {
	IncidentPath
	N int `path:"n" minimum:"1" maximum:"1000000" example:"1" doc:"Number of the revision."`
	Language
}

type revisionOutput struct{ Body export.Document }

type diffInput struct {
	IncidentPath
	From int `query:"from" required:"true" minimum:"1" maximum:"1000000" example:"1" doc:"Number of the revision to compare."`
	To   int `query:"to" required:"true" minimum:"1" maximum:"1000000" example:"2" doc:"Number of the revision to compare with."`
	Language
}

type diffOutput struct {
	Body struct {
		ID      keepiton.IncidentID `json:"id"`
		From    int                 `json:"from"`
		To      int                 `json:"to"`
		Changes []labelled          `json:"changes"`
	}
}

// labelled is a change with the field's label in the language asked for.
type labelled struct {
	Field string   `json:"field"`
	Label string   `json:"label"`
	From  []string `json:"from"`
	To    []string `json:"to"`
}

func (s *Server) revisionRoutes(api huma.API, x examples) {
	register(api, huma.Operation{
		OperationID: "list-revisions", Path: Prefix + "/incidents/{id}/revisions", Summary: "All revisions of an incident",
		Description: "What was known when: each revision with the moment from which the record said so, why, and the fields it changed. Those from before publication are not listed.",
	}, x.revisions, s.revisions)
	register(api, huma.Operation{
		OperationID: "get-revision", Path: Prefix + "/incidents/{id}/revisions/{n}", Summary: "One revision of an incident",
		Description: "The incident as that revision has it. It never changes, but for sources that became confidential since.",
	}, x.revision, s.revision)
	register(api, huma.Operation{
		OperationID: "diff-revisions", Path: Prefix + "/incidents/{id}/diff", Summary: "What differs between two revisions",
		Description: "Field by field, each value as text.",
	}, x.diff, s.diff)
}

// openedID returns the id and what is confidential in the newest state of a
// public incident.
func (s *Server) openedID(ctx context.Context, text string) (keepiton.IncidentID, keepiton.Secrets, error) {
	id, err := parseID(text)
	if err != nil {
		return "", nil, err
	}
	newest, err := s.opt.Store.Get(ctx, id, time.Time{})
	if err != nil {
		return "", nil, s.failed(ctx, err)
	}
	if !newest.Incident.State.Public() {
		return "", nil, s.failed(ctx, noIncident(id))
	}
	return id, newest.Incident.Secrets(), nil
}

// readRevision returns revision n without what is secret; one from before
// publication does not exist for a reader.
func (s *Server) readRevision(ctx context.Context, id keepiton.IncidentID, n int, secrets keepiton.Secrets) (*keepiton.Revision, error) {
	rev, err := s.opt.Store.Revision(ctx, id, n)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	if !rev.Incident.State.Public() {
		return nil, s.failed(ctx, keepiton.Errorf(keepiton.NotFound, "there is no revision %d of %s", n, id))
	}
	return rev.Redact(rev.Incident.Secrets().Add(secrets)), nil
}

func (s *Server) revisions(ctx context.Context, in *IncidentPath) (*revisionsOutput, error) {
	id, secrets, err := s.openedID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.opt.Store.Revisions(ctx, id)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	out := &revisionsOutput{}
	out.Body.ID, out.Body.Revisions = id, []revisionEntry{}
	for _, r := range all {
		rev, err := s.readRevision(ctx, id, r.N, secrets)
		if err != nil {
			if isNotFound(err) {
				continue
			}
			return nil, err
		}
		e := revisionEntry{
			Revision: rev.N, Recorded: rev.Recorded.UTC(), Role: rev.Role, Reason: rev.Reason, Edition: rev.Edition,
			State: rev.Incident.State, Changes: rev.Changes,
		}
		if e.Changes == nil {
			e.Changes = []keepiton.Change{}
		}
		if s.opt.BaseURL != "" {
			e.Link = s.document(ctx, Language{}, rev, rev.Recorded).Links.Revision
		}
		out.Body.Revisions = append(out.Body.Revisions, e)
	}
	return out, nil
}

func isNotFound(err error) bool {
	e, ok := err.(*huma.ErrorModel)
	return ok && e.Status == http.StatusNotFound
}

func (s *Server) revision(ctx context.Context, in *revisionInput) (*revisionOutput, error) {
	id, secrets, err := s.openedID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	rev, err := s.readRevision(ctx, id, in.N, secrets)
	if err != nil {
		return nil, err
	}
	return &revisionOutput{Body: s.document(ctx, in.Language, rev, rev.Recorded)}, nil
}

func (s *Server) diff(ctx context.Context, in *diffInput) (*diffOutput, error) {
	id, secrets, err := s.openedID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	from, err := s.readRevision(ctx, id, in.From, secrets)
	if err != nil {
		return nil, err
	}
	to, err := s.readRevision(ctx, id, in.To, secrets)
	if err != nil {
		return nil, err
	}
	out := &diffOutput{}
	out.Body.ID, out.Body.From, out.Body.To, out.Body.Changes = id, in.From, in.To, []labelled{}
	p := in.printer()
	for _, c := range keepiton.Diff(&from.Incident, &to.Incident) {
		out.Body.Changes = append(out.Body.Changes, labelled{c.Field, p.T("field." + c.Field), list(c.From), list(c.To)})
	}
	return out, nil
}

// list makes the empty list of none, which JSON would write as null.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}
