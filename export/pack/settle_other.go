//go:build !linux

package pack

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// settle brings every file under dir to its disk.
func settle(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}

// exchange cannot be done everywhere.
func exchange(a, b string) error { return errors.ErrUnsupported }

// isMount is not told everywhere: then putting the folder in its place fails.
func isMount(path string) bool { return false }
