package web

import (
	"html/template"
	"net/url"
	"strconv"
)

// listRule is the rule of a number that is counted by a list: each entry of the
// list behind the link counts once, however often it was cut.
const listRule = "list"

// number is one number of the record that a text tells: the query that makes it,
// which is the very address that the number links to. The number is asked for by
// reading that address as the page behind it does, so that the two cannot differ.
type number struct {
	path   string // /incidents: rule list; /stories: rule list; /years: the default counting rule
	params []string
}

// numbers are what the messages number.<name> tell. By the rule list, each
// entry of the list behind the link counts once.
var numbers = map[string]number{
	"year":       {"/years", nil},
	"ongoing":    {"/incidents", []string{"status", "ongoing"}},
	"full":       {"/incidents", []string{"extent", "full_network"}},
	"services":   {"/incidents", []string{"extent", "service_based"}},
	"mobile":     {"/incidents", []string{"network", "mobile"}},
	"throttling": {"/incidents", []string{"kind", "throttling"}},
	"local":      {"/incidents", []string{"scope", "one_place"}},
	"protests":   {"/incidents", []string{"cause", "protests"}},
	"elections":  {"/incidents", []string{"cause", "elections"}},
	"exams":      {"/incidents", []string{"cause", "exam_cheating"}},
	"health":     {"/stories", []string{"harm", "health"}},
	"income":     {"/stories", []string{"harm", "income"}},
	"safety":     {"/stories", []string{"harm", "safety"}},
	"education":  {"/stories", []string{"harm", "education"}},
}

// number tells a number of the record with the query that makes it; empty when the
// record has nothing of the kind.
func (s *Server) number(w *prose, name string) (template.HTML, error) {
	f := numbers[name]
	if f.path == "/years" {
		return s.yearNumber(w)
	}
	if f.path == "/stories" && !w.asOf.IsZero() && !w.copy {
		return "", nil // stories stand on no day; a copy tells those that it has
	}
	at := *w.visit
	at.query = url.Values{}
	for i := 0; i+1 < len(f.params); i += 2 {
		at.query.Add(f.params[i], f.params[i+1])
	}
	n, err := s.entriesIn(&at, f.path)
	if err != nil || n == 0 {
		return "", err
	}
	return w.rich(w.p.N("number."+name, n), w.Href(f.path, f.params...)), nil
}

// entriesIn counts the entries of a list as the list's own page does.
func (s *Server) entriesIn(at *visit, path string) (int, error) {
	if path == "/stories" {
		q, err := tellings(at)
		if err != nil || s.opt.Stories == nil {
			return 0, err
		}
		q.Limit = 1
		list, err := s.opt.Stories.ListStories(at.ctx, q)
		return list.Total, err
	}
	q, err := selection(at)
	if err != nil {
		return 0, err
	}
	q.Limit = 1
	list, err := s.opt.Record.List(at.ctx, q)
	return list.Total, err
}

// yearNumber tells of the newest year that the record has shutdowns of, by the rule
// that its page counts with.
func (s *Server) yearNumber(w *prose) (template.HTML, error) {
	rule, err := w.rule()
	if err != nil {
		return "", err
	}
	t, err := s.table(w.visit, rule, "year", "cc")
	if err != nil {
		return "", err
	}
	sums := byYear(t)
	year := lastYear(sums, w.now)
	if year == 0 {
		return "", nil
	}
	text := w.p.N("number.year", sums[year], "Year", year) + " " + w.p.N("page.home.year.countries", countriesIn(w.byCountry(t, year)))
	return w.rich(text, w.Href("/years/"+strconv.Itoa(year))), nil
}
