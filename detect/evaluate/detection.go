package evaluate

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
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

// Detect compares what detectors told with what is true, in what the series cover.
func Detect(cover Cover, series int, truth []True, ours, ioda []Alarm) *Detection {
	out := &Detection{Series: series, Countries: len(cover), CountryMonths: rounded(cover.months())}
	var from, to time.Time
	for _, spans := range cover {
		if from.IsZero() || spans[0].From.Before(from) {
			from = spans[0].From
		}
		to = keepiton.Later(to, spans[len(spans)-1].To)
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
