package web

import (
	"io"
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/count"
)

// correctionsPage says what changed in the record between two days.
type correctionsPage struct {
	frame
	From, To time.Time
	Spans    []span       // between editions, to choose from
	Years    []changedIn  // per year and field
	Detail   []correction // when one year and field is chosen
	Year     int
	Field    string
	Cut      bool // Detail is not the whole list
	New      int  // incidents that came in
	Gone     int  // withdrawn, merged, or no longer listed
	Changed  int  // incidents with a changed field
	Sentence string
}

// span is a pair of days worth comparing.
type span struct{ Label, Href string }

// changedIn is what changed of the incidents that count for a year.
type changedIn struct {
	Year   int
	Fields []changedField // the field rewritten most first
}

// changedField is the number of incidents in which a field was rewritten, or
// filled in where nothing stood before.
type changedField struct {
	tally
	Filled bool
}

// correction is one incident's change.
type correction struct {
	ID       keepiton.IncidentID
	Href     string
	Country  string
	From, To []string
}

// detailLimit keeps the list of one year and field within a page's weight.
const detailLimit = 60

func (s *Server) corrections(v *visit) (*answer, error) {
	page := &correctionsPage{frame: s.frame(v, "corrections"), Field: v.get("field")}
	if err := s.correctionSpans(v, page); err != nil {
		return nil, err
	}
	if y := v.get("year"); y != "" {
		n, err := strconv.Atoi(y)
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "year=%s: not a year", y)
		}
		page.Year = n
	}
	report, err := s.changeReport(v, page.From, page.To)
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		return reportForm(v, report), nil
	}
	page.totals(report.Changes)
	for _, y := range slices.Backward(report.Years) {
		page.Years = append(page.Years, page.changedIn(y))
	}
	if err := s.detail(v, page, report.Changes); err != nil {
		return nil, err
	}
	page.Sentence = v.p.T("page.corrections.sentence", "From", page.From, "To", page.To, "New", page.New, "Changed", page.Changed, "Gone", page.Gone)
	page.forms(plainForms...)
	return s.html("corrections", page), nil
}

// changeReport compares the record on two days, as keepiton diff does.
func (s *Server) changeReport(v *visit, from, to time.Time) (count.ChangeReport, error) {
	report := count.ChangeReport{From: from, To: to, Changes: []count.ChangeLine{}}
	years, err := count.CountYears(to, func(yield func(*count.Case) error) error { return s.opt.Record.Cases(v.ctx, to, yield) })
	if err != nil {
		return report, err
	}
	since, err := s.secretsSince(v, from, to)
	if err != nil {
		return report, err
	}
	between := func(yield func(before, after *keepiton.Revision) error) error {
		return s.opt.Record.Between(v.ctx, from, to, func(before, after *keepiton.Revision) error {
			if secrets := since[after.Incident.ID]; len(secrets) > 0 {
				after = after.Redact(secrets)
				if before != nil {
					before = before.Redact(secrets)
				}
			}
			return yield(before, after)
		})
	}
	report.Years, err = count.SummarizeChanges(years, between, func(l count.ChangeLine) error {
		report.Changes = append(report.Changes, l)
		return nil
	})
	return report, err
}

