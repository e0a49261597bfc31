package review

import (
	"slices"
	"strings"
	"time"

	"keepiton/stop"
)

// Report says what an import found and did. Its JSON is the file that
// keepiton import stop --report writes.
type Report struct {
	Edition   string         `json:"edition"`
	Published string         `json:"published"` // day
	Covers    []int          `json:"covers"`
	Files     []FileReport   `json:"files"` // one entry a sheet
	Rows      int            `json:"rows"`
	Incidents int            `json:"incidents"` // that the edition lists
	NotListed int            `json:"not_listed"`
	Waiting   int            `json:"waiting,omitempty"` // incidents that rest on reports: what the edition says of them waits for two people
	Defects   []DefectReport `json:"defects"`           // most frequent first
	Unmapped  UnmappedReport `json:"unmapped"`
	Already   bool           `json:"already_imported"` // the record had it; nothing changed
}

// FileReport counts the rows of one sheet. Imported rows are all those with a
// value; of them Matched belong to incidents that another edition lists too,
// New to incidents that this edition lists first, and Ambiguous (also counted
// as new) wait for a person to say whether they are known.
type FileReport struct {
	File       string `json:"file"`
	Sheet      string `json:"sheet"`
	Generation int    `json:"generation"`
	Rows       int    `json:"rows"`
	Imported   int    `json:"imported"`
	Matched    int    `json:"matched"`
	New        int    `json:"new"`
	Ambiguous  int    `json:"ambiguous"`
}

// DefectReport counts the defects of one kind with a few examples.
type DefectReport struct {
	Kind     stop.Kind `json:"kind"`
	Count    int       `json:"count"`
	Examples []Example `json:"examples"`
}

// Example is where a defect stands and what stands there.
type Example struct {
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Column string `json:"column"`
	Value  string `json:"value"`
}

// UnmappedReport lists the words that could not be resolved, each once.
type UnmappedReport struct {
	Places []string `json:"places"`
	Values []string `json:"values"`
}

const examplesEach = 5

func reportOf(e *stop.Edition, rec stop.Record, defects []stop.Defect) Report {
	r := Report{
		Edition: e.Name, Published: e.Published.Format(time.DateOnly), Covers: e.Covers, Incidents: rec.Events[e.Name],
		Files: []FileReport{}, Defects: []DefectReport{}, Unmapped: UnmappedReport{Places: []string{}, Values: []string{}},
	}
	at := map[[2]string]int{}
	for _, f := range e.Files {
		for _, s := range f.Sheets {
			at[[2]string{f.Name, s.Name}] = len(r.Files)
			r.Files = append(r.Files, FileReport{File: f.Name, Sheet: s.Name, Generation: int(s.Layout), Rows: len(s.Rows)})
			r.Rows += len(s.Rows)
		}
	}
	for _, l := range rec.Links {
		if l.Edition != e.Name {
			continue
		}
		f := &r.Files[at[[2]string{l.File, l.Sheet}]]
		f.Imported++
		switch {
		case l.Known:
			f.Matched++
		default:
			f.New++
		}
		if l.Open {
			f.Ambiguous++
		}
	}
	r.count(defects)
	return r
}

func (r *Report) count(defects []stop.Defect) {
	at := map[stop.Kind]int{}
	places, values := map[string]bool{}, map[string]bool{}
	for _, d := range stop.Tally(defects) {
		i, ok := at[d.Kind]
		if !ok {
			i = len(r.Defects)
			at[d.Kind] = i
			r.Defects = append(r.Defects, DefectReport{Kind: d.Kind})
		}
		r.Defects[i].Count++
		if len(r.Defects[i].Examples) < examplesEach {
			r.Defects[i].Examples = append(r.Defects[i].Examples, Example{d.File, d.Sheet, d.Row, d.Column, d.Value})
		}
		switch d.Kind {
		case stop.UnmappedPlace:
			places[d.Value] = true
		case stop.UnknownSpelling:
			values[strings.TrimSpace(d.Value)] = true
		}
	}
	for p := range places {
		r.Unmapped.Places = append(r.Unmapped.Places, p)
	}
	for v := range values {
		r.Unmapped.Values = append(r.Unmapped.Values, v)
	}
	slices.Sort(r.Unmapped.Places)
	slices.Sort(r.Unmapped.Values)
	slices.SortStableFunc(r.Defects, func(a, b DefectReport) int { return b.Count - a.Count })
}
