package web

import (
	"net/http"
	"time"

	"keepiton"
	"keepiton/chart"
	"keepiton/export"
	"keepiton/signals"
)

// signalPage is one disruption, with what was said of it and when.
type signalPage struct {
	frame
	One      disruptionView
	Verdicts []verdictLine // newest first
	Rows     []signalLine
	Parts    []string
	Spans    []string // episodes, when there are several
	Chart    drawing
	Charts   string // address of its charts; empty: there are none
	Credits  []export.Credit
}

// verdictLine is one revision of a verdict.
type verdictLine struct {
	export.Verdict
	Stage, When, State, P, Intent string
}

// signalLine is one signal.
type signalLine struct {
	Name, Place, From, To, Depth, Seen, N, Veto string
}

func (s *Server) signal(v *visit) (*answer, error) {
	id := keepiton.DisruptionID(v.req.PathValue("id"))
	doc, into, err := s.opt.Signals.One(v.ctx, v.p, id, v.asOf)
	if err != nil {
		return nil, err
	}
	if into != "" {
		return &answer{status: http.StatusMovedPermanently, location: v.Href("/signals/" + string(into) + suffixed(v.suffix))}, nil
	}
	if v.suffix != "" {
		a := jsonAnswer(doc)
		a.brief = true
		return a, nil
	}
	one := s.disruptionView(v, &doc)
	page := &signalPage{frame: s.frame(v, "signal"), One: one, Credits: doc.Sources}
	page.Title = v.p.T("page.signal.title", "Place", doc.Place, "State", doc.StateWords)
	page.Lead = v.p.T("page.signal.lead", "P", one.PWords, "Intent", one.IntentWords)
	for i := len(doc.Verdicts) - 1; i >= 0; i-- {
		said := doc.Verdicts[i]
		page.Verdicts = append(page.Verdicts, verdictLine{said, v.p.Figures(v.p.Code("stage", string(said.Stage))), v.p.Instant(said.At), v.p.Code("disruption_state", string(said.State)), export.Odds(v.p, said.P), export.Odds(v.p, said.Intent)})
	}
	for i := range doc.Signals {
		line := v.signalLine(&doc.Signals[i], s.credits())
		if doc.Lost != nil && doc.Signals[i].End == nil {
			line.To = v.p.T("signal.no_end")
		}
		page.Rows = append(page.Rows, line)
	}
	for _, e := range doc.Parts {
		page.Parts = append(page.Parts, export.EntityWords(v.p, e))
	}
	if len(doc.Episodes) > 1 {
		for _, e := range doc.Episodes {
			page.Spans = append(page.Spans, v.stretch(e))
		}
	}
	if page.Chart, err = s.signalChart(v, &doc); err != nil {
		return nil, err
	}
	if page.Chart.Drawn() {
		page.Charts = v.Href("/signals/" + string(id) + "/charts")
	}
	page.forms("json")
	a := s.html("signal", page)
	a.brief = true
	return a, nil
}

// rowsShown is how many signals and parts the page of a disruption lists; the JSON
// has all.
const rowsShown = 12

// Shown are the signals that the page has room for; More is how many it leaves out.
func (page *signalPage) Shown() []signalLine { return page.Rows[:min(rowsShown, len(page.Rows))] }

// More is how many signals the page leaves out.
func (page *signalPage) More() int { return len(page.Rows) - len(page.Shown()) }

// FewParts are the parts that the page has room for.
func (page *signalPage) FewParts() []string { return page.Parts[:min(rowsShown, len(page.Parts))] }

func (v *visit) signalLine(sig *export.Signal, c export.Credits) signalLine {
	line := signalLine{
		Name: export.MetricWords(v.p, sig.Series, c), Place: export.EntityWords(v.p, sig.Series.Entity), From: v.p.Instant(sig.Onset.Mid()),
		To: v.p.T("page.status.ongoing"), Depth: v.p.Percent(sig.Depth), Seen: v.witnessWords(&sig.Witness), N: v.denominator(&sig.Witness),
	}
	if sig.End != nil {
		line.To = v.p.Instant(sig.End.Mid())
	}
	if sig.Veto != "" {
		line.Veto = v.p.Code("veto", string(sig.Veto))
	}
	return line
}

func (v *visit) stretch(e export.Stretch) string {
	if e.To == nil {
		return v.p.T("page.span.since", "Start", v.p.Instant(e.From))
	}
	return v.p.T("page.span.both", "Start", v.p.Instant(e.From), "End", v.p.Instant(*e.To))
}

// inlineColumns is what a chart inside a page can tell apart: its own address has a
// finer one.
const inlineColumns = 120

// signalChart draws the strongest series of a disruption.
func (s *Server) signalChart(v *visit, doc *export.Disruption) (drawing, error) {
	keys := signals.OfDisruption(doc)
	if len(keys) == 0 || s.opt.Signals.Series == nil {
		return drawing{}, nil
	}
	c := s.chartOfDisruption(v, doc)
	c.keys = keys[:1]
	if err := s.track(v, &c); err != nil || len(c.tracks) == 0 {
		return drawing{}, err
	}
	return draw(c.figure(v, inlineColumns)), nil
}

// chartOfDisruption says what a chart of a disruption is of.
func (s *Server) chartOfDisruption(v *visit, doc *export.Disruption) chartOf {
	end := v.moment()
	switch {
	case doc.End != nil:
		end = doc.End.To
	case doc.Lost != nil:
		end = *doc.Lost
	}
	c := chartOf{title: v.p.T("page.charts.title", "Place", doc.Place), keys: signals.OfDisruption(doc)}
	c.from, c.to = signals.Around(doc.Onset.From, end, v.moment())
	c.onwards = doc.End == nil && doc.Lost == nil
	for _, e := range doc.Episodes {
		var to time.Time
		switch {
		case e.To != nil:
			to = *e.To
		case doc.Lost != nil: // what follows is hatched: nobody knows
			to = *doc.Lost
		}
		c.marks = append(c.marks, chart.Stretch{From: e.From, To: to})
	}
	if len(c.marks) == 0 {
		m := chart.Stretch{From: doc.Onset.Mid()}
		switch {
		case doc.End != nil:
			m.To = doc.End.Mid()
		case doc.Lost != nil:
			m.To = *doc.Lost
		}
		c.marks = append(c.marks, m)
	}
	return c
}
