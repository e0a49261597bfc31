package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/kit"
	"keepiton/store"
)

// kitFields are the fields that people may fill in, and their parameters.
var kitFields = []kit.Field{kit.Title, kit.Words, kit.Place, kit.Number, kit.Unit, kit.Small, kit.Org, kit.Link, kit.Country}

// kitParameters are the parameters of a piece.
var kitParameters = []string{"incident", "year", "title", "words", "place", "number", "unit", "small", "org", "link", "country", "logo", "tone"}

// pieceText returns the text of a field, empty for what is no text.
func pieceText(p *kit.Piece, f kit.Field) string {
	if at := pieceField(p, f); at != nil {
		return *at
	}
	return ""
}

// pieceField is where a field is kept that people may fill in: words, or the
// country of the map.
func pieceField(p *kit.Piece, f kit.Field) *string {
	if f == kit.Country {
		return &p.Country
	}
	return p.Text(f)
}

// filled reports whether a piece has all that its template needs.
func filled(t kit.Template, p kit.Piece) bool {
	return !slices.ContainsFunc(t.Needs, func(f kit.Field) bool {
		if f == kit.Cuts {
			return len(p.Cuts) == 0
		}
		return pieceText(&p, f) == ""
	})
}

// piece reads what is to be drawn from the address: the template's own words, over
// them what the record says of an incident, country or year, over that what somebody
// wrote.
func (s *Server) piece(v *visit, shape kit.Shape) (kit.Template, kit.Piece, error) {
	t, ok := kit.ByID(v.req.PathValue("template"))
	if !ok {
		return t, kit.Piece{}, keepiton.Errorf(keepiton.NotFound, "the kit has no %q", v.req.PathValue("template"))
	}
	if shape == "" {
		shape = t.Shapes[0]
	}
	if !slices.Contains(t.Shapes, shape) {
		return t, kit.Piece{}, keepiton.Errorf(keepiton.NotFound, "%s has no shape %q", t.ID, shape)
	}
	p := t.Piece(v.p, shape)
	var err error
	if v.copy { // nobody fills anything in there
		p, err = s.examplePiece(v, t)
		p.Shape = shape
	} else {
		err = s.pieceOfRecord(v, t, &p)
	}
	if err != nil {
		return t, p, err
	}
	if err := s.pieceOfMember(v, t, &p); err != nil {
		return t, p, err
	}
	for _, f := range kitFields {
		if at := pieceField(&p, f); v.query.Has(string(f)) && slices.Contains(t.Fields, f) {
			*at = v.get(string(f))
		}
	}
	if p.Country != "" && p.Place == "" && slices.Contains(t.Fields, kit.Place) {
		p.Place = v.country(p.Country)
	}
	p.Dark = v.get("tone") == "dark"
	if s.opt.BaseURL != "" {
		p.Source = s.opt.BaseURL + v.Href("/kit/"+t.ID)
	}
	return t, p, nil
}

// pieceOfRecord fills in what the address asks of the record.
func (s *Server) pieceOfRecord(v *visit, t kit.Template, p *kit.Piece) error {
	if id := keepiton.IncidentID(v.get("incident")); id != "" {
		rev, err := s.opt.Record.Get(v.ctx, id, v.asOf)
		if err == nil && rev.Incident.State != keepiton.Published {
			err = keepiton.Errorf(keepiton.NotFound, "incident %s is not public", id)
		}
		if err != nil {
			return err
		}
		if in := rev.Incident.Countries(); len(in) > 0 && slices.Contains(t.Fields, kit.Country) {
			return s.pieceOfCountry(v, p, in[0])
		}
		v.pieceOfIncident(t, p, public(&rev))
		return nil
	}
	if cc := v.get("country"); cc != "" && slices.Contains(t.Fields, kit.Country) {
		return s.pieceOfCountry(v, p, cc)
	}
	if year, err := strconv.Atoi(v.get("year")); err == nil && t.ID == "year" && year >= 1990 && year <= v.now.Year() {
		return s.pieceOfYear(v, p, year)
	}
	return nil
}

// pieceOfIncident fills in what the record says of an incident: place, what
// happened, the times, and the days with the rule, revision and day they hold for.
func (v *visit) pieceOfIncident(t kit.Template, p *kit.Piece, r *keepiton.Revision) {
	it := v.newItem(r)
	p.Place = it.Country
	if wholeCountry(&r.Incident) {
		p.Place = it.Country + v.p.T("page.comma") + it.Where
	} else if it.Where != "" && len([]rune(it.Where)) < 40 {
		p.Place = it.Where + v.p.T("page.comma") + it.Country
	}
	p.Place = firstWords(p.Place, kit.Place.Longest()-2)
	if t.ID == "incident" {
		p.Title = v.p.T("page.kit.cut_off")
		if len(it.What) > 0 {
			p.Title = it.What[0]
			it.What = it.What[1:]
		}
		if it.Ongoing {
			it.What = append([]string{v.p.T("page.status.ongoing")}, it.What...)
		}
		p.Words = firstWords(strings.Join(it.What, " · "), kit.Words.Longest()-2)
	}
	until := r.KnownAt(v.now)
	p.Cuts = cutsOf(&r.Incident, until)
	if n := daysTouched(until, r).Days(); n > 0 && slices.Contains(t.Fields, kit.Number) {
		p.Number, p.Unit = v.p.Number(n), v.daysOf(&r.Incident, n)
		p.Small = v.made(v.p.T("page.kit.small", "Rule", count.TouchedRule, "ID", string(r.Incident.ID), "N", r.N, "Day", v.p.Day(until)))
		if p.Shape == kit.Label {
			p.Small = v.cited(count.TouchedRule, until, string(r.Incident.ID))
		}
	}
}

