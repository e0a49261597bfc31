package web

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// encoding is a content coding of RFC 9110 section 8.4.1 that the site sends.
type encoding uint8

const (
	identity encoding = iota
	gzipped
	brotlied
	numEncodings
)

var encodingNames = [numEncodings]string{"", "gzip", "br"}

// Compression levels. Pages are compressed once for each version of the
// record, so that effort is spent; the last steps of brotli (10, 11) take
// fifty times as long for 2 per cent.
const (
	brotliLevel = 9
	gzipLevel   = gzip.BestCompression
)

// negotiate picks the coding for an Accept-Encoding header: brotli, else gzip,
// else none. A coding with q=0 is not acceptable (RFC 9110 section 12.5.3).
func negotiate(accept string) encoding {
	best := identity
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		if params != "" && refused(params) {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "br":
			return brotlied
		case "gzip", "x-gzip":
			best = gzipped
		}
	}
	return best
}

func refused(params string) bool {
	q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
	if !ok {
		return false
	}
	v, err := strconv.ParseFloat(q, 64)
	return err == nil && v == 0
}

// compress returns body in the coding.
func compress(body []byte, enc encoding) ([]byte, error) {
	if enc == identity {
		return body, nil
	}
	var buf bytes.Buffer
	w, err := compressor(&buf, enc)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func compressor(w io.Writer, enc encoding) (io.WriteCloser, error) {
	if enc == brotlied {
		return brotli.NewWriterLevel(w, brotliLevel), nil
	}
	return gzip.NewWriterLevel(w, gzipLevel)
}

// lightCompressor is for answers that are compressed for one reader.
func lightCompressor(w io.Writer, enc encoding) (io.WriteCloser, error) {
	if enc == brotlied {
		return brotli.NewWriterLevel(w, 4), nil
	}
	return gzip.NewWriterLevel(w, gzip.BestSpeed)
}
