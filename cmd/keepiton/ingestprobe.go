package main

import (
	"context"
	"io"
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
	all, err := readEach(e, paths, func(path string, in io.Reader) (source.Summary, error) {
		return probefeed.Decode(ctx, in, source.Options{Name: path, Arrived: time.Now()}, func(all []keepiton.Sighting) error { return st.Sight(ctx, all) })
	})
	if err != nil {
		return exitFailed, err
	}
	return ingested(e, all, measured(all), f.json)
}
