package web

import (
	"time"

	"keepiton"
	"keepiton/export"
)

// chartDoc is a chart as JSON.
type chartDoc struct {
	Title    string           `json:"title"`
	From     time.Time        `json:"from"`
	To       time.Time        `json:"to"`
	Notice   string           `json:"notice"`
	Episodes []export.Stretch `json:"episodes"`
	Series   []chartSeries    `json:"series"`
	Sample   bool             `json:"sample,omitempty"`
}

// chartSeries is one series of it.
type chartSeries struct {
	Series  keepiton.SeriesKey `json:"series"`
	Credit  export.Credit      `json:"credit"`
	Unit    string             `json:"unit"`
	Derived bool               `json:"derived"` // percent of what was expected: the feed is not open
	From    time.Time          `json:"from"`
	Step    int64              `json:"step_seconds"`
	Bins    []chartBin         `json:"bins"`
}

// chartBin is one bin; null is "no value", which is not nought.
type chartBin struct {
	Value    *float64 `json:"value"`
	Expected *float64 `json:"expected"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	N        *uint32  `json:"n,omitempty"`
	State    string   `json:"state"`
}

func (c *chartOf) document(v *visit) chartDoc {
	doc := chartDoc{Title: c.title, From: c.from, To: c.to, Notice: v.p.T("signal.machine"), Episodes: []export.Stretch{}, Series: []chartSeries{}, Sample: v.sample}
	for _, m := range c.marks {
		s := export.Stretch{From: m.From}
		if !m.To.IsZero() {
			s.To = &m.To
		}
		doc.Episodes = append(doc.Episodes, s)
	}
	for _, t := range c.tracks {
		one := chartSeries{t.Key, t.Credit, t.Unit, t.Derived, t.From, int64(t.Step / time.Second), make([]chartBin, len(t.Bins))}
		for i, b := range t.Bins {
			bin := chartBin{State: b.State.String()}
			if b.Has {
				bin.Value = &b.Value
				if !t.Derived {
					bin.N = &b.N
				}
			}
			if b.Known {
				bin.Expected, bin.Low, bin.High = &b.Expected, &b.Low, &b.High
			}
			one.Bins[i] = bin
		}
		doc.Series = append(doc.Series, one)
	}
	return doc
}
