package ooni

import (
	"bytes"
	"io"
)

// cutter cuts a file into chunks of whole lines. A line of more than MaxLine is a
// defect, and its bytes are stepped over.
type cutter struct {
	r        io.Reader
	offset   int64  // of the first byte that is not handed out yet
	tail     []byte // the beginning of a line, of the chunk before
	room     []byte // for a long line
	skipping bool   // inside a line that is too long
}

// fill fills a chunk; end says that it is the last. The error is that of the reader.
func (k *cutter) fill(c *chunk) (end bool, err error) {
	c.offset, c.defects = k.offset, c.defects[:0]
	if c.data == nil {
		c.data = make([]byte, 0, usual)
	}
	c.data = append(c.data[:0], k.tail...)
	last := -1 // where the last line ends
	for !end && (last < 0 || len(c.data) < chunkSize/2) {
		from := len(c.data)
		if from+chunkSize > usual && !c.large() {
			if k.room == nil {
				k.room = make([]byte, 0, MaxLine+2*chunkSize)
			}
			c.data = append(k.room[:0], c.data...)
		}
		n, err := io.ReadAtLeast(k.r, c.data[from:from+chunkSize], 1)
		if end = err == io.EOF || err == io.ErrUnexpectedEOF; err != nil && !end {
			return false, err
		}
		if c.data = c.data[:from+n]; k.skipping {
			k.skip(c)
			from = 0
		}
		if i := lastLine(c.data[from:]); i >= 0 {
			last = from + i
		}
		if last < 0 && len(c.data) > MaxLine {
			c.defects = append(c.defects, found{offset: k.offset, defect: "too_long", why: "a line of more than 2 MiB"})
			k.skipping = true
			k.drop(c, len(c.data))
		}
	}
	whole := last + 1
	if end {
		whole = len(c.data)
	}
	k.tail = append(k.tail[:0], c.data[whole:]...)
	c.data = c.data[:whole]
	k.offset += int64(whole)
	return end, nil
}

// skip drops what belongs to a line that is too long.
func (k *cutter) skip(c *chunk) {
	i := bytes.IndexByte(c.data, '\n')
	if k.skipping = i < 0; k.skipping {
		i = len(c.data) - 1
	}
	k.drop(c, i+1)
}

func (k *cutter) drop(c *chunk, n int) {
	k.offset += int64(n)
	c.offset = k.offset
	c.data = c.data[:copy(c.data, c.data[n:])]
}

// lastLine returns where the last line ends; -1 where none does. The library looks for
// a last byte one by one, and for a first byte many at once.
func lastLine(b []byte) int {
	const step = 2 << 10
	for end := len(b); end > 0; end -= step {
		begin := max(0, end-step)
		if bytes.IndexByte(b[begin:end], '\n') >= 0 {
			return begin + bytes.LastIndexByte(b[begin:end], '\n')
		}
	}
	return -1
}
