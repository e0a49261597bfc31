package api

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/store"
)

// Language is the parameter of everything that has words.
type Language struct {
	Lang string `query:"lang" enum:"en,fr,ar,es,pt,am,ca" default:"en" doc:"Language of sentences and labels. Codes and the words of sources do not change."`
}

func (l Language) printer() *locale.Printer { return locale.For(l.Lang) }

// When is the parameter of everything that can be asked about a past day.
type When struct {
	AsOf string `query:"as_of" example:"2026-01-01" doc:"The record as it stood: a day, meaning its end in UTC, or an RFC 3339 time. Without it: now."`
}

func (w When) time() (time.Time, error) {
	t, err := keepiton.ParseAsOf(w.AsOf)
	if err != nil {
		return t, wrong("query.as_of", w.AsOf, err.Error())
	}
	return t, nil
}

// Filters are the parameters that narrow a list. Values of one parameter are
// alternatives; parameters narrow each other.
type Filters struct {
	Country []string `query:"country" example:"IN,SD" doc:"Affected countries, ISO 3166-1 alpha-2."`
	Place   []string `query:"place" example:"IN-JK" doc:"Affected first-level regions, ISO 3166-2."`
	Region  []string `query:"region" doc:"Regions of the world as STOP groups them."`
	Year    []int    `query:"year" example:"[2022,2023]" doc:"Years in which it was active or that a sheet counts it for."`
	Cause   []string `query:"cause" doc:"Causes as the record's editors see them."`
	Kind    []string `query:"kind" doc:"Kinds of disruption."`
	Extent  []string `query:"extent" doc:"The whole network, or named services."`
	Network []string `query:"network" enum:"mobile,fixed,satellite,sms,voice" doc:"Networks that were affected."`
	Service []string `query:"service" example:"whatsapp" doc:"Services that were affected, by id."`
	Scope   []string `query:"scope" doc:"Scope of the affected area."`
	Bodies  []string `query:"ordered_by" doc:"Bodies that ordered it or carried it out."`
	Status  []string `query:"status" enum:"ended,ongoing,unknown" doc:"What is known of its end."`
	Level   []string `query:"level" enum:"listed,corroborated,verified,disputed" doc:"Verification levels."`
	State   []string `query:"state" enum:"published,withdrawn,merged" doc:"Editorial states. Without it: published."`
	Text    string   `query:"q" maxLength:"200" example:"curfew" doc:"Full-text search in all seven languages."`
}

// coded are the filters whose values come from a coded list.
func (f *Filters) coded() []struct {
	name   string
	values []string
	codes  keepiton.Codes
} {
	return []struct {
		name   string
		values []string
		codes  keepiton.Codes
	}{
		{"region", f.Region, keepiton.Regions},
		{"cause", f.Cause, keepiton.Causes},
		{"kind", f.Kind, keepiton.Kinds},
		{"extent", f.Extent, keepiton.Extents},
		{"scope", f.Scope, keepiton.Scopes},
		{"ordered_by", f.Bodies, keepiton.Bodies},
	}
}

// query makes the store's query of the filters; an error names the parameter.
func (f *Filters) query() (store.Query, error) {
	q := store.Query{
		Regions: f.Region, Years: f.Year, Causes: f.Cause, Kinds: f.Kind, Extents: f.Extent, Networks: f.Network,
		Services: f.Service, Scopes: f.Scope, Bodies: f.Bodies, Text: f.Text,
	}
	for _, c := range f.coded() {
		for _, v := range c.values {
			if !c.codes.Has(v) {
				return q, wrong("query."+c.name, v, "no such code; use one of "+codeList(c.codes))
			}
		}
	}
	if err := checkYears(f.Year); err != nil {
		return q, err
	}
	for _, v := range f.Country {
		if v = strings.ToUpper(v); len(v) != 2 || strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return q, wrong("query.country", v, "no ISO 3166-1 alpha-2 code such as IN")
		}
		q.Countries = append(q.Countries, v)
	}
	for _, v := range f.Place {
		if v = strings.ToUpper(v); len(v) < 4 || len(v) > 6 || v[2] != '-' {
			return q, wrong("query.place", v, "no ISO 3166-2 code such as IN-JK")
		}
		q.Places = append(q.Places, v)
	}
	for _, v := range f.Status {
		q.Status = append(q.Status, keepiton.EndState(v))
	}
	for _, v := range f.Level {
		q.Levels = append(q.Levels, keepiton.Level(v))
	}
	for _, v := range f.State {
		state := keepiton.State(v)
		if !state.Public() {
			return q, wrong("query.state", v, "no public state; use published, withdrawn or merged")
		}
		q.States = append(q.States, state)
	}
	return q, nil
}

func checkYears(years []int) error {
	for _, y := range years {
		if y < 1990 || y > 2200 {
			return wrong("query.year", y, "no year from 1990 to 2200")
		}
	}
	return nil
}

func codeList(codes keepiton.Codes) string {
	var out []string
	for _, t := range codes {
		out = append(out, t.Code)
	}
	return strings.Join(out, ", ")
}

// single are the parameters that are one value even where it holds a comma.
var single = []string{"q", "cursor", "as_of", "lang", "limit", "sort", "rule", "from", "to"}

// joined writes a query in which repeated parameters are one, separated by
// commas: country=IN&country=SD is country=IN,SD. Empty ones are left out, as
// a form sends them. Keys come in order, so that a query has one spelling.
func joined(values url.Values) string {
	out := url.Values{}
	for key, list := range values {
		list = slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v == "" })
		switch {
		case len(list) == 0:
		case slices.Contains(single, key):
			out.Set(key, list[0])
		default:
			out.Set(key, strings.Join(list, ","))
		}
	}
	return out.Encode()
}
