package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
)

type countriesOutput struct {
	Body struct {
		Countries []countryEntry `json:"countries" doc:"By code."`
	}
}

type countryEntry struct {
	Code   string `json:"code" doc:"ISO 3166-1 alpha-2."`
	Alpha3 string `json:"alpha3" doc:"ISO 3166-1 alpha-3."`
	Name   string `json:"name" doc:"In the language asked for (CLDR)."`
	STOP   string `json:"stop_name" doc:"As STOP's combined sheet has it."`
	Region string `json:"region" doc:"Region of the world as STOP groups it."`
}

type codebookOutput struct {
	Body struct {
		Fields []codebookField `json:"fields" doc:"Fields of an incident, in the order they are shown."`
	}
}

type codebookField struct {
	Name  string          `json:"name"`
	Kind  string          `json:"kind" doc:"text, code, codes, answer or list."`
	Label string          `json:"label"`
	Help  string          `json:"help"`
	STOP  []string        `json:"stop_columns" doc:"Columns of STOP's combined sheet it is read from."`
	Codes []codebookEntry `json:"codes" doc:"The coded list, where there is one."`
}

type codebookEntry struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	STOP  string `json:"stop" doc:"STOP's words, empty where it has none."`
}

type editionsOutput struct {
	Body struct {
		Editions []editionEntry `json:"editions" doc:"By day of publication."`
	}
}

type editionEntry struct {
	Name      string `json:"name"`
	Published string `json:"published" doc:"Day."`
	Covers    []int  `json:"covers" doc:"Count years."`
	Rows      int    `json:"rows"`
	Incidents int    `json:"incidents"`
	SHA256    string `json:"sha256" doc:"Over the imported files."`
}

func (s *Server) bookRoutes(api huma.API, x examples) {
	register(api, huma.Operation{
		OperationID: "list-countries", Path: Prefix + "/countries", Summary: "Countries",
		Description: "ISO 3166-1 with names in seven languages and STOP's own.",
	}, x.countries, s.countries)
	register(api, huma.Operation{
		OperationID: "get-codebook", Path: Prefix + "/codebook", Summary: "Codebook",
		Description: "Every field of an incident: what it means, its codes, and the columns of STOP it comes from.",
	}, x.codebook, s.codebook)
	register(api, huma.Operation{
		OperationID: "list-editions", Path: Prefix + "/editions", Summary: "Published editions of STOP in the record",
		Description: "Each with the day it was published, the years it covers and the number of its rows.",
	}, x.editions, s.editions)
}

func (s *Server) countries(_ context.Context, in *Language) (*countriesOutput, error) {
	out := &countriesOutput{}
	all := geo.Countries()
	if s.opt.Sample {
		all = append(all, geo.MadeUp()...)
	}
	for _, c := range all {
		out.Body.Countries = append(out.Body.Countries, countryEntry{c.Code, c.Alpha3, geo.Name(c.Code, in.Lang), c.STOP, c.Region})
	}
	return out, nil
}

func (s *Server) codebook(_ context.Context, in *Language) (*codebookOutput, error) {
	out, p := &codebookOutput{}, in.printer()
	for _, f := range keepiton.Fields {
		e := codebookField{
			Name: f.Name, Kind: string(f.Kind), Label: p.T("field." + f.Name), Help: p.T("field." + f.Name + ".help"),
			STOP: list(f.STOP), Codes: []codebookEntry{},
		}
		for _, t := range f.Codes {
			e.Codes = append(e.Codes, codebookEntry{t.Code, export.CodeWords(p, f.Name, t.Code), t.STOP})
		}
		out.Body.Fields = append(out.Body.Fields, e)
	}
	return out, nil
}

func (s *Server) editions(ctx context.Context, _ *struct{}) (*editionsOutput, error) {
	all, err := s.opt.Store.Editions(ctx)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	out := &editionsOutput{}
	out.Body.Editions = []editionEntry{}
	for _, e := range all {
		var report struct{ Rows, Incidents int }
		if len(e.Report) > 0 {
			if err := json.Unmarshal(e.Report, &report); err != nil {
				return nil, s.failed(ctx, keepiton.Errorf(keepiton.Internal, "report of edition %s: %w", e.Name, err))
			}
		}
		covers := append([]int{}, e.Covers...)
		out.Body.Editions = append(out.Body.Editions, editionEntry{e.Name, e.Published.UTC().Format(time.DateOnly), covers, report.Rows, report.Incidents, e.SHA256})
	}
	return out, nil
}
