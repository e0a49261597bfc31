package stop

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"keepiton"
)

// RowRef names a row of an edition.
type RowRef struct {
	Edition, File, Sheet string
	Row                  int
}

// Pins keep ids that are public. Rows says which incident a row already
// belongs to; Taken is the greatest number in use for each year, whatever made
// that incident. The zero Pins numbers from 1.
type Pins struct {
	Rows  map[RowRef]keepiton.IncidentID
	Taken map[int]int
}

// Record is the STOP part of the record.
type Record struct {
	Incidents []Derived // in order of id
	Links     []Link    // in order of edition, file, sheet and row
	Questions []Question
	Defects   map[string][]Defect // of values, by edition
	Events    map[string]int      // incidents that an edition lists, by edition
}

// Derived is one incident and what each edition did to it, oldest first.
type Derived struct {
	ID    keepiton.IncidentID
	Steps []Step
}

// Step is what one edition says of an incident.
type Step struct {
	Edition  string
	Before   *keepiton.Incident // the draft of the edition that listed it last; nil for the first
	After    *keepiton.Incident // this edition's draft; nil when it no longer lists it
	Revision keepiton.Revision  // the whole state, as if only editions had ever spoken
}

// Link ties a row to its incident and says why.
type Link struct {
	RowRef
	Incident keepiton.IncidentID
	Score    float64
	Reasons  []string
	Known    bool // another edition of the set lists the incident too
	Open     bool // a question about it is open
}

// Question is a match that the evidence does not decide: Incident was made for
// the rows meanwhile.
type Question struct {
	Edition    string
	Incident   keepiton.IncidentID
	Candidates []Candidate
}

// Candidate is an incident that may be the same as that of a Question.
type Candidate struct {
	Incident keepiton.IncidentID
	Score    float64
	Reasons  []string
}

// Derive works out the STOP part of the record from a set of editions. It is
// pure, and the order of the slice does not matter: editions speak in order of
// publication, then name. A newer edition changes only the fields in which its
// own draft differs from that of the edition that listed the incident last. An
// incident whose count years a newer edition covers and which it does not list
// becomes "not listed"; rows of years it does not cover stay.
func Derive(editions []Edition, pins Pins) Record {
	editions = slices.Clone(editions)
	slices.SortStableFunc(editions, func(a, b Edition) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.Name, b.Name))
	})
	d := deriving{editions: editions, record: Record{Defects: map[string][]Defect{}, Events: map[string]int{}}}
	for k := range editions {
		d.add(k, pins)
	}
	d.number(pins)
	for _, in := range d.incidents {
		d.record.Incidents = append(d.record.Incidents, Derived{ID: in.id, Steps: d.steps(in)})
	}
	slices.SortStableFunc(d.record.Incidents, func(a, b Derived) int { return compareIDs(a.ID, b.ID) })
	d.links()
	return d.record
}

func compareIDs(a, b keepiton.IncidentID) int {
	ya, na, _ := a.Parse()
	yb, nb, _ := b.Parse()
	return cmp.Or(cmp.Compare(ya, yb), cmp.Compare(na, nb), cmp.Compare(a, b))
}

type deriving struct {
	editions  []Edition
	incidents []*lineage
	events    [][]*event // by edition
	record    Record
}

// add lets the k-th edition speak.
func (d *deriving) add(k int, pins Pins) {
	e := &d.editions[k]
	evs := events(e, pins)
	d.events = append(d.events, evs)
	d.record.Events[e.Name] = len(evs)
	for _, ev := range evs {
		d.record.Defects[e.Name] = append(d.record.Defects[e.Name], ev.defects...)
	}
	m := match(evs, d.incidents)
	for i, ev := range evs {
		ev.by = m.by[i]
		if j := m.to[i]; j >= 0 {
			ev.incident = d.incidents[j]
		} else {
			ev.incident = &lineage{listed: map[int]*event{}}
			ev.by = likeness{score: 1, reasons: []string{"first listed here"}}
			d.incidents = append(d.incidents, ev.incident)
		}
		ev.incident.last, ev.incident.listed[k] = ev, ev
		if ev.incident.id == "" {
			ev.incident.id = ev.pin
		}
	}
	for i := range evs {
		for _, q := range m.questions[i] {
			evs[i].questions = append(evs[i].questions, question{d.incidents[q.incident], q.likeness})
		}
	}
}

func refOf(r keepiton.Row) RowRef { return RowRef{r.Edition, r.File, r.Sheet, r.Number} }

// number gives ids to the incidents without a pin, by the year in which they
// start, in order of edition and row.
func (d *deriving) number(pins Pins) {
	next := map[int]int{}
	for y, n := range pins.Taken {
		next[y] = n
	}
	used := map[keepiton.IncidentID]bool{}
	for _, in := range d.incidents {
		if in.id == "" || used[in.id] {
			in.id = "" // two lineages cannot share a pin: the later one is numbered anew
			continue
		}
		used[in.id] = true
		if y, n, err := in.id.Parse(); err == nil {
			next[y] = max(next[y], n)
		}
	}
	for _, in := range d.incidents {
		if in.id != "" {
			continue
		}
		y := in.firstYear()
		next[y]++
		in.id = keepiton.NewIncidentID(y, next[y])
	}
}

