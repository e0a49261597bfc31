package bgp

import (
	"bufio"
	"bytes"
	"io"
)

// Source is a stream of messages in any form.
type Source interface {
	// Next fills m with the next message, and returns io.EOF at the end; damage is in
	// Counts, any other error is the stream's own.
	Next(m *Message) error
	Counts() *Stats
}

// Counts implements Source.
func (r *Reader) Counts() *Stats { return &r.Stats }

// Counts implements Source.
func (l *Live) Counts() *Stats { return &l.Stats }

// Counts implements Source.
func (b *BMP) Counts() *Stats { return &b.Stats }

// Open returns a reader of what a collector wrote, whatever its form: MRT, lines of
// RIS Live, BMP as a router sends it, or a capture of packets with BMP inside. The
// first bytes decide. It reads them at once.
func Open(r io.Reader, collector string, peers *Peers) Source {
	in := bufio.NewReaderSize(r, 4096)
	head, _ := in.Peek(64)
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte{'{'}):
		return NewLive(in, peers)
	case IsCapture(head):
		return &capture{in: in, collector: collector, peers: peers}
	case len(head) >= bmpHeader:
		if _, ok := bmpLength(head); ok {
			return NewBMP(in, collector, peers)
		}
	}
	return NewReaderOf(in, collector, peers)
}

// capture reads the conversations of a capture, one after the other.
type capture struct {
	in        io.Reader
	collector string
	peers     *Peers
	left      [][]byte
	read      bool
	now       *BMP
	before    Stats // of the conversations before
}

// Next implements Source. Offsets are those in the conversation.
func (c *capture) Next(m *Message) error {
	if !c.read {
		c.read = true
		var err error
		if c.left, err = Conversations(c.in); err != nil {
			return err
		}
	}
	for {
		if c.now == nil {
			if len(c.left) == 0 {
				return io.EOF
			}
			c.now, c.left = NewBMP(bytes.NewReader(c.left[0]), c.collector, c.peers), c.left[1:]
		}
		err := c.now.Next(m)
		if err != io.EOF {
			return err
		}
		c.before.add(&c.now.Stats)
		c.now = nil
	}
}

// Counts implements Source.
func (c *capture) Counts() *Stats {
	sum := c.before
	if c.now != nil {
		sum.add(&c.now.Stats)
	}
	return &sum
}
