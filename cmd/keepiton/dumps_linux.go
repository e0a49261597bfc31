package main

import "golang.org/x/sys/unix"

// keepNoDumps has the kernel write no image of this process's memory to a disk
// or to a collector of crashes: what a form without script is being sent stands
// in it. It also keeps other programs of the same user from reading the memory
// (prctl(2), PR_SET_DUMPABLE). The limit of zero is for kernels that go by that.
func keepNoDumps() error {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