// firstYear is the start year by the first edition that listed it, else its
// count year.
func (in *lineage) firstYear() int {
	first := in.listed[slices.Min(keys(in.listed))]
	if start := first.draft.Start(); !start.IsZero() {
		return start.At.Year()
	}
	return first.rows[0].CountYear
}

func keys(m map[int]*event) []int {
	var out []int
	for k := range m {
		out = append(out, k)
	}
	return out
}

// steps tells an incident's story, edition by edition.
func (d *deriving) steps(in *lineage) []Step {
	var out []Step
	var state, before *keepiton.Incident
	for k := range d.editions {
		e := &d.editions[k]
		ev := in.listed[k]
		if ev == nil && state == nil {
			continue
		}
		step := Step{Edition: e.Name, Before: before}
		var reason string
		switch {
		case before == nil:
			step.After = &ev.draft
			state = ev.draft.Clone()
			state.ID = in.id
			reason = fmt.Sprintf("First listed in the edition “%s”, %s.", e.Name, rowWords(ev.rows))
		case ev != nil:
			step.After = &ev.draft
			next := state.Clone()
			Apply(next, before, &ev.draft)
			next.Rows, next.NotListed = mergeRows(e, state.Rows, ev.rows), ""
			reason = "The edition “" + e.Name + "” lists it " + changeWords(state, next) + ", " + rowWords(ev.rows) + "."
			state = next
		default:
			rest := mergeRows(e, state.Rows, nil)
			if len(rest) == len(state.Rows) {
				continue
			}
			state = state.Clone()
			gone := state.CountYears()
			state.Rows = rest
			reason = fmt.Sprintf("The edition “%s” no longer lists it for %s.", e.Name, yearWords(gone, rest))
			if len(rest) == 0 {
				state.NotListed = e.Name
				reason = fmt.Sprintf("The edition “%s” covers %s and no longer lists it.", e.Name, yearWords(gone, nil))
			}
		}
		if ev != nil {
			before = &ev.draft
		}
		step.Revision = keepiton.Revision{Recorded: e.Published, Role: keepiton.RoleImport, Edition: e.Name, Reason: reason, Incident: *state.Clone()}
		out = append(out, step)
	}
	return out
}

// mergeRows replaces the rows of the years that e covers by its own.
func mergeRows(e *Edition, old, own []keepiton.Row) []keepiton.Row {
	var out []keepiton.Row
	for _, r := range old {
		if !slices.Contains(e.Covers, r.CountYear) {
			out = append(out, r)
		}
	}
	out = append(out, own...)
	slices.SortStableFunc(out, func(a, b keepiton.Row) int { return cmp.Compare(a.CountYear, b.CountYear) })
	return out
}

func rowWords(rows []keepiton.Row) string {
	var at []string
	for _, r := range rows {
		where := fmt.Sprintf("row %d", r.Number)
		if r.Sheet != "" {
			where = fmt.Sprintf("sheet “%s” row %d", strings.TrimSpace(r.Sheet), r.Number)
		}
		at = append(at, where)
	}
	return strings.Join(at, ", ")
}

func changeWords(a, b *keepiton.Incident) string {
	switch n := len(keepiton.Diff(a, b)); n {
	case 0:
		return "unchanged"
	case 1:
		return "with one field changed"
	default:
		return fmt.Sprintf("with %d fields changed", n)
	}
}

// yearWords lists the years that are in before and no longer in the rows left.
func yearWords(before []int, left []keepiton.Row) string {
	var out []string
	for _, y := range before {
		if !slices.ContainsFunc(left, func(r keepiton.Row) bool { return r.CountYear == y }) {
			out = append(out, fmt.Sprint(y))
		}
	}
	return strings.Join(out, ", ")
}

// links writes down why each row belongs where it does.
func (d *deriving) links() {
	for k := range d.events {
		for _, ev := range d.events[k] {
			for _, r := range ev.rows {
				d.record.Links = append(d.record.Links, Link{RowRef: refOf(r), Incident: ev.incident.id, Score: ev.by.score, Reasons: ev.by.reasons, Known: len(ev.incident.listed) > 1, Open: len(ev.questions) > 0})
			}
			if len(ev.questions) == 0 {
				continue
			}
			q := Question{Edition: d.editions[k].Name, Incident: ev.incident.id}
			for _, c := range ev.questions {
				q.Candidates = append(q.Candidates, Candidate{c.incident.id, c.by.score, c.by.reasons})
			}
			d.record.Questions = append(d.record.Questions, q)
		}
	}
}
