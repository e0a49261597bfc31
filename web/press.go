package web

import (
	"strings"

	"keepiton"
	"keepiton/count"
	"keepiton/store"
)

// pressPage is the press desk's page: how to reach it, what goes on, what was said.
type pressPage struct {
	frame
	Desk      PressDesk
	Now       []item // going on, each with its brief
	NowTotal  int
	Items     []statementLine
	Total     int
	Q         string
	Chosen    bool
	Countries []option
	Years     []option
	Tongues   []option
	Next      string
	Rules     []string // their names
	FeedJSON  string
}

// pressNow is how many incidents that go on stand on the page of the press.
const pressNow = 6

// pressFacets are what statements are searched by.
var pressFacets = []string{"country", "year", "lang"}

func (s *Server) press(v *visit) (*answer, error) {
	q := v.entryQuery(keepiton.KindStatement, pressFacets...)
	q.Descending, q.Limit = true, 20
	if v.suffix == "json" {
		return s.pressJSON(v, q)
	}
	page := &pressPage{frame: s.frame(v, "press"), Desk: s.opt.Press, Chosen: narrowedEntries(q) || q.Cursor != "", Q: q.Text}
	list, err := listOf[*keepiton.Statement](s, v, q)
	if err != nil {
		return nil, err
	}
	page.Total, page.Next = list.Total, list.Next
	for _, item := range list.Items {
		rev, st := item.Rev, item.Body
		if s.due(&rev) {
			page.Items = append(page.Items, v.statementLine(rev.ID, st))
		}
	}
	for _, f := range []struct {
		name  string
		label func(string) string
		into  *[]option
	}{{"country", v.country, &page.Countries}, {"year", func(y string) string { return y }, &page.Years}, {"lang", languageName, &page.Tongues}} {
		if *f.into, err = s.entryOptions(v, q, f.name, f.label); err != nil {
			return nil, err
		}
	}
	if !page.Chosen {
		if err := s.pressNow(v, page); err != nil {
			return nil, err
		}
	}
	if s.opt.Changes != nil {
		page.Feed = v.Href("/feeds/press.atom", page.chosen()...)
		page.FeedJSON = strings.Replace(page.Feed, ".atom", ".feed.json", 1)
	}
	page.forms("json")
	return s.html("press", page), nil
}

// chosen are the parameters that the feed has as well.
func (p *pressPage) chosen() (kv []string) {
	for _, name := range pressFacets {
		for _, value := range p.query[name] {
			kv = append(kv, name, value)
		}
	}
	return kv
}

// pressNow lists what goes on, and by which rules the record counts.
func (s *Server) pressNow(v *visit, page *pressPage) error {
	dark, err := s.opt.Record.List(v.ctx, store.Query{Status: []keepiton.EndState{keepiton.Ongoing}, Limit: pressNow})
	if err != nil {
		return err
	}
	page.NowTotal = dark.Total
	for i := range dark.Items {
		page.Now = append(page.Now, v.newItem(public(&dark.Items[i])))
	}
	for _, r := range count.Rules() {
		page.Rules = append(page.Rules, r.Name)
	}
	return nil
}

// Brief is the address of the brief of an incident.
func (p *pressPage) Brief(it item) string { return p.Href("/incidents/" + string(it.ID) + "/press") }
