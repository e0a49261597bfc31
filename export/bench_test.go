package export

import (
	"io"
	"testing"

	"keepiton"
	"keepiton/sample"
)

// benchmarkFormat writes the newest revisions of generated incidents; they are
// made before the clock starts.
func benchmarkFormat(b *testing.B, name string) {
	const incidents = 100_000
	var revs []keepiton.Revision
	for list := range sample.Generate(incidents, 1, 1) {
		revs = append(revs, list[len(list)-1])
	}
	f, ok := ByName(name)
	if !ok {
		b.Fatalf("no format %q", name)
	}
	in := func(yield func(rev *keepiton.Revision) error) error {
		for i := range revs {
			if err := yield(&revs[i]); err != nil {
				return err
			}
		}
		return nil
	}
	b.ReportAllocs()
	for b.Loop() {
		w := &meter{}
		if err := f.Write(w, in, options("en")); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(w.n)
	}
	b.ReportMetric(float64(incidents)*float64(b.N)/b.Elapsed().Seconds(), "incidents/s")
}

type meter struct{ n int64 }

func (m *meter) Write(p []byte) (int, error) {
	m.n += int64(len(p))
	return io.Discard.Write(p)
}

func BenchmarkCSV(b *testing.B)     { benchmarkFormat(b, "csv") }
func BenchmarkNDJSON(b *testing.B)  { benchmarkFormat(b, "ndjson") }
func BenchmarkParquet(b *testing.B) { benchmarkFormat(b, "parquet") }
func BenchmarkXLSX(b *testing.B)    { benchmarkFormat(b, "xlsx") }
func BenchmarkSQLite(b *testing.B)  { benchmarkFormat(b, "sqlite") }
