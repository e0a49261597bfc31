package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/count"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/store"
)

// countriesPage lists every country of the record.
type countriesPage struct {
	frame
	Rule  string
	Years []int // the newest few, newest first
	Rows  []countryLine
	Other int // instances whose country is not sure
}

// countryLine is one country's numbers: all years, and each of the newest few.
type countryLine struct {
	tally
	ByYear []int
	Dark   bool
}

const newestYears = 4

func (s *Server) countries(v *visit) (*answer, error) {
	rule, err := v.rule()
	if err != nil {
		return nil, err
	}
	t, err := s.table(v, rule, "year", "cc")
	if err != nil {
		return nil, err
	}
	dark, err := s.darkCountries(v)
	if err != nil {
		return nil, err
	}
	page := &countriesPage{frame: s.frame(v, "countries"), Rule: rule.Name}
	years := yearsIn(byYear(t))
	slices.Reverse(years)
	page.Years = years[:min(len(years), newestYears)]
	all := v.byCountry(t, 0)
	per := map[int]map[string]int{}
	for _, y := range page.Years {
		per[y] = map[string]int{}
		for _, c := range v.byCountry(t, y) {
			per[y][c.Key] = c.N
		}
	}
	for _, c := range all {
		if c.Key == "" {
			page.Other = c.N
			continue
		}
		line := countryLine{tally: c, Dark: dark[c.Key]}
		for _, y := range page.Years {
			line.ByYear = append(line.ByYear, per[y][c.Key])
		}
		page.Rows = append(page.Rows, line)
	}
	if v.suffix != "" {
		return s.tableForm(v, t, v.worldFigure(page.Title, countsOf(all), dark))
	}
	lang := v.p.Lang().Tag
	slices.SortStableFunc(page.Rows, func(a, b countryLine) int { return locale.Compare(lang, a.Label, b.Label) })
	page.forms(tableForms...)
	return s.html("countries", page), nil
}

// countryPage is one country.
type countryPage struct {
	frame
	CC        string
	Rule      string
	Year      int  // newest with shutdowns
	Total     int  // of that year
	Listed    int  // incidents in the record
	Repeated  bool // some count in several years, so that the years add up to more
	Dark      []item
	DarkTotal int
	Items     []item
	Years     []tally
	Causes    []tally
	Extents   []tally
	Places    []tally
	Bars      drawing
	Map       drawing
	More      string
	Region    string
	Tales     []tale
	Entries   []tally // what the campaign has of it, by kind

	Instruments instruments
}

const countryItems = 8

// countryOf returns the code of the country in the path.
func countryOf(v *visit) (string, error) {
	code := strings.ToUpper(v.req.PathValue("cc"))
	if _, ok := geo.ByCode(code); !ok {
		return "", keepiton.Errorf(keepiton.NotFound, "no country has the ISO 3166-1 code %q", v.req.PathValue("cc"))
	}
	return code, nil
}

func (s *Server) country(v *visit) (*answer, error) {
	code, err := countryOf(v)
	if err != nil {
		return nil, err
	}
	if code != v.req.PathValue("cc") {
		return &answer{status: http.StatusMovedPermanently, location: v.Href("/countries/" + code + suffixed(v.suffix))}, nil
	}
	q, err := selection(v)
	if err != nil {
		return nil, err
	}
	q.Countries = []string{code}
	if v.suffix != "" {
		return s.listForm(v, q, "keepiton-"+strings.ToLower(code))
	}
	country, _ := geo.ByCode(code)
	name := geo.Name(code, v.p.Lang().Tag)
	page := &countryPage{frame: s.frame(v, "country", "Country", name), CC: code, Region: country.Region}
	if err := s.countryNumbers(v, page); err != nil {
		return nil, err
	}
	list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Countries: q.Countries, Limit: countryItems})
	if err != nil {
		return nil, err
	}
	page.Listed = list.Total
	for i := range list.Items {
		page.Items = append(page.Items, v.newItem(public(&list.Items[i])))
	}
	dark, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Countries: q.Countries, Status: []keepiton.EndState{keepiton.Ongoing}, Limit: 5})
	if err != nil {
		return nil, err
	}
	page.DarkTotal = dark.Total
	for i := range dark.Items {
		page.Dark = append(page.Dark, v.newItem(public(&dark.Items[i])))
	}
	page.More = v.Href("/incidents", "country", code)
	if err := s.countryPlaces(v, page); err != nil {
		return nil, err
	}
	if page.Tales, _, err = s.tales(v, store.StoryQuery{Countries: q.Countries}, talesBeside); err != nil {
		return nil, err
	}
	if page.Entries, err = s.countryEntries(v, code); err != nil {
		return nil, err
	}
	if page.Card, err = s.countryShares(v, code); err != nil {
		return nil, err
	}
	if page.Instruments, err = s.countryInstruments(v, code); err != nil {
		return nil, err
	}
	page.exported("json", "csv", "xlsx", "geojson", "atom", "feed.json", "txt")
	a := s.html("country", page)
	a.brief = s.opt.Signals != nil
	return a, nil
}

