package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/signals"
	"keepiton/store"
)

// examples are the requests that the OpenAPI document shows. They name an
// incident that this record has, so that each of them works where it is read.
type examples struct {
	list, incident, revisions, revision, diff, counts, rules, changes, countries, codebook, editions, disruptions, disruption string
}

func (s *Server) examples() examples {
	id, country := keepiton.IncidentID("KIO-2022-0017"), "IN"
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	n, before := 2, 1
	page, err := s.opt.Store.List(ctx, store.Query{Sort: store.ByID, Limit: 50})
	if err != nil {
		s.opt.Log.WarnContext(ctx, "examples of the API", "error", err)
	}
	for i := range page.Items {
		rev := &page.Items[i]
		old, err := s.opt.Store.Revision(ctx, rev.Incident.ID, rev.N-1)
		corrected := err == nil && old.Incident.State.Public()
		if i == 0 || corrected {
			id, n, before = rev.Incident.ID, rev.N, rev.N
			if codes := rev.Incident.Countries(); len(codes) > 0 {
				country = codes[0]
			}
		}
		if corrected {
			before = old.N
			break
		}
	}
	one := Prefix + "/incidents/" + string(id)
	found, err := s.opt.Signals.List(ctx, Language{}.printer(), signals.Query{Limit: 1})
	if err != nil {
		s.opt.Log.WarnContext(ctx, "examples of the API", "error", err)
	}
	seen := "" // none: there is nothing that an example could show
	if len(found.Items) > 0 {
		seen = disruptionsPath + "/" + string(found.Items[0].ID) + "?lang=fr"
	}
	return examples{
		disruptions: disruptionsPath + "?state=likely_shutdown,likely_outage&limit=10", disruption: seen,

		list:      Prefix + "/incidents?country=" + country + "&kind=shutdown&limit=10&lang=en",
		incident:  one + "?lang=fr",
		revisions: one + "/revisions",
		revision:  one + "/revisions/" + strconv.Itoa(n),
		diff:      one + "/diff?from=" + strconv.Itoa(before) + "&to=" + strconv.Itoa(n),
		counts:    Prefix + "/counts?rule=stop-2024&by=year,country",
		rules:     Prefix + "/rules",
		changes:   Prefix + "/changes?limit=10",
		countries: Prefix + "/countries?lang=es",
		codebook:  Prefix + "/codebook?lang=en",
		editions:  Prefix + "/editions",
	}
}

// documentCodes writes the coded lists into the document of an operation's
// parameters; the handler checks them.
func documentCodes(op *huma.Operation) {
	lists := map[string]keepiton.Codes{}
	for _, c := range new(Filters).coded() {
		lists[c.name] = c.codes
	}
	for _, p := range op.Parameters {
		codes, ok := lists[p.Name]
		if ok && p.In == "query" && !strings.Contains(p.Description, "One of") {
			p.Description += " One of " + codeList(codes) + "."
		}
	}
}