// daysOf says what the days of an incident were: without internet, unless it may have
// been some services alone, or a slow line.
func (v *visit) daysOf(inc *keepiton.Incident, n int) string {
	if slices.Equal(inc.Extents, []string{"full_network"}) && !slices.Contains(inc.Kinds, "throttling") {
		return v.p.N("page.kit.days", n)
	}
	return v.p.N("page.kit.days.limited", n)
}

// made marks the small print of what is made up, as every page does.
func (v *visit) made(small string) string {
	if v.sample {
		return v.p.T("page.sample.title") + " " + small
	}
	return small
}

// daysTouched are the days that cuts of incidents touched, by rule days-touched:
// of each as far as its revision speaks, and never beyond now.
func daysTouched(now time.Time, revs ...*keepiton.Revision) *count.Touched {
	t := &count.Touched{}
	for _, r := range revs {
		c := count.CaseOf(&r.Incident)
		t.Add(&c, r.KnownAt(now))
	}
	return t
}

// pieceOfCountry fills in a country, how many incidents the record has of it, and
// which parts of it were cut off.
func (s *Server) pieceOfCountry(v *visit, p *kit.Piece, code string) error {
	rule, err := count.RuleByName("events")
	if err != nil {
		return err
	}
	t, err := s.tableOf(v, rule, []string{code})
	if err != nil {
		return err
	}
	p.Country, p.Place = code, v.country(code)
	if t.Total == 0 {
		p.Unit = ""
		return nil
	}
	p.Number, p.Unit = v.p.Number(t.Total), v.p.N("page.kit.shutdowns", t.Total)
	p.Small = v.made(v.p.T("page.kit.small.rule", "Rule", rule.Name, "Day", v.p.Day(v.now)))
	whole := false
	err = s.each(v, store.Query{AsOf: v.asOf, Countries: []string{code}}, func(rev *keepiton.Revision) error {
		whole = whole || wholeCountry(&rev.Incident)
		for _, region := range regionsOf(&rev.Incident, code) {
			if !slices.Contains(p.Regions, region) {
				p.Regions = append(p.Regions, region)
			}
		}
		return nil
	})
	if whole {
		p.Regions = nil // all of it
	}
	slices.Sort(p.Regions)
	return err
}

// pieceOfYear fills in a year: its shutdowns by the rule that the pages count by,
// and the days on which the internet was cut somewhere.
func (s *Server) pieceOfYear(v *visit, p *kit.Piece, year int) error {
	rule, err := v.rule()
	if err != nil {
		return err
	}
	t, err := s.tableIn(v, rule, year)
	if err != nil {
		return err
	}
	touched, err := s.yearTouched(v, year)
	if err != nil {
		return err
	}
	for from, to := range touched.Stretches(year) {
		p.Cuts = append(p.Cuts, kit.Cut{From: from, To: to})
	}
	n := touched.In(year)
	p.Title, p.Number, p.Unit = strconv.Itoa(year), v.p.Number(t.Total), v.p.N("page.kit.shutdowns.year", t.Total)
	p.Words = v.p.N("page.kit.somewhere", n)
	p.Small = v.made(v.p.T("page.kit.small.year", "Rule", rule.Name, "Days", count.TouchedRule, "Day", v.p.Day(v.now)))
	return nil
}

// yearTouched are the days that cuts touched of all incidents that stand in a year.
func (s *Server) yearTouched(v *visit, year int) (*count.Touched, error) {
	touched := &count.Touched{}
	err := s.each(v, store.Query{AsOf: v.asOf, Years: []int{year}}, func(rev *keepiton.Revision) error {
		c := count.CaseOf(&rev.Incident)
		touched.Add(&c, rev.KnownAt(v.now))
		return nil
	})
	return touched, err
}

// cutsOf are the stretches in which an incident surely lasted, as known at until:
// a missing end is not an end, and no continuation.
func cutsOf(inc *keepiton.Incident, until time.Time) (out []kit.Cut) {
	for _, e := range inc.Episodes {
		if e.Start.IsZero() {
			continue
		}
		from, _, to, _ := e.Bounds(until)
		if to.After(from) {
			out = append(out, kit.Cut{From: from, To: to})
		}
	}
	return out
}

// siteAddress is an address of the site as people read and type it: without the
// scheme; empty where the site does not know its own.
func (s *Server) siteAddress(path string) string {
	_, host, _ := strings.Cut(s.opt.BaseURL, "://")
	if host == "" {
		return ""
	}
	return host + path
}
