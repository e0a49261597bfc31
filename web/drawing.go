package web

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/chart"
	"keepiton/geo"
)

// drawing is a figure inside a page: the picture and the key below it.
type drawing struct{ SVG, Key template.HTML }

// Drawn reports whether there is a picture.
func (d drawing) Drawn() bool { return d.SVG != "" }

func draw(f chart.Figure) drawing { return drawing{f.HTML(), f.Key()} }

// asOfLine is the caption of a drawing that leaves the page as a file.
func (v *visit) asOfLine() string { return v.p.T("page.drawing.asof", "Day", v.now) }

// worldFigure draws counts by country. Links to countries are left out inside
// pages: the list beside the map has them, and they would double its weight.
func (v *visit) worldFigure(title string, counts map[string]int, dark map[string]bool) chart.Figure {
	return chart.WorldMap(
		chart.Options{P: v.p, ID: "w", Title: title, Desc: v.p.T("page.drawing.world"), Caption: v.asOfLine()},
		chart.MapData{Counts: counts, Dark: dark, What: v.p.T("page.table.count"), Sample: v.sample},
	)
}

func (v *visit) worldMap(title string, tallies []tally, dark map[string]bool) drawing {
	return draw(v.worldFigure(title, countsOf(tallies), dark))
}

func countsOf(tallies []tally) map[string]int {
	out := map[string]int{}
	for _, t := range tallies {
		if t.Key != "" {
			out[t.Key] = t.N
		}
	}
	return out
}

// yearFigure draws one bar a year from 2016 on, the year that still runs
// hatched.
func (v *visit) yearFigure(title string, sums map[int]int) chart.Figure {
	d := chart.BarData{Series: []chart.Series{{Name: v.p.T("page.table.count")}}}
	years := yearsIn(sums)
	if len(years) == 0 {
		return chart.Bars(chart.Options{P: v.p, ID: "y", Title: title}, d)
	}
	var said []string // who does not see the bars hears or reads their numbers
	for y := max(firstTrendYear, years[0]); y <= years[len(years)-1]; y++ {
		said = append(said, v.p.Year(y)+": "+v.p.Number(sums[y]))
		d.Labels = append(d.Labels, v.p.Year(y))
		d.Series[0].Values = append(d.Series[0].Values, float64(sums[y]))
		d.Partial = y == v.now.Year()
	}
	return chart.Bars(chart.Options{P: v.p, ID: "y", Title: title, Desc: v.p.T("page.drawing.years") + " " + strings.Join(said, v.p.T("page.comma")), Caption: v.asOfLine()}, d)
}

func (v *visit) yearBars(title string, sums map[int]int) drawing {
	return draw(v.yearFigure(title, sums))
}

// trendShown is the number of values that a trend's lines can tell apart.
const trendShown = 4

// drawnYears leaves the year that still runs out of the lines: it would look
// like a fall. The table has it.
func (page *trendsPage) drawnYears() []int {
	if n := len(page.Years); n > 2 && page.Years[n-1] == page.now.Year() {
		return page.Years[:n-1]
	}
	return page.Years
}

// figure draws the largest values of the trends table.
func (page *trendsPage) figure() chart.Figure {
	d := chart.LineData{Yearly: true}
	for _, y := range page.drawnYears() {
		d.At = append(d.At, time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	for _, l := range page.Lines[:min(len(page.Lines), trendShown)] {
		s := chart.Series{Name: l.Label}
		for _, n := range l.N[:len(d.At)] {
			s.Values = append(s.Values, float64(n))
		}
		d.Series = append(d.Series, s)
	}
	title := page.T("page.trends.heading", "By", page.T("page.filter."+page.By))
	return chart.Lines(chart.Options{P: page.p, ID: "t", Title: title, Desc: page.T("page.drawing.trends"), Caption: page.asOfLine()}, d)
}

// timelineFigure draws the episodes of an incident, up to the moment for which
// the revision speaks.
func (v *visit) timelineFigure(title string, rev *keepiton.Revision) chart.Figure {
	return chart.Timeline(chart.Options{P: v.p, ID: "e", Title: title, Desc: v.p.T("page.drawing.episodes"), Caption: v.asOfLine()}, rev.Incident.Episodes, rev.KnownAt(v.now))
}

func (v *visit) timeline(title string, rev *keepiton.Revision) drawing {
	if len(rev.Incident.Episodes) == 0 {
		return drawing{}
	}
	return draw(v.timelineFigure(title, rev))
}

// incidentMap draws the affected regions, if the incident was in one country
// that we can draw and some region is sure.
func (v *visit) incidentMap(title string, inc *keepiton.Incident) drawing {
	countries := inc.Countries()
	if len(countries) != 1 {
		return drawing{}
	}
	return v.regionMap(title, countries[0], inc.Places)
}

// countryMap draws the regions of a country that had shutdowns.
func (v *visit) countryMap(title, code string, places []tally) drawing {
	var hit []keepiton.Place
	for _, t := range places {
		hit = append(hit, keepiton.Place{Country: code, Region: t.Key, Confidence: 1})
	}
	return v.regionMap(title, code, hit)
}

// mapBytes is the size, compressed, up to which a country's drawing stands on
// a page; the regions are listed in any case.
const mapBytes = 4000

func (v *visit) regionMap(title, code string, places []keepiton.Place) drawing {
	sure := slices.ContainsFunc(places, func(p keepiton.Place) bool {
		return p.Confidence >= keepiton.SurePlace && (p.Region != "" || p.Nationwide)
	})
	if !sure {
		return drawing{}
	}
	f, ok := chart.CountryMap(chart.Options{P: v.p, ID: "m", Title: title, Desc: v.p.T("page.drawing.country", "Country", geo.Name(code, v.p.Lang().Tag))}, code, places)
	if !ok {
		return drawing{}
	}
	d := draw(f)
	if small, err := compress([]byte(d.SVG), gzipped); err != nil || len(small) > mapBytes {
		return drawing{}
	}
	return d
}
