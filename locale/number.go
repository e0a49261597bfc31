package locale

import (
	"math"
	"strconv"
	"strings"

	"keepiton"
)

// Number writes an int, int64 or float64 (at most two decimals) with the
// language's separators. What is not a finite number is a dash.
func (p *Printer) Number(n any) string {
	switch n := n.(type) {
	case int:
		return p.digits(strconv.Itoa(n))
	case int64:
		return p.digits(strconv.FormatInt(n, 10))
	case uint64:
		return p.digits(strconv.FormatUint(n, 10))
	case float64:
		return p.decimals(n, 2)
	}
	return "–"
}

// Percent writes a ratio, 0.25, as a percentage, 25%, with one decimal below
// ten percent.
func (p *Printer) Percent(ratio float64) string {
	places := 0
	if math.Abs(ratio) < 0.0995 {
		places = 1
	}
	return strings.NewReplacer("#,##0", p.decimals(ratio*100, places), "%", p.patterns.percentSign).Replace(p.patterns.percent)
}

// decimals rounds to at most places decimals; halves go away from zero, as
// readers expect.
func (p *Printer) decimals(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	scale := math.Pow10(places)
	if r := math.Round(f*scale) / scale; !math.IsInf(r, 0) && !math.IsNaN(r) {
		f = r
	}
	return p.digits(strconv.FormatFloat(f, 'f', -1, 64))
}

// digits groups the digits of a number as strconv writes it.
func (p *Printer) digits(s string) string {
	body, negative := strings.CutPrefix(s, "-")
	whole, fraction, hasFraction := strings.Cut(body, ".")
	var b strings.Builder
	if negative && strings.Trim(body, "0.") != "" {
		b.WriteString(p.patterns.minus)
	}
	grouped := len(whole) >= 3+p.patterns.minGrouping
	for i, c := range whole {
		if grouped && i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(p.patterns.group)
		}
		b.WriteRune(c)
	}
	if hasFraction {
		b.WriteString(p.patterns.decimal)
		b.WriteString(fraction)
	}
	return p.shape(b.String())
}

// Days writes a duration: "3 days", "1–3 days, most likely 2", and for one
// that has no known end "2 days or more". Days are rounded to whole ones.
func (p *Printer) Days(d keepiton.Days) string {
	low, best, high := int(math.Floor(d.Min)), int(math.Round(d.Best)), int(math.Ceil(d.Max))
	best = max(best, low)
	high = max(high, best)
	if !d.Known {
		return p.N("days.open", max(low, 1))
	}
	// The minimum of a cut known to the day is a day and more below the usual
	// count of days touched; that span says nothing a reader needs.
	if best-low <= 2 && high-best <= 1 {
		return p.N("days.exact", best)
	}
	return p.N("days.range", best, "Min", low, "Max", high)
}

// List joins words as the language does: a, b and c.
func (p *Printer) List(items []string) string {
	pair := func(pattern, a, b string) string {
		return strings.NewReplacer("{0}", a, "{1}", b).Replace(pattern)
	}
	n := len(items)
	switch n {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		return pair(p.patterns.listTwo, items[0], items[1])
	}
	s := pair(p.patterns.listEnd, items[n-2], items[n-1])
	for i := n - 3; i > 0; i-- {
		s = pair(p.patterns.listMiddle, items[i], s)
	}
	return pair(p.patterns.listStart, items[0], s)
}
