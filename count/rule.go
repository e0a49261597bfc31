package count

import (
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// Rule is a named, versioned way to turn incidents into counted instances.
// What it does is explained to readers in seven sentences, the messages
// rule.<Name>.1 to rule.<Name>.7. A change of what a rule counts is a new
// Version; the numbers of the old one stay in what was published under it.
type Rule struct {
	Name    string
	Version string

	// Sheet is true for a rule that repeats what a published sheet had,
	// whatever this record has decided about the incident since.
	Sheet bool

	// instances yields what c counts as at asOf. It is called only for cases
	// that are published and listed, or, where Sheet is set, withdrawn.
	instances func(c *Case, asOf time.Time, yield func(Instance))
}

// Sentences is the number of sentences that explain a rule to readers.
const Sentences = 7

// Keys returns the message keys of the rule's sentences, in order.
func (r Rule) Keys() []string {
	keys := make([]string, Sentences)
	for i := range keys {
		keys[i] = "rule." + r.Name + "." + strconv.Itoa(i+1)
	}
	return keys
}

// Rules returns every rule, in the order they are offered. docs/counting.md
// says how to add one.
func Rules() []Rule {
	return []Rule{
		{Name: "rows", Version: "1", Sheet: true, instances: rows},
		{Name: "stop-2023", Version: "1", instances: stop2023.byStart},
		{Name: "stop-2024", Version: "1", instances: stop2023.byYear},
		{Name: "events", Version: "1", instances: events},
	}
}

// DefaultRule is the rule used where none is named: STOP's own at the time of
// the newest editions.
const DefaultRule = "stop-2024"

// RuleByName returns the rule called s; the empty name is DefaultRule. Any
// other name is Invalid.
func RuleByName(s string) (Rule, error) {
	if s == "" {
		s = DefaultRule
	}
	var names []string
	for _, r := range Rules() {
		if r.Name == s {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Rule{}, keepiton.Errorf(keepiton.Invalid, "no counting rule %q: the rules are %s", s, strings.Join(names, ", "))
}

// Instances calls yield for each instance that c counts as under r at asOf. A
// draft, a merged incident (the other one has its rows), and one that the
// newest edition covering its years no longer lists, counts as nothing under
// every rule; a withdrawn one counts only where the rule repeats a sheet.
func (r Rule) Instances(c *Case, asOf time.Time, yield func(Instance)) {
	counts := c.State == keepiton.Published || r.Sheet && c.State == keepiton.Withdrawn
	if counts && c.Listed {
		r.instances(c, asOf, yield)
	}
}

// rows counts each row of the sheet in the year that the sheet counts it for.
// An incident that stands in no sheet counts as nothing.
func rows(c *Case, _ time.Time, yield func(Instance)) {
	for i := range c.Rows {
		r := &c.Rows[i]
		yield(Instance{Incident: c.ID, Year: r.Year, Start: r.Start.At, Dims: &r.Dims})
	}
}

// events counts each incident once, in the year of its first known start; an
// incident without any date counts in the year of its id.
func events(c *Case, _ time.Time, yield func(Instance)) {
	start := time.Time{}
	for _, e := range c.Episodes {
		if !e.Start.IsZero() && (start.IsZero() || e.Start.At.Before(start)) {
			start = e.Start.At
		}
	}
	year := start.Year()
	if start.IsZero() {
		year, _, _ = c.ID.Parse()
	}
	yield(Instance{Incident: c.ID, Year: year, Start: start, Dims: &c.Dims})
}
