package pack

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// settle returns when everything on the file system of dir is on its disk.
func settle(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}

// exchange lets two folders change places in one step. File systems of sticks
// (vfat, exfat) cannot.
func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

// isMount reports whether a file system begins at path.
func isMount(path string) bool {
	var here, above unix.Stat_t
	return unix.Stat(path, &here) == nil && unix.Stat(filepath.Join(path, ".."), &above) == nil && (here.Dev != above.Dev || here.Ino == above.Ino)
}
