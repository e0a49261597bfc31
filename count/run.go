package count

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// Cases calls yield for each incident that is public at a moment. The case may
// be reused for the next call. store.Incidents.Cases fits.
type Cases func(yield func(*Case) error) error

// Query is a question to a record.
type Query struct {
	Rule      Rule
	By        []string  // keys, see Keys; none gives one row
	AsOf      time.Time // never zero: the caller says what now is
	Countries []string  // ISO codes or STOP's country labels; none means all
	Years     []int     // none means all
}

// Table is an answer, sorted by its keys in order, years by number.
type Table struct {
	Rule, Version string
	AsOf          time.Time
	By            []string // as asked
	Countries     []string // as asked
	Years         []int    // as asked
	Rows          []TableRow
	Total         int
	Notes         []Note // what a reader must know of the sums
}

// TableRow is the number of instances that share the keys.
type TableRow struct {
	Keys  []string
	Count int
}

// Note is a caution that goes with a table.
type Note string

// The notes.
const (
	// MixedKinds: full network cuts, platform blocks and throttling are added
	// up in one number (notes: never one headline number).
	MixedKinds Note = "mixed_kinds"
	// SeveralYears: an incident may be counted in several years, so the total
	// over years is not a number of incidents.
	SeveralYears Note = "several_years"
)

// Run counts cases by the keys under rule at asOf. See Query.Run.
func Run(rule Rule, by []string, asOf time.Time, cases func(yield func(*Case) error) error) (Table, error) {
	return Query{Rule: rule, By: by, AsOf: asOf}.Run(cases)
}

// Run counts cases. Errors: Invalid for an unknown key, a missing moment or a
// missing rule; whatever cases returns.
func (q Query) Run(cases Cases) (Table, error) {
	dims, err := parseBy(q.By)
	if err != nil {
		return Table{}, err
	}
	if q.AsOf.IsZero() || q.Rule.instances == nil {
		return Table{}, keepiton.Errorf(keepiton.Invalid, "counting needs a rule and a moment")
	}
	t := tally{dims: dims, query: q, counts: map[string]*int{}}
	t.each = t.count
	if err := cases(t.add); err != nil {
		return Table{}, err
	}
	return t.table(), nil
}

// tally adds instances up. A row's key is its values, joined by zero bytes.
type tally struct {
	dims   []Dim
	query  Query
	counts map[string]*int
	buf    []byte

	total        int
	kind, extent string // of the first instance
	mixed        bool   // another has others
	repeated     bool   // an incident was counted in two years
	year         int    // of the case's last instance, 0 before the first

	each func(Instance) // t.count, bound once
}

func (t *tally) add(c *Case) error {
	t.year = 0
	t.query.Rule.Instances(c, t.query.AsOf, t.each)
	return nil
}

func (t *tally) count(i Instance) {
	if len(t.query.Years) > 0 && !slices.Contains(t.query.Years, i.Year) || !inCountries(i.Dims, t.query.Countries) {
		return
	}
	t.notice(i)
	t.buf = t.buf[:0]
	for _, dim := range t.dims {
		if dim == yearKey {
			t.buf = strconv.AppendInt(t.buf, int64(i.Year), 10)
		} else {
			t.buf = append(t.buf, i.Dims[dim]...)
		}
		t.buf = append(t.buf, 0)
	}
	if n := t.counts[string(t.buf)]; n != nil {
		*n++
	} else {
		one := 1
		t.counts[string(t.buf)] = &one
	}
	t.total++
}

// notice keeps what the notes need to know.
func (t *tally) notice(i Instance) {
	if t.total == 0 {
		t.kind, t.extent = i.Dims[Kind], i.Dims[Extent]
	}
	t.mixed = t.mixed || i.Dims[Kind] != t.kind || i.Dims[Extent] != t.extent
	t.repeated = t.repeated || t.year != 0 && t.year != i.Year
	t.year = i.Year
}

// inCountries reports whether one of the dims' countries is among those
// wanted, by code or by label.
func inCountries(d *Dims, want []string) bool {
	if len(want) == 0 {
		return true
	}
	for _, dim := range [...]Dim{CC, Country} {
		for one := range strings.SplitSeq(d[dim], ";") {
			one = strings.TrimSpace(one)
			if one != "" && slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, one) }) {
				return true
			}
		}
	}
	return false
}

func (t *tally) table() Table {
	out := Table{
		Rule: t.query.Rule.Name, Version: t.query.Rule.Version, AsOf: t.query.AsOf.UTC(),
		By: t.query.By, Countries: t.query.Countries, Years: t.query.Years,
		Total: t.total, Rows: make([]TableRow, 0, len(t.counts)),
	}
	for k, n := range t.counts {
		row := TableRow{Count: *n}
		if len(t.dims) > 0 {
			row.Keys = strings.Split(strings.TrimSuffix(k, "\x00"), "\x00")
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortFunc(out.Rows, func(a, b TableRow) int { return compareKeys(t.dims, a.Keys, b.Keys) })
	if t.mixed && !(slices.Contains(t.dims, Kind) && slices.Contains(t.dims, Extent)) {
		out.Notes = append(out.Notes, MixedKinds)
	}
	if t.repeated {
		out.Notes = append(out.Notes, SeveralYears)
	}
	return out
}

// compareKeys orders rows by their keys in order, years by number.
func compareKeys(dims []Dim, a, b []string) int {
	for i, dim := range dims {
		if dim == yearKey && len(a[i]) != len(b[i]) {
			return cmp.Compare(len(a[i]), len(b[i]))
		}
		if c := strings.Compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}
