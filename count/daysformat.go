package count

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"
)

var daysColumns = []string{"incidents", "open", "days_min", "days_best", "days_max"}

// Write writes t in one of Formats. An unknown one is Invalid.
func (t DaysTable) Write(w io.Writer, format string) error {
	switch format {
	case "table":
		out := bufio.NewWriter(w)
		cells := [][]string{append(append([]string{}, t.By...), daysColumns...)}
		for _, r := range t.Rows {
			cells = append(cells, r.cells())
		}
		writeAligned(out, cells, len(t.By))
		fmt.Fprintf(out, "\nrule %s, version %s, as of %s\n", t.Rule, t.Version, t.AsOf.Format(time.RFC3339))
		fmt.Fprint(out, "note: days of different kinds are not added up; open: incidents whose end is not known, of which days_best has the first day alone and days_max all since\n")
		return out.Flush()
	case "csv":
		out := csv.NewWriter(w)
		if err := out.Write(append(append([]string{}, t.By...), daysColumns...)); err != nil {
			return err
		}
		for _, r := range t.Rows {
			line := r.cells()
			for i := range r.Keys {
				line[i] = neutral(line[i])
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	case "json":
		return writeJSON(w, t.forJSON())
	}
	return unknownFormat(format)
}

func (r DaysRow) cells() []string {
	out := append([]string{}, r.Keys...)
	out = append(out, strconv.Itoa(r.Incidents), strconv.Itoa(r.Open))
	for _, d := range []float64{r.Days.Min, r.Days.Best, r.Days.Max} {
		out = append(out, strconv.FormatFloat(d, 'f', 1, 64))
	}
	return out
}

func (t DaysTable) forJSON() any {
	rows := make([]map[string]any, len(t.Rows))
	for i, r := range t.Rows {
		row := map[string]any{
			"incidents": r.Incidents, "open": r.Open,
			"days": map[string]float64{"min": r.Days.Min, "best": r.Days.Best, "max": r.Days.Max},
		}
		for j, k := range r.Keys {
			row[t.By[j]] = k
		}
		rows[i] = row
	}
	return map[string]any{"rule": t.Rule, "version": t.Version, "as_of": t.AsOf, "query": map[string]any{"by": t.By}, "rows": rows}
}
