package chart

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"
	"time"

	"keepiton/locale"
)

// fallen is eight days of routes and of traffic, with a fall, a gap, and hours in which
// the source was down.
func fallen() PanelData {
	from := time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)
	routes := Panel{Title: "Routes (BGP)", From: from, Step: 5 * time.Minute}
	traffic := Panel{Title: "Traffic", From: from, Step: time.Hour, Percent: true}
	for i := range 8 * 288 {
		p := Point{Value: 10400 + 40*math.Sin(float64(i)/9), Expected: 10420, Low: 9800, High: 10420, Has: true, Known: i > 288}
		if i > 1300 && i < 1800 {
			p.Value = 700
		}
		if i > 600 && i < 700 {
			p.Has = false
		}
		if i > 2000 && i < 2060 {
			p.Has, p.Down = false, true
		}
		routes.Points = append(routes.Points, p)
	}
	for i := range 8 * 24 {
		day := 60 - 40*math.Cos(float64(i)/24*2*math.Pi)
		p := Point{Value: day, Expected: day * 1.02, Low: day * 0.8, High: day * 1.02, Has: true, Known: true}
		if i > 108 && i < 150 {
			p.Value = 1
		}
		traffic.Points = append(traffic.Points, p)
	}
	return PanelData{From: from, To: from.AddDate(0, 0, 8), Panels: []Panel{routes, traffic}, Marks: []Stretch{{from.Add(1300 * 5 * time.Minute), from.Add(1800 * 5 * time.Minute)}, {from.AddDate(0, 0, 7), time.Time{}}}}
}

func samplePanels(lang string) Figure {
	return Panels(Options{P: locale.For(lang), ID: "p", Title: "What instruments saw", Desc: "Routes and traffic fall on 8 January.", Caption: "All times are UTC"}, fallen())
}

func TestAFallOfOneBinIsNotAveragedAway(t *testing.T) {
	d := fallen()
	d.Columns, d.Panels = 30, d.Panels[:1]
	d.Panels[0].Points[1000].Value = 0
	least := math.Inf(1)
	for _, c := range d.columns(d.Panels[0], timeAxis{from: d.From, to: d.To, x0: 0, x1: 100}) {
		if c.has {
			least = min(least, c.lo)
		}
	}
	if least != 0 {
		t.Errorf("the lowest value drawn is %v, want 0", least)
	}
}

func TestAGapIsDrawnAsOneAndNotAsNought(t *testing.T) {
	d := fallen()
	d.Panels = d.Panels[:1]
	page := string(Panels(Options{ID: "p"}, d).HTML())
	if !strings.Contains(page, `fill="url(#p-g)"`) || !strings.Contains(page, `fill="url(#p-n)"`) {
		t.Error("the gap, or the hours in which the source was down, are not told apart")
	}
	_, line, _ := strings.Cut(page, `<path class="l th" d="`)
	line, _, _ = strings.Cut(line, `"`)
	if n := strings.Count(line, "M"); n != 3 {
		t.Errorf("the value is drawn in %d pieces, want 3: %s", n, line)
	}
}

func TestWhereNothingWasExpectedNoBandIsDrawn(t *testing.T) {
	d := fallen()
	d.Panels = d.Panels[:1]
	for i := range d.Panels[0].Points {
		d.Panels[0].Points[i].Known = false
	}
	f := Panels(Options{}, d)
	if s := string(f.HTML()) + string(f.Key()); strings.Contains(s, "l1") || strings.Contains(s, locale.For("en").T("chart.normal")) {
		t.Error("a baseline is drawn, or explained, that is not known")
	}
}

func TestPanelsOfStrangeNumbersAreStillWellFormed(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	evil := `"/><script>alert(1)</script>`
	for name, d := range map[string]PanelData{
		"nothing":      {},
		"no time":      {From: at, To: at, Panels: []Panel{{From: at, Step: time.Hour, Points: []Point{{Has: true, Value: 1}}}}},
		"no step":      {From: at, To: at.Add(time.Hour), Panels: []Panel{{From: at, Points: []Point{{Has: true, Value: 1}}}}},
		"all nought":   {From: at, To: at.Add(time.Hour), Panels: []Panel{{From: at, Step: time.Minute, Points: []Point{{Has: true, Known: true}}}}},
		"late":         {From: at, To: at.Add(time.Hour), Panels: []Panel{{From: at.AddDate(1, 0, 0), Step: time.Minute, Points: []Point{{Has: true, Value: 1}}}}},
		"early":        {From: at, To: at.Add(time.Hour), Panels: []Panel{{From: at.AddDate(-1, 0, 0), Step: time.Minute, Points: []Point{{Has: true, Value: 1}}}}},
		"huge":         {From: at, To: at.Add(time.Hour), Panels: []Panel{{From: at, Step: time.Minute, Points: []Point{{Has: true, Value: math.MaxFloat64, Known: true, Expected: math.MaxFloat64}}}}},
		"mark outside": {From: at, To: at.Add(time.Hour), Marks: []Stretch{{at.AddDate(-1, 0, 0), at.AddDate(-1, 0, 1)}, {at.AddDate(1, 0, 0), time.Time{}}}, Panels: []Panel{{Title: evil, From: at, Step: time.Minute}}},
	} {
		f := Panels(Options{Title: evil, Desc: evil}, d)
		for _, s := range []string{string(f.HTML()), string(f.File())} {
			if err := xml.Unmarshal([]byte(s), new(struct{})); err != nil || strings.Contains(s, "NaN") || strings.Contains(s, "<script") || strings.Contains(s, "Inf") {
				t.Errorf("%s: %v: %s", name, err, s)
			}
		}
	}
}

func BenchmarkPanels(b *testing.B) {
	d := fallen()
	for b.Loop() {
		Panels(Options{}, d).File()
	}
}
