package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/sqlite"
	"keepiton/source"
)

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
	return sqlite.Open(ctx, seriesFile(s))
}

// ingestEach reads files one after the other.
func ingestEach(ctx context.Context, e *env, s settings, paths []string, f ingestFlags, decode source.Decode) (int, error) {
	o := source.Options{Arrived: time.Now()}
	if f.entity != "" {
		var err error
		if o.Entity, err = readEntity(f.entity); err != nil {
			return exitUsage, err
		}
	}
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	b := batch{ctx: ctx, to: st}
	all, err := readEach(e, paths, func(path string, in io.Reader) (source.Summary, error) {
		o.Name, o.Asked = path, writtenAt(in)
		clock := source.Clock{Now: o.Arrived, Put: b.put}
		sum, err := decode(ctx, in, o, clock.Pass)
		clock.Tell(&sum)
		if err == nil {
			err = b.flush()
		}
		return sum, err
	})
	return ingestedSome(e, all, b.kept, f.json, err)
}

// errUnread says that some of several files could not be read at all; each was named.
var errUnread = errors.New("not all files could be read")

// readEach opens files one after the other for whoever reads them, and tells how far it
// is. Where there are several, one that is not there, or is no file of the feed, is
// named and does not keep the others from being read; the error is errUnread then.
func readEach(e *env, paths []string, read func(path string, in io.Reader) (source.Summary, error)) ([]source.Summary, error) {
	progress := progressOn(e.stderr)
	defer progress("")
	var all []source.Summary
	var failed error
	one := func(path string) error {
		in, err := openInput(e, path)
		if err != nil {
			return err
		}
		defer in.Close()
		sum, err := read(path, in)
		if err == nil {
			all = append(all, sum)
		}
		return err
	}
	for i, path := range paths {
		progress("%d of %d: %s", i+1, len(paths), filepath.Base(path))
		err := one(path)
		code := keepiton.CodeOf(err)
		switch {
		case err == nil:
		case len(paths) == 1 || code != keepiton.NotFound && code != keepiton.Invalid && code != keepiton.TooLarge:
			return all, err
		default:
			progress("")
			sayError(e, "ingest", err)
			failed = errUnread
		}
	}
	return all, failed
}

// ingestedSome reports what was read of files, some of which may have failed.
func ingestedSome(e *env, all []source.Summary, kept int64, asJSON bool, err error) (int, error) {
	if err != nil && !errors.Is(err, errUnread) {
		return exitFailed, err
	}
	code, failed := ingested(e, all, kept, asJSON)
	if err != nil {
		code = exitFailed
	}
	return code, cmp.Or(failed, err)
}

// measured is how many measurements files came to.
func measured(all []source.Summary) (n int64) {
	for i := range all {
		n += all[i].Measurements
	}
	return n
}

// writtenAt returns when a file was written: when its source was asked for it. Zero where
// that is not known.
func writtenAt(in io.Reader) time.Time {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return info.ModTime().UTC()
		}
	}
	return time.Time{}
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
		for i := range all {
			if all[i].Skipped == nil { // for programs: an object, where it is empty too
				all[i].Skipped = map[string]int64{}
			}
		}
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
		if d.Kind != kind {
			continue
		}
		place := ""
		if d.Offset >= 0 {
			place = fmt.Sprintf(", first at byte %d", d.Offset)
		}
		if d.Why != "" { // of a file, and hostile for all we know
			place += fmt.Sprintf(" (%.80q)", d.Why)
		}
		return place
	}
	return ""
}
