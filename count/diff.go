package count

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
)

// ChangeLine is one field of one incident that reads differently at two
// moments. From and To are the field's values as text; empty means that there
// was nothing.
type ChangeLine struct {
	ID       keepiton.IncidentID `json:"id"`
	Years    []int               `json:"years"` // that the incident counts for, see CountYears
	Field    string              `json:"field"` // a keepiton.Field, or FieldIncident for a new one
	From     []string            `json:"from"`
	To       []string            `json:"to"`
	Recorded time.Time           `json:"recorded"`          // of the revision in force at the later moment
	Edition  string              `json:"edition,omitempty"` // of the same, when an import made it
}

// FieldIncident stands in ChangeLine.Field for an incident that did not exist
// at the earlier moment; its fields are then not listed one by one.
const FieldIncident = "incident"

// YearChanges sums up what changed of the incidents that count for one year.
type YearChanges struct {
	Year    int            `json:"year"`
	Added   int            `json:"added"`   // incidents that did not exist before
	Removed int            `json:"removed"` // withdrawn, merged, or no longer listed
	Changed int            `json:"changed"` // incidents of which a field reads differently
	Fields  []FieldChanges `json:"fields"`  // the field rewritten most first
}

// FieldChanges says in how many incidents a field reads differently. Where it
// was empty before it was filled in rather than rewritten: a newer layout may
// ask a question that the older one did not.
type FieldChanges struct {
	Field  string `json:"field"`
	Count  int    `json:"count"`
	Filled int    `json:"filled"` // of Count
}

// Rewritten is in how many incidents the field said something else before.
func (f FieldChanges) Rewritten() int { return f.Count - f.Filled }

// CountYears returns for each incident the years it counts for: those of the
// sheet's rows, or, when it stands in no sheet, the years in which it was
// active (the rule stop-2024) whatever its state.
func CountYears(asOf time.Time, cases func(yield func(*Case) error) error) (map[keepiton.IncidentID][]int, error) {
	years := map[keepiton.IncidentID][]int{}
	err := cases(func(c *Case) error {
		var out []int
		add := func(i Instance) {
			if i.Year != 0 && !slices.Contains(out, i.Year) {
				out = append(out, i.Year)
			}
		}
		rows(c, asOf, add)
		if len(out) == 0 {
			stop2023.byYear(c, asOf, add)
		}
		slices.Sort(out)
		years[c.ID] = out
		return nil
	})
	return years, err
}

// Between calls yield for each incident that differs between two moments;
// before is nil when it did not exist. store.Incidents.Between fits.
type Between func(yield func(before, after *keepiton.Revision) error) error

// SummarizeChanges lists what differs between two moments field by field, and
// sums it up by count year, ascending. An incident that counts for several
// years stands in each. yield may be nil. Years come from CountYears at the
// later moment; an incident missing there stands in no year's sum.
func SummarizeChanges(years map[keepiton.IncidentID][]int, between Between, yield func(ChangeLine) error) ([]YearChanges, error) {
	s := summary{}
	err := between(func(before, after *keepiton.Revision) error {
		lines := Compare(before, after)
		if len(lines) == 0 {
			return nil
		}
		at := years[after.Incident.ID]
		for _, year := range at {
			s.add(year, before, &after.Incident, lines)
		}
		for _, line := range lines {
			line.Years = at
			if yield == nil {
				continue
			}
			if err := yield(line); err != nil {
				return err
			}
		}
		return nil
	})
	return s.years(), err
}

// Compare lists what differs between two revisions of one incident as any
// reader may have them, in the order of keepiton.Fields: what is confidential
// in the later one is hidden in both. An incident that was not public before
// is new; one that is not public after has no changes to show. Years are left
// empty.
func Compare(before, after *keepiton.Revision) []ChangeLine {
	if !after.Incident.State.Public() {
		return nil
	}
	line := ChangeLine{ID: after.Incident.ID, Recorded: after.Recorded, Edition: after.Edition}
	if before == nil || !before.Incident.State.Public() {
		line.Field, line.To = FieldIncident, []string{"added"}
		return []ChangeLine{line}
	}
	secrets := after.Incident.Secrets()
	var out []ChangeLine
	for _, c := range keepiton.Diff(before.Incident.Redact(secrets), after.Incident.Redact(secrets)) {
		line.Field, line.From, line.To = c.Field, c.From, c.To
		out = append(out, line)
	}
	return out
}

// summary collects YearChanges.
type summary map[int]*yearSum

type yearSum struct {
	YearChanges
	fields map[string]FieldChanges
}

func (s summary) add(year int, before *keepiton.Revision, after *keepiton.Incident, lines []ChangeLine) {
	y := s[year]
	if y == nil {
		y = &yearSum{YearChanges: YearChanges{Year: year}, fields: map[string]FieldChanges{}}
		s[year] = y
	}
	if lines[0].Field == FieldIncident {
		y.Added++
		return
	}
	y.Changed++
	if counts(&before.Incident) && !counts(after) {
		y.Removed++
	}
	for _, l := range lines {
		f := y.fields[l.Field]
		f.Field, f.Count = l.Field, f.Count+1
		if len(l.From) == 0 {
			f.Filled++
		}
		y.fields[l.Field] = f
	}
}

// counts reports whether the incident can count under any rule.
func counts(inc *keepiton.Incident) bool {
	return inc.State == keepiton.Published && inc.NotListed == ""
}

func (s summary) years() []YearChanges {
	out := make([]YearChanges, 0, len(s))
	for _, y := range s {
		for _, f := range y.fields {
			y.Fields = append(y.Fields, f)
		}
		slices.SortStableFunc(y.Fields, func(a, b FieldChanges) int {
			return cmp.Or(cmp.Compare(b.Rewritten(), a.Rewritten()), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Field, b.Field))
		})
		out = append(out, y.YearChanges)
	}
	slices.SortStableFunc(out, func(a, b YearChanges) int { return cmp.Compare(a.Year, b.Year) })
	return out
}
