package postgres_test

import (
	"testing"
	"time"

	"keepiton/store"
	"keepiton/store/postgres"
	"keepiton/store/postgres/pgtest"
	"keepiton/store/sqlite"
	"keepiton/store/storetest"
)

func openSealed(tb testing.TB) func(func() time.Time) store.Sealed {
	url, dir := pgtest.Database(tb), tb.TempDir()
	return func(now func() time.Time) store.Sealed {
		tb.Helper()
		s, err := postgres.OpenSealed(tb.Context(), url, dir, postgres.SealedOptions{Now: now, NewCopy: sqlite.NewSealedCopy})
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
}

func openCopy(tb testing.TB, folder string) store.Sealed {
	tb.Helper()
	s, err := sqlite.NewSealedCopy(tb.Context(), folder)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestSealedConformance(t *testing.T) { storetest.RunSealed(t, openSealed, openCopy) }
