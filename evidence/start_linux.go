package evidence

import (
	"os"
	"os/exec"
	"syscall"
)

// self is the running program, also when its file was replaced meanwhile
// (proc(5), /proc/pid/exe).
const self = "/proc/self/exe"

// isolate asks for a child in name spaces of its own (namespaces(7)): a network
// without any interface that is up, and a user who has no right to anything
// outside. A name space of processes would add little to that and confuses
// programs built with cgo, whose threads are found under /proc.
func isolate(cmd *exec.Cmd) {
	// Any number but 0: execve(2) then takes away the capabilities that the
	// first process of a user name space begins with (capabilities(7)).
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getegid(), Size: 1}},
	}
}

// join undoes isolate, for a system that does not allow it.
func join(cmd *exec.Cmd) { cmd.SysProcAttr = nil }
