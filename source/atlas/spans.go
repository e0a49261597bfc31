package atlas

import (
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"keepiton"
)

// silence ends a span of a file whose period is not known: of thousands of probes some
// come and go every few seconds, of a country's in hours.
const silence = day

// spansOf returns the time that the events of a file tell of: the day that its name
// tells, up to when it was asked for or, where that is not known or it was cut, to its
// last event; without a day from event to event.
func spansOf(all []event, of keepiton.Span, asked time.Time, whole bool) (out []keepiton.Span) {
	times := make([]int64, 0, len(all))
	for _, e := range all {
		if of.From.IsZero() || e.at >= of.From.Unix() && e.at <= of.To.Unix() {
			times = append(times, e.at)
		}
	}
	slices.Sort(times)
	if !of.From.IsZero() {
		switch {
		case whole && !asked.IsZero() && asked.Before(of.To):
			of.To = asked.UTC()
		case (!whole || asked.IsZero()) && len(times) == 0:
			of.To = of.From
		case !whole || asked.IsZero():
			of.To = time.Unix(times[len(times)-1], 0).UTC()
		}
		if of.From.Before(of.To) {
			out = append(out, of)
		}
		return out
	}
	for i := 0; i < len(times); {
		k := i
		for k+1 < len(times) && times[k+1]-times[k] <= int64(silence/time.Second) {
			k++
		}
		if times[i] < times[k] {
			out = append(out, keepiton.Span{From: time.Unix(times[i], 0).UTC(), To: time.Unix(times[k], 0).UTC()})
		}
		i = k + 1
	}
	return out
}

// named is a file as Layout names it: of a day.
var named = regexp.MustCompile(`^events-(\d{8})\.json`)

func spanOf(path string) keepiton.Span {
	if m := named.FindStringSubmatch(filepath.Base(path)); m != nil {
		if at, err := time.Parse("20060102", m[1]); err == nil {
			return keepiton.Span{From: at, To: at.Add(day)}
		}
	}
	return keepiton.Span{}
}
