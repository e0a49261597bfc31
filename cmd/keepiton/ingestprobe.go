package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/casework"
	"keepiton/seal"
	"keepiton/source"
	probefeed "keepiton/source/probe"
	face "keepiton/web/casework"
)

const ingestProbeHelp = `what keepiton probe saw, once the desk has opened it: lines of JSON. Distinct probes
are counted by the hour in which they looked (docs/probe.md).
On an analyst's machine sealed files are opened on the way, in memory.

  --keys PATH             your private keys, for sealed files; may stand several times
  --gpg                   also ask gpg, with its agent and cards
  --passphrase-file FILE  the passphrase of the keys; without it the terminal asks

  keepiton ingest probe --keys ~/keepiton-keys notes-4711.dat
  keepiton ingest probe seen/file-01`

// ingestProbe is `keepiton ingest probe`.
func ingestProbe(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	st, err := openSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if f.keys.given() {
		if f.opened, err = f.keys.load(e); err != nil {
			return exitFailed, err
		}
	}
	all, err := readEach(e, paths, func(path string, in io.Reader) (source.Summary, error) {
		plain, err := resultsOf(in, f.opened)
		if err != nil {
			return source.Summary{}, fmt.Errorf("%s: %w", path, err)
		}
		return probefeed.Decode(ctx, plain, source.Options{Name: path, Arrived: time.Now()}, func(all []keepiton.Sighting) error { return st.Sight(ctx, all) })
	})
	if err == nil {
		err = pruned(ctx, e, st)
	}
	return ingestedSome(e, all, measured(all), f.json, err)
}

// resultsOf returns the lines of results, out of a sealed file where keys are given.
func resultsOf(in io.Reader, keys *seal.Keys) (io.Reader, error) {
	r := bufio.NewReaderSize(in, 64<<10)
	if keys == nil {
		return r, nil
	}
	if _, err := bundle.ReadHeader(r); err != nil {
		return nil, err
	}
	plain, err := keys.Open(r)
	if err != nil {
		return nil, err
	}
	results, err := casework.ReadResults(keys, plain)
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	return &lines, results.Lines(&lines)
}

// takeProbe makes series, on the machine of the desk, of what a probe saw.
func takeProbe(s settings) face.TakeIn {
	return func(ctx context.Context, file []byte) (source.Summary, error) {
		st, err := openSeries(ctx, s)
		if err != nil {
			return source.Summary{}, err
		}
		defer st.Close()
		return probefeed.Decode(ctx, bytes.NewReader(file), source.Options{Arrived: time.Now()}, func(all []keepiton.Sighting) error { return st.Sight(ctx, all) })
	}
}
