package ooni

import (
	"bytes"
	"io"
	"runtime"
)

const (
	chunkSize = 256 << 10     // of lines that one goroutine takes at a time
	usual     = 3 * chunkSize // room for them, and for a line that is as long as lines are
)

// chunk is a stretch of whole lines.
type chunk struct {
	data    []byte
	offset  int64
	results []found
	done    chan struct{}
	defects []found // found while cutting: lines that are too long, before data
}

// large reports whether a long line is in it: there is room for one at a time.
func (c *chunk) large() bool { return cap(c.data) > usual }

// lines reads JSON lines: one goroutine cuts, as many as there are processors, at most four, parse
// and judge, and what they find is taken in the order of the file.
func (d *decoder) lines(r io.Reader) error {
	workers := min(max(1, runtime.GOMAXPROCS(0)), 4)
	work, queue, stop := make(chan *chunk), make(chan *chunk, workers), make(chan struct{})
	free, alone := make(chan *chunk, workers+2), make(chan struct{}, 1)
	for range workers + 2 {
		free <- &chunk{done: make(chan struct{}, 1)}
	}
	var readErr error
	go func() {
		defer close(queue)
		defer close(work)
		readErr = cut(r, free, func(c *chunk) bool {
			select {
			case queue <- c:
			case <-stop:
				return false
			}
			large := c.large()
			work <- c // its place in the queue is taken: somebody waits for it
			if large {
				<-alone // one long line at a time, or memory would be that of many
			}
			return true
		})
	}()
	for range workers {
		go func() {
			var p parser
			for c := range work {
				d.judge(&p, c)
				c.done <- struct{}{}
			}
		}()
	}
	var err error
	for c := range queue {
		<-c.done
		for _, all := range [...][]found{c.defects, c.results} {
			for i := range all {
				if err == nil {
					err = d.take(&all[i])
				}
			}
		}
		if err == nil {
			err = d.ctx.Err()
		}
		give := func(c *chunk) {
			if c.large() {
				c.data = nil // the room is that of cut
				alone <- struct{}{}
			}
			free <- c
		}
		give(c)
		if err != nil {
			close(stop)
			for c := range queue { // what was queued ends
				<-c.done
				give(c)
			}
			return err
		}
	}
	return readErr
}

// judge parses the lines of a chunk.
func (d *decoder) judge(p *parser, c *chunk) {
	c.results = c.results[:0]
	at := c.offset
	for rest := c.data; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		begin := at
		at += int64(len(line)) + 1
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		_ = d.parse(p, line, begin, func(f *found) error {
			c.results = append(c.results, *f)
			return nil
		})
	}
}

// cut hands out whole lines in chunks, as long as yield says so. A line of more than
// MaxLine is a defect.
func cut(r io.Reader, free <-chan *chunk, yield func(*chunk) bool) error {
	var offset int64 // of what is in c.data
	var tail []byte  // the beginning of a line, of the chunk before
	var room []byte  // for a long line
	skipping := false
	for {
		c := <-free
		c.offset, c.defects = offset, c.defects[:0]
		if c.data == nil {
			c.data = make([]byte, 0, usual)
		}
		c.data = append(c.data[:0], tail...)
		end := false
		for {
			have := len(c.data)
			if have+chunkSize > usual && !c.large() {
				if room == nil {
					room = make([]byte, 0, MaxLine+2*chunkSize)
				}
				c.data = append(room[:0], c.data...)
			}
			n, err := io.ReadAtLeast(r, c.data[have:have+chunkSize], 1)
			c.data = c.data[:have+n]
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				end = true
			} else if err != nil {
				return err
			}
			i := bytes.LastIndexByte(c.data, '\n')
			if skipping {
				first := bytes.IndexByte(c.data, '\n')
				if first < 0 {
					offset += int64(len(c.data))
					c.data = c.data[:0]
					if c.offset = offset; end {
						break
					}
					continue
				}
				skipping = false
				offset += int64(first + 1)
				c.offset = offset
				c.data = append(c.data[:0], c.data[first+1:]...)
				i = bytes.LastIndexByte(c.data, '\n')
			}
			if i < 0 && len(c.data) > MaxLine {
				c.defects = append(c.defects, found{offset: offset, defect: "too_long", why: "a line of more than 2 MiB"})
				skipping = true
				offset += int64(len(c.data))
				c.data = c.data[:0]
				if c.offset = offset; !end {
					continue
				}
			}
			if end || i >= 0 && len(c.data) >= chunkSize/2 {
				break
			}
		}
		whole := len(c.data)
		if !end {
			whole = bytes.LastIndexByte(c.data, '\n') + 1
		}
		tail = append(tail[:0], c.data[whole:]...)
		c.data = c.data[:whole]
		offset += int64(whole)
		if !yield(c) || end {
			return nil
		}
	}
}
