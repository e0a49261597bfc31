package main

import (
	"context"
	"io"
	"time"

	probefeed "keepiton/source/probe"
)

const ingestProbeHelp = `what keepiton probe saw, once the desk has opened it: lines of JSON. Give the
results of the same hours together, for distinct probes are counted over all of
them (docs/probe.md).

keepiton bundle open --keys ~/keepiton-keys -o seen notes-4711.dat
keepiton ingest probe seen/file-01`

// ingestProbe is `keepiton ingest probe`.
func ingestProbe(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	var files []probefeed.File
	for _, path := range paths {
		files = append(files, probefeed.File{Name: path, Open: func() (io.ReadCloser, error) { return openInput(e, path) }})
	}
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	b := batch{ctx: ctx, to: st}
	sums, err := probefeed.Series(ctx, files, time.Now(), b.put)
	if err == nil {
		err = b.flush()
	}
	if err != nil {
		return exitFailed, err
	}
	return ingested(e, sums, b.kept, f.json)
}
