package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/count"
)

type countsInput struct {
	Rule    string   `query:"rule" default:"stop-2024" example:"rows" doc:"Counting rule; /rules lists them."`
	By      []string `query:"by" example:"year,country" doc:"Keys to count by, in order. Without it: year."`
	Country []string `query:"country" example:"IN" doc:"Only these countries, ISO 3166-1 alpha-2."`
	Year    []int    `query:"year" example:"[2022]" doc:"Only these years."`
	When
}

type countsOutput struct {
	Body struct {
		Rule    string       `json:"rule"`
		Version string       `json:"version" doc:"Version of the rule."`
		AsOf    time.Time    `json:"as_of" doc:"Moment whose record was counted. Rule, version, by and as_of give this number again."`
		By      []string     `json:"by"`
		Rows    []countsRow  `json:"rows"`
		Total   int          `json:"total"`
		Notes   []count.Note `json:"notes" doc:"Cautions: mixed_kinds, full cuts and platform blocks are added up; several_years, the total over years is not a number of incidents."`
		Sample  bool         `json:"sample" doc:"True: everything here is made up."`
	}
}

type countsRow struct {
	Keys  []string `json:"keys" doc:"One value for each entry of by."`
	Count int      `json:"count"`
}

type rulesOutput struct {
	Body struct {
		Rules []ruleEntry `json:"rules"`
		Keys  []string    `json:"keys" doc:"What may stand in by."`
	}
}

type ruleEntry struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Sheet   bool   `json:"sheet" doc:"True: repeats what a published sheet had, whatever was decided since."`
	Title   string `json:"title"`
}

func (s *Server) countRoutes(api huma.API, x examples) {
	register(api, huma.Operation{
		OperationID: "count", Path: Prefix + "/counts", Summary: "Count instances by a named rule",
		Description: "How many shutdowns, by which rule, as of which day. One incident may count once, several times, or not at all.",
	}, x.counts, s.counts)
	register(api, huma.Operation{
		OperationID: "list-rules", Path: Prefix + "/rules", Summary: "The counting rules",
		Description: "Names and versions of the rules, and the keys that can be counted by.",
	}, x.rules, s.rules)
}

func (s *Server) counts(ctx context.Context, in *countsInput) (*countsOutput, error) {
	asOf, err := in.time()
	if err != nil {
		return nil, err
	}
	if err := checkYears(in.Year); err != nil {
		return nil, err
	}
	rule, err := count.RuleByName(in.Rule)
	if err != nil {
		return nil, wrong("query.rule", in.Rule, err.Error())
	}
	if len(in.By) == 0 {
		in.By = []string{"year"}
	}
	if err := count.CheckBy(in.By); err != nil {
		return nil, wrong("query.by", in.By, err.Error())
	}
	q := count.Query{Rule: rule, By: in.By, AsOf: at(ctx, asOf), Countries: in.Country, Years: in.Year}
	table, err := q.Run(func(yield func(*count.Case) error) error { return s.opt.Store.Cases(ctx, asOf, yield) })
	if err != nil {
		if keepiton.CodeOf(err) == keepiton.Invalid {
			return nil, wrong("query.by", in.By, err.Error())
		}
		return nil, s.failed(ctx, err)
	}
	out := &countsOutput{}
	b := &out.Body
	b.Rule, b.Version, b.AsOf, b.By, b.Total, b.Sample = table.Rule, table.Version, table.AsOf.UTC(), table.By, table.Total, s.opt.Sample
	b.Rows, b.Notes = make([]countsRow, 0, len(table.Rows)), append([]count.Note{}, table.Notes...)
	for _, r := range table.Rows {
		b.Rows = append(b.Rows, countsRow{list(r.Keys), r.Count})
	}
	return out, nil
}

func (s *Server) rules(_ context.Context, in *Language) (*rulesOutput, error) {
	out := &rulesOutput{}
	for _, r := range count.Rules() {
		out.Body.Rules = append(out.Body.Rules, ruleEntry{r.Name, r.Version, r.Sheet, in.printer().T("rule." + r.Name + ".title")})
	}
	out.Body.Keys = count.Keys()
	return out, nil
}
