package web

import (
	"net/http"
	"time"

	"keepiton"
	"keepiton/chart"
	"keepiton/export"
	"keepiton/signals"
)

// chartOf is what a chart is of: series, a stretch of time, and what is bracketed.
type chartOf struct {
	title    string
	from, to time.Time
	keys     []keepiton.SeriesKey
	marks    []chart.Stretch
	marked   string // what they are; empty: disruptions
	tracks   []*signals.Track

	first, last time.Time // bounds of what is kept of the series
	onwards     bool      // to the end of what is kept, if that is before to
}

// chartsPage is a chart with its words.
type chartsPage struct {
	frame
	Measured bool // false: no series are kept here
	Chart    drawing
	From, To time.Time
	Until    time.Time // last day shown
	Back     linked    // what it is the chart of
	Lines    []trackLine
	Derived  []string // feeds that are not open
	Credits  []export.Credit
	Earlier  string
	Later    string
	Seen     string // of an incident: what the record says of its being seen
}

// trackLine is a series in numbers: its newest value and its lowest, beside what was
// expected.
type trackLine struct{ Name, Place, Newest, At, Lowest, LowestAt string }

// chartDays is how many days a chart of a country shows unless the address says
// other.
const chartDays = 14

func (s *Server) countryCharts(v *visit) (*answer, error) {
	code, err := countryOf(v)
	if err != nil {
		return nil, err
	}
	if code != v.req.PathValue("cc") {
		return &answer{status: http.StatusMovedPermanently, location: v.Href("/countries/" + code + "/charts" + suffixed(v.suffix))}, nil
	}
	places := []keepiton.Entity{{Country: code}}
	c := chartOf{title: v.p.T("page.charts.title", "Place", v.country(code))}
	if c.from, c.to, err = s.countryWindow(v, places); err != nil {
		return nil, err
	}
	if c.keys, err = s.opt.Signals.OfPlaces(v.ctx, places, c.from, c.to); err != nil {
		return nil, err
	}
	if c.marks, err = s.disruptionMarks(v, code, c.from, c.to); err != nil {
		return nil, err
	}
	return s.charts(v, &c, linked{Href: v.Href("/countries/" + code), Title: said{Text: v.country(code)}}, "")
}

// countryWindow is the stretch that the address chooses, or the last days of which
// something is kept.
func (s *Server) countryWindow(v *visit, places []keepiton.Entity) (from, to time.Time, err error) {
	from, to, err = v.days()
	if err != nil {
		return from, to, err
	}
	now := v.moment()
	switch {
	case from.IsZero() && to.IsZero():
		last, err := s.opt.Signals.Newest(v.ctx, places)
		if err != nil {
			return from, to, err
		}
		if to = last; to.IsZero() || to.After(now) {
			to = now
		}
		to = to.Truncate(time.Hour).Add(time.Hour)
		from = to.AddDate(0, 0, -chartDays)
	case from.IsZero():
		from = to.AddDate(0, 0, -chartDays)
	case to.IsZero():
		to = from.AddDate(0, 0, chartDays)
	}
	if to.Sub(from) > signals.MostSpan {
		return from, to, keepiton.Errorf(keepiton.Invalid, "a chart shows at most %d days", int(signals.MostSpan.Hours()/24))
	}
	return from, to, nil
}

// disruptionMarks are the disruptions of a country, for brackets.
func (s *Server) disruptionMarks(v *visit, code string, from, to time.Time) ([]chart.Stretch, error) {
	list, err := s.opt.Signals.List(v.ctx, v.p, signals.Query{Country: code, From: from, To: to, AsOf: v.asOf, Limit: 50})
	if err != nil {
		return nil, err
	}
	var out []chart.Stretch
	for i := range list.Items {
		if d := &list.Items[i]; d.Entity == d.Entity.Place() && d.Entity.Region == "" {
			out = append(out, s.chartOfDisruption(v, d).marks...)
		}
	}
	return out, nil
}

func (s *Server) signalCharts(v *visit) (*answer, error) {
	id := keepiton.DisruptionID(v.req.PathValue("id"))
	doc, into, err := s.opt.Signals.One(v.ctx, v.p, id, v.asOf)
	if err != nil {
		return nil, err
	}
	if into != "" {
		return &answer{status: http.StatusMovedPermanently, location: v.Href("/signals/" + string(into) + "/charts" + suffixed(v.suffix))}, nil
	}
	c := s.chartOfDisruption(v, &doc)
	return s.charts(v, &c, linked{Href: v.Href("/signals/" + string(id)), Title: said{Text: v.p.T("page.signal.title", "Place", doc.Place, "State", doc.StateWords)}}, "")
}
