package web

import (
	"slices"
	"strconv"

	"keepiton"
	"keepiton/count"
	"keepiton/store"
)

// yearsPage answers "how many, in which year, by which rule, as of which day".
type yearsPage struct {
	frame
	Rules []option
	Rule  string
	Head  []string  // rule names
	Lines []yearRow // newest first
	Bars  drawing
}

// yearRow is one year's numbers under every rule.
type yearRow struct {
	Year   int
	Href   string
	Counts []int
}

func (s *Server) years(v *visit) (*answer, error) {
	rule, err := v.rule()
	if err != nil {
		return nil, err
	}
	page := &yearsPage{frame: s.frame(v, "years"), Rule: rule.Name}
	var chosen count.Table
	sums := make([]map[int]int, len(count.Rules()))
	all := map[int]int{}
	for i, r := range count.Rules() {
		t, err := s.table(v, r, "year")
		if err != nil {
			return nil, err
		}
		sums[i] = byYear(t)
		for y, n := range sums[i] {
			all[y] += n
		}
		page.Head = append(page.Head, r.Name)
		page.Rules = append(page.Rules, option{r.Name, v.RuleLabel(r.Name), r.Name == rule.Name})
		if r.Name == rule.Name {
			chosen = t
			page.Bars = v.yearBars(page.T("page.years.bars"), sums[i])
		}
	}
	if v.suffix != "" {
		return s.tableForm(v, chosen, v.yearFigure(page.Title, byYear(chosen)))
	}
	years := yearsIn(all)
	slices.Reverse(years)
	for _, y := range years {
		row := yearRow{Year: y, Href: v.Href("/years/" + strconv.Itoa(y))}
		for i := range sums {
			row.Counts = append(row.Counts, sums[i][y])
		}
		page.Lines = append(page.Lines, row)
	}
	page.forms(tableForms...)
	return s.html("years", page), nil
}

// yearPage is one year.
type yearPage struct {
	frame
	Year      int
	Rule      string
	Total     int
	Countries int
	Rules     []tally // the year under every rule
	ByCountry []tally
	ByCause   []tally
	ByExtent  []tally
	ByScope   []tally
	Items     []item
	Listed    int
	Map       drawing
	Prev      string
	Next      string
	More      string
	Running   bool // the year was not over at the moment shown
}

// yearItems is how many incidents a year's page lists: beside its map and five
// tables there is room for few.
const yearItems = 2

// pastYear returns the year in the path: one that has begun.
func pastYear(v *visit) (int, error) {
	year, err := strconv.Atoi(v.req.PathValue("yyyy"))
	if err != nil || year < 1990 || year > v.now.Year() {
		return 0, keepiton.Errorf(keepiton.NotFound, "no year %q in the record", v.req.PathValue("yyyy"))
	}
	return year, nil
}

func (s *Server) year(v *visit) (*answer, error) {
	year, err := pastYear(v)
	if err != nil {
		return nil, err
	}
	q, err := selection(v)
	if err != nil {
		return nil, err
	}
	q.Years = []int{year}
	if v.suffix != "" {
		return s.listForm(v, q, "keepiton-"+strconv.Itoa(year))
	}
	page := &yearPage{frame: s.frame(v, "year", "Year", year), Year: year, Running: year == v.now.Year()}
	if err := s.yearNumbers(v, page); err != nil {
		return nil, err
	}
	list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Years: q.Years, Limit: yearItems})
	if err != nil {
		return nil, err
	}
	page.Listed = list.Total
	for i := range list.Items {
		page.Items = append(page.Items, v.newItem(public(&list.Items[i])))
	}
	page.More = v.Href("/incidents", "year", strconv.Itoa(year))
	page.Prev = v.Href("/years/" + strconv.Itoa(year-1))
	if !page.Running {
		page.Next = v.Href("/years/" + strconv.Itoa(year+1))
	}
	piece, err := s.yearPiece(v, year)
	if err != nil {
		return nil, err
	}
	if page.Card = s.shares(v, piece); page.Card != nil {
		page.Forms = append(page.Forms, form{page.T("page.card.card"), page.Card.PNG}, form{formName("svg"), page.Card.SVG})
	}
	page.exported("json", "csv", "xlsx", "geojson", "atom") // .txt answers as well: the page has no byte to spare
	return s.html("year", page), nil
}

func (s *Server) yearNumbers(v *visit, page *yearPage) error {
	rule, err := v.rule()
	if err != nil {
		return err
	}
	page.Rule = rule.Name
	year := strconv.Itoa(page.Year)
	for _, r := range count.Rules() {
		t, err := s.tableIn(v, r, page.Year, "year")
		if err != nil {
			return err
		}
		page.Rules = append(page.Rules, tally{Key: r.Name, Label: v.RuleLabel(r.Name), N: t.Total, Href: v.with("rule", r.Name)})
	}
	for _, dim := range []struct {
		key, list string
		codes     keepiton.Codes
		into      *[]tally
	}{
		{"cc", "", nil, &page.ByCountry},
		{"cause", "cause", keepiton.Causes, &page.ByCause},
		{"extent", "extent", keepiton.Extents, &page.ByExtent},
		{"scope", "scope", keepiton.Scopes, &page.ByScope},
	} {
		t, err := s.tableIn(v, rule, page.Year, "year", dim.key)
		if err != nil {
			return err
		}
		if dim.codes == nil {
			*dim.into = v.byCountry(t, page.Year)
			page.Total = t.Total
			continue
		}
		*dim.into = v.byCode(t, page.Year, dim.list, dim.codes)
		for i, c := range *dim.into {
			if dim.codes.Has(c.Key) {
				(*dim.into)[i].Href = v.Href("/incidents", "year", year, dim.key, c.Key)
			}
		}
	}
	page.Countries = countriesIn(page.ByCountry)
	page.Map = v.worldMap(page.T("page.year.map", "Year", page.Year), page.ByCountry, nil)
	page.ByCountry = page.ByCountry[:min(len(page.ByCountry), 12)]
	return nil
}
