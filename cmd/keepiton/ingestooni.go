package main

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/source"
	"keepiton/source/ooni"
)

const ingestOONIHelp = `OONI's measurements: its archive's JSON lines, single measurements, answers of its API,
its observations as CSV. Each is judged by layer; counted are distinct runs of probes,
by the hour in which they measured. Rows of it are in no export of ours.
--fingerprints F,… pages and answers that are shown for what is blocked: CSV files as
                   OONI's blocking-fingerprints has them; without any, none is known
--complete         the files are all that the archive has of their countries from the
                   first hour of upload to the last: an hour without measurements is
                   then nought, and no gap
keepiton ingest ooni --complete raw/20231108/*/KE/*/*.jsonl.gz
keepiton ingest ooni --from 2023-11-08 --to 2023-11-10 --country KE`

// ingestOONI is `keepiton ingest ooni`.
func ingestOONI(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	o := ooni.Options{Arrived: time.Now()}
	var err error
	if o.Fingerprints, err = readFingerprints(f.fingerprints); err != nil {
		return exitFailed, err
	}
	read, err := readSpans(paths, f, o.Arrived)
	if err != nil {
		return exitUsage, err
	}
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	b := batch{ctx: ctx, to: st}
	sink := ooni.Sink{Put: b.put, Sight: func(all []keepiton.Sighting) error { return st.Sight(ctx, all) }}
	all, err := readEach(e, paths, func(path string, in io.Reader) (source.Summary, error) {
		o.Name = path
		return ooni.Decode(ctx, in, o, sink)
	})
	if flushed := b.flush(); flushed != nil {
		return exitFailed, flushed
	}
	if err == nil { // of what was not read whole, nothing is noted
		err = noteRead(ctx, st, read, keepiton.StampOf(o.Arrived))
	}
	if err == nil {
		err = pruned(ctx, e, st)
	}
	return ingestedSome(e, all, measured(all), f.json, err)
}

// readFingerprints reads files that are parted by commas.
func readFingerprints(paths string) (*ooni.Fingerprints, error) {
	if paths == "" {
		return nil, nil
	}
	all := new(ooni.Fingerprints)
	for path := range strings.SplitSeq(paths, ",") {
		in, err := os.Open(path)
		if err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "fingerprints: %w", err), "docs/signals.md says where OONI publishes them")
		}
		err = all.ReadFingerprints(in, path)
		_ = in.Close()
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readSpans returns, by country, the hours of upload of which all that the archive has
// was read: a period that was fetched whole, and is over; or with --complete from the
// first hour of the files to the last.
func readSpans(paths []string, f ingestFlags, now time.Time) (map[string]keepiton.Span, error) {
	if f.asked.from != "" && f.whole {
		p, err := f.asked.of(now.Add(-ooni.Settles))
		if err != nil {
			return nil, nil // all of it is too young to be whole
		}
		return map[string]keepiton.Span{p.Of().Country: {From: p.From, To: p.To.Truncate(ooni.Step)}}, nil
	}
	if !f.complete {
		return nil, nil
	}
	out := map[string]keepiton.Span{}
	for _, path := range paths {
		up, ok := ooni.UploadOf(path)
		if !ok {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: --complete, and the path does not tell the hour of upload", path), "keep the archive's own paths: raw/20231108/12/KE/telegram/NAME.jsonl.gz")
		}
		span, known := out[up.Country]
		if !known || up.From.Before(span.From) {
			span.From = up.From
		}
		if up.To.After(span.To) {
			span.To = up.To
		}
		out[up.Country] = span
	}
	return out, nil
}

// decodeOONI is the decoder of the feed while the server runs.
func decodeOONI(kept series.Store) source.Decode {
	return func(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
		return ooni.Decode(ctx, r, ooni.Options{Name: o.Name, Arrived: o.Arrived}, ooni.Sink{Put: put, Sight: func(all []keepiton.Sighting) error { return kept.Sight(ctx, all) }})
	}
}

// noteOONI notes that a period that is over was read whole, and puts nought where
// nobody measured.
func noteOONI(ctx context.Context, kept series.Store, p source.Period, put func(keepiton.Measurement) error) error {
	to := p.To.Add(-ooni.Settles).Truncate(ooni.Step)
	if !p.From.Before(to) {
		return nil
	}
	key := keepiton.SeriesKey{Feed: ooni.Feed.Name, Metric: ooni.ReadMetric, Entity: p.Of()}
	read := series.WasRead(key, ooni.Step, p.From, to, keepiton.StampOf(p.To))
	for _, m := range read { // for the health of the feed
		if err := put(m); err != nil {
			return err
		}
	}
	if err := kept.Put(ctx, read); err != nil {
		return err
	}
	return fillQuiet(ctx, kept)
}

// noteRead notes what was read whole, and puts nought where nobody measured.
func noteRead(ctx context.Context, st series.Store, read map[string]keepiton.Span, arrived keepiton.Stamp) error {
	for country, span := range read {
		key := keepiton.SeriesKey{Feed: ooni.Feed.Name, Metric: ooni.ReadMetric, Entity: keepiton.Entity{Country: country}}
		if err := st.Put(ctx, series.WasRead(key, ooni.Step, span.From, span.To, arrived)); err != nil {
			return err
		}
	}
	return fillQuiet(ctx, st)
}

// fillQuiet puts nought of nought in the hours of countries that were read and have
// no measurement.
func fillQuiet(ctx context.Context, st series.Store) error {
	var reads []keepiton.SeriesKey
	for k, err := range st.Keys(ctx, series.Filter{Feed: ooni.Feed.Name, Metric: ooni.ReadMetric}) {
		if err != nil {
			return err
		}
		reads = append(reads, k.SeriesKey)
	}
	for _, read := range reads {
		f := series.Filter{Feed: ooni.Feed.Name, Metric: ooni.VolumeMetric, Country: read.Entity.Country}
		if err := series.Quiet(ctx, st, read, f); err != nil {
			return err
		}
	}
	return nil
}
