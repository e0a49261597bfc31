// Package ooni is the feed of the Open Observatory of Network Interference: raw
// measurements as its archive has them (JSON lines, by hour of upload), single
// measurements, answers of its API, and its observations as CSV. Each measurement is
// judged by layer (notes/detection.md 3.2 to 3.5); what is counted are distinct
// runs of a probe, hour by hour of when they measured.
package ooni

import (
	"bytes"
	"context"
	"io"
	"time"

	"keepiton"
	"keepiton/source"
)

const name = "ooni"

// Step is the length of a bin.
const Step = time.Hour

// Feed describes it. Only blocks and volume open signals: a layer tells the manner of
// a block, and what is down is down for everybody. Anomalies and measurements are
// counts of OONI's own API: of measurements, not of probes.
var Feed = source.Feed{
	Name: name, Title: "OONI", Home: "https://ooni.org", Licence: "CC-BY-NC-SA-4.0",
	Metrics: []keepiton.Metric{
		{Feed: name, Name: "blocked", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Shares, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "down", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Churn, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "dns", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Churn, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "tcp", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Churn, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "tls", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Churn, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "http", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Churn, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "volume", Unit: "distinct probes", Family: keepiton.Arrivals, Kind: keepiton.ArrivalCount, Season: keepiton.HourOfWeek, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: ReadMetric, Unit: "1 where the archive was read", Family: keepiton.Arrivals, Kind: keepiton.Health, Step: Step, Lag: 2 * time.Hour},
		{Feed: name, Name: "anomalies", Unit: "measurements", Family: keepiton.Services, Kind: keepiton.Churn, Step: 24 * time.Hour, Lag: 24 * time.Hour},
		{Feed: name, Name: "measurements", Unit: "measurements", Family: keepiton.Arrivals, Kind: keepiton.Churn, Step: 24 * time.Hour, Lag: 24 * time.Hour},
		{Feed: name, Name: "changes", Unit: "1: OONI's detector sees a block begin, 0: end", Family: keepiton.Services, Kind: keepiton.Churn, Step: Step, Lag: 24 * time.Hour},
	},
}

// ReadMetric is of a country: 1 in the hours for which all that its archive has was
// read, so that an hour without measurements can be told from one that nobody read.
const ReadMetric = "read"

// VolumeMetric counts how many runs arrived at all.
const VolumeMetric = "volume"

// Limits of Decode.
const (
	// MaxLine bounds one measurement. OONI cuts bodies at 2^19 bytes; its measurements
	// take 1 KB to 1 MB.
	MaxLine = 2 << 20
	// MaxValues bounds what one measurement has of objects, arrays and their elements,
	// so that a line made for it does not take a hundred times its length of memory.
	MaxValues = 20_000
	// MaxDepth of nesting is that of the JSON library.
	MaxDepth = 300
)

// Options of Decode.
type Options struct {
	Name         string        // of the file; its path tells when it was uploaded
	Arrived      time.Time     // stands on bins of files whose path tells no time
	Fingerprints *Fingerprints // nil: none
}

// Sink takes what is decoded. Each may be nil.
type Sink struct {
	Sight func([]keepiton.Sighting) error   // the slice is good until it returns
	Put   func(keepiton.Measurement) error  // counts of OONI's own API
	Test  func(offset int64, t *Test) error // each measurement, judged, in the order of the file
}

// Decode reads a file, packed or not, whatever it has of OONI's. What cannot be read
// is counted by kind with its byte offset, and stepped over. The error is that of r, of
// ctx or of the sink; invalid when the file is empty or is nothing of this feed.
func Decode(ctx context.Context, r io.Reader, o Options, to Sink) (source.Summary, error) {
	in := source.Open(r)
	defer in.Close()
	d := newDecoder(ctx, o, to)
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(in, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return d.sum, err
	}
	head = head[:n]
	form := formOf(head)
	if form != formTable && bytes.HasPrefix(head, []byte("\ufeff")) {
		copy(head, "   ") // a byte-order mark: offsets stay
	}
	rest := io.MultiReader(bytes.NewReader(head), in)
	switch form {
	case formEmpty:
		if len(in.Damage) == 0 {
			err = keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", o.Name)
		} else {
			err = nil
		}
	case formDocument:
		err = d.document(rest)
	case formTable:
		err = d.observations(rest)
	default:
		err = d.lines(rest)
	}
	if err == nil {
		err = d.flush()
	}
	d.sum.Unpacked(in.Damage)
	return d.sum, err
}

type form int

const (
	formLines form = iota
	formEmpty
	formDocument // one JSON value over several lines, or an array
	formTable
)

// formOf tells what a file is by its first line.
func formOf(head []byte) form {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimRight(line, " \t\r")
	switch {
	case len(text) == 0:
		return formEmpty
	case string(line) == "{" || line[0] == '[' || bytes.HasPrefix(line, []byte("//")):
		return formDocument
	case bytes.HasPrefix(line, []byte("report_id,")) || bytes.Contains(line, []byte(",measurement_uid,")):
		return formTable
	}
	return formLines
}
