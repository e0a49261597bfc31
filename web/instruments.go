package web

import (
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/signals"
)

// instruments is what instruments saw of a country or an incident, for its page.
type instruments struct {
	Words string // of an incident: what was seen, or that nothing was, or that nothing measured
	Lines []trackLine
	Href  string // of the charts; empty: there are none
	Found []disruptionLine
	All   string // the list of disruptions
}

// disruptionLine is a disruption in one line.
type disruptionLine struct {
	Href, Place, State, When, P string
	Lost                        string // since when nobody can tell whether it goes on
	Now                         bool   // it goes on
}

// linesShown is how many series the page of a country has in numbers.
const linesShown = 3

// countryInstruments tells how a country is seen now: the newest value of its series
// beside what was expected, and its newest disruptions.
func (s *Server) countryInstruments(v *visit, code string) (instruments, error) {
	var out instruments
	if s.opt.Signals == nil {
		return out, nil
	}
	places := []keepiton.Entity{{Country: code}}
	newest, err := s.opt.Signals.Newest(v.ctx, places)
	if err != nil {
		return out, err
	}
	if !newest.IsZero() {
		if newest.After(v.moment()) {
			newest = v.moment()
		}
		out.Href = v.Href("/countries/" + code + "/charts")
		keys, err := s.opt.Signals.OfPlaces(v.ctx, places, newest.Add(-24*time.Hour), newest)
		if err != nil {
			return out, err
		}
		c := chartOf{keys: keys[:min(linesShown, len(keys))], from: newest.Add(-24 * time.Hour), to: newest}
		if err := s.track(v, &c); err != nil {
			return out, err
		}
		for _, t := range c.tracks {
			if _, _, ok := t.Newest(); ok {
				out.Lines = append(out.Lines, v.trackLine(t))
			}
		}
	}
	out.Found, err = s.disruptionLines(v, signals.Query{Country: code, AsOf: v.asOf, Limit: 3})
	if len(out.Found) > 0 {
		out.All = v.Href("/signals", "country", code)
	}
	return out, err
}

// incidentInstruments tells what instruments saw of an incident.
func (s *Server) incidentInstruments(v *visit, inc *keepiton.Incident) (instruments, error) {
	out := instruments{Words: s.seenWords(v, inc)}
	if s.opt.Signals == nil {
		return out, nil
	}
	from, to, _ := incidentWindow(inc, v.moment())
	if !from.IsZero() {
		keys, err := s.opt.Signals.OfPlaces(v.ctx, measuredPlaces(inc), from, to)
		if err != nil {
			return out, err
		}
		c := chartOf{keys: keys[:min(linesShown, len(keys))], from: from, to: to}
		if err := s.track(v, &c); err != nil {
			return out, err
		}
		for _, t := range c.tracks {
			if _, _, ok := t.Lowest(); ok {
				out.Lines = append(out.Lines, v.trackLine(t))
			}
		}
		if len(c.tracks) > 0 {
			out.Href = v.Href("/incidents/" + string(inc.ID) + "/charts")
		}
	}
	var err error
	out.Found, err = s.disruptionLines(v, signals.Query{Incident: inc.ID, AsOf: v.asOf, Limit: 5})
	return out, err
}

// seenWords says whether instruments saw an incident: it is a claim of the record,
// and three different things when nothing is linked.
func (s *Server) seenWords(v *visit, inc *keepiton.Incident) string {
	switch {
	case len(inc.Signals) > 0 || inc.Visibility == "visible":
		return v.p.T("page.incident.signals.visible")
	case inc.Visibility == "not_visible":
		return v.p.T("page.incident.signals.invisible")
	}
	return v.p.T("page.incident.signals.none")
}

func (s *Server) disruptionLines(v *visit, q signals.Query) (out []disruptionLine, err error) {
	list, err := s.opt.Signals.List(v.ctx, v.p, q)
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		out = append(out, v.disruptionLine(&list.Items[i]))
	}
	return out, nil
}

func (v *visit) disruptionLine(d *export.Disruption) disruptionLine {
	return disruptionLine{
		Href: v.Href("/signals/" + string(d.ID)), Place: d.Place, State: d.StateWords, When: v.p.Instant(d.Onset.Mid()),
		P: export.Odds(v.p, d.P), Lost: v.lostWords(d), Now: d.End == nil && d.Lost == nil,
	}
}
