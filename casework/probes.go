package casework

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/probe"
)

// Bounds of what is read of a probe's results.
const (
	maxResults = 16 << 20  // bytes of all files of a report, unpacked
	maxResult  = 256 << 10 // bytes of a line, as in source/probe
)

// Results are what probes saw, as far as a desk shows it. What is in the files is made
// series of by source/probe.
type Results struct {
	Files     [][]byte          // lines of JSON, packed or not: one for each run
	Countries []string          // ISO 3166-1; none where it was withheld
	Networks  []keepiton.Entity // number of the network and kind of access, as far as they were said
	From, To  time.Time
	Runs      int
	Probes    int                   // distinct, each on its day
	Networked map[probe.Verdict]int // runs by what they say of the network
}

// Results returns what probes saw, or nil: it is a person's report, or something else
// than results is in it, and then it stays among the reports.
func (o *Opened) Results() *Results { return o.results }

// readResults opens the runs that a probe has put together, each sealed by itself
// when it was made, and reads what is in them.
func (o *Opened) readResults(keys Opener) {
	if o.Report.Kind != keepiton.ReportProbe {
		return
	}
	all, only := o.Files, wordless(o.Report)
	for _, f := range o.Files {
		if f.Type != bundle.SealedType {
			continue
		}
		inner, err := openInner(keys, f.Bytes)
		if err != nil || inner.Report.Kind != keepiton.ReportProbe || len(all)+len(inner.Files) > 2*bundle.MaxFiles {
			only = false
			continue
		}
		only = only && wordless(inner.Report)
		all = append(all[:len(all):len(all)], inner.Files...)
	}
	o.Files = all
	if r := resultsIn(all); only && r.Runs > 0 {
		o.results = r
	}
}

// openInner opens a sealed file that stands in a report. What is sealed in it stays so.
func openInner(keys Opener, sealed []byte) (*Opened, error) {
	in := bufio.NewReader(bytes.NewReader(sealed))
	if _, err := bundle.ReadHeader(in); err != nil {
		return nil, err
	}
	plain, err := keys.Open(in)
	if err != nil {
		return nil, err
	}
	return Read(plain)
}

// wordless reports whether nobody has written anything into a report.
func wordless(r *keepiton.Report) bool {
	return r.Place+r.Provider+r.Seen+r.Contact+r.Sender == "" && r.Story == nil && r.Application == nil && r.Adds == "" && len(r.Extra) == 0 && len(r.Services) == 0
}

// resultsIn reads files of results; Runs is 0 when one of them is something else.
func resultsIn(files []File) *Results {
	r := &Results{Networked: map[probe.Verdict]int{}}
	left := maxResults
	countries, probes, networks := map[string]bool{}, map[string]bool{}, map[keepiton.Entity]bool{}
	for _, f := range files {
		if f.Type == bundle.SealedType {
			continue
		}
		lines, n := runOf(f.Bytes, left)
		if left -= n; len(lines) == 0 {
			return &Results{}
		}
		m := lines[0]
		at, err := time.Parse(probe.TimeLayout, m.StartTime)
		if err != nil {
			return &Results{}
		}
		r.Files, r.Runs = append(r.Files, f.Bytes), r.Runs+1
		r.Networked[m.Keys.Network]++
		if r.From.IsZero() || at.Before(r.From) {
			r.From = at
		}
		if end := at.Add(time.Hour); end.After(r.To) {
			r.To = end
		}
		if m.ProbeCC != "ZZ" {
			countries[m.ProbeCC] = true
		}
		probes[m.ProbeID] = true
		if n := network(m); n != (keepiton.Entity{}) {
			networks[n] = true
		}
	}
	r.Countries, r.Networks, r.Probes = slices.Sorted(maps.Keys(countries)), slices.SortedFunc(maps.Keys(networks), ByName), len(probes)
	return r
}

// runOf returns the lines of one run and the bytes that they have, at most so many; none
// when any of it is something else.
func runOf(file []byte, most int) (lines []probe.Measurement, n int) {
	text := file
	if packed, err := gzip.NewReader(bytes.NewReader(file)); err == nil {
		if text, err = io.ReadAll(io.LimitReader(packed, int64(most)+1)); err != nil {
			return nil, len(text)
		}
	}
	if len(text) > most {
		return nil, len(text)
	}
	for line := range bytes.Lines(text) {
		var m probe.Measurement
		if len(line) > maxResult || json.Unmarshal(line, &m) != nil || m.TestName != probe.TestName {
			return nil, len(text)
		}
		lines = append(lines, m)
	}
	return lines, len(text)
}

// Lines writes the lines of all runs, unpacked.
func (r *Results) Lines(w io.Writer) error {
	for _, f := range r.Files {
		text := io.Reader(bytes.NewReader(f))
		if packed, err := gzip.NewReader(bytes.NewReader(f)); err == nil {
			text = packed
		}
		if _, err := io.Copy(w, text); err != nil {
			return err
		}
	}
	return nil
}

// network is what a run says of where it looked from, beside the country.
func network(m probe.Measurement) (e keepiton.Entity) {
	if of, err := keepiton.ParseEntity(m.ProbeASN); err == nil {
		e.ASN = of.ASN
	}
	if access := m.Annotations["network_type"]; access == "mobile" || access == "fixed" {
		e.Access = access
	}
	return e
}

// ByName orders entities by how they are written.
func ByName(a, b keepiton.Entity) int { return strings.Compare(a.String(), b.String()) }

// ReadResults opens a sealed file of a probe on an analyst's own machine, by hand as
// [Desk.Open] does it. Invalid when it holds anything else.
func ReadResults(keys Opener, plain io.Reader) (*Results, error) {
	o, err := Read(plain)
	if err != nil {
		return nil, err
	}
	if o.readResults(keys); o.results == nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "it holds something else than results of a probe")
	}
	return o.results, nil
}
