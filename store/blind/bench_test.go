package blind

import (
	"bytes"
	"io"
	"testing"
)

// BenchmarkWrap measures the wrapping alone, in memory.
func BenchmarkWrap(b *testing.B) {
	key, text := newBodyKey(), make([]byte, chunkSize)
	w := wrapper{aead: key.aead()}
	var out []byte
	b.SetBytes(chunkSize)
	for range b.N {
		out = w.appendChunk(out[:0], text, false)
	}
}

func BenchmarkUnwrap(b *testing.B) {
	key, text := newBodyKey(), make([]byte, chunkSize)
	w := wrapper{aead: key.aead()}
	var wrapped []byte
	const chunks = 64
	for i := range chunks {
		wrapped = w.appendChunk(wrapped, text, i == chunks-1)
	}
	b.SetBytes(chunks * chunkSize)
	for range b.N {
		if n, err := io.Copy(io.Discard, newUnwrapper(bytes.NewReader(wrapped), &key)); err != nil || n != chunks*chunkSize {
			b.Fatal(n, err)
		}
	}
}
