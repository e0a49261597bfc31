package detect

import (
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
)

// Features returns what P(intentional) is judged by, of a disruption as it was known at
// a moment: its signals and shape are taken as they are, and what is silent from its
// newest verdict. What fell in other places is not in it.
func Features(d *keepiton.Disruption, c Context, at time.Time) Feature {
	f := Unheard()
	f.Country = d.Entity.Country
	if !part(d.Entity) { // of a part of it the size of a country says nothing
		f.living()
	}
	onset := d.Onset
	if n := len(d.Episodes); n > 1 { // of a curfew the clock of its last evening counts
		half := d.Onset.To.Sub(d.Onset.From) / 2
		onset = keepiton.Interval{From: d.Episodes[n-1].From.Add(-half), To: d.Episodes[n-1].From.Add(half)}
	}
	f.Clock(onset, c.local())
	var earlier []time.Time
	if !fleeting(d.Episodes) {
		for _, e := range d.Episodes[:max(0, len(d.Episodes)-1)] {
			earlier = append(earlier, e.From)
		}
	}
	f.Recurs = Recurs(onset.Mid(), earlier, c.local())
	f.Routes, f.Probes, f.Traffic = fellOf(d, keepiton.ControlPlane), fellOf(d, keepiton.DataPlane), fellOf(d, keepiton.Users)
	until := at
	f.Ended = keepiton.No
	if !d.End.IsZero() && !d.End.From.After(at) {
		until, f.Ended = d.End.Mid(), keepiton.Yes
	}
	f.Hours = max(0, until.Sub(onset.Mid()).Hours())
	shaped := func(names ...string) keepiton.Answer {
		return answer(slices.ContainsFunc(names, func(n string) bool { return slices.Contains(d.Shape, n) }))
	}
	f.MobileOnly, f.IPv6Only, f.RoutesFlat = shaped(shapeMobile), shaped(shapeIPv6), shaped(shapeFlat)
	f.OnePlatform, f.Regional = shaped(shapePlatform, shapePlatforms, shapeWhitelist), shaped(shapeRegion)
	f.context(c, onset.Mid())
	return f
}

// fellOf tells whether a family fell with a disruption, or stood, or said nothing.
func fellOf(d *keepiton.Disruption, family keepiton.Family) keepiton.Answer {
	if slices.ContainsFunc(d.Signals, func(s keepiton.Signal) bool { return s.Family == family }) {
		return keepiton.Yes
	}
	v := d.Verdict()
	if slices.ContainsFunc(v.Reasons, func(r keepiton.Reason) bool { return r.Key == familyKeys[family].normal }) {
		return keepiton.No
	}
	return keepiton.NotAsked
}

// context fills in what is known of the country beside its series.
func (f *Feature) context(c Context, onset time.Time) {
	if c.Past != nil {
		f.History = History(c.Past, onset)
	}
	f.Owned = c.Owned
	f.Reporters, f.Channels = c.Reports.Distinct, c.Reports.Channels
	kinds := map[string]*keepiton.Answer{"election": &f.Election, "exam": &f.Exam, "protest": &f.Protest, "coup": &f.Coup}
	for _, o := range c.Watch {
		kind := strings.ToLower(o.Kind)
		near := during(o.Span, onset, occasionSlack)
		if kind == "election" {
			near = AroundVote(o.Span, onset) // as it was when its weight was fitted
		}
		if a := kinds[kind]; a != nil && near {
			*a = keepiton.Yes
		}
	}
	notices := map[string]*keepiton.Answer{
		"order": &f.Order, "operator": &f.Maintenance, "maintenance": &f.Maintenance, "power_cut": &f.PowerCut,
		"cable": &f.Cable, "earthquake": &f.Earthquake, "weather": &f.Weather,
	}
	for _, n := range c.Notices {
		if a := notices[strings.ToLower(n.Kind)]; a != nil && during(n.Span, onset, noticeSlack) {
			*a = keepiton.Yes
		}
	}
}

// living fills in how many people live in the country, where that is known.
func (f *Feature) living() {
	if n := geo.People(f.Country); n > 0 {
		f.People = n
	}
}

// during reports whether an instant lies in a span, give or take.
func during(s keepiton.Span, at time.Time, slack time.Duration) bool {
	return !at.Before(s.From.Add(-slack)) && (s.To.IsZero() || at.Before(s.To.Add(slack)))
}

// around fills in what fell in other places and at other times, as far as it was known.
func (w *world) around(f *Feature, home string, d *keepiton.Disruption, now keepiton.Stamp) {
	neighbours, parts := map[string]bool{}, map[keepiton.Entity]bool{}
	w.near(d.Onset, now, func(o opening) {
		switch {
		case o.home == home && part(o.part):
			parts[o.part] = true
		case o.home != home && len(o.home) == 2:
			neighbours[o.home] = true
		}
	})
	f.Neighbours = len(neighbours)
	earlier := []time.Time{}
	for _, t := range w.marked[home] {
		if t.key.Entity == d.Entity || !part(d.Entity) && t.key.Entity.Place() == d.Entity {
			for _, s := range t.signals(now) {
				earlier = append(earlier, s.Onset.Mid())
			}
		}
	}
	f.Parts = len(parts)
	onset := d.Onset.Mid()
	if n := len(d.Episodes); n > 1 {
		onset = d.Episodes[n-1].From
	}
	f.Earlier = 0
	slices.SortFunc(earlier, time.Time.Compare)
	var before time.Time
	var distinct []time.Time
	for _, e := range earlier {
		if age := onset.Sub(e); age > joinOverlap && age <= 30*24*time.Hour {
			if e.Sub(before) > joinOverlap {
				f.Earlier++
			}
			before = e
			distinct = append(distinct, e)
		}
	}
	if len(d.Episodes) > 1 && fleeting(d.Episodes) {
		return
	}
	f.Recurs = max(f.Recurs, Recurs(onset, distinct, w.context(home).local()))
}
