package main

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/sqlite"
)

// keptSeries are the series in the data folder, whoever brings them there and when:
// another process may make the file while this one runs, and may delete it and make
// it again. As long as there is none, nothing is kept, and nothing is made to read it.
type keptSeries struct {
	s settings

	mu   sync.Mutex
	file fs.FileInfo     // which file now is open
	now  *sqlite.Store   // nil: none was there yet
	gone []*sqlite.Store // of files that were deleted: somebody may still read them
}

// open returns what is there; nil when nothing is.
func (k *keptSeries) open(ctx context.Context) (*sqlite.Store, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(seriesFile(k.s))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, keepiton.Errorf(keepiton.Unavailable, "series: %w", err)
	case k.now != nil && os.SameFile(info, k.file):
		return k.now, nil
	}
	// The server goes on while who asked may not.
	st, err := openSeries(context.WithoutCancel(ctx), k.s)
	if err != nil {
		return nil, err
	}
	if k.now != nil {
		k.gone = append(k.gone, k.now)
	}
	k.file, k.now = info, st
	return st, nil
}

// Close closes the file, if there was one.
func (k *keptSeries) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var errs []error
	if k.now != nil {
		errs = append(errs, k.now.Close())
	}
	for _, st := range k.gone {
		errs = append(errs, st.Close())
	}
	k.now, k.file, k.gone = nil, nil, nil
	return errors.Join(errs...)
}

// Put implements series.Store; the file is made if it is missing.
func (k *keptSeries) Put(ctx context.Context, all []keepiton.Measurement) error {
	st, err := openSeries(ctx, k.s)
	if err != nil {
		return err
	}
	return errors.Join(st.Put(ctx, all), st.Close())
}

// Sight implements series.Store, as Put does.
func (k *keptSeries) Sight(ctx context.Context, all []keepiton.Sighting) error {
	st, err := openSeries(ctx, k.s)
	if err != nil {
		return err
	}
	return errors.Join(st.Sight(ctx, all), st.Close())
}

// Range implements series.Store.
func (k *keptSeries) Range(ctx context.Context, key keepiton.SeriesKey, from, to time.Time) (keepiton.Series, error) {
	st, err := k.open(ctx)
	if err != nil {
		return keepiton.Series{}, err
	}
	if st == nil {
		return keepiton.Series{}, keepiton.Errorf(keepiton.NotFound, "no series %s", key)
	}
	return st.Range(ctx, key, from, to)
}

// Scan implements series.Store.
func (k *keptSeries) Scan(ctx context.Context, f series.Filter, from, to time.Time) iter.Seq2[keepiton.Series, error] {
	return func(yield func(keepiton.Series, error) bool) {
		st, err := k.open(ctx)
		if err != nil {
			yield(keepiton.Series{}, err)
			return
		}
		if st != nil {
			st.Scan(ctx, f, from, to)(yield)
		}
	}
}

// Keys implements series.Store.
func (k *keptSeries) Keys(ctx context.Context, f series.Filter) iter.Seq2[series.Known, error] {
	return func(yield func(series.Known, error) bool) {
		st, err := k.open(ctx)
		if err != nil {
			yield(series.Known{}, err)
			return
		}
		if st != nil {
			st.Keys(ctx, f)(yield)
		}
	}
}

// seriesFile is where series are kept.
func seriesFile(s settings) string { return filepath.Join(s.Data, "series.db") }
