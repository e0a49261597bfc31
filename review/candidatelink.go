package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"keepiton"
)

// IncidentOf is the draft that a disruption makes: where, when, what was measured. It
// leaves open what no instrument can say: whether it was a shutdown, by whom, and why.
func IncidentOf(d *keepiton.Disruption) *keepiton.Incident {
	inc := &keepiton.Incident{State: keepiton.Draft}
	inc.Places = placesOf(d)
	inc.Episodes = episodesOf(d)
	if d.Entity.Service != "" {
		inc.Extents = []string{"service_based"}
		inc.Services = []keepiton.ServiceAnswer{{ID: d.Entity.Service, Affected: keepiton.Yes}}
	}
	switch d.Entity.Access {
	case "mobile":
		inc.Networks.Mobile = keepiton.Yes
	case "fixed":
		inc.Networks.Fixed = keepiton.Yes
	case "satellite":
		inc.Networks.Satellite = keepiton.Yes
	}
	link(inc, d)
	for i, s := range inc.Signals {
		inc.Sources = append(inc.Sources, keepiton.Source{ID: keepiton.SourceID(fmt.Sprintf("s%d", i+1)), Kind: "measurement", Words: s.Feed, Title: s.Note})
	}
	if len(inc.Sources) > 0 {
		claim := keepiton.Claim{}
		for _, s := range inc.Sources {
			claim.Sources = append(claim.Sources, s.ID)
		}
		inc.Claims = map[string]keepiton.Claim{keepiton.AnyField: claim}
	}
	return inc
}

// placesOf is the region, or the country: nationwide when it is no network's and no
// regions are told apart. A person has looked and decided.
func placesOf(d *keepiton.Disruption) []keepiton.Place {
	e := d.Entity
	if e.Country == "" {
		return nil
	}
	regional := slices.ContainsFunc(d.Parts, func(p keepiton.Entity) bool { return p.Region != "" })
	return []keepiton.Place{{Country: e.Country, Region: e.Region, Nationwide: e == e.Place() && e.Region == "" && !regional, Confidence: 1, Method: "person"}}
}

func episodesOf(d *keepiton.Disruption) []keepiton.Episode {
	if len(d.Episodes) > 1 {
		var out []keepiton.Episode
		for _, s := range d.Episodes {
			e := keepiton.Episode{Start: minute(s.From), End: keepiton.Ending{State: keepiton.Ongoing}}
			if !s.To.IsZero() {
				e.End = keepiton.Ending{State: keepiton.Ended, At: minute(s.To)}
			}
			out = append(out, e)
		}
		return out
	}
	e := keepiton.Episode{Start: momentOf(d.Onset), End: keepiton.Ending{State: keepiton.Ongoing}}
	if !d.End.IsZero() {
		e.End = keepiton.Ending{State: keepiton.Ended, At: momentOf(d.End)}
	}
	return []keepiton.Episode{e}
}

func minute(t time.Time) keepiton.Moment {
	if t.IsZero() {
		return keepiton.Moment{}
	}
	return keepiton.Moment{At: t.UTC().Truncate(time.Minute), Precision: keepiton.Minute}
}

// momentOf is the middle of an interval, as precise as the interval is narrow.
func momentOf(i keepiton.Interval) keepiton.Moment {
	if i.IsZero() {
		return keepiton.Moment{}
	}
	m := minute(i.Mid())
	switch wide := i.To.Sub(i.From); {
	case wide > 12*time.Hour:
		m.At, m.Precision = m.At.Truncate(24*time.Hour), keepiton.Day
	case wide > 20*time.Minute:
		m.At, m.Precision = m.At.Truncate(time.Hour), keepiton.Hour
	}
	return m
}

// link adds what the disruption's signals say to the incident, one link a feed, and
// reports whether that changed anything. Links of the same disruption and feed
// are replaced.
func link(inc *keepiton.Incident, d *keepiton.Disruption) bool {
	before := slices.Clone(inc.Signals)
	mark := string(d.ID) + ":"
	inc.Signals = slices.DeleteFunc(inc.Signals, func(s keepiton.SignalLink) bool { return strings.HasPrefix(s.Note, mark) })
	for _, s := range strongest(d) {
		l := keepiton.SignalLink{Feed: s.Series.Feed, From: minute(s.Onset.Mid()), Note: mark + " " + noteOf(s)}
		if !s.End.IsZero() {
			l.To = minute(s.End.Mid())
		}
		inc.Signals = append(inc.Signals, l)
	}
	changed := !slices.Equal(before, inc.Signals)
	if inc.Visibility != "visible" {
		inc.Visibility, changed = "visible", true
	}
	return changed
}

// noteOf is a signal in the words of the record: what, how deep, and the bin that
// speaks most strongly, as a share of what was expected of it. The record is public
// and everybody's to copy: values of feeds whose rows are not have no place in it.
func noteOf(s *keepiton.Signal) string {
	w := s.Witness
	note := fmt.Sprintf("%s of %s, %.0f %% down; strongest at %s", s.Series.Metric, s.Series.Entity, 100*s.Depth, w.At.UTC().Format("2006-01-02 15:04 UTC"))
	if w.Baseline > 0 {
		note += fmt.Sprintf(": %.0f %% of what was expected", 100*w.Value/w.Baseline)
	}
	if w.N > 0 {
		note += fmt.Sprintf(", n %d", w.N)
	}
	if len(s.Episodes) > 1 {
		note += fmt.Sprintf("; %d episodes", len(s.Episodes))
	}
	return note
}

// strongest is the strongest signal of each feed that was not vetoed, in order of
// feed.
func strongest(d *keepiton.Disruption) []*keepiton.Signal {
	best := map[string]*keepiton.Signal{}
	for i := range d.Signals {
		s := &d.Signals[i]
		if old := best[s.Series.Feed]; s.Veto == "" && (old == nil || s.LogLR > old.LogLR || s.LogLR == old.LogLR && s.Depth > old.Depth) {
			best[s.Series.Feed] = s
		}
	}
	var out []*keepiton.Signal
	for _, s := range best {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *keepiton.Signal) int { return cmp.Compare(a.Series.Feed, b.Series.Feed) })
	return out
}
