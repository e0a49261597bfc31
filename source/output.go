package source

import (
	"context"
	"io"
	"math"
	"time"

	"keepiton"
)

// Output is what a decoder has measured, on its way to whoever asked for it.
type Output struct {
	Summary
	feed    string
	ctx     context.Context
	put     func(keepiton.Measurement) error
	arrived keepiton.Stamp
	Version keepiton.Stamp // stands on each bin that follows: when the source made it
}

// NewOutput returns the Output of one file of a feed.
func NewOutput(ctx context.Context, feed string, o Options, put func(keepiton.Measurement) error) *Output {
	return &Output{Summary: Summary{File: o.Name}, feed: feed, ctx: ctx, put: put, arrived: keepiton.StampOf(o.Arrived)}
}

// Bin hands over a value. One that is not finite is counted as bad_value, a time
// before 1970 or no whole number of steps after it as between_bins. The error is that
// of the context or of whoever takes it.
func (o *Output) Bin(metric string, e keepiton.Entity, at time.Time, step time.Duration, value float64, n uint32) error {
	if o.Measurements%1024 == 0 && o.ctx.Err() != nil {
		return o.ctx.Err()
	}
	switch sec := at.Unix(); {
	case math.IsNaN(value) || math.IsInf(value, 0):
		o.Skip(Defect{Kind: "bad_value", Offset: -1, Why: metric})
		return nil
	case sec < 0 || step < time.Second || sec%int64(step/time.Second) != 0:
		o.Skip(Defect{Kind: "between_bins", Offset: -1, Why: at.UTC().Format(time.RFC3339)})
		return nil
	}
	at = at.UTC()
	if o.Measurements++; o.From.IsZero() || at.Before(o.From) {
		o.From = at
	}
	if end := at.Add(step); end.After(o.To) {
		o.To = end
	}
	return o.put(keepiton.Measurement{
		SeriesKey: keepiton.SeriesKey{Feed: o.feed, Metric: metric, Entity: e}, At: at, Step: step,
		Bin: keepiton.Bin{Value: value, N: n, State: keepiton.Present, Arrived: o.arrived, Version: o.Version},
	})
}

// Document reads an answer that is one JSON document, packed or not; see ReadDocument.
// Where it breaks off is counted.
func (o *Output) Document(r io.Reader, before string, lists ...string) (*Document, error) {
	in := Open(r)
	defer in.Close()
	d, err := ReadDocument(in, o.File, before, lists...)
	o.Unpacked(in.Damage)
	if err == nil && d.Bad != nil {
		o.Skip(*d.Bad)
	}
	return d, err
}
