package main

import (
	"bufio"
	"fmt"
	"os"
	"testing"
)

// marksInMemory counts the marks that stand in the memory of a process of ours,
// as it is; -1 where it cannot be read. Go does not clear what it frees, so the
// number is a measured figure for docs/benchmarks.md and no promise.
func marksInMemory(t *testing.T, pid int, s *search) int {
	t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return -1
	}
	defer maps.Close()
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return -1
	}
	defer memory.Close()
	here := map[mark]bool{}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to int64
		var rights string
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &rights); n != 3 || rights[0] != 'r' || to-from > 1<<28 {
			continue
		}
		b := make([]byte, to-from)
		n, _ := memory.ReadAt(b, from)
		for _, f := range s.level("memory", b[:n], 2) {
			here[f.mark] = true
		}
	}
	return len(here)
}
