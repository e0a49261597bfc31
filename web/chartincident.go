package web

import (
	"net/http"
	"time"

	"keepiton"
	"keepiton/chart"
	"keepiton/signals"
)

func (s *Server) incidentCharts(v *visit) (*answer, error) {
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	inc := &rev.Incident
	if inc.State == keepiton.Merged && inc.MergedInto != "" {
		return &answer{status: http.StatusMovedPermanently, location: v.Href("/incidents/" + string(inc.MergedInto) + "/charts" + suffixed(v.suffix))}, nil
	}
	c := chartOf{title: v.p.T("page.charts.title", "Place", v.countryNames(inc)), marked: v.p.T("chart.recorded")}
	c.from, c.to, c.marks = incidentWindow(inc, v.moment())
	if from, to, err := v.days(); err != nil {
		return nil, err
	} else if !from.IsZero() && !to.IsZero() && to.Sub(from) <= signals.MostSpan {
		c.from, c.to = from, to
	}
	if !c.from.IsZero() {
		if c.keys, err = s.opt.Signals.OfPlaces(v.ctx, measuredPlaces(inc), c.from, c.to); err != nil {
			return nil, err
		}
	}
	return s.charts(v, &c, linked{Href: v.Href("/incidents/" + string(inc.ID)), Title: said{Text: string(inc.ID)}}, s.seenWords(v, inc))
}

// measuredPlaces are the places of an incident of which there may be series: the
// regions that are sure, and its countries.
func measuredPlaces(inc *keepiton.Incident) (out []keepiton.Entity) {
	for _, cc := range inc.Countries() {
		if regions := regionsOf(inc, cc); len(regions) <= 3 {
			for _, region := range regions {
				out = append(out, keepiton.Entity{Country: cc, Region: region})
			}
		}
		out = append(out, keepiton.Entity{Country: cc})
	}
	return out
}

// incidentWindow is the stretch that a chart of an incident shows: around the
// measurements that are linked, or else around its episodes. Zero when neither has
// a date.
func incidentWindow(inc *keepiton.Incident, now time.Time) (from, to time.Time, marks []chart.Stretch) {
	take := func(begin, end time.Time) {
		if begin.IsZero() {
			return
		}
		marks = append(marks, chart.Stretch{From: begin, To: end})
		if from.IsZero() || begin.Before(from) {
			from = begin
		}
		if end.IsZero() {
			end = now
		}
		if end.After(to) {
			to = end
		}
	}
	for _, e := range inc.Episodes {
		end := time.Time{} // it goes on
		switch {
		case !e.End.At.IsZero():
			end = e.End.At.Until()
		case e.End.State != keepiton.Ongoing:
			end = e.Start.Until()
		}
		take(e.Start.At, end)
	}
	if len(inc.Signals) > 0 && !inc.Signals[0].From.IsZero() {
		from, to = time.Time{}, time.Time{}
		drawn := marks
		for _, l := range inc.Signals {
			end := l.To.At
			if !end.IsZero() {
				end = l.To.Until()
			}
			take(l.From.At, end)
		}
		if len(drawn) > 0 {
			marks = drawn
		}
	}
	if from.IsZero() {
		return from, to, nil
	}
	from, to = signals.Around(from, to, now)
	return from, to, marks
}
