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
		k := cutter{r: r}
		for end := false; !end; {
			c := <-free
			if end, readErr = k.fill(c); readErr != nil {
				return
			}
			select {
			case queue <- c:
			case <-stop:
				return
			}
			large := c.large()
			work <- c // its place in the queue is taken: somebody waits for it
			if large {
				<-alone // one long line at a time, or memory would be that of many
			}
		}
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
