package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/store"
)

// Case is a cut as the desk sees it: the reports that speak of it, what the
// instruments say, and the incident drafted from them. It is sealed to the
// analysts.
type Case struct {
	ID      string `json:"id"`
	Version int    `json:"-"`
	Title   string `json:"title"`
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Region  string `json:"region,omitempty"`  // ISO 3166-2
	Closed  bool   `json:"closed,omitempty"`

	Reports  []keepiton.EnvelopeID `json:"reports"`
	Signals  []SignalAnswer        `json:"signals,omitempty"`
	Incident keepiton.IncidentID   `json:"incident,omitempty"`
	Notes    []Note                `json:"notes,omitempty"`
	Steps    []Step                `json:"steps,omitempty"`
}

// SignalAnswer is what one instrument says of a case. Silent is not a no: it
// looked and could not tell, or had nothing to look with.
type SignalAnswer struct {
	Feed   string    `json:"feed"` // ioda, ooni, radar, bgp, atlas, google, other
	Says   Says      `json:"says"`
	URL    string    `json:"url,omitempty"`
	Note   string    `json:"note,omitempty"`
	Who    string    `json:"who,omitempty"`
	Looked time.Time `json:"looked,omitzero"` // UTC day
}

// Says is what an instrument says.
type Says string

// What an instrument may say.
const (
	Agrees    Says = "agrees"
	Disagrees Says = "disagrees"
	Silent    Says = "silent"
)

// Feeds lists the instruments that a case asks about.
var Feeds = []string{"ioda", "ooni", "radar", "bgp", "atlas", "google", "other"}

func (c *Case) last() time.Time {
	if len(c.Steps) == 0 {
		return time.Time{}
	}
	return c.Steps[len(c.Steps)-1].Day
}

// Case asks for one as it is now. NotFound when there is none that these keys
// open.
func (d *Desk) Case(ctx context.Context, id string) (*Case, error) {
	o, err := d.paper(ctx, id)
	if err == nil && o.c == nil {
		err = keepiton.Errorf(keepiton.NotFound, "there is no case %s", id)
	}
	return o.c, err
}

// Begin makes a case of reports.
func (d *Desk) Begin(ctx context.Context, title string, reports []keepiton.EnvelopeID) (*Case, error) {
	c := &Case{ID: bundle.NewID(), Title: strings.TrimSpace(title)}
	for _, id := range reports {
		if o := d.Known(id); o != nil && c.Country == "" {
			c.Country, c.Region = o.Report.Country, o.Report.Region
		}
	}
	if c.Title == "" {
		return nil, &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.title", Err: keepiton.Errorf(keepiton.Invalid, "a case needs a name")}
	}
	return d.saveCase(ctx, c, "begun", func(c *Case) error { c.Reports = reports; return nil })
}

// Change stores what change makes of a case. Conflict when a colleague was
// faster.
func (d *Desk) Change(ctx context.Context, id, what string, change func(c *Case) error) (*Case, error) {
	c, err := d.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.saveCase(ctx, c, what, change)
}

// saveCase changes a case, keeps the step, and ties the reports to it.
func (d *Desk) saveCase(ctx context.Context, c *Case, what string, change func(c *Case) error) (*Case, error) {
	before := slices.Clone(c.Reports)
	if err := change(c); err != nil {
		return nil, err
	}
	who, err := d.Server.Account(ctx)
	if err != nil {
		return nil, err
	}
	slices.Sort(c.Reports)
	c.Reports = slices.Compact(c.Reports)
	c.Steps = append(c.Steps, Step{Day: d.today(), Who: who.Name, What: what})
	if c.Version, err = d.put(ctx, store.Paper{ID: c.ID, Kind: caseKind}, c.Version, c); err != nil {
		return nil, err
	}
	d.view.wrote(c.ID, leaf{version: c.Version, c: c})
	for _, id := range c.Reports {
		if !slices.Contains(before, id) {
			if err := d.tie(ctx, id, c.ID); err != nil {
				return nil, err
			}
		}
	}
	for _, id := range before {
		if !slices.Contains(c.Reports, id) {
			if err := d.tie(ctx, id, ""); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// tie notes in a report's judgement which case it belongs to. Gone reports need
// none.
func (d *Desk) tie(ctx context.Context, id keepiton.EnvelopeID, c string) error {
	_, err := d.Judge(ctx, id, "grouped", func(j *Judgement) error {
		if j.Case = c; c != "" && j.Decision == Undecided {
			j.Decision = Use
		}
		return nil
	})
	if keepiton.CodeOf(err) == keepiton.Conflict {
		return nil // withdrawn meanwhile
	}
	return err
}

// Split moves reports out of a case into a new one.
func (d *Desk) Split(ctx context.Context, id, title string, reports []keepiton.EnvelopeID) (*Case, error) {
	_, err := d.Change(ctx, id, "split", func(c *Case) error {
		c.Reports = slices.DeleteFunc(c.Reports, func(e keepiton.EnvelopeID) bool { return slices.Contains(reports, e) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.Begin(ctx, title, reports)
}
