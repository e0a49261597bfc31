package bundle

import (
	"bytes"
	"io"
	"testing"

	"keepiton"
)

// fifty is a report with 50 MB of files, five as large as a photo and a film.
func fifty(w io.Writer) error {
	bw := NewWriter(w)
	chunk := make([]byte, 32<<10)
	for _, size := range []int{4e6, 4e6, 4e6, 4e6, 4e6, 30e6} {
		f, err := bw.File("f.jpg", "image/jpeg")
		for n := 0; err == nil && n < size; n += len(chunk) {
			_, err = f.Write(chunk[:min(len(chunk), size-n)])
		}
		if err != nil {
			return err
		}
	}
	return bw.Close(&keepiton.Report{ID: testID})
}

func BenchmarkWrite50MB(b *testing.B) {
	b.SetBytes(MaxFileBytes)
	b.ReportAllocs()
	for b.Loop() {
		if err := fifty(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead50MB(b *testing.B) {
	var data bytes.Buffer
	if err := fifty(&data); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(MaxFileBytes)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(bytes.NewReader(data.Bytes()), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReport2KB(b *testing.B) {
	text, err := EncodeReport(&wholeReport)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeReport(text); err != nil {
			b.Fatal(err)
		}
	}
}
