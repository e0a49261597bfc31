package seal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keepiton"
)

// readLimited reads a small file and refuses a large one.
func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%s is not there", name), "keepiton key export writes the public files")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s is larger than %d bytes", name, limit)
	}
	return b, nil
}

// WriteFile writes b beside name and moves it there, synced: name is the old
// file or the new one, never half of it.
func WriteFile(name string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // harmless after the rename
	if _, err = f.Write(b); err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// WriteNew writes a file that must not be there yet, synced; Conflict when it
// is: a key that was overwritten is reports that nobody opens again.
func WriteNew(name string, b []byte, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if os.IsExist(err) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%s is there already and is not overwritten", name), "choose another folder or name; keep the old file, it opens what was sealed to it")
	}
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
