//go:build linux && !amd64 && !arm64

package evidence

import "golang.org/x/sys/unix"

// No list of system calls was made for this architecture; the other protections
// hold.
const auditArch = 0

var calls []uint32

func loadFilter([]unix.SockFilter) error { return unix.ENOSYS }
