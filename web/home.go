package web

import (
	"time"

	"keepiton"
	"keepiton/store"
)

// homePage is the front page.
type homePage struct {
	frame
	Dark      []item // the ones that the record has as going on, newest first
	DarkTotal int
	Empty     bool // no incident at all
	Year      int  // the newest year that the record has shutdowns of
	ThisYear  bool // Year is the year of the as-of moment
	Total     int
	Countries int
	Rule      string
	Top       []tally
	Map       drawing
	Bars      drawing
	Tales     []tale    // the newest story
	Newest    time.Time // day of the newest edition; zero when there is none
}

const (
	homeDark = 4
	homeTop  = 5
)

func (s *Server) home(v *visit) (*answer, error) {
	page := &homePage{frame: s.frame(v, "home")}
	dark, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Status: []keepiton.EndState{keepiton.Ongoing}, Limit: homeDark})
	if err != nil {
		return nil, err
	}
	for i := range dark.Items {
		page.Dark = append(page.Dark, v.newItem(public(&dark.Items[i])))
	}
	page.DarkTotal = dark.Total
	rule, err := v.rule()
	if err != nil {
		return nil, err
	}
	t, err := s.table(v, rule, "year", "cc")
	if err != nil {
		return nil, err
	}
	sums := byYear(t)
	page.Rule = rule.Name
	page.Year = lastYear(sums, v.now)
	page.Empty = page.Year == 0
	page.ThisYear = page.Year == v.now.Year()
	page.Total = sums[page.Year]
	all := v.byCountry(t, page.Year)
	page.Countries = countriesIn(all)
	page.Top = all[:min(len(all), homeTop)]
	darkCountries, err := s.darkCountries(v)
	if err != nil {
		return nil, err
	}
	if page.Newest, err = s.newestEdition(v); err != nil {
		return nil, err
	}
	if page.Tales, _, err = s.tales(v, store.StoryQuery{}, 1); err != nil {
		return nil, err
	}
	page.Map = v.worldMap(page.T("page.home.map", "Year", page.Year), all, darkCountries)
	page.Bars = v.yearBars(page.T("page.home.bars"), sums)
	return s.html("home", page), nil
}

// darkCountries returns the countries with an incident that the record has as
// going on.
func (s *Server) darkCountries(v *visit) (map[string]bool, error) {
	_, dark, _, err := s.places(v, store.Query{AsOf: v.asOf, Status: []keepiton.EndState{keepiton.Ongoing}})
	return dark, err
}

// public returns rev as any reader may have it.
func public(rev *keepiton.Revision) *keepiton.Revision { return rev.Public() }

// newestEdition returns the day of the newest edition published by the moment
// shown: what ended since then may still stand as going on.
func (s *Server) newestEdition(v *visit) (time.Time, error) {
	editions, err := s.opt.Record.Editions(v.ctx)
	if err != nil {
		return time.Time{}, err
	}
	var newest time.Time
	for _, e := range editions {
		if !e.Published.After(v.now) && e.Published.After(newest) {
			newest = e.Published
		}
	}
	return newest, nil
}
