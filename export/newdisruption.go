package export

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// NewDisruption writes a disruption in the printer's language. last is what people
// said of it last, as far as it is public: the caller takes out an incident that is
// not. Whole adds signals and every verdict. Whether it is lost from sight is told as of
// opt.AsOf.
func NewDisruption(p *locale.Printer, d *keepiton.Disruption, last keepiton.Decision, c Credits, whole bool, opt Options) Disruption {
	v := d.Verdict()
	out := Disruption{
		ID: d.ID, URL: DisruptionURL(opt.BaseURL, d.ID), Notice: p.T("signal.machine"), Country: d.Entity.Country, Entity: d.Entity, Place: EntityWords(p, d.Entity), Parts: d.Parts, Shape: d.Shape,
		State: v.State, StateWords: p.Code("disruption_state", string(v.State)), Onset: d.Onset, End: ended(d.End), Depth: tidy(d.Depth), P: tidy(v.Disruption), Intent: tidy(v.Intentional),
		Reasons: grounds(p, v.Reasons), Sources: []Credit{}, Silent: silences(v.Silent), Said: v.At, Rules: v.Rules, Geo: v.Geolocation,
		Decision: last.What, Code: last.Code, Incident: last.Incident, Licence: Licence, Sample: opt.Sample,
	}
	if last.Open() {
		out.Decision = ""
	}
	if out.End == nil {
		out.Lost, out.Seen = maybe(d.LostFromSight(opt.AsOf)), maybe(d.Seen)
	}
	for _, e := range d.Episodes {
		out.Episodes = append(out.Episodes, Stretch{e.From, maybe(e.To)})
	}
	for _, feed := range FeedsOf(d) {
		out.Sources = append(out.Sources, c.Of(feed))
	}
	if s := Strongest(d); s != nil {
		w := witness(s, c)
		out.Witness = &w
	}
	if !whole {
		return out
	}
	for i := range d.Signals {
		s := &d.Signals[i]
		out.Signals = append(out.Signals, Signal{s.Series, s.Family, s.Onset, ended(s.End), tidy(s.Depth), tidy(s.LogLR), witness(s, c), len(s.Episodes), s.Missing, s.Veto})
	}
	for _, v := range d.Verdicts {
		out.Verdicts = append(out.Verdicts, Verdict{v.At, v.Stage, v.State, tidy(v.Disruption), tidy(v.Intentional), grounds(p, v.Reasons), v.Sources, silences(v.Silent), v.Rules, v.Geolocation})
	}
	return out
}

// FeedsOf lists the feeds whose signals or verdicts a disruption rests on.
func FeedsOf(d *keepiton.Disruption) (out []string) {
	add := func(feed string) {
		if feed != "" && !slices.Contains(out, feed) {
			out = append(out, feed)
		}
	}
	for _, feed := range d.Verdict().Sources {
		add(feed)
	}
	for i := range d.Signals {
		if d.Signals[i].Veto == "" {
			add(d.Signals[i].Series.Feed)
		}
	}
	return out
}

// Strongest returns the signal that speaks most strongly, and is not vetoed; nil
// when there is none.
func Strongest(d *keepiton.Disruption) *keepiton.Signal {
	var best *keepiton.Signal
	for i := range d.Signals {
		s := &d.Signals[i]
		if s.Veto != "" {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(s.LogLR, best.LogLR), cmp.Compare(s.Depth, best.Depth)) > 0 {
			best = s
		}
	}
	return best
}

func witness(s *keepiton.Signal, c Credits) Witness {
	w := Witness{Series: s.Series, At: s.Witness.At, N: s.Witness.N}
	if s.Witness.Baseline > 0 {
		share := tidy(s.Witness.Value / s.Witness.Baseline)
		w.Share = &share
	}
	if c.Of(s.Series.Feed).Open {
		w.Value, w.Baseline = &s.Witness.Value, &s.Witness.Baseline
	}
	return w
}

func grounds(p *locale.Printer, all []keepiton.Reason) []Ground {
	out := []Ground{}
	for _, r := range all {
		out = append(out, Ground{r.Key, ReasonWords(p, r), tidy(r.Weight), r.Of})
	}
	return out
}

func silences(all []keepiton.Silence) []Silence {
	out := []Silence{}
	for _, s := range all {
		out = append(out, Silence{s.Series, s.State.String(), s.Normal})
	}
	return out
}

func ended(i keepiton.Interval) *keepiton.Interval {
	if i.IsZero() {
		return nil
	}
	return &i
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// tidy rounds a share to four places: nobody knows more of it.
func tidy(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return math.Round(v*1e4) / 1e4
}

// DisruptionURL is the permanent address of a disruption; the site chooses the
// reader's language.
func DisruptionURL(baseURL string, id keepiton.DisruptionID) string {
	if baseURL == "" {
		return ""
	}
	return strings.TrimRight(baseURL, "/") + "/signals/" + string(id)
}