// countryNumbers counts the country by year, cause and extent.
func (s *Server) countryNumbers(v *visit, page *countryPage) error {
	rule, err := v.rule()
	if err != nil {
		return err
	}
	page.Rule = rule.Name
	t, err := s.tableOf(v, rule, []string{page.CC}, "year")
	if err != nil {
		return err
	}
	sums := byYear(t)
	page.Year = lastYear(sums, v.now)
	page.Total = sums[page.Year]
	page.Repeated = slices.Contains(t.Notes, count.SeveralYears)
	years := yearsIn(sums)
	for _, y := range years {
		page.Years = append(page.Years, tally{Key: strconv.Itoa(y), Label: v.p.Year(y), N: sums[y], Href: v.Href("/incidents", "country", page.CC, "year", strconv.Itoa(y))})
	}
	page.Bars = v.yearBars(page.T("page.country.bars", "Country", page.Country(page.CC)), sums)
	return s.countryCauses(v, page)
}

// countryCauses counts each incident once, so that the numbers are those of
// the lists that they link to.
func (s *Server) countryCauses(v *visit, page *countryPage) error {
	once, err := count.RuleByName("events")
	if err != nil {
		return err
	}
	for _, dim := range []struct {
		key   string
		codes keepiton.Codes
		into  *[]tally
	}{{"cause", keepiton.Causes, &page.Causes}, {"extent", keepiton.Extents, &page.Extents}} {
		t, err := s.tableOf(v, once, []string{page.CC}, "year", dim.key)
		if err != nil {
			return err
		}
		*dim.into = v.byCode(t, 0, dim.key, dim.codes)
		for i, c := range *dim.into {
			if dim.codes.Has(c.Key) {
				(*dim.into)[i].Href = v.Href("/incidents", "country", page.CC, dim.key, c.Key)
			}
		}
	}
	return nil
}

// countryPlaces counts the country's incidents by first-level region, for the
// map. Incidents without a sure region are not on it.
func (s *Server) countryPlaces(v *visit, page *countryPage) error {
	sums := map[string]int{}
	q := store.Query{AsOf: v.asOf, Countries: []string{page.CC}, Limit: 1000}
	for {
		list, err := s.opt.Record.List(v.ctx, q)
		if err != nil {
			return err
		}
		for i := range list.Items {
			inc := &list.Items[i].Incident
			for _, region := range regionsOf(inc, page.CC) {
				sums[region]++
			}
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	for code, n := range sums {
		page.Places = append(page.Places, tally{Key: code, Label: geo.RegionName(code, v.p.Lang().Tag), N: n, Href: v.Href("/incidents", "place", code)})
	}
	slices.SortStableFunc(page.Places, func(a, b tally) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Label, b.Label)
	})
	page.Map = v.countryMap(page.T("page.country.map", "Country", page.Country(page.CC)), page.CC, page.Places)
	page.Places = page.Places[:min(len(page.Places), 8)]
	return nil
}

// regionsOf returns the sure first-level regions of inc in a country, each once.
func regionsOf(inc *keepiton.Incident, country string) []string {
	var out []string
	for _, p := range inc.Places {
		if p.Country == country && p.Region != "" && !p.Except && p.Confidence >= keepiton.SurePlace && !slices.Contains(out, p.Region) {
			out = append(out, p.Region)
		}
	}
	return out
}
