package script

import (
	"fmt"
	"slices"
	"time"

	"keepiton"
	"keepiton/detect"
)

// Result is what a case came to.
type Result struct {
	Failures []string // none: passed. Each names the line of its expectation
	Misses   []string // what is known not to hold and does not, with the reason that the file gives
	Survey   detect.Survey
}

// Run makes the world of a case, looks at it, and compares.
func (c *Case) Run() (Result, error) {
	now := c.Now
	if now.IsZero() {
		now = c.World.From.AddDate(0, 0, c.World.Days)
	}
	moments := append(c.moments(now), now)
	all, err := detect.Replay(detect.Input{
		Series: c.World.Series(), Metric: c.World.Metric, Now: now, Geolocation: "made up", Context: c.context,
	}, moments)
	if err != nil {
		return Result{}, err
	}
	survey := all[len(all)-1]
	r := Result{Survey: survey}
	for i := range c.Expects {
		x := &c.Expects[i]
		why := x.check(&survey)
		for k := 0; x.Always && why == "" && k < len(all); k++ {
			if why = x.check(&all[k]); why != "" {
				why = fmt.Sprintf("at %s %s", stamp(moments[k]), why)
			}
		}
		switch {
		case x.Miss != "" && why == "":
			r.Failures = append(r.Failures, fmt.Sprintf("line %d: it holds, though it is marked as missed (%s): take the mark away", x.Line, x.Miss))
		case x.Miss != "":
			r.Misses = append(r.Misses, fmt.Sprintf("line %d: %s; known: %s", x.Line, why, x.Miss))
		case why != "":
			r.Failures = append(r.Failures, fmt.Sprintf("line %d: %s", x.Line, why))
		}
	}
	return r, nil
}

// closely is how long and how often one looks after the beginning of an event, where
// nothing may be found at any moment.
const closely, often = 6 * time.Hour, 5 * time.Minute

// moments are those at which it is looked beside the end: none, unless an expectation
// is of always.
func (c *Case) moments(now time.Time) []time.Time {
	if !slices.ContainsFunc(c.Expects, func(x Expect) bool { return x.Always }) {
		return nil
	}
	var out []time.Time
	for i := range min(len(c.World.Events), 20) {
		for at := c.World.Events[i].From; at.Before(now) && at.Sub(c.World.Events[i].From) < closely; at = at.Add(often) {
			out = append(out, at)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// claimed reports whether anything was ever said of a disruption.
func claimed(d *keepiton.Disruption) bool {
	return slices.ContainsFunc(d.Verdicts, func(v keepiton.Verdict) bool { return v.State != keepiton.Insufficient })
}

// within reports whether an entity lies in the one that was expected: for a country,
// all that is in it.
func (x *Expect) within(e keepiton.Entity) bool {
	return x.Any || e == x.Entity || x.Entity == x.Entity.Place() && x.Entity.Region == "" && e.Country == x.Entity.Country
}

// check returns what is wrong; nothing when all is as expected.
func (x *Expect) check(s *detect.Survey) string {
	switch x.What {
	case "none":
		for i := range s.Disruptions {
			if d := &s.Disruptions[i]; x.within(d.Entity) && claimed(d) {
				return "nothing was expected, and there is " + told(d)
			}
		}
		return ""
	case "veto":
		for _, v := range s.Vetoed {
			if v.Veto == x.Veto && x.within(v.Series.Entity) {
				return ""
			}
		}
		return fmt.Sprintf("no signal was vetoed as %s; %d were otherwise", x.Veto, len(s.Vetoed))
	}
	why := ""
	for i := range s.Disruptions {
		d := &s.Disruptions[i]
		if !x.place(d.Entity) || !x.After.IsZero() && (d.Onset.To.Before(x.After) || d.Onset.From.After(x.Before)) {
			continue
		}
		if why = x.compare(d); why == "" {
			return ""
		}
	}
	if why != "" {
		return why
	}
	why = fmt.Sprintf("no disruption of %s", x.Entity)
	if !x.After.IsZero() {
		why += fmt.Sprintf(" began between %s and %s", stamp(x.After), stamp(x.Before))
	}
	for i := range s.Disruptions {
		why += "; there is " + told(&s.Disruptions[i])
	}
	return why
}

// place reports whether a disruption is of exactly the entity.
func (x *Expect) place(e keepiton.Entity) bool { return e == x.Entity }

// compare returns what of a disruption is not as expected.
func (x *Expect) compare(d *keepiton.Disruption) string {
	v := d.Verdict()
	if !x.By.IsZero() {
		v = keepiton.Verdict{State: keepiton.Insufficient}
		for _, one := range d.Verdicts {
			if !one.At.After(x.By) {
				v = one
			}
		}
	}
	for _, b := range x.Bounds {
		got := map[string]float64{"P": v.Disruption, "intentional": v.Intentional, "depth": d.Depth, "episodes": float64(len(d.Episodes)), "parts": float64(len(d.Parts))}[b.Of]
		if b.Least && got < b.Value || !b.Least && got > b.Value {
			return fmt.Sprintf("%s is %.3f of %s", b.Of, got, told(d))
		}
	}
	if len(x.States) > 0 && !slices.Contains(x.States, v.State) {
		return fmt.Sprintf("the state is %s of %s", v.State, told(d))
	}
	for _, s := range x.Shape {
		if !slices.Contains(d.Shape, s) {
			return fmt.Sprintf("%s is not in the shape of %s", s, told(d))
		}
	}
	for _, s := range x.Not {
		if slices.Contains(d.Shape, s) {
			return fmt.Sprintf("%s is in the shape of %s", s, told(d))
		}
	}
	if x.Ended != nil && *x.Ended == d.End.IsZero() {
		return "it has not ended, or should not have: " + told(d)
	}
	return ""
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04") }

// told is a disruption in a line.
func told(d *keepiton.Disruption) string {
	v := d.Verdict()
	end := "open"
	if !d.End.IsZero() {
		end = "to " + stamp(d.End.From)
	}
	return fmt.Sprintf("%s %s from %s %s, %.0f %% deep, %v, %d parts, %d episodes: %s, P %.3f, intentional %.2f", d.ID, d.Entity, stamp(d.Onset.From), end, 100*d.Depth, d.Shape, len(d.Parts), len(d.Episodes), v.State, v.Disruption, v.Intentional)
}
