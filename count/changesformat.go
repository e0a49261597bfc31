package count

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ChangeReport is what changed between two moments, ready to be written.
type ChangeReport struct {
	From    time.Time     `json:"from"`
	To      time.Time     `json:"to"`
	Changes []ChangeLine  `json:"changes"`
	Years   []YearChanges `json:"summary"`
}

// Write writes r in one of Formats: table ends with the summary by count year;
// csv has the changes alone: id, years, field, from, to, recorded, edition,
// several values of a cell joined by "; ". An unknown format is Invalid.
func (r ChangeReport) Write(w io.Writer, format string) error {
	switch format {
	case "table":
		return r.writeText(w)
	case "csv":
		return r.writeCSV(w)
	case "json":
		return writeJSON(w, r)
	}
	return unknownFormat(format)
}

func (l ChangeLine) cells() []string {
	years := make([]string, len(l.Years))
	for i, y := range l.Years {
		years[i] = strconv.Itoa(y)
	}
	return []string{
		string(l.ID), strings.Join(years, " "), l.Field, strings.Join(l.From, separator), strings.Join(l.To, separator),
		l.Recorded.UTC().Format(time.RFC3339), l.Edition,
	}
}

var changeColumns = []string{"id", "years", "field", "from", "to", "recorded", "edition"}

// changedFrom and changedTo are the places of the two texts in changeColumns.
const changedFrom, changedTo = 3, 4

// fromDifference cuts what two long texts have in common at their beginnings,
// but for a few words, so that a table shows what differs.
func fromDifference(from, to string) (string, string) {
	const keep, before = 45, 12
	a, b := []rune(from), []rune(to)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n < keep {
		return from, to
	}
	return "…" + string(a[n-before:]), "…" + string(b[n-before:])
}

func (r ChangeReport) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(changeColumns); err != nil {
		return err
	}
	for _, l := range r.Changes {
		cells := l.cells()
		for i := range cells {
			cells[i] = neutral(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (r ChangeReport) writeText(w io.Writer) error {
	out := bufio.NewWriter(w)
	rows := [][]string{changeColumns}
	for _, l := range r.Changes {
		cells := l.cells()
		for i, c := range cells {
			if cells[i] = strings.Join(strings.Fields(c), " "); c == "" {
				cells[i] = "–"
			}
		}
		cells[changedFrom], cells[changedTo] = fromDifference(cells[changedFrom], cells[changedTo])
		rows = append(rows, cells)
	}
	if len(r.Changes) > 0 {
		writeAligned(out, rows, len(changeColumns))
	}
	fmt.Fprintf(out, "\nbetween %s and %s: %d changes\n", r.From.Format(time.RFC3339), r.To.Format(time.RFC3339), len(r.Changes))
	for _, y := range r.Years {
		fmt.Fprintf(out, "%d: %s\n", y.Year, y.words())
	}
	return out.Flush()
}

// words says what changed in a year: "12 added, 3 removed, 45 changed (33
// causes, 12 episodes; filled in: 40 region)".
func (y YearChanges) words() string {
	var parts []string
	if y.Added > 0 {
		parts = append(parts, fmt.Sprintf("%d added", y.Added))
	}
	if y.Removed > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", y.Removed))
	}
	if y.Changed > 0 {
		var rewritten, filled []string
		for _, f := range y.Fields {
			if n := f.Rewritten(); n > 0 {
				rewritten = append(rewritten, fmt.Sprintf("%d %s", n, f.Field))
			}
		}
		byFilled := slices.Clone(y.Fields)
		slices.SortStableFunc(byFilled, func(a, b FieldChanges) int { return b.Filled - a.Filled })
		for _, f := range byFilled {
			if f.Filled > 0 {
				filled = append(filled, fmt.Sprintf("%d %s", f.Filled, f.Field))
			}
		}
		fields := strings.Join(rewritten, ", ")
		if len(filled) > 0 {
			fields = strings.TrimPrefix(fields+"; filled in: "+strings.Join(filled, ", "), "; ")
		}
		parts = append(parts, fmt.Sprintf("%d changed (%s)", y.Changed, fields))
	}
	return strings.Join(parts, ", ")
}
