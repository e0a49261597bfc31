package postgres_test

import (
	"testing"

	"keepiton/store/storetest"
)

// BenchmarkStore measures a generated record of the size in KEEPITON_BENCH.
func BenchmarkStore(b *testing.B) {
	s := open(b)()
	defer s.Close()
	storetest.Fill(b, s, storetest.BenchSize(b))
	storetest.Bench(b, s)
}

func BenchmarkAcceptParallel(b *testing.B) { storetest.BenchAccept(b, openSealed) }

func BenchmarkBodies(b *testing.B) { storetest.BenchBodies(b, openSealed) }
