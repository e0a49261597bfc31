// Package sourcetest is what the tests of adapters share.
package sourcetest

import (
	"os"
	"path/filepath"
	"testing"
)

// Real returns a file of the real data, by its path below shared/data. Where it is
// missing the test is skipped, loudly, and fails under CI.
func Real(t testing.TB, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"../../../shared/data"}, path...)...))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL DATA ARE MISSING: %v", err)
	}
	return data
}
