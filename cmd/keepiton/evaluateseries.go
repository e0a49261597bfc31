package main

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/detect/evaluate"
	"keepiton/geo"
	"keepiton/series"
)

// evaluateDetection finds disruptions in the series that there are, and compares them
// with the truth; nil when there are no series, or none of the time that is asked for.
func evaluateDetection(ctx context.Context, s settings, truth *truthSet, ask evaluation, progress func(string)) (*evaluate.Detection, error) {
	if _, err := os.Stat(seriesFile(s)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	st, err := openSeries(ctx, s)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	metricOf, err := metrics(s)
	if err != nil {
		return nil, err
	}
	end := ask.to
	if end.IsZero() {
		end = time.Now().UTC()
	}
	since := time.Unix(0, 0)
	if !ask.from.IsZero() {
		since = ask.from.Add(-lookBack)
	}
	cover, n := evaluate.Cover{}, 0
	var national []keepiton.Series // for IODA's rule
	look := func() iter.Seq2[keepiton.Series, error] {
		return func(yield func(keepiton.Series, error) bool) {
			for one, err := range st.Scan(ctx, series.Filter{}, since, end) {
				if err == nil {
					n++
					progress(one.SeriesKey.String())
					cover.Add(&one)
					if _, ok := evaluate.RuleOf(one.Metric); ok && one.Entity == (keepiton.Entity{Country: one.Entity.Country}) {
						national = append(national, one)
					}
				}
				if !yield(one, err) {
					return
				}
			}
		}
	}
	found, err := detect.Disruptions(detect.Input{Series: look(), Metric: metricOf, Now: end, Archive: true, Context: truth.context})
	if err != nil || n == 0 {
		return nil, err
	}
	cover.Clip(ask.from, ask.to)
	inTime := func(at time.Time) bool { return !at.Before(ask.from) && at.Before(end) }
	var kept []keepiton.Disruption
	for _, d := range found {
		if inTime(d.Onset.Mid()) {
			kept = append(kept, d)
		}
	}
	var ioda []evaluate.Alarm
	for _, a := range evaluate.IODAAlarms(national) {
		if inTime(a.From) {
			ioda = append(ioda, a)
		}
	}
	var what []evaluate.True
	for _, t := range evaluate.Truths(truth.events, truth.claims) {
		if inTime(t.From) {
			what = append(what, t)
		}
	}
	return evaluate.Detect(cover, n, what, evaluate.AlarmsOf(kept), ioda), nil
}

// context is what is known of a country when its series are judged: its clock, its votes,
// and the shutdowns of the record, of which those of the last thirty days do not count.
func (t *truthSet) context(country string) detect.Context {
	c := detect.Context{Zone: geo.Zone(country), Owned: detect.NotKnown}
	if len(t.claims) > 0 {
		c.Past = []time.Time{}
	}
	for _, claim := range t.claims {
		if claim.Country == country && claim.Full {
			c.Past = append(c.Past, claim.From)
		}
	}
	for _, v := range t.votes {
		if v.Country == country {
			c.Watch = append(c.Watch, detect.Occasion{Kind: "election", Span: keepiton.Span{From: v.From, To: v.To}})
		}
	}
	return c
}
