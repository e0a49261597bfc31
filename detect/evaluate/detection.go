package evaluate

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
	"keepiton/detect"
)

// Detection is how well disruptions are found in the series that there are.
type Detection struct {
	From          string     `json:"from"`
	To            string     `json:"to"`
	Series        int        `json:"series"`
	Countries     int        `json:"countries"`
	CountryMonths float64    `json:"country_months"` // in which a series of the country had values
	Truth         int        `json:"truth"`          // disruptions that some series of their place could have seen
	Unseen        int        `json:"truth_without_series"`
	Detectors     []Detector `json:"detectors"` // ours first, then the baselines
}

// Detector is how one of them did.
type Detector struct {
	Name         string   `json:"name"`
	Alarms       int      `json:"alarms"`
	Matched      int      `json:"matched"`
	WithinDay    int      `json:"matched_within_a_day"` // of the beginnings, wherever they are known better
	Recall       Estimate `json:"recall"`
	Precision    Estimate `json:"precision"`
	BySize       []Band   `json:"recall_by_size"`
	ByNetwork    []Band   `json:"recall_by_network"`
	FalseAlarms  float64  `json:"false_alarms_per_country_month"` // nothing true began within a day
	FalseShut    float64  `json:"false_shutdown_alarms_per_country_month"`
	DelayMedian  *float64 `json:"delay_median_minutes"` // from the true onset to the first alarm, of what matched within a day and has an onset to the minute; null: none
	DelayP90     *float64 `json:"delay_p90_minutes"`
	StartError   *float64 `json:"start_error_median_minutes"`
	IoU          *float64 `json:"iou_median"`
	Disruption   *Figures `json:"p_disruption,omitempty"` // of all that was told, against what matched
	Reliability  []Tenth  `json:"p_disruption_reliability,omitempty"`
	Intent       *Figures `json:"p_intentional,omitempty"` // of what matched, against what was made on purpose
	IntentTenths []Tenth  `json:"p_intentional_reliability,omitempty"`
}

// Band is a part of the truth, and how much of it was found.
type Band struct {
	Name  string `json:"name"`
	Truth int    `json:"truth"`
	Found int    `json:"found"`
}

// Cover is when some series of a country had values: spans in order, apart.
type Cover map[string][]keepiton.Span

// coverGap is how long a series may be silent and still cover: a day.
const coverGap = 24 * time.Hour

// Add takes a series into account. One of a single service says
// nothing of the network.
func (c Cover) Add(s *keepiton.Series) {
	country := s.Entity.Country
	if country == "" || s.Entity.Service != "" {
		return
	}
	var spans []keepiton.Span
	for i, b := range s.Bins {
		if !b.Has() {
			continue
		}
		at := s.At(i)
		if n := len(spans); n > 0 && at.Sub(spans[n-1].To) <= coverGap {
			spans[n-1].To = at.Add(s.Step)
		} else {
			spans = append(spans, keepiton.Span{From: at, To: at.Add(s.Step)})
		}
	}
	all := append(c[country], spans...)
	slices.SortFunc(all, func(a, b keepiton.Span) int { return a.From.Compare(b.From) })
	var joined []keepiton.Span
	for _, x := range all {
		if n := len(joined); n > 0 && x.From.Sub(joined[n-1].To) <= coverGap {
			joined[n-1].To = maxTime(joined[n-1].To, x.To)
		} else {
			joined = append(joined, x)
		}
	}
	if len(joined) > 0 {
		c[country] = joined
	}
}

// Clip leaves what was covered from one time to another; a zero one is no bound. The day
// before is kept to learn from.
func (c Cover) Clip(from, to time.Time) {
	for country, spans := range c {
		var kept []keepiton.Span
		for _, x := range spans {
			if !from.IsZero() {
				x.From = maxTime(x.From, from.Add(-leastLearned))
			}
			if !to.IsZero() {
				x.To = minTime(x.To, to)
			}
			if x.To.After(x.From) {
				kept = append(kept, x)
			}
		}
		if c[country] = kept; len(kept) == 0 {
			delete(c, country)
		}
	}
}

// leastLearned is how long a series must have had values before a disruption for it to
// count as one that could have been seen: a day, which the simplest baseline needs.
const leastLearned = 24 * time.Hour

func (c Cover) sees(t True) bool {
	return slices.ContainsFunc(c[t.Country], func(x keepiton.Span) bool {
		return !t.From.Before(x.From.Add(leastLearned)) && t.From.Before(x.To)
	})
}

