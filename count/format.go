package count

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"keepiton"
)

// Formats lists what a table can be written as.
var Formats = []string{"table", "csv", "json"}

// Write writes t in one of Formats. An unknown one is Invalid.
func (t Table) Write(w io.Writer, format string) error {
	switch format {
	case "table":
		return t.writeText(w)
	case "csv":
		return t.writeCSV(w)
	case "json":
		return writeJSON(w, t)
	}
	return unknownFormat(format)
}

func unknownFormat(format string) error {
	return keepiton.Errorf(keepiton.Invalid, "no format %q: the formats are %s", format, strings.Join(Formats, ", "))
}

// noteTexts are the notes in plain English, for the command line.
var noteTexts = map[Note]string{
	MixedKinds:   "the sums mix full network cuts, platform blocks and throttling; add kind,extent to --by to keep them apart",
	SeveralYears: "an incident active in several years counts once in each, so sums over years are not numbers of incidents",
}

// writeText writes aligned columns, the total, and under which rule and as of
// when the numbers hold.
func (t Table) writeText(w io.Writer) error {
	out := bufio.NewWriter(w)
	cells := [][]string{append(append([]string{}, t.By...), "count")}
	for _, r := range t.Rows {
		cells = append(cells, append(append([]string{}, r.Keys...), strconv.Itoa(r.Count)))
	}
	if len(t.By) > 0 {
		total := make([]string, len(t.By)+1)
		total[0], total[len(t.By)] = "total", strconv.Itoa(t.Total)
		cells = append(cells, total)
	} else if len(t.Rows) == 0 {
		cells = append(cells, []string{"0"})
	}
	writeAligned(out, cells, len(t.By))
	fmt.Fprintf(out, "\nrule %s, version %s, as of %s\n", t.Rule, t.Version, t.AsOf.Format(time.RFC3339))
	if len(t.Countries) > 0 {
		fmt.Fprintf(out, "only %s\n", strings.Join(t.Countries, ", "))
	}
	for _, n := range t.Notes {
		fmt.Fprintf(out, "note: %s\n", noteTexts[n])
	}
	return out.Flush()
}

// writeAligned writes rows with words to the left and the columns from
// numbers on to the right. Words are shortened to keep lines readable.
func writeAligned(out *bufio.Writer, rows [][]string, numbers int) {
	const widest = 60
	var width []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			if n := utf8.RuneCountInString(c); n > widest {
				r[i] = string([]rune(c)[:widest-1]) + "…"
			}
			width[i] = max(width[i], utf8.RuneCountInString(r[i]))
		}
	}
	for _, r := range rows {
		line := ""
		for i, c := range r {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i > 0 {
				line += "  "
			}
			if i >= numbers {
				line += pad + c
			} else {
				line += c + pad
			}
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}

// writeCSV writes the keys as asked and "count", and nothing else.
func (t Table) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(append(append([]string{}, t.By...), "count")); err != nil {
		return err
	}
	for _, r := range t.Rows {
		line := make([]string, 0, len(r.Keys)+1)
		for _, k := range r.Keys {
			line = append(line, neutral(k))
		}
		if err := out.Write(append(line, strconv.Itoa(r.Count))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// neutral puts an apostrophe before a text that a spreadsheet would run as a
// formula: one that starts with = + - @, tab or carriage return.
func neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// MarshalJSON writes rule, version, as_of, query, rows (one object each, the
// keys as asked and count; a year is a number), total and notes.
func (t Table) MarshalJSON() ([]byte, error) {
	dims, err := parseBy(t.By)
	if err != nil {
		return nil, err
	}
	rows := make([]json.RawMessage, len(t.Rows))
	for i, r := range t.Rows {
		var b []byte
		for j, k := range r.Keys {
			b = append(b, `,`...)
			b = appendJSON(b, t.By[j])
			b = append(b, ':')
			if dims[j] == yearKey {
				b = append(b, k...)
			} else {
				b = appendJSON(b, k)
			}
		}
		b = append(b, `,"count":`...)
		b = strconv.AppendInt(b, int64(r.Count), 10)
		b[0] = '{'
		rows[i] = append(b, '}')
	}
	by := t.By
	if by == nil {
		by = []string{}
	}
	return json.Marshal(struct {
		Rule    string    `json:"rule"`
		Version string    `json:"version"`
		AsOf    time.Time `json:"as_of"`
		Query   struct {
			By        []string `json:"by"`
			Countries []string `json:"countries,omitempty"`
			Years     []int    `json:"years,omitempty"`
		} `json:"query"`
		Rows  []json.RawMessage `json:"rows"`
		Total int               `json:"total"`
		Notes []Note            `json:"notes,omitempty"`
	}{t.Rule, t.Version, t.AsOf, struct {
		By        []string `json:"by"`
		Countries []string `json:"countries,omitempty"`
		Years     []int    `json:"years,omitempty"`
	}{by, t.Countries, t.Years}, rows, t.Total, t.Notes})
}

func appendJSON(b []byte, s string) []byte {
	text, _ := json.Marshal(s) // a string always marshals
	return append(b, text...)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
