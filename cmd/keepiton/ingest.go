package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/series"
	"keepiton/series/sqlite"
	"keepiton/source"
	bgpfeed "keepiton/source/bgp"
	"keepiton/source/ioda"
)

const ingestHelp = `keepiton ingest FEED FILE... [--json]

Reads what the world publishes into series of measurements. What cannot be read
is counted with its kind and its place, and stepped over; the rest is kept. The
same files again, or in another order, change nothing. Compression (gzip, bzip2,
zstd) is seen in the content; - is the standard input.

FEEDS

  bgp    route collectors' archives in MRT: tables and updates of RIPE RIS and
         RouteViews. Give those of one time together, a table first in time, and
         those of several collectors at once: they are read side by side.

  --collector NAME   the collector of the files whose path names none, such as
                     route-views2; rrc00 and the like are seen in the path
  --prefixes FILE    your own table of which country holds which addresses, as
                     lines "first,last,CC" or "prefix,CC" or the registries' own
  --stats json       only count what is in each file, one JSON object a line; the
                     counts are those of bgpdump

  ioda   IODA's signals: the JSON of its API (/v2/signals/raw/…), or the CSV that its
         pages export. The rows are theirs: they are in no export of ours.

  --entity E         what a CSV is of, such as country/IR: it does not say

  generic  any institute's CSV or JSON lines, by a mapping file that says which
         column is what (docs/signals.md). The mapping is kept, so that later commands
         know the feed by the name that it has there.

  --map FILE.json    the mapping

  keepiton ingest bgp rrc00/bview.20260108.0000.gz rrc00/updates.20260108.*.gz
  keepiton ingest bgp --stats json updates.20260108.1845.gz
  keepiton ingest ioda --entity country/IR ioda-iran.csv
  keepiton ingest generic --map observatory.json irn-2019-11.csv

Series stand in series.db in the data folder (--data); keepiton series shows them.

Exit codes: 0 good, 1 failed, 2 wrong use, 3 ingested, some records could not be read.`

// ingestCommand is the subcommand ingest.
func ingestCommand() command {
	return command{name: "ingest", summary: "read measurements of a feed into series", help: ingestHelp, run: runIngest}
}

// ingestFlags are what a feed may be told.
type ingestFlags struct {
	collector, prefixes, stats, entity, mapping string
	json                                        bool
}

// ingesters are the feeds by name.
var ingesters = map[string]func(context.Context, *env, settings, []string, ingestFlags) (int, error){
	bgpfeed.Feed.Name: ingestBGP,
	ioda.Feed.Name:    ingestIODA,
	"generic":         ingestGeneric,
}

func runIngest(ctx context.Context, e *env, args []string) (int, error) {
	var f ingestFlags
	s, rest, err := parseSettings(e, "ingest", args, func(set *flag.FlagSet) {
		set.StringVar(&f.collector, "collector", "", "")
		set.StringVar(&f.prefixes, "prefixes", "", "")
		set.StringVar(&f.stats, "stats", "", "")
		set.StringVar(&f.entity, "entity", "", "")
		set.StringVar(&f.mapping, "map", "", "")
		set.BoolVar(&f.json, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help ingest lists the feeds and shows an example")
	}
	if len(rest) == 0 {
		return usage("of which feed?")
	}
	ingest, ok := ingesters[rest[0]]
	switch {
	case !ok:
		return usage("no feed %q", rest[0])
	case len(rest) == 1:
		return usage("no file given")
	case rest[0] != bgpfeed.Feed.Name && f.collector+f.prefixes+f.stats != "":
		return usage("--collector, --prefixes and --stats are of ingest bgp")
	case (rest[0] == "generic") != (f.mapping != ""):
		return usage("--map FILE.json goes with ingest generic")
	case f.stats != "" && f.stats != "json":
		return usage("--stats %q: json is the only form", f.stats)
	}
	return ingest(ctx, e, s, rest[1:], f)
}

// openInput opens a file, or the standard input for -.
func openInput(e *env, path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(e.stdin), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "is the path right, and may you read it?")
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close()
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is a folder", path), "name the files in it, such as "+filepath.Join(path, "*.gz"))
	}
	return f, nil
}

