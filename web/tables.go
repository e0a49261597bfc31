package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/geo"
)

// rule returns the counting rule that the visit asks for.
func (v *visit) rule() (count.Rule, error) {
	name := v.get("rule")
	if name == "" {
		name = count.DefaultRule
	}
	return count.RuleByName(name)
}

// table counts the record as of the visit's moment.
func (s *Server) table(v *visit, rule count.Rule, by ...string) (count.Table, error) {
	return count.Run(rule, by, v.now, func(yield func(*count.Case) error) error {
		return s.opt.Record.Cases(v.ctx, v.asOf, yield)
	})
}

// tally is a number with its name: a line of a table, a bar of a chart.
type tally struct {
	Key   string // code
	Label string
	Href  string
	N     int
}

// year reads a table's year key; a blank is 0.
func yearOf(key string) int { n, _ := strconv.Atoi(key); return n }

// split takes apart the codes of a value that names several.
func split(value string) []string {
	var out []string
	for part := range strings.SplitSeq(value, ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// byYear adds up a table whose first key is the year.
func byYear(t count.Table) map[int]int {
	out := map[int]int{}
	for _, row := range t.Rows {
		out[yearOf(row.Keys[0])] += row.Count
	}
	return out
}

// span fills the years from the first to the last with something in them;
// years before 2016, where STOP begins, are left to their own pages.
func yearsIn(sums map[int]int) []int {
	var out []int
	for y := range sums {
		if y > 0 {
			out = append(out, y)
		}
	}
	slices.Sort(out)
	return out
}

// byCountry adds up the rows of t of one year (0: all) by country. A row that
// names several countries counts for each of them, as STOP's own totals by
// country do.
func (v *visit) byCountry(t count.Table, year int) []tally {
	sums := map[string]int{}
	for _, row := range t.Rows {
		if year != 0 && yearOf(row.Keys[0]) != year {
			continue
		}
		codes := split(row.Keys[1])
		if len(codes) == 0 {
			codes = []string{""}
		}
		for _, cc := range codes {
			sums[cc] += row.Count
		}
	}
	out := make([]tally, 0, len(sums))
	for cc, n := range sums {
		t := tally{Key: cc, Label: geo.Name(cc, v.p.Lang().Tag), N: n, Href: v.Href("/countries/" + cc)}
		if cc == "" {
			t.Label, t.Href = v.p.T("page.place.unresolved"), ""
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b tally) int { return cmp.Or(b.N-a.N, strings.Compare(a.Label, b.Label)) })
	return out
}

// countriesIn counts the countries among tallies, leaving out the unresolved.
func countriesIn(tallies []tally) int {
	n := 0
	for _, t := range tallies {
		if t.Key != "" {
			n++
		}
	}
	return n
}

// codeOf finds the code for STOP's words in a list; words that the list does
// not have stay as they are.
func codeOf(list keepiton.Codes, words string) string {
	for _, t := range list {
		if t.STOP == words || t.Code == words {
			return t.Code
		}
	}
	return words
}

// byCode adds up the rows of t of one year (0: all) by the second key, a
// value of list. A value may name several codes; it counts once for each, so
// that the sums may exceed the total.
func (v *visit) byCode(t count.Table, year int, listName string, list keepiton.Codes) []tally {
	sums := map[string]int{}
	for _, row := range t.Rows {
		if year != 0 && yearOf(row.Keys[0]) != year {
			continue
		}
		for _, code := range codesIn(list, row.Keys[1]) {
			sums[code] += row.Count
		}
	}
	out := make([]tally, 0, len(sums))
	for code, n := range sums {
		label := v.p.Code(listName, code)
		if code == "" {
			label = v.p.Answer(keepiton.NotAsked)
		}
		out = append(out, tally{Key: code, Label: label, N: n})
	}
	slices.SortStableFunc(out, func(a, b tally) int { return cmp.Or(b.N-a.N, strings.Compare(a.Label, b.Label)) })
	return out
}

// codesIn reads a cell of several codes in STOP's words. Some of STOP's words
// hold commas themselves, so the whole cell is tried first.
func codesIn(list keepiton.Codes, cell string) []string {
	if cell == "" {
		return []string{""}
	}
	if c := codeOf(list, cell); c != cell {
		return []string{c}
	}
	var out []string
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' }) {
		out = append(out, codeOf(list, strings.TrimSpace(part)))
	}
	return out
}

// lastYear is the newest year that a table has, at most that of now.
func lastYear(sums map[int]int, now time.Time) int {
	last := 0
	for y, n := range sums {
		if n > 0 && y <= now.Year() && y > last {
			last = y
		}
	}
	return last
}

// tableOf counts the record in some countries.
func (s *Server) tableOf(v *visit, rule count.Rule, countries []string, by ...string) (count.Table, error) {
	q := count.Query{Rule: rule, By: by, AsOf: v.now, Countries: countries}
	return q.Run(func(yield func(*count.Case) error) error { return s.opt.Record.Cases(v.ctx, v.asOf, yield) })
}

// tableIn counts the record in one year.
func (s *Server) tableIn(v *visit, rule count.Rule, year int, by ...string) (count.Table, error) {
	q := count.Query{Rule: rule, By: by, AsOf: v.now, Years: []int{year}}
	return q.Run(func(yield func(*count.Case) error) error { return s.opt.Record.Cases(v.ctx, v.asOf, yield) })
}
