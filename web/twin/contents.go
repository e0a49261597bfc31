package twin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/store"
)

// contents are the nouns that the copy has a page of. For each incident memory
// holds its id and a number.
type contents struct {
	ids       []keepiton.IncidentID       // in their order
	newest    map[keepiton.IncidentID]int // number of the newest revision
	tales     []keepiton.StoryID
	stories   map[keepiton.StoryID]bool
	countries map[string]bool     // ISO 3166-1
	years     map[string]bool     // in four digits
	only      map[string][]string // the filter, by parameter; values sorted
}

// public are the states that readers see.
var public = []keepiton.State{keepiton.Published, keepiton.Withdrawn, keepiton.Merged}

// look finds out what there is.
func (c *copier) look(ctx context.Context) error {
	c.holds = contents{newest: map[keepiton.IncidentID]int{}, stories: map[keepiton.StoryID]bool{}, countries: map[string]bool{}, years: map[string]bool{}, only: map[string][]string{}}
	if len(c.opt.Countries) > 0 {
		c.holds.only["country"] = slices.Compact(slices.Sorted(slices.Values(c.opt.Countries)))
	}
	for _, y := range slices.Compact(slices.Sorted(slices.Values(c.opt.Years))) {
		c.holds.only["year"] = append(c.holds.only["year"], strconv.Itoa(y))
	}
	if err := c.lookAtIncidents(ctx); err != nil {
		return err
	}
	if err := c.lookAtYears(ctx); err != nil {
		return err
	}
	return c.lookAtStories(ctx)
}

// asOf is the moment that the store is asked about; the zero time is now.
func (c *copier) asOf() time.Time {
	if c.opt.Past {
		return c.opt.AsOf
	}
	return time.Time{}
}

func (c *copier) lookAtIncidents(ctx context.Context) error {
	q := store.Query{AsOf: c.asOf(), States: public, Countries: c.opt.Countries, Years: c.opt.Years, Sort: store.ByID, Limit: 500}
	for {
		page, err := c.opt.Record.List(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			inc := &page.Items[i].Incident
			c.holds.ids = append(c.holds.ids, inc.ID)
			c.holds.newest[inc.ID] = page.Items[i].N
			for _, cc := range inc.Countries() {
				if len(c.opt.Countries) == 0 || slices.Contains(c.opt.Countries, cc) {
					c.holds.countries[cc] = true
				}
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}

// lookAtYears lists the years that any rule counts shutdowns for.
func (c *copier) lookAtYears(ctx context.Context) error {
	for _, rule := range count.Rules() {
		t, err := count.Run(rule, []string{"year"}, c.opt.AsOf, func(yield func(*count.Case) error) error {
			return c.opt.Record.Cases(ctx, c.asOf(), yield)
		})
		if err != nil {
			return err
		}
		for _, row := range t.Rows {
			only := c.holds.only["year"]
			if _, err := strconv.Atoi(row.Keys[0]); err == nil && (len(only) == 0 || slices.Contains(only, row.Keys[0])) {
				c.holds.years[row.Keys[0]] = true
			}
		}
	}
	return nil
}

// lookAtStories lists those that readers see now. Whatever day the copy tells of,
// consent is of today: what was taken back is in no copy.
func (c *copier) lookAtStories(ctx context.Context) error {
	q := store.StoryQuery{Countries: c.opt.Countries, Limit: 200}
	for {
		page, err := c.opt.Record.ListStories(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			id := page.Items[i].Story.ID
			c.holds.tales = append(c.holds.tales, id)
			c.holds.stories[id] = true
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}
