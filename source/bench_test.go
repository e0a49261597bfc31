package source

import (
	"bytes"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// BenchmarkGzip compares unpacking here with the library alone.
func BenchmarkGzip(b *testing.B) {
	data := text()
	packed := packGzip(data)
	b.Run("keepiton", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			s := Open(bytes.NewReader(packed))
			if n, err := io.Copy(io.Discard, s); err != nil || n != int64(len(data)) {
				b.Fatal(n, err)
			}
			s.Close()
		}
	})
	b.Run("klauspost", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			z, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, z); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBzip2(b *testing.B) {
	data := text()
	packed := packBzip2(b, data)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		s := Open(bytes.NewReader(packed))
		if _, err := io.Copy(io.Discard, s); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
