//go:build unix && !aix && !solaris

package blind

import (
	"os"
	"syscall"
)

// lock takes the file for this process, until it closes it or ends, and
// reports whether it was free. The kernel sees to it (flock(2)), also between
// processes that share the folder.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
