package web

import (
	"slices"
	"strconv"

	"keepiton"
	"keepiton/count"
)

// trendsPage shows how the numbers move, with a table beside each drawing.
type trendsPage struct {
	frame
	Rule   string
	Rules  []option
	By     string
	Bys    []option
	Years  []int
	Lines  []trendLine
	Total  trendLine
	Chart  drawing
	Notes  []count.Note
	Counts bool // a value may count under several lines
	Days   []daysLine
}

// trendLine is one value's numbers over the years.
type trendLine struct {
	Label string
	Href  string
	N     []int
	Sum   int
}

// trendKeys are what trends may be broken down by, with their lists.
var trendKeys = []struct {
	key   string
	codes keepiton.Codes
}{
	{"cause", keepiton.Causes},
	{"extent", keepiton.Extents},
	{"kind", keepiton.Kinds},
	{"scope", keepiton.Scopes},
	{"region", keepiton.Regions},
	{"body", keepiton.Bodies},
	{"justification", keepiton.Justifications},
	{"level", nil},
}

func (s *Server) trends(v *visit) (*answer, error) {
	rule, err := v.rule()
	if err != nil {
		return nil, err
	}
	by := v.get("by")
	if by == "" {
		by = "cause"
	}
	at := slices.IndexFunc(trendKeys, func(k struct {
		key   string
		codes keepiton.Codes
	},
	) bool {
		return k.key == by
	})
	if at < 0 {
		return nil, keepiton.Errorf(keepiton.Invalid, "by=%s: trends have no such division", by)
	}
	t, err := s.table(v, rule, "year", by)
	if err != nil {
		return nil, err
	}
	page := &trendsPage{frame: s.frame(v, "trends"), Rule: rule.Name, By: by, Notes: t.Notes}
	page.fill(t, trendKeys[at].codes)
	if v.suffix != "" {
		return s.tableForm(v, t, page.figure())
	}
	for _, r := range count.Rules() {
		page.Rules = append(page.Rules, option{r.Name, v.RuleLabel(r.Name), r.Name == rule.Name})
	}
	for _, k := range trendKeys {
		page.Bys = append(page.Bys, option{k.key, page.T("page.filter." + k.key), k.key == by})
	}
	if page.Days, err = s.days(v); err != nil {
		return nil, err
	}
	page.Chart = draw(page.figure())
	page.forms(tableForms...)
	return s.html("trends", page), nil
}

// firstTrendYear is where STOP's lists begin; earlier starts are few and were
// added later.
const firstTrendYear = 2016

// fill arranges the table: years across, values down, the largest first.
func (page *trendsPage) fill(t count.Table, codes keepiton.Codes) {
	v := page.visit
	sums := byYear(t)
	for _, y := range yearsIn(sums) {
		if y >= firstTrendYear {
			page.Years = append(page.Years, y)
		}
	}
	page.Total = trendLine{Label: page.T("page.table.total")}
	lines := map[string]*trendLine{}
	var order []string
	for i, y := range page.Years {
		for _, c := range v.byCode(t, y, page.By, codes) {
			l := lines[c.Key]
			if l == nil {
				l = &trendLine{Label: c.Label, N: make([]int, len(page.Years))}
				if codes.Has(c.Key) && page.By != "justification" {
					l.Href = v.Href("/incidents", page.By, c.Key)
				}
				lines[c.Key] = l
				order = append(order, c.Key)
			}
			l.N[i] += c.N
			l.Sum += c.N
		}
		page.Total.N = append(page.Total.N, sums[y])
		page.Total.Sum += sums[y]
	}
	slices.SortStableFunc(order, func(a, b string) int { return lines[b].Sum - lines[a].Sum })
	all := 0
	for _, key := range order {
		page.Lines = append(page.Lines, *lines[key])
		all += lines[key].Sum
	}
	page.Counts = all > page.Total.Sum
}

// YearHref leads to a year's page.
func (page *trendsPage) YearHref(y int) string { return page.Href("/years/" + strconv.Itoa(y)) }
