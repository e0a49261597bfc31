package bundle

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// rawFrame is a frame that a test writes by hand, right or wrong.
type rawFrame struct {
	typ     byte
	content string
}

// bytesOf writes frames one after the other.
func bytesOf(frames ...rawFrame) []byte {
	var out []byte
	for _, f := range frames {
		out = append(out, f.typ)
		out = binary.BigEndian.AppendUint32(out, uint32(len(f.content)))
		out = append(out, f.content...)
	}
	return out
}

var (
	first = rawFrame{'K', magic}
	last  = rawFrame{'Z', ""}
)

// listing is the report of files whose contents are given, as JSON.
func listing(contents ...string) string {
	var files []string
	for i, c := range contents {
		files = append(files, fmt.Sprintf(`{"name":"f%d","type":"t","size":%d,"sha256":"%s"}`, i+1, len(c), sum(c)))
	}
	return `{"id":"` + testID + `","files":[` + strings.Join(files, ",") + `]}`
}

// fileFrames are the frames of the n-th file, in one frame of data.
func fileFrames(n int, content string) []rawFrame {
	return []rawFrame{
		{'F', fmt.Sprintf(`{"name":"f%d","type":"t"}`, n)},
		{'D', content},
		{'E', fmt.Sprintf(`{"size":%d,"sha256":"%s"}`, len(content), sum(content))},
	}
}

// padded adds padding and end to frames that end with the report.
func padded(frames ...rawFrame) []byte {
	out := bytesOf(frames...)
	size := Bucket(int64(len(out)) + 2*headBytes)
	gap := int(size) - len(out) - 2*headBytes
	return append(out, bytesOf(rawFrame{'P', strings.Repeat("\x00", gap)}, last)...)
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}
