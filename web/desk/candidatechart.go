package desk

import (
	"html/template"

	"keepiton"
	"keepiton/chart"
	"keepiton/export"
	"keepiton/signals"
)

// chartColumns is how fine a chart is: as many columns as fit beside text.
const chartColumns = 240

// candidateChart draws the series of the strongest signals beside what was expected of
// them; empty where no series are kept.
func (v *visit) candidateChart(d *keepiton.Disruption) (template.HTML, error) {
	if v.opt.Signals == nil || v.opt.Signals.Series == nil {
		return "", nil
	}
	now := v.opt.Now()
	until := now
	if at := d.LostFromSight(now); !at.IsZero() {
		until = at
	} else if !d.End.IsZero() {
		until = d.End.To
	}
	from, to := signals.Around(d.Onset.From, until, now)
	marks := []chart.Stretch{}
	for _, e := range d.Episodes {
		if e.To.IsZero() {
			e.To = d.LostFromSight(now) // what follows is hatched: nobody knows
		}
		marks = append(marks, chart.Stretch{From: e.From, To: e.To})
	}
	data := chart.PanelData{From: from, To: to, Marks: marks}
	doc := export.NewDisruption(v.p, d, keepiton.Decision{}, v.credit, true, export.Options{})
	for _, key := range signals.OfDisruption(&doc) {
		t, err := v.opt.Signals.Track(v.r.Context(), key, from, to)
		if keepiton.CodeOf(err) == keepiton.NotFound {
			continue
		}
		if err != nil {
			return "", err
		}
		one := chart.Panel{Title: export.MetricWords(v.p, key, v.credit) + v.p.T("page.comma") + export.EntityWords(v.p, key.Entity), From: t.From, Step: t.Step, Percent: t.Derived}
		for _, b := range t.Bins {
			one.Points = append(one.Points, chart.Point{Value: b.Value, Expected: b.Expected, Low: b.Low, High: b.High, Has: b.Has, Known: b.Known, Down: b.State == keepiton.SourceDown})
		}
		data.Panels = append(data.Panels, one)
	}
	if len(data.Panels) == 0 {
		return "", nil
	}
	data.Columns = chartColumns / max(1, len(data.Panels)/3)
	return chart.Panels(chart.Options{P: v.p, ID: "m", Title: v.p.T("desk.candidate.chart"), Desc: v.p.T("desk.candidate.chart.desc")}, data).HTML(), nil
}

// credit says how a feed is named.
func (v *visit) credit(feed string) export.Credit {
	if v.opt.Signals == nil {
		return export.Credit{Feed: feed, Title: feed}
	}
	return v.opt.Signals.Credit(feed)
}
