package sqlite

import (
	"os"
	"testing"

	"keepiton/store/storetest"
)

// BenchmarkStore measures a generated record of the size in KEEPITON_BENCH,
// kept in the file KEEPITON_BENCH_RECORD for the next run if that is set.
func BenchmarkStore(b *testing.B) {
	file := os.Getenv("KEEPITON_BENCH_RECORD")
	if file == "" {
		file = b.TempDir() + "/record.db"
	}
	s, err := Open(b.Context(), file, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	storetest.Fill(b, s, storetest.BenchSize(b))
	storetest.Bench(b, s)
}

func BenchmarkAcceptParallel(b *testing.B) { storetest.BenchAccept(b, openSealed) }

func BenchmarkBodies(b *testing.B) { storetest.BenchBodies(b, openSealed) }

func BenchmarkNight(b *testing.B) { storetest.BenchNight(b, openSealed) }