func (c Cover) months() float64 {
	const month = 365.25 / 12 * 24
	sum := 0.0
	for _, spans := range c {
		for _, x := range spans {
			sum += max(0, x.To.Sub(x.From).Hours()-leastLearned.Hours()) / month
		}
	}
	return sum
}

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
			if j == 0 || v.Stage != keepiton.AtEnd && v.Stage != keepiton.After6h {
				a.Intent = v.Intentional
			}
		}
		if len(d.Episodes) < 2 {
			out = append(out, a)
			continue
		}
		for _, e := range d.Episodes {
			one := a
			one.From, one.Began, one.To, one.At = e.From, e.From, e.To, maxTime(a.At, e.From)
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

// Detect compares what detectors told with what is true, in what the series cover.
func Detect(cover Cover, series int, truth []True, ours, ioda []Alarm) *Detection {
	out := &Detection{Series: series, Countries: len(cover), CountryMonths: rounded(cover.months())}
	var from, to time.Time
	for _, spans := range cover {
		if from.IsZero() || spans[0].From.Before(from) {
			from = spans[0].From
		}
		to = maxTime(to, spans[len(spans)-1].To)
	}
	out.From, out.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
	var seen []True
	for _, t := range truth {
		switch {
		case cover.sees(t):
			seen = append(seen, t)
		case !t.From.Before(from) && t.From.Before(to):
			out.Unseen++
		}
	}
	out.Truth = len(seen)
	for _, d := range []struct {
		name   string
		alarms []Alarm
	}{{"keepiton", ours}, {NamePersistence, Yesterday(seen)}, {"IODA's alert rule", ioda}} {
		out.Detectors = append(out.Detectors, detector(d.name, cover, seen, d.alarms))
	}
	return out
}

func detector(name string, cover Cover, truth []True, all []Alarm) Detector {
	claimed := slices.DeleteFunc(slices.Clone(all), func(a Alarm) bool { return !a.Claimed })
	pairs := Match(truth, claimed)
	loose := slices.Clone(truth)
	for i := range loose {
		loose[i].Day = true
	}
	day := map[int]int{} // the same, where beginnings may lie a day apart
	for _, p := range Match(loose, claimed) {
		day[p.Alarm] = p.True
	}
	d := Detector{Name: name, Alarms: len(claimed), Matched: len(pairs), WithinDay: len(day)}
	foundBy := map[int]Pair{}
	hit := map[int]int{} // true disruption by alarm
	for _, p := range pairs {
		foundBy[p.True], hit[p.Alarm] = p, p.True
	}
	var recall, precision, intent []Guess
	sizes, networks := map[string]*Band{}, map[string]*Band{}
	for i, t := range truth {
		_, ok := foundBy[i]
		recall = append(recall, Guess{Country: t.Country, Yes: ok})
		count(sizes, t.Size, ok)
		count(networks, t.Network, ok)
	}
	d.BySize, d.ByNetwork = bands(sizes), bands(networks)
	falseShut := 0
	for j, a := range claimed {
		_, ok := hit[j]
		precision = append(precision, Guess{Country: a.Country, Yes: ok})
		i, near := day[j]
		if a.Shutdown && (!near || !truth[i].Shut) {
			falseShut++
		}
		if near && a.Intent >= 0 {
			intent = append(intent, Guess{Country: a.Country, P: a.Intent, Yes: truth[i].Shut})
		}
	}
	d.Recall, d.Precision = share(recall), share(precision)
	if m := cover.months(); m > 0 {
		d.FalseAlarms, d.FalseShut = rounded(float64(len(claimed)-len(day))/m), rounded(float64(falseShut)/m)
	}
	var delay, off, iou []float64
	for j, a := range claimed {
		i, near := day[j]
		if !near {
			continue
		}
		iou = append(iou, overlap(truth[i], a.Stretch))
		if t := truth[i]; !t.Day {
			apart, _ := startsTogether(t, a)
			delay = append(delay, a.At.Sub(t.From).Minutes())
			off = append(off, apart.Minutes())
		}
	}
	d.DelayMedian, d.DelayP90, d.StartError, d.IoU = quantile(delay, 0.5), quantile(delay, 0.9), quantile(off, 0.5), quantile(iou, 0.5)
	if name != "keepiton" {
		return d
	}
	everything := map[int]bool{}
	for _, p := range Match(loose, all) {
		everything[p.Alarm] = true
	}
	var told []Guess
	for j, a := range all {
		told = append(told, Guess{Country: a.Country, P: a.P, Yes: everything[j]})
	}
	d.Disruption, d.Reliability = figuresOf("P(disruption)", told)
	d.Intent, d.IntentTenths = figuresOf("P(intentional | disruption)", intent)
	return d
}

func figuresOf(name string, g []Guess) (*Figures, []Tenth) {
	if len(g) == 0 {
		return nil, nil
	}
	f := Score(name, g, Draws/4)
	return &f, Reliability(g)
}

func count(bands map[string]*Band, name string, found bool) {
	if bands[name] == nil {
		bands[name] = &Band{Name: name}
	}
	bands[name].Truth++
	if found {
		bands[name].Found++
	}
}

func bands(by map[string]*Band) []Band {
	out := []Band{}
	for _, b := range by {
		out = append(out, *b)
	}
	slices.SortFunc(out, func(a, b Band) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// share is how many of the guesses are yes, with an interval.
func share(g []Guess) Estimate {
	if len(g) == 0 {
		return Estimate{}
	}
	return boot(g, BaseRate, Draws)
}

// quantile is of the nearest rank; nil of nothing.
func quantile(v []float64, q float64) *float64 {
	if len(v) == 0 {
		return nil
	}
	slices.Sort(v)
	x := rounded(v[min(len(v)-1, int(q*float64(len(v))))])
	return &x
}
