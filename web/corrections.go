package web

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
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

// changedIn is the number of incidents of a year with a changed field.
type changedIn struct {
	Year   int
	New    int
	Fields []tally // most first
}

// correction is one incident's change.
type correction struct {
	ID       keepiton.IncidentID
	Href     string
	Country  string
	From, To []string
}

// fieldNew stands for the coming in of an incident, which is no field.
const fieldNew = "new"

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
	var all []fieldChange
	years := map[int]map[string]int{}
	err := s.opt.Record.Between(v.ctx, page.From, page.To, func(before, after *keepiton.Revision) error {
		changes := changesBetween(before, after)
		if len(changes) == 0 {
			return nil
		}
		page.tally(changes)
		for _, c := range changes {
			if years[c.year] == nil {
				years[c.year] = map[string]int{}
			}
			years[c.year][c.field]++
		}
		all = append(all, changes...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		return correctionsForm(v, page, all), nil
	}
	for y, fields := range years {
		in := changedIn{Year: y, New: fields[fieldNew]}
		for f, n := range fields {
			href := v.Href("/corrections", "from", page.ISO(page.From), "to", page.ISO(page.To), "year", strconv.Itoa(y), "field", f)
			in.Fields = append(in.Fields, tally{Key: f, Label: v.ChangeLabel(f), Href: href, N: n})
		}
		slices.SortFunc(in.Fields, func(a, b tally) int { return cmp.Or(b.N-a.N, strings.Compare(a.Key, b.Key)) })
		page.Years = append(page.Years, in)
	}
	slices.SortFunc(page.Years, func(a, b changedIn) int { return b.Year - a.Year })
	if page.Year != 0 && page.Field != "" {
		for _, c := range all {
			if c.year == page.Year && c.field == page.Field {
				if page.Cut = len(page.Detail) == detailLimit; page.Cut {
					break
				}
				page.Detail = append(page.Detail, correction{c.id, v.Href("/incidents/" + string(c.id)), c.country(v), v.values(c.field, c.from), v.values(c.field, c.to)})
			}
		}
	}
	page.Sentence = v.p.T("page.corrections.sentence", "From", page.From, "To", page.To, "New", page.New, "Changed", page.Changed, "Gone", page.Gone)
	page.forms(plainForms...)
	return s.html("corrections", page), nil
}

// ChangeLabel names a field, or the coming in of an incident.
func (v *visit) ChangeLabel(field string) string {
	if field == fieldNew {
		return v.p.T("page.corrections.new")
	}
	return v.p.T("field." + field)
}

// fieldChange is one changed field of one incident.
type fieldChange struct {
	id       keepiton.IncidentID
	inc      *keepiton.Incident
	year     int
	field    string
	from, to []string
}

func (c fieldChange) country(v *visit) string { return v.countryNames(c.inc) }

// changesBetween compares two states of an incident as any reader may have
// them. An incident that was not there before is one change, fieldNew.
func changesBetween(before, after *keepiton.Revision) []fieldChange {
	if after == nil || !after.Incident.State.Public() {
		return nil
	}
	secrets := after.Incident.Secrets() // today's secrets are none of an earlier day's news
	b := after.Incident.Redact(secrets)
	year := b.Start().At.Year()
	if b.Start().IsZero() {
		year, _, _ = b.ID.Parse()
	}
	if before == nil || !before.Incident.State.Public() {
		return []fieldChange{{id: b.ID, inc: b, year: year, field: fieldNew}}
	}
	var out []fieldChange
	for _, c := range keepiton.Diff(before.Incident.Redact(secrets), b) {
		out = append(out, fieldChange{b.ID, b, year, c.Field, c.From, c.To})
	}
	return out
}

func (page *correctionsPage) tally(changes []fieldChange) {
	if changes[0].field == fieldNew {
		page.New++
		return
	}
	inc := changes[0].inc
	gone := slices.ContainsFunc(changes, func(c fieldChange) bool {
		return c.field == "not_listed" && inc.NotListed != "" || c.field == "state" && inc.State != keepiton.Published
	})
	if gone {
		page.Gone++
	} else {
		page.Changed++
	}
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

// correctionsForm writes every change, one line each.
func correctionsForm(v *visit, page *correctionsPage, all []fieldChange) *answer {
	if v.suffix == "json" {
		type line struct {
			ID    keepiton.IncidentID `json:"id"`
			Year  int                 `json:"year"`
			Field string              `json:"field"`
			From  []string            `json:"from"`
			To    []string            `json:"to"`
		}
		out := struct {
			From    string `json:"from"`
			To      string `json:"to"`
			Changes []line `json:"changes"`
		}{page.ISO(page.From), page.ISO(page.To), []line{}}
		for _, c := range all {
			out.Changes = append(out.Changes, line{c.id, c.year, c.field, c.from, c.to})
		}
		return jsonAnswer(out)
	}
	if v.suffix == "txt" {
		return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
			for _, c := range all {
				if _, err := fmt.Fprintf(w, "%s %d %s: %s -> %s\n", c.id, c.year, c.field, strings.Join(c.from, "; "), strings.Join(c.to, "; ")); err != nil {
					return err
				}
			}
			return nil
		}}
	}
	return &answer{contentType: "text/csv; charset=utf-8", filename: "keepiton-corrections.csv", write: func(w io.Writer) error {
		c := csv.NewWriter(w)
		c.Write([]string{"id", "year", "field", "from", "to"})
		for _, x := range all {
			c.Write([]string{string(x.id), strconv.Itoa(x.year), x.field, harmless(strings.Join(x.from, "; ")), harmless(strings.Join(x.to, "; "))})
		}
		c.Flush()
		return c.Error()
	}}
}

// harmless keeps a spreadsheet from running a cell: OWASP, CSV injection.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Line says how many incidents of a year changed in a field.
func (page *correctionsPage) Line(t tally, year int) string {
	if t.Key == fieldNew {
		return page.N("page.corrections.newline", t.N, "Year", year)
	}
	return page.N("page.corrections.line", t.N, "Field", t.Label, "Year", year)
}
