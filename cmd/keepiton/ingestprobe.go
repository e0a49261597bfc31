package main

import (
	"context"
	"time"

	"keepiton"
	"keepiton/source"
	probefeed "keepiton/source/probe"
)

const ingestProbeHelp = `what keepiton probe saw, once the desk has opened it: lines of JSON. Distinct probes
are counted by the hour in which they looked (docs/probe.md).
What keepiton bundle open has put into the folder seen is read like this:
keepiton ingest probe seen/file-01`

// ingestProbe is `keepiton ingest probe`.
func ingestProbe(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	var all []source.Summary
	var kept int64
	for _, path := range paths {
		in, err := openInput(e, path)
		if err != nil {
			return exitFailed, err
		}
		sum, err := probefeed.Decode(ctx, in, source.Options{Name: path, Arrived: time.Now()}, func(all []keepiton.Sighting) error { return st.Sight(ctx, all) })
		_ = in.Close()
		if err != nil {
			return exitFailed, err
		}
		all, kept = append(all, sum), kept+sum.Measurements
	}
	return ingested(e, all, kept, f.json)
}
