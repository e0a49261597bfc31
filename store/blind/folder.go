package blind

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"keepiton"
)

// folder holds the bodies that are too large for a row. It is flat: one folder
// to sync and one whose times to set. The name of a file is random and tells
// nothing of its envelope.
type folder struct {
	dir string
	now func() time.Time
}

// fileName is the name of a file; empty: none.
type fileName []byte

func (f *folder) path(n fileName) string { return filepath.Join(f.dir, hex.EncodeToString(n)) }

func (f *folder) make() error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return failed("make the folder of bodies", err)
	}
	return nil
}

// create makes a new file, locked: a sweep leaves locked files alone. One that
// came between the making and the lock may have taken the file; another is made.
func (f *folder) create() (*os.File, fileName, error) {
	for {
		name := make(fileName, 16)
		_, _ = rand.Read(name)
		file, err := os.OpenFile(f.path(name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return nil, nil, failed("make a file", err)
		}
		if lock(file) && f.holds(name, file) {
			f.date()
			return file, name, nil
		}
		_ = file.Close() // a sweep has it, and removes it
	}
}

// holds reports whether a name is still that of a file.
func (f *folder) holds(n fileName, file *os.File) bool {
	is, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.path(n))
	return err == nil && os.SameFile(is, named)
}

// locked opens a file to change it; Conflict when somebody else does.
func (f *folder) locked(n fileName) (*os.File, error) {
	file, err := os.OpenFile(f.path(n), os.O_RDWR, 0)
	if err != nil {
		return nil, failed("open a file", err)
	}
	if !lock(file) {
		_ = file.Close()
		return nil, keepiton.Errorf(keepiton.Conflict, "another piece of it is being written")
	}
	return file, nil
}

// secure sets the times of a file to its day and makes it durable.
func (f *folder) secure(file *os.File, day int64) error {
	if err := os.Chtimes(file.Name(), dayOf(day), dayOf(day)); err != nil {
		return failed("set the day of a file", err)
	}
	if err := file.Sync(); err != nil {
		return failed("sync a file", err)
	}
	return nil
}

func (f *folder) remove(n fileName) error {
	err := os.Remove(f.path(n))
	f.date()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed("remove a file", err)
	}
	return nil
}

// date sets the times of the folder itself, which tell when a file was last
// made or removed, to the day. Where that fails, nothing else does.
func (f *folder) date() {
	day := f.now().UTC().Truncate(24 * time.Hour)
	_ = os.Chtimes(f.dir, day, day)
}

// sync makes the names in the folder durable.
func (f *folder) sync() error {
	d, err := os.Open(f.dir)
	if err != nil {
		return failed("sync the folder of bodies", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return failed("sync the folder of bodies", err)
	}
	return nil
}

// names calls yield for each file that has the name of a body.
func (f *folder) names(yield func(fileName) error) error {
	d, err := os.Open(f.dir)
	if err != nil {
		return failed("read the folder of bodies", err)
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(1000)
		for _, text := range names {
			if n, err := hex.DecodeString(text); err == nil && len(n) == 16 {
				if err := yield(n); err != nil {
					return err
				}
			}
		}
		switch {
		case len(names) == 0:
			return nil
		case err != nil:
			return failed("read the folder of bodies", err)
		}
	}
}

// failed says what could not be done with a file, without its name. A full
// disk is the usual reason.
func failed(doing string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return keepiton.Errorf(keepiton.Unavailable, "%s: %w", doing, err)
}
