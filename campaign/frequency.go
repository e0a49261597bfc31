package campaign

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
)

// FrequencyRule names the rule of [Frequency], with its version.
const FrequencyRule = "watch-1"

// Margin is how long before and after a dated event a cut still counts as one
// in it: campaigns, counts and protests about the result are where governments
// have cut, not the day of the vote alone.
const Margin = 7 * 24 * time.Hour

// causesOf are the causes in the record that fit a reason to look. An order that
// expires and anything else have no cause of their own: what fits there is what
// people linked.
var causesOf = map[string][]string{
	"election":    {"elections"},
	"exam":        {"exam_cheating"},
	"protest":     {"protests", "political_instability"},
	"anniversary": {"religious_holiday", "protests"},
}

// CausesOf returns the causes of incidents that fit a kind of watch item.
func CausesOf(kind string) []string { return causesOf[kind] }

// Dated is a watch item with its id.
type Dated struct {
	ID keepiton.EntryID
	*keepiton.Watch
}

// PastEvent is an event of the past and the cuts that came with it.
type PastEvent struct {
	Dated
	Incidents []keepiton.IncidentID
}

// Past is what a government did in events of one kind: a frequency with its
// denominator, never a score. Events is the denominator, the latest first.
type Past struct {
	Events []PastEvent
	Cut    int // how many of Events had at least one cut
	// Record are all incidents of the country with a fitting cause, whether or
	// not the calendar knows the event: the latest first.
	Record []keepiton.IncidentID
}

// Frequency applies rule watch-1 to a watch item. The denominator is every
// published item of the same kind and country that was confirmed and is over at
// now, w itself left out. An event counts as cut when an incident is linked with
// it, or when a published incident of the country that the country's own powers
// are not ruled out for (no perpetrator of another country alone), with a cause
// of [CausesOf], was active within [Margin] of it. A missing end counts as the
// last certain moment, so that a gap in the record makes nothing longer.
func Frequency(w Dated, past []Dated, incidents []keepiton.Incident, now time.Time) Past {
	var out Past
	fits := func(inc *keepiton.Incident) bool {
		return inc.State == keepiton.Published && slices.Contains(inc.Countries(), w.Country) && ownDoing(inc, w.Country) &&
			slices.ContainsFunc(causesOf[w.Cause], func(c string) bool { return slices.Contains(inc.Causes, c) })
	}
	var matching []*keepiton.Incident
	for i := range incidents {
		if fits(&incidents[i]) {
			matching = append(matching, &incidents[i])
		}
	}
	slices.SortStableFunc(matching, func(a, b *keepiton.Incident) int { return b.Start().At.Compare(a.Start().At) })
	for _, inc := range matching {
		out.Record = append(out.Record, inc.ID)
	}
	for _, p := range past {
		if p.ID == w.ID || p.Cause != w.Cause || p.Country != w.Country || p.Status != "confirmed" || p.From.IsZero() || !p.Over(now) {
			continue
		}
		e := PastEvent{Dated: p, Incidents: slices.Clone(p.Watch.Incidents)}
		for _, inc := range matching {
			if !slices.Contains(e.Incidents, inc.ID) && activeWithin(inc, p.From.At.Add(-Margin), p.End().Add(Margin)) {
				e.Incidents = append(e.Incidents, inc.ID)
			}
		}
		if len(e.Incidents) > 0 {
			out.Cut++
		}
		out.Events = append(out.Events, e)
	}
	slices.SortStableFunc(out.Events, func(a, b PastEvent) int {
		return cmp.Or(b.From.At.Compare(a.From.At), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// ownDoing reports whether the powers of the country are not ruled out: a cut
// that only a foreign power made says nothing of this government.
func ownDoing(inc *keepiton.Incident, country string) bool {
	if len(inc.Perpetrators) == 0 {
		return true
	}
	return slices.ContainsFunc(inc.Perpetrators, func(p keepiton.Perpetrator) bool { return p.Country == "" || p.Country == country })
}

// activeWithin reports whether an episode of inc surely overlaps [from, until).
func activeWithin(inc *keepiton.Incident, from, until time.Time) bool {
	return slices.ContainsFunc(inc.Episodes, func(e keepiton.Episode) bool {
		if e.Start.IsZero() {
			return false
		}
		start, _, end, _ := e.Bounds(until)
		return start.Before(until) && end.After(from)
	})
}
