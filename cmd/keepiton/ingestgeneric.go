package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"keepiton"
	"keepiton/source"
	"keepiton/source/all"
	"keepiton/source/generic"
)

// feedsFolder holds the mappings of feeds that are no part of the program, NAME.json
// each, in the data folder.
func feedsFolder(s settings) string { return filepath.Join(s.Data, "feeds") }

// ingestGeneric is `keepiton ingest generic`.
func ingestGeneric(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	m, err := readMapping(f.mapping)
	if err != nil {
		return exitFailed, err
	}
	if err := keepMapping(s, m); err != nil {
		return exitFailed, err
	}
	o := generic.Options{Arrived: time.Now()}
	return ingestEach(ctx, e, s, paths, f, func(in io.Reader, name string, put func(keepiton.Measurement) error) (source.Summary, error) {
		o.Name = name
		return m.Decode(ctx, in, o, put)
	})
}

func readMapping(path string) (*generic.Mapping, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "mapping: %w", err), "docs/signals.md shows what a mapping looks like")
	}
	defer in.Close()
	return generic.ReadMapping(in, path, all.Names())
}

// keepMapping keeps the mapping, in the place of an older one of its name.
func keepMapping(s settings, m *generic.Mapping) error {
	if err := os.MkdirAll(feedsFolder(s), 0o700); err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "data folder: %w", err)
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(feedsFolder(s), m.Feed+".json")
	if err := os.WriteFile(file+".new", append(data, '\n'), 0o600); err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "keep the mapping: %w", err)
	}
	return os.Rename(file+".new", file)
}

// metrics returns what is known of metrics: those of the program's feeds, and those of
// the mappings in the data folder.
func metrics(s settings) (func(feed, name string) (keepiton.Metric, bool), error) {
	files, err := os.ReadDir(feedsFolder(s))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Errorf(keepiton.Unavailable, "mappings: %w", err)
	}
	mapped := map[string]*source.Feed{}
	for _, f := range files {
		if filepath.Ext(f.Name()) != ".json" {
			continue
		}
		m, err := readMapping(filepath.Join(feedsFolder(s), f.Name()))
		if err != nil {
			return nil, err
		}
		mapped[m.Feed] = m.Described()
	}
	return func(feed, name string) (keepiton.Metric, bool) {
		if f := mapped[feed]; f != nil {
			return f.Metric(name)
		}
		return all.Metric(feed, name)
	}, nil
}
