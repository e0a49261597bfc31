package web

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/store"
)

// storiesPage is the list of stories: their words first.
type storiesPage struct {
	frame
	Items     []tale
	Total     int
	Incident  keepiton.IncidentID // the list is of one incident
	Chosen    bool                // by country, harm or incident
	Countries []option
	Harms     []option
	Next      string
}

// talesOnPage keeps a page of the longest quotes within its weight.
const talesOnPage = 12

func (s *Server) stories(v *visit) (*answer, error) {
	q, err := tellings(v)
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		return s.storyForms(v, q)
	}
	page := &storiesPage{frame: s.frame(v, "stories"), Chosen: len(q.Countries)+len(q.Harms)+len(q.Incidents) > 0}
	if len(q.Incidents) > 0 {
		page.Incident = q.Incidents[0]
	}
	if s.opt.Stories == nil {
		return s.html("stories", page), nil
	}
	q.Limit = talesOnPage
	list, err := s.opt.Stories.ListStories(v.ctx, q)
	if err != nil {
		return nil, err
	}
	page.Total = list.Total
	for i := range list.Items {
		page.Items = append(page.Items, v.newTale(&list.Items[i]))
	}
	if list.Next != "" {
		page.Next = v.with("cursor", list.Next)
	}
	if err := s.storyFilters(v, page, q); err != nil {
		return nil, err
	}
	page.forms("json", "txt", "atom", "feed.json")
	return s.html("stories", page), nil
}

// tellings reads the filter of a list of stories.
func tellings(v *visit) (store.StoryQuery, error) {
	q := store.StoryQuery{Countries: v.query["country"], Harms: v.query["harm"], Cursor: v.get("cursor")}
	for _, h := range q.Harms {
		if !keepiton.Harms.Has(h) {
			return q, keepiton.Errorf(keepiton.Invalid, "no harm has the code %q", h)
		}
	}
	for _, id := range v.query["incident"] {
		if _, _, err := keepiton.IncidentID(id).Parse(); err != nil {
			return q, err
		}
		q.Incidents = append(q.Incidents, keepiton.IncidentID(id))
	}
	return q, nil
}

// eachStory calls yield for all published stories that match, the latest first,
// as any reader may have them.
func (s *Server) eachStory(v *visit, q store.StoryQuery, yield func(*keepiton.StoryRevision) error) error {
	if s.opt.Stories == nil {
		return nil
	}
	q.Limit, q.Cursor = 200, ""
	for {
		page, err := s.opt.Stories.ListStories(v.ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			rev := page.Items[i]
			rev.Story = *rev.Story.Public()
			if err := yield(&rev); err != nil {
				return err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}

// storyFilters offers the countries and harms that stories tell of.
func (s *Server) storyFilters(v *visit, page *storiesPage, q store.StoryQuery) error {
	countries, harms := map[string]bool{}, map[string]bool{}
	err := s.eachStory(v, store.StoryQuery{}, func(rev *keepiton.StoryRevision) error {
		st := &rev.Story
		for _, p := range st.Places {
			countries[p.Country] = p.Country != ""
		}
		for _, h := range st.Harms {
			harms[h] = true
		}
		return nil
	})
	for cc, named := range countries {
		if named {
			page.Countries = append(page.Countries, option{cc, page.Country(cc), slices.Contains(q.Countries, cc)})
		}
	}
	lang := v.p.Lang().Tag
	slices.SortStableFunc(page.Countries, func(a, b option) int { return locale.Compare(lang, a.Label, b.Label) })
	for _, h := range keepiton.Harms {
		if harms[h.Code] {
			page.Harms = append(page.Harms, option{h.Code, v.p.Code("harm", h.Code), slices.Contains(q.Harms, h.Code)})
		}
	}
	return err
}

// storyForms answers with the list as JSON, as a feed, or as text to read.
func (s *Server) storyForms(v *visit, q store.StoryQuery) (*answer, error) {
	all := []*keepiton.Story{}
	feed := []*export.Told{}
	err := s.eachStory(v, q, func(rev *keepiton.StoryRevision) error {
		all, feed = append(all, &rev.Story), append(feed, v.told(rev))
		return nil
	})
	if err != nil {
		return nil, err
	}
	switch v.suffix {
	case export.FeedAtom, export.FeedJSON:
		return &answer{contentType: export.FeedType(v.suffix), write: func(w io.Writer) error {
			return export.WriteStories(w, v.suffix, func(yield func(*export.Told) error) error {
				for _, t := range feed {
					if err := yield(t); err != nil {
						return err
					}
				}
				return nil
			}, s.exportOptions(v))
		}}, nil
	case "json":
		return &answer{contentType: "application/json", write: func(w io.Writer) error {
			return json.NewEncoder(w).Encode(struct {
				Sample  bool              `json:"sample,omitempty"` // made up
				License string            `json:"license"`
				Stories []*keepiton.Story `json:"stories"`
			}{v.sample, "https://creativecommons.org/licenses/by/4.0/", all})
		}}, nil
	}
	return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
		if v.sample {
			fmt.Fprintf(w, "%s %s\n\n", v.p.T("page.sample.title"), v.p.T("page.sample.text"))
		}
		for _, st := range all {
			if err := s.writeTale(w, v, st); err != nil {
				return err
			}
		}
		return nil
	}}, nil
}

// told is a story as the feed shows it.
func (v *visit) told(rev *keepiton.StoryRevision) *export.Told {
	t := v.newTale(rev)
	beside := slices.DeleteFunc([]string{t.Where, t.When}, func(s string) bool { return s == "" })
	return &export.Told{
		ID: t.ID, Title: t.Title, Words: t.Quote, Lang: t.In, Machine: t.Machine, Beside: strings.Join(beside, " · "),
		Shown: rev.Recorded, Harms: rev.Story.Harms,
	}
}
