package evaluate

import (
	"slices"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/geo"
)

// Example is an event as the model sees it, with the answer.
type Example struct {
	Event   Event
	Feature detect.Feature
	Shut    bool
}

// Judged is how long after the onset the examples are judged.
const Judged = 2 * time.Hour

// remembered is how long before an event others count as earlier ones of its place.
const remembered = 30 * 24 * time.Hour

// near is how far apart onsets of one event lie at the most.
const near = 30 * time.Minute

// Examples are the national events of a file, oldest first, with their features as they
// stood two hours after the onset: nothing that came later is looked at, neither in the
// file nor in the record. Of the record only incidents of earlier calendar years are
// known, whose editions were out by then (notes/detection.md 2.2).
func Examples(events []Event, claims []Claim, calendar []Occasion) []Example {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b Event) int { return a.From.Compare(b.From) })
	for i := range events {
		events[i].place = i + 1
	}
	firstYear, lastYear := years(calendar)
	past := map[string][]Claim{}
	for _, c := range claims {
		past[c.Country] = append(past[c.Country], c)
	}
	var out []Example
	first := 0 // of what may still say something of the present event
	for i, e := range events {
		for e.From.Sub(events[first].From) > remembered {
			first++
		}
		if e.Scope != National {
			continue
		}
		x := Example{Event: e, Shut: Label(e, past[e.Country]), Feature: detect.Unheard()}
		f := &x.Feature
		if n := geo.People(e.Country); n > 0 {
			f.People = n
		}
		f.Country, f.Routes, f.Probes, f.Traffic = e.Country, e.Routes, e.Probes, e.Traffic
		if y := e.From.Year(); firstYear <= y && y <= lastYear { // of other years the calendar says nothing
			f.Election = answer(votes(calendar, e.Country, e.From))
		}
		zone := geo.Zone(e.Country)
		f.Clock(keepiton.Interval{From: e.From, To: e.From}, zone)
		if f.Hours = Judged.Hours(); e.To.IsZero() {
			f.Hours = detect.NotKnown
		} else {
			f.Ended = keepiton.No
			if lasted := e.To.Sub(e.From); lasted < Judged {
				f.Hours, f.Ended = lasted.Hours(), keepiton.Yes
			}
		}
		var before []time.Time // onsets there
		f.Earlier, f.Neighbours, f.Parts = 0, 0, 0
		others := map[string]bool{}
		for j := first; j < len(events); j++ {
			o := events[j]
			apart := o.From.Sub(e.From)
			if apart > near { // within half an hour after the onset: known by two
				break
			}
			switch {
			case j == i:
			case o.Country == e.Country && o.Scope == National && apart < 0:
				before = append(before, o.From)
				f.Earlier++
			case o.Country == e.Country && o.Scope != National && apart >= -near:
				f.Parts++
			case o.Country != e.Country && apart >= -near:
				others[o.Country] = true
			}
		}
		f.Neighbours = len(others)
		f.Recurs = detect.Recurs(e.From, before, zone)
		if len(claims) > 0 {
			f.History = detect.History(history(past[e.Country], e.From), e.From)
		}
		out = append(out, x)
	}
	return out
}

// history is what the record knew: beginnings of shutdowns of the whole network in
// earlier calendar years.
func history(claims []Claim, at time.Time) []time.Time {
	var out []time.Time
	for _, c := range claims {
		if c.Full && c.From.Year() < at.Year() {
			out = append(out, c.From)
		}
	}
	return out
}

func answer(yes bool) keepiton.Answer {
	if yes {
		return keepiton.Yes
	}
	return keepiton.No
}
