package export

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"keepiton/locale"
)

// disruptionColumns are those of disruptions as CSV.
var disruptionColumns = []struct {
	name string
	cell func(d *Disruption) string
}{
	{"id", func(d *Disruption) string { return string(d.ID) }},
	{"country", func(d *Disruption) string { return d.Country }},
	{"entity", func(d *Disruption) string { return d.Entity.String() }},
	{"place", func(d *Disruption) string { return d.Place }},
	{"state", func(d *Disruption) string { return string(d.State) }},
	{"p_disruption", func(d *Disruption) string { return decimal(d.P) }},
	{"p_intentional", func(d *Disruption) string { return decimal(d.Intent) }},
	{"onset_from", func(d *Disruption) string { return stamp(d.Onset.From) }},
	{"onset_to", func(d *Disruption) string { return stamp(d.Onset.To) }},
	{"end_from", func(d *Disruption) string {
		if d.End == nil {
			return ""
		}
		return stamp(d.End.From)
	}},
	{"end_to", func(d *Disruption) string {
		if d.End == nil {
			return ""
		}
		return stamp(d.End.To)
	}},
	{"lost_from_sight_since", func(d *Disruption) string {
		if d.Lost == nil {
			return ""
		}
		return stamp(*d.Lost)
	}},
	{"episodes", func(d *Disruption) string { return strconv.Itoa(len(d.Episodes)) }},
	{"depth", func(d *Disruption) string { return decimal(d.Depth) }},
	{"shape", func(d *Disruption) string { return strings.Join(d.Shape, " ") }},
	{"witness", func(d *Disruption) string {
		if d.Witness == nil {
			return ""
		}
		return d.Witness.Series.String()
	}},
	{"witness_share_of_expected", func(d *Disruption) string {
		if d.Witness == nil || d.Witness.Share == nil {
			return ""
		}
		return decimal(*d.Witness.Share)
	}},
	{"witness_n", func(d *Disruption) string {
		if d.Witness == nil {
			return ""
		}
		return strconv.FormatUint(uint64(d.Witness.N), 10)
	}},
	{"reasons", func(d *Disruption) string {
		var keys []string
		for _, r := range d.Reasons {
			keys = append(keys, r.Key)
		}
		return strings.Join(keys, " ")
	}},
	{"sources", func(d *Disruption) string {
		var all []string
		for _, c := range d.Sources {
			all = append(all, c.Feed)
		}
		return strings.Join(all, " ")
	}},
	{"silent", func(d *Disruption) string {
		var all []string
		for _, s := range d.Silent {
			all = append(all, s.Series.String())
		}
		return strings.Join(all, " ")
	}},
	{"rules", func(d *Disruption) string { return d.Rules }},
	{"geolocation", func(d *Disruption) string { return d.Geo }},
	{"decision", func(d *Disruption) string { return string(d.Decision) }},
	{"incident", func(d *Disruption) string { return string(d.Incident) }},
	{"verified", func(*Disruption) string { return "no" }}, // a machine never verifies
	{"credit", func(d *Disruption) string { return CreditLine(d.Sources) }},
	{"url", func(d *Disruption) string { return d.URL }},
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// CreditLine names sources with their licences and addresses in one line.
func CreditLine(all []Credit) string {
	var out []string
	for _, c := range all {
		line := c.Title
		if c.Licence != "" {
			line += " (" + c.Licence + ")"
		}
		if c.Home != "" {
			line += " " + c.Home
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

// Disruptions calls yield for each disruption to be written, in the order of the
// file, and stops at the first error.
type Disruptions func(yield func(d *Disruption) error) error

// WriteDisruptionCSV writes disruptions as a table, one line each.
func WriteDisruptionCSV(w io.Writer, all Disruptions, opt Options) error {
	t, err := newTable(w, opt)
	if err != nil {
		return err
	}
	line := make([]string, len(disruptionColumns))
	for i, c := range disruptionColumns {
		line[i] = c.name
	}
	if err := t.Write(line); err != nil {
		return err
	}
	err = all(func(d *Disruption) error {
		for i, c := range disruptionColumns {
			line[i] = neutral(c.cell(d))
		}
		return t.Write(line)
	})
	if err != nil {
		return err
	}
	t.Flush()
	return t.Error()
}

const (
	disruptionTitle = "KeepItOn: disruptions that instruments measured"
	disruptionNote  = "Found by a machine and verified by nobody: only people verify a shutdown, with evidence, in the record. The two probabilities are separate. Of feeds that are not open there are shares of what was expected alone; credit and links stand with each entry."
)

// WriteDisruptionJSON writes {"meta": …, "disruptions": […]}.
func WriteDisruptionJSON(w io.Writer, all Disruptions, opt Options) error {
	m := newMeta(&opt)
	m.Title, m.Note = disruptionTitle, disruptionNote
	m.Citation = strings.ReplaceAll(m.Citation, recordTitle, disruptionTitle)
	if opt.Sample {
		m.Note = sampleNote + m.Note
	}
	head, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `{"meta":`+string(head)+`,"disruptions":[`); err != nil {
		return err
	}
	sep := "\n"
	err = all(func(d *Disruption) error {
		data, err := json.Marshal(d)
		if err != nil {
			return err
		}
		_, err = w.Write(append([]byte(sep), data...))
		sep = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

// FeedEntryOf is a disruption as a feed has it: changed when its verdict was.
func FeedEntryOf(p *locale.Printer, d *Disruption, updated time.Time, opt Options) *FeedEntry {
	e := &FeedEntry{
		ID: FeedID("disruption " + string(d.ID)), Updated: updated,
		Title: FeedText{Text: d.Place + ": " + d.StateWords},
		Tags:  []FeedTag{{string(d.State), d.StateWords}},
	}
	if opt.BaseURL != "" {
		e.URL = strings.TrimRight(opt.BaseURL, "/") + "/" + p.Lang().Tag + "/signals/" + string(d.ID)
	}
	lines := []string{
		p.T("signal.began", "When", IntervalWords(p, d.Onset, nil)),
		p.T("signal.p.disruption") + ": " + Odds(p, d.P),
		p.T("signal.p.intentional") + ": " + Odds(p, d.Intent),
	}
	if d.Lost != nil {
		lines = append(lines, p.T("signal.lost", "When", p.Instant(*d.Lost)))
	}
	for _, r := range d.Reasons[:min(5, len(d.Reasons))] {
		lines = append(lines, r.Words)
	}
	lines = append(lines, d.Notice, CreditLine(d.Sources))
	e.Text.Text = strings.Join(lines, "\n")
	return e
}
