package evidence

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// lock gives up what a decoder does not need, as far as the kernel lets it, and
// returns the names of the protections that hold from now on. Each stands for
// itself: what one kernel does not know, another protection still covers. Those
// in skip are left out, for tests of the others.
//
// An error means that a limit which every kernel has could not be set; nothing
// is decoded then.
func lock(skip []string) (held []string, err error) {
	wanted := func(name string) bool {
		for _, s := range skip {
			if s == name {
				return false
			}
		}
		return true
	}
	if wanted(HeldLimits) {
		if err := limit(); err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		held = append(held, HeldLimits)
	}
	if wanted(HeldLandlock) {
		// Newest rules that the library knows, weakened to what the kernel knows.
		if v, err := ll.LandlockGetABIVersion(); err == nil && v > 0 && landlock.V10.BestEffort().Restrict() == nil {
			held = append(held, HeldLandlock+" "+strconv.Itoa(v))
		}
	}
	if wanted(HeldNoFiles) {
		// From here on the kernel gives out no descriptor: no file, no socket.
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{}); err != nil {
			return nil, fmt.Errorf("lock: descriptors: %w", err)
		}
		held = append(held, HeldNoFiles)
	}
	if wanted(HeldCalls) && len(calls) > 0 {
		if err := filterCalls(); err == nil {
			held = append(held, HeldCalls)
		}
	}
	return held, nil
}

// readOnly takes away all files but those of a folder, and writing with them,
// where the kernel has Landlock: the folder holds code that other children run.
func readOnly(folder string) {
	if folder == "" {
		return
	}
	_ = landlock.V10.BestEffort().RestrictPaths(landlock.RODirs(folder), landlock.ROFiles("/proc/self/statm").IgnoreIfMissing())
}

// limit sets the limits of the process (setrlimit(2)) and keeps its memory out
// of core dumps and debuggers.
func limit() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("no core dumps: %w", err)
	}
	for _, l := range []struct {
		name string
		what int
		max  uint64
	}{
		{"core dumps", syscall.RLIMIT_CORE, 0},
		{"size of files", syscall.RLIMIT_FSIZE, 0},
		{"processor time", syscall.RLIMIT_CPU, uint64(maxCPU.Seconds())},
		{"memory", syscall.RLIMIT_DATA, MaxMemory},
		{"address space", syscall.RLIMIT_AS, addressSpace() + 2*MaxMemory},
	} {
		if err := syscall.Setrlimit(l.what, &syscall.Rlimit{Cur: l.max, Max: l.max}); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// addressSpace is what Go has reserved at its start, mostly without using it:
// the first number of /proc/self/statm, in pages (proc(5)). Two GiB where it
// cannot be read.
func addressSpace() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err == nil {
		first, _, _ := strings.Cut(string(b), " ")
		if n, err := strconv.ParseUint(first, 10, 40); err == nil {
			return n * uint64(os.Getpagesize())
		}
	}
	return 2 << 30
}

// filterCalls lets the kernel refuse every system call that is not in calls
// (seccomp(2), mode filter): no socket, no file, no other program can be named
// any more. Refused calls return EPERM; clone3 returns ENOSYS, after which
// clone is tried, which may make threads and nothing else.
func filterCalls() error {
	const (
		offNumber = 0 // of struct seccomp_data
		offArch   = 4
		offArg0   = 16 // its lower half on little-endian machines; 8 bytes for each argument
		offArg2   = 32
		errno     = uint32(unix.SECCOMP_RET_ERRNO)
	)
	load := func(off uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: off}
	}
	ret := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	// unless skips n instructions unless the loaded word equals k.
	unless := func(k uint32, n uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: n, K: k}
	}
	program := []unix.SockFilter{
		load(offArch),
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: auditArch},
		ret(unix.SECCOMP_RET_KILL_PROCESS),
		load(offNumber),
		unless(unix.SYS_CLONE3, 1), ret(errno | uint32(unix.ENOSYS)),
		// clone: with CLONE_THREAD alone
		unless(unix.SYS_CLONE, 4),
		load(offArg0),
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jf: 1, K: unix.CLONE_THREAD},
		ret(unix.SECCOMP_RET_ALLOW), ret(errno | uint32(unix.EPERM)),
		// tgkill: Go's scheduler wakes its own threads; nobody else's
		unless(unix.SYS_TGKILL, 4),
		load(offArg0),
		unless(uint32(os.Getpid()), 1),
		ret(unix.SECCOMP_RET_ALLOW), ret(errno | uint32(unix.EPERM)),
	}
	// Memory that can be run was asked for when the decoders were compiled; no
	// more of it: bytes of a file never become code.
	for _, n := range []uint32{unix.SYS_MMAP, unix.SYS_MPROTECT} {
		program = append(program,
			unless(n, 4),
			load(offArg2),
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jt: 1, K: unix.PROT_EXEC},
			ret(unix.SECCOMP_RET_ALLOW), ret(errno|uint32(unix.EPERM)))
	}
	for _, n := range calls {
		program = append(program, unless(n, 1), ret(unix.SECCOMP_RET_ALLOW))
	}
	program = append(program, ret(errno|uint32(unix.EPERM)))

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return loadFilter(program) // on all threads, no_new_privs with it
}
