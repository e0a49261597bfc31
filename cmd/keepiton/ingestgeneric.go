package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"keepiton"
	"keepiton/source"
	"keepiton/source/all"
	"keepiton/source/generic"
)

// feedsFolder holds the mappings of feeds that are no part of the program, NAME.json
// each, in the data folder.
func feedsFolder(s settings) string { return filepath.Join(s.Data, "feeds") }

const ingestGenericHelp = `any institute's CSV or JSON lines, by a mapping file that says which column is what
(docs/signals.md). The mapping is kept, so that later commands know the feed by the
name that it has there.
--map FILE.json   the mapping
keepiton ingest generic --map observatory.json irn-2019-11.csv`

// ingestGeneric is `keepiton ingest generic`.
func ingestGeneric(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
	if f.mapping == "" {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--map FILE.json goes with ingest generic"), "docs/signals.md shows what a mapping looks like")
	}
	m, err := readMapping(f.mapping)
	if err != nil {
		return exitFailed, err
	}
	if err := keepMapping(s, m); err != nil {
		return exitFailed, err
	}
	return ingestEach(ctx, e, s, paths, f, m.Decode)
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
	mapped, err := mappings(s)
	if err != nil {
		return nil, err
	}
	return func(feed, name string) (keepiton.Metric, bool) {
		for _, f := range mapped {
			if f.Name == feed {
				return f.Metric(name)
			}
		}
		return all.Metric(feed, name)
	}, nil
}

// mappings are the feeds that the operator has described in the data folder.
func mappings(s settings) (out []*source.Feed, err error) {
	files, err := os.ReadDir(feedsFolder(s))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Errorf(keepiton.Unavailable, "mappings: %w", err)
	}
	for _, f := range files {
		if filepath.Ext(f.Name()) != ".json" {
			continue
		}
		m, err := readMapping(filepath.Join(feedsFolder(s), f.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, m.Described())
	}
	return out, nil
}
