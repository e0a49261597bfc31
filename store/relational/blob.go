package relational

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/klauspost/compress/zstd"

	"keepiton"
)

// Limits of what one revision may hold. An incident of STOP takes about 3 kB;
// its rows about 2 kB each.
const (
	maxDoc  = 4 << 20  // bytes of JSON without the cells
	maxRows = 32 << 20 // bytes of JSON of the cells
)

// dictionary primes the compressor with the names and codes that every
// document repeats, which makes documents about a third as long. It is part of
// the stored format: never edited; another one would get another number.
//
//go:embed dictionary/1.json
var dictionary []byte

const dictionaryID = 1

var packer = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(128<<10),
		zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true), zstd.WithEncoderDictRaw(dictionaryID, dictionary))
	if err != nil {
		panic(err)
	}
	return e
})

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderDictRaw(dictionaryID, dictionary))
	if err != nil {
		panic(err)
	}
	return d
})

func pack(data []byte) []byte { return packer().EncodeAll(data, nil) }

func unpack(data, into []byte) ([]byte, error) { return unpacker().DecodeAll(data, into[:0]) }

// marshal writes v as JSON and refuses what JSON would silently replace: bytes
// that are no UTF-8.
func marshal(v any, limit int) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	data := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(data) > limit {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%d bytes are more than the %d bytes allowed", len(data), limit)
	}
	for rest := data; ; {
		i := bytes.Index(rest, []byte(`\ufffd`))
		if i < 0 {
			return data, nil
		}
		escapes := 0
		for escapes < i && rest[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return nil, keepiton.Errorf(keepiton.Invalid, "a text is not valid UTF-8")
		}
		rest = rest[i+6:]
	}
}

// packIncident gives the document of inc without the cells of its rows, and
// the rows on their own with a hash over them; nil when there are none.
func packIncident(inc *keepiton.Incident) (doc, rows []byte, hash [32]byte, err error) {
	bare := *inc
	bare.Rows = bareRows(inc.Rows)
	data, err := marshal(&bare, maxDoc)
	if err != nil {
		return nil, nil, hash, err
	}
	doc = pack(data)
	if len(inc.Rows) > 0 {
		if data, err = marshal(inc.Rows, maxRows); err != nil {
			return nil, nil, hash, err
		}
		rows, hash = pack(data), sha256.Sum256(data)
	}
	return doc, rows, hash, nil
}

// bareRows are the rows without their cells.
func bareRows(rows []keepiton.Row) []keepiton.Row {
	if len(rows) == 0 {
		return nil
	}
	out := make([]keepiton.Row, len(rows))
	for i, r := range rows {
		r.Cells = nil
		out[i] = r
	}
	return out
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// unpackJSON reads what pack made of JSON into v.
func unpackJSON(data []byte, v any) error {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	plain, err := unpack(data, *buf)
	if err != nil {
		return keepiton.Errorf(keepiton.Internal, "%w: %w", errBroken, err)
	}
	*buf = plain
	if err := json.Unmarshal(plain, v); err != nil {
		return keepiton.Errorf(keepiton.Internal, "%w: %w", errBroken, err)
	}
	return nil
}
