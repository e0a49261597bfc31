package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/export"
	"keepiton/store"
)

type listInput struct {
	Filters
	When
	Language
	Sort   string `query:"sort" enum:"newest,oldest,changed,id" default:"newest" doc:"newest and oldest by start, changed by the moment of the newest revision."`
	Cursor string `query:"cursor" maxLength:"400" doc:"Where to go on: next or prev of an answer."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"Incidents a page."`
	url    url.URL
}

// Resolve keeps the URL, from which the links to other pages are made.
func (in *listInput) Resolve(ctx huma.Context) []error {
	in.url = ctx.URL()
	return nil
}

var sorts = map[string]store.Sort{"newest": store.NewestFirst, "oldest": store.OldestFirst, "changed": store.RecentlyChanged, "id": store.ByID}

type listOutput struct {
	Link string `header:"Link" doc:"Pages before and after (RFC 8288)."`
	Body listBody
}

type listBody struct {
	AsOf      time.Time         `json:"as_of" doc:"Moment whose record this is."`
	Licence   string            `json:"licence"`
	Sample    bool              `json:"sample" doc:"True: everything here is made up."`
	Total     int               `json:"total" doc:"Incidents that match, on all pages."`
	Incidents []export.Document `json:"incidents" doc:"This page."`
	Next      string            `json:"next,omitempty" doc:"Cursor of the page after this one."`
	Prev      string            `json:"prev,omitempty" doc:"Cursor of the page before this one."`
}

type incidentInput struct {
	ID string `path:"id" example:"KIO-2022-0017" maxLength:"20" doc:"Permanent id of the incident."`
	When
	Language
}

type incidentOutput struct {
	Link string `header:"Link" doc:"For a merged incident, the one it became part of, rel=canonical (RFC 6596)."`
	Body export.Document
}

func (s *Server) incidentRoutes(api huma.API, x examples) {
	register(api, huma.Operation{
		OperationID: "list-incidents", Path: Prefix + "/incidents", Summary: "List and search incidents",
		Description: "Published incidents that match every parameter. Original rows are left out; ask for one incident to have them.",
	}, x.list, s.list)
	register(api, huma.Operation{
		OperationID: "get-incident", Path: Prefix + "/incidents/{id}", Summary: "One incident",
		Description: "The incident with its original rows. A withdrawn incident is told as such, with its reason. A merged one answers 200 with state merged, merged_into, and a Link to what it became part of, so that an id never stops working.",
	}, x.incident, s.incident)
}

// register adds a GET operation with its documented example.
func register[I, O any](api huma.API, op huma.Operation, example string, handler func(context.Context, *I) (*O, error)) {
	op.Method = http.MethodGet
	op.Errors = []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}
	if example != "" {
		op.Description += "\n\nExample: GET " + example
		op.Extensions = map[string]any{"x-example-request": example}
	}
	huma.Register(api, op, handler)
	documentCodes(api.OpenAPI().Paths[op.Path].Get)
}

func (s *Server) list(ctx context.Context, in *listInput) (*listOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	if q.AsOf, err = in.time(); err != nil {
		return nil, err
	}
	q.Sort, q.Cursor, q.Limit = sorts[in.Sort], in.Cursor, in.Limit
	page, err := s.opt.Store.List(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	out := &listOutput{Body: listBody{
		AsOf: at(ctx, q.AsOf), Licence: export.Licence, Sample: s.opt.Sample, Total: page.Total, Next: page.Next, Prev: page.Prev,
		Incidents: make([]export.Document, 0, len(page.Items)),
	}}
	for i := range page.Items {
		rev, err := s.public(ctx, &page.Items[i], !q.AsOf.IsZero())
		if err != nil {
			return nil, s.failed(ctx, err)
		}
		out.Body.Incidents = append(out.Body.Incidents, s.document(ctx, in.Language, rev, q.AsOf))
	}
	out.Link = s.pageLinks(in.url, page.Next, page.Prev)
	return out, nil
}

func (s *Server) incident(ctx context.Context, in *incidentInput) (*incidentOutput, error) {
	asOf, err := in.time()
	if err != nil {
		return nil, err
	}
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	rev, err := s.opt.Store.Get(ctx, id, asOf)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	public, err := s.public(ctx, &rev, true)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	out := &incidentOutput{Body: s.document(ctx, in.Language, public, asOf)}
	if into := public.Incident.MergedInto; into != "" {
		out.Link = "<" + s.opt.BaseURL + Prefix + "/incidents/" + string(into) + `>; rel="canonical"`
	}
	return out, nil
}

// document makes the document of a public revision.
func (s *Server) document(ctx context.Context, l Language, rev *keepiton.Revision, asOf time.Time) export.Document {
	return export.NewDocument(l.printer(), rev, export.Options{AsOf: at(ctx, asOf), BaseURL: s.opt.BaseURL, Sample: s.opt.Sample})
}

// public returns what readers may see of rev. Unless rev is the newest state,
// old says to look up what is confidential today. An incident that is not
// public, then or now, does not exist for a reader.
func (s *Server) public(ctx context.Context, rev *keepiton.Revision, old bool) (*keepiton.Revision, error) {
	secrets := rev.Incident.Secrets()
	if old {
		newest, err := s.opt.Store.Get(ctx, rev.Incident.ID, time.Time{})
		if err != nil {
			return nil, err
		}
		if !newest.Incident.State.Public() {
			return nil, noIncident(rev.Incident.ID)
		}
		secrets = secrets.Add(newest.Incident.Secrets())
	}
	if !rev.Incident.State.Public() {
		return nil, noIncident(rev.Incident.ID)
	}
	return rev.Redact(secrets), nil
}

func noIncident(id keepiton.IncidentID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no incident %s", id)
}

// parseID reads an id; one that cannot be is not found, since a path names a
// thing.
func parseID(text string) (keepiton.IncidentID, error) {
	id := keepiton.IncidentID(text)
	if _, _, err := id.Parse(); err != nil {
		return "", &huma.ErrorModel{
			Title: http.StatusText(http.StatusNotFound), Status: http.StatusNotFound, Detail: err.Error(),
			Errors: []*huma.ErrorDetail{{Message: err.Error(), Location: "path.id", Value: text}},
		}
	}
	return id, nil
}

// pageLinks writes the Link field of a page (RFC 8288).
func (s *Server) pageLinks(u url.URL, next, prev string) string {
	link := ""
	for _, l := range []struct{ rel, cursor string }{{"next", next}, {"prev", prev}} {
		if l.cursor == "" {
			continue
		}
		values := u.Query()
		values.Set("cursor", l.cursor)
		if link != "" {
			link += ", "
		}
		link += "<" + s.opt.BaseURL + u.EscapedPath() + "?" + values.Encode() + `>; rel="` + l.rel + `"`
	}
	return link
}
