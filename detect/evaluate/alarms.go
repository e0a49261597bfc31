package evaluate

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
	"keepiton/detect"
)

// AlarmsOf are what disruptions told; each episode is one alarm. Those of one service are
// left out: the truth is of whole networks.
func AlarmsOf(ds []keepiton.Disruption) []Alarm {
	var out []Alarm
	for i := range ds {
		d := &ds[i]
		if d.Entity.Service != "" {
			continue
		}
		a := Alarm{Stretch: Stretch{Country: d.Entity.Country, Region: d.Entity.Region, ASN: d.Entity.ASN, From: d.Onset.From}, Began: d.Onset.To, Intent: detect.NotKnown}
		if !d.End.IsZero() {
			a.To = d.End.Mid()
		}
		for j, v := range d.Verdicts {
			if v.State != keepiton.Insufficient && !a.Claimed {
				a.Claimed, a.At = true, v.At
			}
			a.Shutdown = a.Shutdown || v.State == keepiton.LikelyShutdown
			a.P = max(a.P, v.Disruption)
			if j == 0 || v.Stage != keepiton.AtEnd && v.At.Sub(d.Verdicts[0].At) <= 2*time.Hour {
				a.Intent = v.Intentional
			}
		}
		if len(d.Episodes) < 2 {
			out = append(out, a)
			continue
		}
		for _, e := range d.Episodes {
			one := a
			one.From, one.Began, one.To, one.At = e.From, e.From, e.To, keepiton.Later(a.At, e.From)
			out = append(out, one)
		}
	}
	return out
}

// IODAAlarms are what IODA's rule makes of the series of countries.
func IODAAlarms(all []keepiton.Series) []Alarm {
	by := map[string][][]IODAEvent{}
	for i := range all {
		s := &all[i]
		rule, ok := RuleOf(s.Metric)
		if e := s.Entity; !ok || e != (keepiton.Entity{Country: e.Country}) || s.Step <= 0 {
			continue
		}
		by[s.Entity.Country] = append(by[s.Entity.Country], IODAEvents(rule.Alerts(s), s.To()))
	}
	var out []Alarm
	for country, sources := range by {
		for _, e := range MergeIODA(sources...) {
			a := Alarm{Stretch: Stretch{Country: country, From: e.From, To: e.To}, At: e.From, P: 1, Intent: detect.NotKnown, Claimed: true}
			if e.Open {
				a.To = time.Time{}
			}
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Alarm) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Country, b.Country)) })
	return out
}

// Yesterday tells each day what was true the day before, at the same time: the
// persistence baseline.
func Yesterday(truth []True) []Alarm {
	var out []Alarm
	for _, t := range truth {
		a := Alarm{Stretch: t.Stretch, P: 1, Intent: detect.NotKnown, Claimed: true, Shutdown: t.Shut}
		a.From = t.From.Add(24 * time.Hour)
		if a.At = a.From; !t.To.IsZero() {
			a.To = t.To.Add(24 * time.Hour)
		}
		if t.Size != string(National) && t.Region == "" && t.ASN == 0 {
			a.Region = "?"
		}
		out = append(out, a)
	}
	return out
}
