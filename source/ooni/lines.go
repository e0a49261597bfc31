package ooni

import (
	"bytes"
	"io"
	"runtime"

	"github.com/valyala/fastjson"
)

const (
	chunkSize = 256 << 10 // of lines that one goroutine takes at a time
	keepRoom  = 1 << 20   // what is larger after a long line is given back
)

// chunk is a stretch of whole lines.
type chunk struct {
	data    []byte
	offset  int64
	results []found
	done    chan struct{}
	defects []found // found while cutting: lines that are too long, before data
}

// lines reads JSON lines: one goroutine cuts, as many as there are processors parse
// and judge, and what they find is taken in the order of the file.
func (d *decoder) lines(r io.Reader) error {
	workers := max(1, runtime.GOMAXPROCS(0))
	work, queue, stop := make(chan *chunk), make(chan *chunk, workers), make(chan struct{})
	free := make(chan *chunk, workers+2)
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
			work <- c // its place in the queue is taken: somebody waits for it
			return true
		})
	}()
	for range workers {
		go func() {
			p := new(fastjson.Parser)
			for c := range work {
				if d.judge(p, c) > keepRoom {
					p = new(fastjson.Parser)
				}
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
		if err != nil {
			close(stop)
			for c := range queue { // what was queued ends
				<-c.done
				free <- c
			}
			return err
		}
		if cap(c.data) > keepRoom {
			c.data = nil
		}
		free <- c
	}
	return readErr
}

// judge parses the lines of a chunk and returns the length of the longest.
func (d *decoder) judge(p *fastjson.Parser, c *chunk) (longest int) {
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
		if longest = max(longest, len(line)); len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		_ = d.parse(p, line, begin, func(f *found) error {
			c.results = append(c.results, *f)
			return nil
		})
	}
	return longest
}

// cut hands out whole lines in chunks, as long as yield says so. A line of more than
// MaxLine is a defect.
func cut(r io.Reader, free <-chan *chunk, yield func(*chunk) bool) error {
	var offset int64 // of what is in c.data
	var tail []byte  // the beginning of a line, of the chunk before
	skipping := false
	for {
		c := <-free
		c.offset, c.defects = offset, c.defects[:0]
		c.data = append(c.data[:0], tail...)
		end := false
		for {
			have := len(c.data)
			if cap(c.data)-have < chunkSize/2 {
				c.data = append(make([]byte, 0, max(chunkSize, have+have/2)), c.data...)
			}
			n, err := io.ReadAtLeast(r, c.data[have:cap(c.data)], 1)
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
				c.defects = append(c.defects, found{offset: offset, defect: "too_long", why: "a line of more than 4 MiB"})
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
