package chart

import (
	"math"
	"time"

	"keepiton/locale"
)

// niceMax returns the smallest round number that is not below v and easily
// halved, and 1 for nothing.
func niceMax(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if m*base >= v {
			return m * base
		}
	}
	return 10 * base
}

type tick struct {
	at    time.Time
	label string
}

// timeTicks returns a handful of round moments from from to to, with labels as
// short as the unit allows.
func timeTicks(p *locale.Printer, from, to time.Time) []tick {
	const most = 6
	span := to.Sub(from)
	const day = 24 * time.Hour
	switch {
	case span <= 2*day:
		for _, h := range []time.Duration{1, 2, 3, 6, 12} {
			if step := h * time.Hour; span/step <= most {
				return steps(from.Truncate(step), from, to, func(t time.Time) time.Time { return t.Add(step) },
					func(t time.Time) string {
						if t.Hour() == 0 {
							return p.DayShort(t)
						}
						return p.Clock(t)
					})
			}
		}
	case span <= 60*day:
		for _, n := range []int{1, 2, 5, 7, 14} {
			if span/(time.Duration(n)*day) <= most {
				return steps(from.Truncate(day), from, to, func(t time.Time) time.Time { return t.AddDate(0, 0, n) }, p.DayShort)
			}
		}
	case span <= 3*365*day:
		first := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
		for _, n := range []int{1, 2, 3, 6, 12} {
			if span/(time.Duration(n)*30*day) <= most {
				return steps(first, from, to, func(t time.Time) time.Time { return t.AddDate(0, n, 0) }, monthLabels(p))
			}
		}
	}
	years := to.Year() - from.Year() + 1
	n := (years + most - 1) / most
	first := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	return steps(first, from, to, func(t time.Time) time.Time { return t.AddDate(n, 0, 0) },
		func(t time.Time) string { return p.Year(t.Year()) })
}

// monthLabels returns a function that names months in order, with the year
// where it is new.
func monthLabels(p *locale.Printer) func(time.Time) string {
	year := 0
	return func(t time.Time) string {
		if t.Year() == year {
			return p.MonthName(t)
		}
		year = t.Year()
		return p.MonthShort(t)
	}
}

func steps(t, from, to time.Time, next func(time.Time) time.Time, label func(time.Time) string) []tick {
	var out []tick
	for ; !t.After(to); t = next(t) {
		if !t.Before(from) {
			out = append(out, tick{t, label(t)})
		}
	}
	return out
}

// timeAxis maps moments to x in [x0, x1].
type timeAxis struct {
	from, to time.Time
	x0, x1   float64
}

func (a timeAxis) x(t time.Time) float64 {
	span := a.to.Sub(a.from).Seconds()
	if span <= 0 {
		return a.x0
	}
	f := t.Sub(a.from).Seconds() / span
	return a.x0 + min(max(f, 0), 1)*(a.x1-a.x0)
}

// draw writes ticks from y0 to y1 and their labels below; labels that would
// run into the one before are left out.
func (a timeAxis) draw(p *pen, l *locale.Printer, y0, y1 float64) {
	p.line(a.x0, y1, a.x1, y1, "x")
	last := math.Inf(-1)
	for _, t := range timeTicks(l, a.from, a.to) {
		x, half := a.x(t.at), width(t.label)/2
		mid := min(max(x, half+3), p.w-half-3) // width is an estimate
		p.line(x, y0, x, y1+4, "g")
		if mid-half < last+8 {
			continue
		}
		p.text(mid, y1+17, middle, "m v", t.label)
		last = mid + half
	}
}
