package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"keepiton"
	"keepiton/geo"
	bgpfeed "keepiton/source/bgp"
)

const ingestBGPHelp = `route collectors' archives in MRT: tables and updates of RIPE RIS and RouteViews.
Give those of one time together, a table first in time, and those of several
collectors at once: they are read side by side. Files of RIS Live (JSON lines), of
BMP (RFC 7854) and captures of packets with BMP inside are seen in the content.
--collector NAME  the collector of the files whose path names none, such as
                  route-views2; rrc00 and the like are seen in the path. With
                  --from: the collectors that are fetched, parted by commas
--prefixes FILE   your own table of which country holds which addresses, as lines
                  "first,last,CC" or "prefix,CC" or the registries' own
--stats json      only count what is in each file, one JSON object a line; the
                  counts are those of bgpdump
keepiton ingest bgp rrc00/bview.20260108.0000.gz rrc00/updates.20260108.*.gz
keepiton ingest bgp --from 2026-01-08T12:00Z --to 2026-01-09 --collector rrc00,route-views2
keepiton ingest bgp --stats json updates.20260108.1845.gz`

// ingestBGP is `keepiton ingest bgp`.
func ingestBGP(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	switch f.stats {
	case "":
	case "json":
		return countBGP(ctx, e, paths)
	default:
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--stats %q: json is the only form", f.stats), "keepiton help ingest shows an example")
	}
	options := bgpfeed.Options{Arrived: time.Now()}
	if f.prefixes != "" {
		where, err := readPrefixes(f.prefixes)
		if err != nil {
			return exitFailed, err
		}
		options.Where = where
	}
	var files []bgpfeed.File
	for _, path := range paths {
		if path == "-" {
			return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "archives for series cannot come from the standard input"), "they are looked at twice: name a file")
		}
		files = append(files, bgpfeed.File{Name: path, Collector: collectorOf(s, path, f.collector), Open: func() (io.ReadCloser, error) { return openInput(e, path) }})
	}
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	progress := progressOn(e.stderr)
	options.Each = func(done int, name string) { progress("%d of %d: %s", done+1, len(files), filepath.Base(name)) }
	b := batch{ctx: ctx, to: st}
	summaries, err := bgpfeed.Series(ctx, files, options, b.put)
	if err == nil {
		err = b.flush()
	}
	progress("")
	if err != nil {
		return exitFailed, err
	}
	return ingested(e, summaries, b.kept, f.json)
}

// countBGP prints the counts of each file. A file that cannot be opened is said so,
// and the others are counted.
func countBGP(ctx context.Context, e *env, paths []string) (int, error) {
	code := exitGood
	out := json.NewEncoder(e.stdout)
	out.SetEscapeHTML(false)
	for _, path := range paths {
		in, err := openInput(e, path)
		var counts bgpfeed.Stats
		if err == nil {
			counts, err = bgpfeed.Count(ctx, in, path)
			_ = in.Close()
		}
		if ctx.Err() != nil {
			return exitFailed, ctx.Err()
		}
		if err != nil {
			fmt.Fprintf(e.stderr, "keepiton ingest: %s: %v\n", path, err)
			code = exitFailed
			continue
		}
		if err := out.Encode(counts); err != nil {
			return exitFailed, err
		}
		if len(counts.Errors) > 0 && code == exitGood {
			code = exitDefects
		}
		if counts.Records == 0 && counts.Bytes > 0 {
			fmt.Fprintf(e.stderr, "keepiton ingest: %s: no MRT record in it\nhint: is it an archive of a route collector, and whole?\n", path)
		}
	}
	return code, nil
}

func readPrefixes(path string) (*geo.Prefixes, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "prefixes: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return geo.ReadPrefixes(f, filepath.Base(path), info.ModTime().UTC())
}
