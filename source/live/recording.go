package live

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"

	"keepiton"
)

// recording is a file on its way.
type recording struct {
	path string
	file *os.File
	z    *gzip.Writer
}

func record(path string) (*recording, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	return &recording{path: path, file: file, z: z}, nil
}

func (f *recording) finish() error {
	err := errors.Join(f.z.Close(), f.file.Close())
	if err == nil {
		err = os.Rename(f.file.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(f.file.Name())
	}
	return err
}

// Recorded returns the file of a stretch, if it was heard from its beginning to its end.
// It is what [Options.Recorded] wants.
func (r *Recorder) Recorded(collector string, at time.Time) (path string, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.o.Now()
	for begin, f := range r.open[collector] {
		if !r.whole(collector, begin, now) {
			continue
		}
		delete(r.open[collector], begin)
		if err := f.finish(); err != nil {
			r.o.Tell(keepiton.Errorf(keepiton.Unavailable, "keep what RIS Live told: %w", err))
		}
	}
	path = r.path(collector, at.UTC())
	_, err := os.Stat(path)
	return path, err == nil
}

// over reports whether nothing of the stretch that begins at a time is awaited any more.
func over(begin, now time.Time) bool { return !begin.Add(stretch + grace).After(now) }

// whole reports whether a stretch of a collector that is on its way was heard to its
// end: something newer was told. A connection that says nothing may be a dead one.
func (r *Recorder) whole(collector string, begin, now time.Time) bool {
	return over(begin, now) && !r.newest[collector].Before(begin.Add(stretch))
}

func (r *Recorder) path(collector string, at time.Time) string {
	return filepath.Join(r.o.Dir, collector, at.Format("2006.01"), "updates."+at.Format("20060102.1504")+".jsonl.gz")
}

// forget lets go of what is not whole.
func (r *Recorder) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.o.Now()
	for collector, files := range r.open {
		for begin, f := range files {
			if r.whole(collector, begin, now) {
				_ = f.finish() // it was over before the connection was
				continue
			}
			_ = f.file.Close()
			_ = os.Remove(f.file.Name())
		}
	}
	clear(r.open)
	clear(r.since)
	clear(r.newest)
}
