package web

import (
	"bytes"
	"encoding/binary"
)

// padStep is the smallest length of a padded page, in bytes. Lengths double
// from there: they tell a watcher of the line next to nothing.
const padStep = 8 << 10

// maxExtra is what the extra field of a gzip header holds (RFC 1952 section 2.3.1.1).
const maxExtra = 1<<16 - 1

// pad makes a page as long as others are: plain text by spaces after its end,
// gzip by the extra field of its header, which readers pass over. The padding
// itself is not compressed, so that it cannot be measured away.
func pad(body []byte, enc encoding) []byte {
	size := padStep
	for size < len(body)+2 {
		size *= 2
	}
	missing := size - len(body)
	if enc != gzipped {
		return append(body, bytes.Repeat([]byte{' '}, missing)...)
	}
	extra := make([]byte, 2, missing)
	binary.LittleEndian.PutUint16(extra, uint16(min(missing-2, maxExtra)))
	extra = extra[:2+min(missing-2, maxExtra)]
	const header = 10 // magic, method, flags, time, extra flags, system
	out := append(bytes.Clone(body[:header]), extra...)
	out[3] |= 1 << 2 // FEXTRA
	return append(out, body[header:]...)
}
