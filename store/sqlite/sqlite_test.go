package sqlite

import (
	"path/filepath"
	"testing"

	"keepiton/store"
	"keepiton/store/storetest"
)

// open makes a record in a folder whose name would break a careless URL.
func open(tb testing.TB) func() store.Store {
	file := filepath.Join(tb.TempDir(), "a ?#%20&é.db")
	return func() store.Store {
		tb.Helper()
		s, err := Open(tb.Context(), file, Options{})
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
}

func TestConformance(t *testing.T) { storetest.Run(t, open) }
