package main

import (
	"context"
	"io"
	"os"
	"time"

	"keepiton"
	"keepiton/source"
	"keepiton/source/atlas"
	fetching "keepiton/source/fetch"
)

const ingestAtlasHelp = `RIPE Atlas: how many probes of a country, and of a network in it, are connected. Give
the list of probes (/api/v2/probes/?country_code=IR) beside the events of measurement
7000, all that belong together at once; or RIPEstat's atlas-probe-deployment, which has
days. Which is which is seen in the content.
keepiton ingest atlas probes-IR.json events-20260108.json events-20260109.json
keepiton ingest atlas --from 2026-01-08 --to 2026-01-10 --country IR`

// ingestAtlas is `keepiton ingest atlas`.
func ingestAtlas(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	b := batch{ctx: ctx, to: st}
	var files atlas.Files
	o := source.Options{Arrived: time.Now()}
	all, err := readEach(e, paths, func(path string, in io.Reader) (source.Summary, error) {
		o.Name, o.Asked = path, writtenAt(in)
		return files.Read(ctx, in, o, b.put)
	})
	if err == nil {
		_, err = files.Series(ctx, o, b.put)
	}
	if err == nil {
		err = b.flush()
	}
	if err != nil {
		return exitFailed, err
	}
	return ingested(e, all, b.kept, f.json)
}

// readAtlas reads probes and events that were fetched together.
func readAtlas(ctx context.Context, got []fetching.Got, put func(keepiton.Measurement) error) (source.Summary, error) {
	var files atlas.Files
	var all source.Summary
	o := source.Options{Arrived: time.Now()}
	for _, g := range got {
		in, err := os.Open(g.Path)
		if err != nil {
			return all, keepiton.Errorf(keepiton.Unavailable, "atlas: %w", err)
		}
		o.Name, o.Asked = g.Item.Name, writtenAt(in)
		sum, err := files.Read(ctx, in, o, put)
		_ = in.Close()
		add(&all, &sum)
		if err != nil {
			return all, err
		}
	}
	sum, err := files.Series(ctx, o, put)
	add(&all, &sum)
	return all, err
}
