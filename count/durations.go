package count

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// The rule behind Durations.
const (
	DaysRule        = "inclusive-days"
	DaysRuleVersion = "1"
)

// DaysTable is the answer of Durations. It has no total: days of full network
// cuts, platform blocks and throttling are never added up (notes: 14 % of
// shutdown-days are full blackouts, 84 % platform blocks, and the sum moves
// 37-fold with how missing ends are filled).
type DaysTable struct {
	Rule, Version string
	AsOf          time.Time
	By            []string // as asked, with extent and kind added where missing
	Rows          []DaysRow
}

// DaysRow is the time dark of the incidents that share the keys.
type DaysRow struct {
	Keys      []string
	Incidents int           // that were dark here for certain: Best is not zero
	Open      int           // that may have been, since nobody knows their end
	Days      keepiton.Days // sums; Known is true when Open is 0
}

// Durations adds up, in days, how long the published and listed incidents of
// cases lasted, as seen at asOf, for each combination of the keys by, extent
// and kind. With the key year each year gets the part that falls into it.
//
// Rule inclusive-days, version 1. Each episode is an interval:
//
//   - Max runs from the earliest possible start to the latest possible end, so
//     that days given as days count whole, first and last included (STOP's own
//     way from 2020 on); where the end is not known, to asOf;
//   - Min runs from the latest possible start to the earliest possible end;
//     where the end is not known, it is zero;
//   - Best is Max; where the end is not known, the day of the start alone. It
//     is a floor and says so by Open.
//
// An ongoing episode runs to asOf in all three. An end before the start counts
// as not known and reaches no further than the day of the start. Episodes of
// one incident are taken not to overlap. Errors: Invalid for an unknown key or
// no moment; whatever cases returns.
func Durations(by []string, asOf time.Time, cases func(yield func(*Case) error) error) (DaysTable, error) {
	dims, err := parseBy(by)
	if err != nil {
		return DaysTable{}, err
	}
	if asOf.IsZero() {
		return DaysTable{}, keepiton.Errorf(keepiton.Invalid, "durations need a moment")
	}
	by = slices.Clone(by)
	for _, must := range []struct {
		dim  Dim
		name string
	}{{Extent, "extent"}, {Kind, "kind"}} {
		if !slices.Contains(dims, must.dim) {
			dims, by = append(dims, must.dim), append(by, must.name)
		}
	}
	s := daysSum{dims: dims, asOf: asOf, rows: map[string]*DaysRow{}, yearly: slices.Contains(dims, yearKey)}
	if err := cases(s.add); err != nil {
		return DaysTable{}, err
	}
	out := DaysTable{Rule: DaysRule, Version: DaysRuleVersion, AsOf: asOf.UTC(), By: by, Rows: make([]DaysRow, 0, len(s.rows))}
	for _, r := range s.rows {
		out.Rows = append(out.Rows, *r)
	}
	slices.SortStableFunc(out.Rows, func(a, b DaysRow) int { return compareKeys(dims, a.Keys, b.Keys) })
	return out, nil
}

// period is half open.
type period struct{ from, until time.Time }

// days returns the length of the part of p inside the year, or of all of p
// for year 0.
func (p period) days(year int) float64 {
	if year != 0 {
		start := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		if p.from.Before(start) {
			p.from = start
		}
		if end := start.AddDate(1, 0, 0); p.until.After(end) {
			p.until = end
		}
	}
	return max(0, p.until.Sub(p.from).Hours()/24)
}

// span is an episode as three periods.
type span struct {
	least, best, most period
	open              bool
}

func spanOf(e keepiton.Episode, asOf time.Time) span {
	startMin, startMax, endMin, endMax := e.Bounds(asOf)
	s := span{least: period{startMax, endMin}, most: period{startMin, endMax}}
	s.best = s.most
	backwards := !e.End.At.IsZero() && !e.End.At.Until().After(e.Start.At)
	switch {
	case backwards:
		s.open = true
		s.least, s.best, s.most = period{startMin, startMin}, period{startMin, startMax}, period{startMin, startMax}
	case e.End.At.IsZero() && e.End.State != keepiton.Ongoing:
		s.open = true
		s.best = period{startMin, startMax}
	}
	return s
}

// daysSum adds up the days of cases.
type daysSum struct {
	dims   []Dim
	asOf   time.Time
	yearly bool
	rows   map[string]*DaysRow
	buf    []byte
	spans  []span
}

func (s *daysSum) add(c *Case) error {
	if c.State != keepiton.Published || !c.Listed {
		return nil
	}
	s.spans = s.spans[:0]
	first, last := 0, 0
	for _, e := range c.Episodes {
		if e.Start.IsZero() || e.Start.At.After(s.asOf) {
			continue
		}
		sp := spanOf(e, s.asOf)
		s.spans = append(s.spans, sp)
		if y := e.Start.At.Year(); first == 0 || y < first {
			first = y
		}
		last = max(last, e.Start.At.Year(), sp.most.until.Add(-time.Second).Year())
	}
	if len(s.spans) == 0 {
		return nil
	}
	if !s.yearly {
		s.put(c, 0)
		return nil
	}
	for year := first; year <= last; year++ {
		s.put(c, year)
	}
	return nil
}

// put adds the part of the current spans that falls into year to its row.
func (s *daysSum) put(c *Case, year int) {
	var d keepiton.Days
	open := 0
	for _, sp := range s.spans {
		most := sp.most.days(year)
		d.Min, d.Best, d.Max = d.Min+sp.least.days(year), d.Best+sp.best.days(year), d.Max+most
		if sp.open && most > 0 {
			open = 1
		}
	}
	if d.Max == 0 {
		return
	}
	s.buf = s.buf[:0]
	for _, dim := range s.dims {
		if dim == yearKey {
			s.buf = strconv.AppendInt(s.buf, int64(year), 10)
		} else {
			s.buf = append(s.buf, c.Dims[dim]...)
		}
		s.buf = append(s.buf, 0)
	}
	r := s.rows[string(s.buf)]
	if r == nil {
		r = &DaysRow{Keys: strings.Split(strings.TrimSuffix(string(s.buf), "\x00"), "\x00")}
		s.rows[string(s.buf)] = r
	}
	if d.Best > 0 {
		r.Incidents++
	}
	r.Open += open
	r.Days.Min, r.Days.Best, r.Days.Max = r.Days.Min+d.Min, r.Days.Best+d.Best, r.Days.Max+d.Max
	r.Days.Known = r.Open == 0
}