// secretsSince returns what has become confidential after to in the incidents
// that changed between from and to: it is silent in the past as well. The store
// is not asked while it hands out changes, since that could take every
// connection it has.
func (s *Server) secretsSince(v *visit, from, to time.Time) (map[keepiton.IncidentID]keepiton.Secrets, error) {
	if !to.Before(keepiton.AsOf(v.today)) {
		return nil, nil // the newer side is the newest
	}
	var ids []keepiton.IncidentID
	err := s.opt.Record.Between(v.ctx, from, to, func(_, after *keepiton.Revision) error {
		ids = append(ids, after.Incident.ID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := map[keepiton.IncidentID]keepiton.Secrets{}
	for _, id := range ids {
		newest, err := s.opt.Record.Get(v.ctx, id, time.Time{})
		if err != nil {
			return nil, err
		}
		if secrets := newest.Incident.Secrets(); len(secrets) > 0 {
			out[id] = secrets
		}
	}
	return out, nil
}

// changedIn turns a year's sums into lines with links to their incidents.
func (page *correctionsPage) changedIn(y count.YearChanges) changedIn {
	in := changedIn{Year: y.Year}
	add := func(field string, n int, filled bool) {
		if n > 0 {
			href := page.Href("/corrections", "from", page.ISO(page.From), "to", page.ISO(page.To), "year", strconv.Itoa(y.Year), "field", field)
			in.Fields = append(in.Fields, changedField{tally{Key: field, Label: page.ChangeLabel(field), Href: href, N: n}, filled})
		}
	}
	add(count.FieldIncident, y.Added, false)
	for _, f := range y.Fields {
		add(f.Field, f.Rewritten(), false)
	}
	filled := slices.Clone(y.Fields)
	slices.SortStableFunc(filled, func(a, b count.FieldChanges) int { return b.Filled - a.Filled })
	for _, f := range filled {
		add(f.Field, f.Filled, true)
	}
	return in
}

// detail lists the incidents behind one line.
func (s *Server) detail(v *visit, page *correctionsPage, all []count.ChangeLine) error {
	if page.Year == 0 || page.Field == "" {
		return nil
	}
	for _, l := range all {
		if l.Field != page.Field || !slices.Contains(l.Years, page.Year) {
			continue
		}
		if page.Cut = len(page.Detail) == detailLimit; page.Cut {
			break
		}
		rev, err := s.opt.Record.Get(v.ctx, l.ID, page.To)
		if err != nil {
			return err
		}
		if l.Field == count.FieldIncident {
			l.To = nil // the page says so in the reader's language
		}
		page.Detail = append(page.Detail, correction{l.ID, v.Href("/incidents/" + string(l.ID)), v.countryNames(rev.Incident.Public()), v.values(l.Field, l.From), v.values(l.Field, l.To)})
	}
	return nil
}

// ChangeLabel names a field, or the coming in of an incident.
func (v *visit) ChangeLabel(field string) string {
	if field == count.FieldIncident {
		return v.p.T("page.corrections.new")
	}
	return v.p.T("field." + field)
}

// totals counts incidents, whatever the years they count for. The lines of one
// incident follow each other.
func (page *correctionsPage) totals(lines []count.ChangeLine) {
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].ID == lines[0].ID {
			n++
		}
		switch {
		case lines[0].Field == count.FieldIncident:
			page.New++
		case slices.ContainsFunc(lines[:n], leaves):
			page.Gone++
		default:
			page.Changed++
		}
		lines = lines[n:]
	}
}

// leaves reports whether a change takes an incident out of the counts.
func leaves(l count.ChangeLine) bool {
	return l.Field == "not_listed" && len(l.To) > 0 || l.Field == "state" && !slices.Contains(l.To, string(keepiton.Published))
}

// correctionSpans reads the two days. Without them it takes the time from one
// edition to the next newest, or the last 30 days.
func (s *Server) correctionSpans(v *visit, page *correctionsPage) error {
	editions, err := s.opt.Record.Editions(v.ctx)
	if err != nil {
		return err
	}
	page.To, page.From = v.now, v.now.AddDate(0, 0, -30)
	var days []time.Time
	for _, e := range editions {
		if !e.Published.After(v.now) {
			days = append(days, e.Published)
		}
	}
	for i := 1; i < len(days); i++ {
		href := v.Href("/corrections", "from", page.ISO(days[i-1]), "to", page.ISO(days[i]))
		page.Spans = append(page.Spans, span{page.T("page.corrections.span", "From", days[i-1], "To", days[i]), href})
	}
	if n := len(days); n > 1 {
		page.From = keepiton.AsOf(days[n-2])
	}
	for param, into := range map[string]*time.Time{"from": &page.From, "to": &page.To} {
		if text := v.get(param); text != "" {
			if *into, err = keepiton.ParseAsOf(text); err != nil {
				return err
			}
		}
	}
	if page.To.Before(page.From) {
		return keepiton.Errorf(keepiton.Invalid, "from=%s is after to=%s", v.get("from"), v.get("to"))
	}
	return nil
}

// reportForm writes every change, one line each, as keepiton diff does.
func reportForm(v *visit, report count.ChangeReport) *answer {
	switch v.suffix {
	case "json":
		return jsonAnswer(report)
	case "txt":
		return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error { return report.Write(w, "table") }}
	}
	return &answer{contentType: "text/csv; charset=utf-8", filename: "keepiton-corrections.csv", write: func(w io.Writer) error { return report.Write(w, "csv") }}
}

// Line says how many incidents of a year changed in a field.
func (page *correctionsPage) Line(f changedField, year int) string {
	switch {
	case f.Key == count.FieldIncident:
		return page.N("page.corrections.newline", f.N, "Year", year)
	case f.Filled:
		return page.N("page.corrections.filled", f.N, "Field", f.Label, "Year", year)
	}
	return page.N("page.corrections.line", f.N, "Field", f.Label, "Year", year)
}
