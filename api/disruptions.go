package api

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/export"
	"keepiton/signals"
)

// disruptionsPath is where what instruments saw stands.
const disruptionsPath = Prefix + "/disruptions"

type disruptionsInput struct {
	When
	Language
	Country string   `query:"country" maxLength:"2" example:"IR" doc:"ISO 3166-1 alpha-2."`
	State   []string `query:"state" enum:"insufficient,disruption,likely_outage,likely_shutdown,ongoing,rejected" doc:"What may be said. Without it: all that claims something. ongoing: those that go on, as far as anybody can tell, and are not lost from sight. rejected: those that people at the desk set aside."`
	From    string   `query:"from" example:"2026-01-08" doc:"That lasted on this day or later, UTC."`
	To      string   `query:"to" example:"2026-01-10" doc:"That lasted on this day or earlier, UTC."`
	Cursor  string   `query:"cursor" maxLength:"400" doc:"Where to go on: next of an answer."`
	Limit   int      `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"Disruptions a page."`
	url     url.URL
}

// Resolve keeps the URL, from which the link to the next page is made.
func (in *disruptionsInput) Resolve(ctx huma.Context) []error {
	in.url = ctx.URL()
	return nil
}

type disruptionsOutput struct {
	Link string `header:"Link" doc:"The page after (RFC 8288)."`
	Body disruptionsBody
}

type disruptionsBody struct {
	Licence     string              `json:"licence"`
	Notice      string              `json:"notice" doc:"A machine verified nothing."`
	Sample      bool                `json:"sample" doc:"True: everything here is made up."`
	Total       int                 `json:"total" doc:"Disruptions that match, on all pages."`
	Disruptions []export.Disruption `json:"disruptions" doc:"This page, newest onset first, without signals and earlier verdicts: ask for one to have them."`
	Next        string              `json:"next,omitempty" doc:"Cursor of the page after this one."`
}

type disruptionInput struct {
	ID string `path:"id" example:"KID-20260108T1630-IR" maxLength:"120" doc:"Permanent id of the disruption."`
	When
	Language
}

type disruptionOutput struct {
	Link string `header:"Link" doc:"For one that was merged, the one it is part of, rel=canonical (RFC 6596)."`
	Body export.Disruption
}

func (s *Server) disruptionRoutes(api huma.API, x examples) {
	register(api, huma.Operation{
		OperationID: "list-disruptions", Path: disruptionsPath, Summary: "Disruptions that instruments measured",
		Description: "Found by a machine and verified by nobody. P(disruption) and P(intentional | disruption) are separate numbers, each with its reasons; sources that were silent are named. Of feeds that are not open there are shares of what was expected, and none of their values.",
	}, x.disruptions, s.disruptions)
	register(api, huma.Operation{
		OperationID: "get-disruption", Path: disruptionsPath + "/{id}", Summary: "One disruption",
		Description: "With its signals and with every verdict as it was given.",
	}, x.disruption, s.disruption)
}

func (s *Server) disruptions(ctx context.Context, in *disruptionsInput) (*disruptionsOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	page, err := s.opt.Signals.List(ctx, in.printer(), q)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	out := &disruptionsOutput{Body: disruptionsBody{
		Licence: export.Licence, Notice: in.printer().T("signal.machine"), Sample: s.opt.Sample, Total: page.Total, Disruptions: page.Items, Next: page.Next,
	}}
	if out.Body.Disruptions == nil {
		out.Body.Disruptions = []export.Disruption{}
	}
	out.Link = s.pageLinks(in.url, page.Next, "")
	return out, nil
}

// query makes a query of the parameters; an error names the parameter.
func (in *disruptionsInput) query() (q signals.Query, err error) {
	q = signals.Query{Country: strings.ToUpper(in.Country), Cursor: in.Cursor, Limit: in.Limit}
	if q.AsOf, err = in.time(); err != nil {
		return q, err
	}
	if q.Country != "" && (len(q.Country) != 2 || strings.Trim(q.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return q, wrong("query.country", in.Country, "no ISO 3166-1 alpha-2 code such as IN")
	}
	if q.Rejected = slices.Contains(in.State, "rejected"); q.Rejected {
		q.States = append(slices.Clone(signals.Claims), keepiton.Insufficient)
	} else {
		for _, state := range in.State {
			if state == "ongoing" {
				q.Ongoing = true
				continue
			}
			q.States = append(q.States, keepiton.DisruptionState(state))
		}
	}
	for _, day := range []struct {
		name, text string
		into       *time.Time
	}{{"from", in.From, &q.From}, {"to", in.To, &q.To}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = time.Parse(time.DateOnly, day.text); err != nil {
			return q, wrong("query."+day.name, day.text, "no day such as 2026-01-08")
		}
	}
	if !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	return q, nil
}

func (s *Server) disruption(ctx context.Context, in *disruptionInput) (*disruptionOutput, error) {
	asOf, err := in.time()
	if err != nil {
		return nil, err
	}
	doc, into, err := s.opt.Signals.One(ctx, in.printer(), keepiton.DisruptionID(in.ID), asOf)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	if into != "" {
		if doc, _, err = s.opt.Signals.One(ctx, in.printer(), into, asOf); err != nil {
			return nil, s.failed(ctx, err)
		}
		return &disruptionOutput{Body: doc, Link: "<" + s.opt.BaseURL + disruptionsPath + "/" + string(into) + `>; rel="canonical"`}, nil
	}
	return &disruptionOutput{Body: doc}, nil
}
