package stop

import (
	"bytes"
	"testing"
)

func BenchmarkReadCombined(b *testing.B) {
	data := realBytes(b, combinedFile)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(combinedFile, bytes.NewReader(data), int64(len(data)), ReadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadWorkbook(b *testing.B) {
	data := realBytes(b, workbookFile)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(workbookFile, bytes.NewReader(data), int64(len(data)), ReadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeriveCombined(b *testing.B) {
	es := threeEditions(b)[2:]
	b.ReportAllocs()
	for b.Loop() {
		Derive(es, Pins{})
	}
}

func BenchmarkDeriveThreeEditions(b *testing.B) {
	es := threeEditions(b)
	b.ReportAllocs()
	for b.Loop() {
		Derive(es, Pins{})
	}
}
