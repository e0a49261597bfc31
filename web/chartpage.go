package web

import (
	"slices"
	"time"

	"keepiton"
	"keepiton/chart"
	"keepiton/export"
	"keepiton/signals"
)

// track reads the series of a chart. One that went meanwhile is left out.
func (s *Server) track(v *visit, c *chartOf) error {
	for _, key := range c.keys {
		if err := s.bounds(v, c, key); err != nil {
			return err
		}
	}
	if end := c.last.Add(time.Hour).Truncate(time.Hour); c.onwards && end.Before(c.to) && end.After(c.from.Add(24*time.Hour)) {
		c.to = end
	}
	for _, key := range c.keys {
		t, err := s.opt.Signals.Track(v.ctx, key, c.from, c.to)
		if keepiton.CodeOf(err) == keepiton.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		c.tracks = append(c.tracks, t)
	}
	return nil
}

// bounds widens what is kept of the series of a chart: before and after it there is
// nothing to turn pages to.
func (s *Server) bounds(v *visit, c *chartOf, key keepiton.SeriesKey) error {
	known, err := s.opt.Signals.Known(v.ctx, key.Entity)
	if err != nil {
		return err
	}
	for _, k := range known {
		if k.SeriesKey != key {
			continue
		}
		if c.first.IsZero() || k.From.Before(c.first) {
			c.first = k.From
		}
		if k.To.After(c.last) {
			c.last = k.To
		}
	}
	return nil
}

// figure draws a chart; columns is how fine, 0: as fine as it is wide.
func (c *chartOf) figure(v *visit, columns int) chart.Figure {
	d := chart.PanelData{From: c.from, To: c.to, Marks: c.marks, Marked: c.marked, Columns: columns}
	for _, t := range c.tracks {
		one := chart.Panel{Title: v.trackName(t), From: t.From, Step: t.Step, Percent: t.Derived, Cap: 2}
		if t.Kind == keepiton.Shares {
			one.Cap = 0
		}
		for _, b := range t.Bins {
			one.Points = append(one.Points, chart.Point{Value: b.Value, Expected: b.Expected, Low: b.Low, High: b.High, Has: b.Has, Known: b.Known, Down: b.State == keepiton.SourceDown})
		}
		d.Panels = append(d.Panels, one)
	}
	return chart.Panels(chart.Options{P: v.p, ID: "p", Title: c.title, Desc: c.words(v), Caption: v.p.T("page.charts.caption", "Credit", export.CreditLine(c.credits()))}, d)
}

// trackName names a series, and where it is of: a chart may have several places.
func (v *visit) trackName(t *signals.Track) string {
	name := export.MetricWords(v.p, t.Key, func(string) export.Credit { return t.Credit })
	return name + v.p.T("page.comma") + export.EntityWords(v.p, t.Key.Entity)
}

// words says in a sentence or two what is to be seen: the lowest value of each
// series, for those who cannot see the drawing.
func (c *chartOf) words(v *visit) string {
	out := v.p.T("page.charts.desc")
	for _, t := range c.tracks {
		b, at, ok := t.Lowest()
		if !ok {
			continue
		}
		out += " " + v.p.T("page.charts.lowest", "Series", v.trackName(t), "Share", v.p.Percent(b.Value/b.Expected), "When", v.p.Instant(at))
	}
	return out
}

func (c *chartOf) credits() (out []export.Credit) {
	for _, t := range c.tracks {
		if !slices.Contains(out, t.Credit) {
			out = append(out, t.Credit)
		}
	}
	return out
}

// charts answers with a chart as a page, a picture, or its numbers.
func (s *Server) charts(v *visit, c *chartOf, back linked, seen string) (*answer, error) {
	if s.opt.Signals != nil && s.opt.Signals.Series != nil {
		if err := s.track(v, c); err != nil {
			return nil, err
		}
	}
	a, err := c.form(v)
	if err != nil {
		return nil, err
	}
	if a == nil {
		page := s.chartsPage(v, c, back, seen)
		if page.Measured, err = s.opt.Signals.Measured(v.ctx); err != nil {
			return nil, err
		}
		a = s.html("charts", page)
	}
	a.brief = true
	return a, nil
}

func (s *Server) chartsPage(v *visit, c *chartOf, back linked, seen string) *chartsPage {
	page := &chartsPage{frame: s.frame(v, "charts"), From: c.from, To: c.to, Until: c.to.Add(-time.Second), Back: back, Seen: seen}
	page.Title, page.Credits = c.title, c.credits()
	for _, t := range c.tracks {
		page.Lines = append(page.Lines, v.trackLine(t))
		if t.Derived && !slices.Contains(page.Derived, t.Credit.Title) {
			page.Derived = append(page.Derived, t.Credit.Title)
		}
	}
	if len(c.tracks) > 0 {
		page.Chart = draw(c.figure(v, inlineColumns/max(1, (len(c.tracks)+1)/2)))
		page.forms("svg", "csv", "json")
	}
	if !c.from.IsZero() {
		span := max(24*time.Hour, c.to.Sub(c.from))
		day := func(from time.Time) string {
			return v.Href(v.path, "from", page.ISO(from), "to", page.ISO(from.Add(span-time.Second)))
		}
		if c.first.Before(c.from) && !c.first.IsZero() {
			page.Earlier = day(c.from.Add(-span))
		}
		if c.to.Before(c.last) {
			page.Later = day(c.to)
		}
	}
	return page
}

// trackLine writes the newest value of a series and its lowest.
func (v *visit) trackLine(t *signals.Track) trackLine {
	line := trackLine{Name: export.MetricWords(v.p, t.Key, func(string) export.Credit { return t.Credit }), Place: export.EntityWords(v.p, t.Key.Entity), Newest: "–", Lowest: "–"}
	if b, at, ok := t.Newest(); ok {
		line.Newest, line.At = v.beside(t, b), v.p.Instant(at)
	}
	if b, at, ok := t.Lowest(); ok {
		line.Lowest, line.LowestAt = v.beside(t, b), v.p.Instant(at)
	}
	return line
}

// beside writes a value beside what was expected of it.
func (v *visit) beside(t *signals.Track, b signals.Bin) string {
	switch {
	case t.Derived && t.Kind != keepiton.Shares:
		return v.p.T("signal.witness.share", "Share", v.p.Percent(b.Value/100))
	case t.Derived:
		return v.p.T("signal.witness.of", "Value", v.p.Percent(b.Value/100), "Baseline", v.p.Percent(b.Expected/100))
	case b.Known:
		return v.p.T("signal.witness.value", "Value", b.Value, "Baseline", b.Expected)
	}
	return v.p.Number(b.Value)
}
