package sqlite

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"keepiton/store"
	"keepiton/store/blind"
	"keepiton/store/storetest"
)

func openSealed(tb testing.TB) func(func() time.Time) store.Sealed {
	dir := filepath.Join(tb.TempDir(), "a ?#%20&é")
	if err := os.Mkdir(dir, 0o700); err != nil {
		tb.Fatal(err)
	}
	return func(now func() time.Time) store.Sealed {
		tb.Helper()
		s, err := OpenSealed(tb.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{Options: blind.Options{Now: now}})
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
}

func openCopy(tb testing.TB, folder string) store.Sealed {
	tb.Helper()
	s, err := NewSealedCopy(tb.Context(), folder)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestSealedConformance(t *testing.T) { storetest.RunSealed(t, openSealed, openCopy) }
