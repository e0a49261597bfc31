//go:build !linux

package evidence

import "os/exec"

// self is empty where the program has to be found by its path.
const self = ""

func isolate(*exec.Cmd) {}

func join(*exec.Cmd) {}