// openSeries opens the series in the data folder, which is made if it is missing.
func openSeries(ctx context.Context, s settings) (*sqlite.Store, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "data folder: %w", err), "name a folder that you may write to with --data")
	}
	return sqlite.Open(ctx, filepath.Join(s.Data, "series.db"))
}

// ingestBGP is `keepiton ingest bgp`.
func ingestBGP(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	if f.stats != "" {
		return countBGP(ctx, e, paths)
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
		collector := bgpfeed.CollectorOf(path)
		if collector == "" {
			collector = f.collector
		}
		files = append(files, bgpfeed.File{Name: path, Collector: collector, Open: func() (io.ReadCloser, error) { return openInput(e, path) }})
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

// ingestIODA is `keepiton ingest ioda`.
func ingestIODA(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	o := ioda.Options{Arrived: time.Now()}
	if f.entity != "" {
		var err error
		if o.Entity, err = keepiton.ParseEntity(f.entity); err != nil {
			return exitUsage, err
		}
	}
	return ingestEach(ctx, e, s, paths, f, func(in io.Reader, name string, put func(keepiton.Measurement) error) (source.Summary, error) {
		o.Name = name
		return ioda.Decode(ctx, in, o, put)
	})
}

// ingestEach reads files one after the other.
func ingestEach(ctx context.Context, e *env, s settings, paths []string, f ingestFlags, decode func(io.Reader, string, func(keepiton.Measurement) error) (source.Summary, error)) (int, error) {
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	progress := progressOn(e.stderr)
	b := batch{ctx: ctx, to: st}
	var all []source.Summary
	for i, path := range paths {
		progress("%d of %d: %s", i+1, len(paths), filepath.Base(path))
		in, err := openInput(e, path)
		if err != nil {
			return exitFailed, err
		}
		sum, err := decode(in, path, b.put)
		_ = in.Close()
		if err == nil {
			err = b.flush()
		}
		if err != nil {
			return exitFailed, err
		}
		all = append(all, sum)
	}
	progress("")
	return ingested(e, all, b.kept, f.json)
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

// batch hands measurements to a store some ten thousand at a time.
type batch struct {
	ctx  context.Context
	to   series.Store
	all  []keepiton.Measurement
	kept int64
}

const batchSize = 50_000

func (b *batch) put(m keepiton.Measurement) error {
	if b.all = append(b.all, m); len(b.all) >= batchSize {
		return b.flush()
	}
	return nil
}

func (b *batch) flush() error {
	if err := b.to.Put(b.ctx, b.all); err != nil {
		return err
	}
	b.kept += int64(len(b.all))
	b.all = b.all[:0]
	return nil
}

// ingested reports what was read, for a person or as JSON.
func ingested(e *env, all []source.Summary, kept int64, asJSON bool) (int, error) {
	code := exitGood
	for i := range all {
		if all[i].Defects() > 0 {
			code = exitDefects
		}
	}
	if asJSON {
		out := json.NewEncoder(e.stdout)
		out.SetIndent("", "  ")
		return code, out.Encode(map[string]any{"files": all, "measurements": kept})
	}
	for i := range all {
		f := &all[i]
		fmt.Fprintf(e.stdout, "%s: %d records", f.File, f.Records)
		if !f.From.IsZero() {
			fmt.Fprintf(e.stdout, ", %s to %s", f.From.Format("2006-01-02 15:04"), f.To.Format("2006-01-02 15:04"))
		}
		fmt.Fprintln(e.stdout)
		for _, kind := range f.Kinds() {
			fmt.Fprintf(e.stdout, "  %d × %s%s\n", f.Skipped[kind], strings.ReplaceAll(kind, "_", " "), firstPlace(f, kind))
		}
	}
	fmt.Fprintf(e.stdout, "%d measurements kept\n", kept)
	return code, nil
}

func firstPlace(f *source.Summary, kind string) string {
	for _, d := range f.First {
		if d.Kind == kind {
			return fmt.Sprintf(", first at byte %d", d.Offset)
		}
	}
	return ""
}
