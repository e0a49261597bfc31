package web

import (
	"math"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
)

// disruptionView is a disruption in words.
type disruptionView struct {
	*export.Disruption
	Href         string
	CountryHref  string
	Local, UTC   string // when it began
	Ended        string // empty: it goes on
	EndedLocal   string
	DepthWords   string
	PWords       string
	IntentWords  string
	Down, Meant  []export.Ground // what moves either number, strongest first
	Lost         string          // since when nobody can tell whether it goes on
	Seen         string          // the strongest witness
	SeenN        string
	SeenBy       string
	Quiet        []string // sources that were silent, in words
	Shapes       []string
	IncidentHref string
}

// groundsShown is how many reasons of each kind an entry of the list has; its own
// page has all.
const groundsShown = 3

// disruptionView writes a disruption in the visit's language. All that it is given is
// public already.
func (s *Server) disruptionView(v *visit, d *export.Disruption) disruptionView {
	one := disruptionView{Disruption: d, Href: v.Href("/signals/" + string(d.ID)), DepthWords: v.p.Percent(d.Depth), PWords: export.Odds(v.p, d.P), IntentWords: export.Odds(v.p, d.Intent)}
	if _, ok := geo.ByCode(d.Country); ok {
		one.CountryHref = v.Href("/countries/" + d.Country)
	}
	one.UTC = export.IntervalWords(v.p, d.Onset, nil)
	if zone := geo.Zone(d.Country); zone != nil && differs(zone, d.Onset.From) {
		one.Local = export.IntervalWords(v.p, d.Onset, zone)
		if d.End != nil {
			one.EndedLocal = export.IntervalWords(v.p, *d.End, zone)
		}
	}
	if d.End != nil {
		one.Ended = export.IntervalWords(v.p, *d.End, nil)
	}
	for _, r := range d.Reasons {
		if r.Of == "intentional" {
			one.Meant = append(one.Meant, r)
		} else {
			one.Down = append(one.Down, r)
		}
	}
	one.Lost = v.lostWords(d)
	if w := d.Witness; w != nil {
		one.Seen, one.SeenN, one.SeenBy = v.witnessWords(w), v.denominator(w), export.MetricWords(v.p, w.Series, s.credits())
	}
	one.Quiet = v.silences(d.Silent, s.credits())
	for _, code := range d.Shape {
		one.Shapes = append(one.Shapes, v.p.Code("shape", code))
	}
	if d.Incident != "" {
		one.IncidentHref = v.Href("/incidents/" + string(d.Incident))
	}
	return one
}

// lostWords writes since when nobody can tell whether a disruption goes on; empty while
// somebody can, and when it has ended.
func (v *visit) lostWords(d *export.Disruption) string {
	if d.Lost == nil {
		return ""
	}
	return v.p.T("signal.lost", "When", v.p.Instant(*d.Lost))
}

// Few cuts grounds to what an entry of a list has room for.
func (one disruptionView) Few(all []export.Ground) []export.Ground {
	return all[:min(groundsShown, len(all))]
}

func differs(zone *time.Location, at time.Time) bool {
	_, offset := at.In(zone).Zone()
	return offset != 0
}

// credits finds how feeds are credited.
func (s *Server) credits() export.Credits {
	if s.opt.Signals == nil {
		return nil
	}
	return s.opt.Signals.Credit
}

// witnessWords writes the value of a bin beside what was expected: of a feed that is
// not open, the share of it.
func (v *visit) witnessWords(w *export.Witness) string {
	switch {
	case w.Value != nil && w.Baseline != nil:
		return v.p.T("signal.witness.value", "Value", *w.Value, "Baseline", *w.Baseline)
	case w.Share != nil && *w.Share >= 2:
		return v.p.T("signal.witness.times", "Times", int64(math.Round(*w.Share)))
	case w.Share != nil:
		return v.p.T("signal.witness.share", "Share", v.p.Percent(*w.Share))
	}
	return v.p.T("signal.witness.none")
}

func (v *visit) denominator(w *export.Witness) string {
	if w.N == 0 {
		return v.p.T("signal.witness.no_n")
	}
	return v.p.T("signal.witness.n", "Count", int64(w.N))
}

// silences writes which sources were silent, those that speak against it first: series of
// one kind are told together, for a country may have a hundred.
func (v *visit) silences(all []export.Silence, c export.Credits) (out []string) {
	times := map[string]int{}
	for _, normal := range []bool{true, false} {
		for _, q := range all {
			if q.Normal != normal {
				continue
			}
			said := v.silence(q, c)
			if times[said]++; times[said] == 1 {
				out = append(out, said)
			}
		}
	}
	for i, said := range out {
		if n := times[said]; n > 1 {
			out[i] = v.p.N("signal.silent.series", n, "What", said)
		}
	}
	return out
}

// silence writes how a source was silent.
func (v *visit) silence(q export.Silence, c export.Credits) string {
	name := export.MetricWords(v.p, q.Series, c)
	switch {
	case q.Normal:
		return v.p.T("signal.silent.normal", "Source", name)
	case q.State == keepiton.SourceDown.String():
		return v.p.T("signal.silent.down", "Source", name)
	}
	return v.p.T("signal.silent.quiet", "Source", name)
}

// moment is the moment that a page of what instruments see is of: now, or the day
// that the address asks for.
func (v *visit) moment() time.Time {
	if !v.asOf.IsZero() {
		return v.asOf
	}
	if v.copy {
		return v.now // a copy is of its day, whenever it is made
	}
	if t := taskOf(v.req).now; !t.IsZero() {
		return t.UTC()
	}
	return v.now
}
