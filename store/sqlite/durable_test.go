package sqlite

import (
	"path/filepath"
	"testing"

	"keepiton/store/relational"
)

// A server's commits wait for the disk (PRAGMA synchronous = FULL, which is 2)
// on the connection that writes; those of a volatile record do not.
func TestCommitsWaitForTheDiskUnlessVolatile(t *testing.T) {
	asks := func(s *relational.Store) (mode int) {
		t.Helper()
		if err := s.Write.QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&mode); err != nil {
			t.Fatal(err)
		}
		return mode
	}
	for opt, want := range map[Options]int{{}: 2, {Volatile: true}: 0} {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), opt)
		if err != nil {
			t.Fatal(err)
		}
		if got := asks(s); got != want {
			t.Errorf("%+v: synchronous is %d, want %d", opt, got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
