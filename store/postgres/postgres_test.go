package postgres_test

import (
	"os"
	"testing"

	"keepiton/store"
	"keepiton/store/postgres"
	"keepiton/store/postgres/pgtest"
	"keepiton/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func open(tb testing.TB) func() store.Store {
	url := pgtest.Database(tb)
	return func() store.Store {
		tb.Helper()
		s, err := postgres.Open(tb.Context(), url)
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
}

func TestConformance(t *testing.T) { storetest.Run(t, open) }
