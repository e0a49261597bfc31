package bgp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// Types of BMP messages: RFC 7854 section 4.1.
const (
	bmpRoutes, bmpDown, bmpUp                = 0, 2, 3
	bmpInitiation, bmpTermination, bmpMirror = 4, 5, 6
)

const (
	bmpHeader     = 6  // version, length, type: RFC 7854 section 4.1
	bmpPeerHeader = 42 // section 4.2

	// maxBMP is the longest message that is believed: two messages of BGP (RFC 8654) or
	// some statistics need a tenth of it.
	maxBMP = 1 << 20
)

// BMP reads what a router tells of its tables by the BGP Monitoring Protocol: RFC
// 7854, with RFC 8671 and 9069, and the routes of version 4 (draft-ietf-grow-bmp-tlv).
// It holds one message. It is not safe for concurrent use.
type BMP struct {
	Stats Stats
	// Router is the name that it says it has (sysName), empty until then.
	Router string

	in     *bufio.Reader
	buf    []byte
	name   string
	peers  *Peers
	paths  map[bmpPeer]pathsOf // of sessions: whose routes carry path identifiers
	lastAt int64
}

// NewBMP returns a reader of what a router sends; collector is how it is called.
func NewBMP(r io.Reader, collector string, peers *Peers) *BMP {
	return &BMP{in: bufio.NewReaderSize(r, 64<<10), name: collector, peers: peers, paths: map[bmpPeer]pathsOf{}}
}

// Next fills m with the next message, as [Reader.Next] does. A peer that is up is a
// change of state to established, one that is down one from it. The time is that of
// the router, or that of the message before where it does not say one; 0 before any.
func (b *BMP) Next(m *Message) error {
	for {
		m.reset()
		m.Offset = b.Stats.Bytes
		head, err := b.in.Peek(bmpHeader)
		if err != nil {
			return b.end(len(head), err)
		}
		n, ok := bmpLength(head)
		if !ok {
			b.Stats.fail(BadHeader, b.Stats.Bytes)
			if err := b.resync(); err != nil {
				return err
			}
			continue
		}
		if cap(b.buf) < n {
			b.buf = make([]byte, n+n/2)
		}
		got, err := io.ReadFull(b.in, b.buf[:n])
		if err != nil {
			return b.end(got, err)
		}
		b.Stats.Bytes += int64(n)
		b.Stats.Records++
		if damage := b.decode(b.buf[:n], m); damage != "" && damage != excess {
			b.Stats.fail(damage, m.Offset)
		}
		if m.Kind == Update && m.At == 0 {
			m.At = b.lastAt
		}
		b.lastAt = max(b.lastAt, m.At)
		b.Stats.count(m)
		return nil
	}
}

// end accounts for what is left when less than a message is.
func (b *BMP) end(left int, err error) error {
	if left > 0 {
		b.Stats.fail(Cut, b.Stats.Bytes)
		b.Stats.Bytes += int64(left)
		b.Stats.SkippedBytes += int64(left)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}

// bmpLength returns the length of the message that begins with head.
func bmpLength(head []byte) (int, bool) {
	n := binary.BigEndian.Uint32(head[1:])
	least := uint32(bmpHeader)
	if t := head[5]; t <= bmpUp || t == bmpMirror {
		least += bmpPeerHeader
	}
	return int(n), (head[0] == 3 || head[0] == 4) && head[5] <= bmpMirror && n >= least && n <= maxBMP
}

// resync moves to the next place where a message seems to begin, with another one, or
// the end, behind it as far as the buffer shows.
func (b *BMP) resync() error {
	for {
		_, err := b.in.Discard(1)
		if err != nil {
			return b.end(0, err)
		}
		b.Stats.Bytes++
		b.Stats.SkippedBytes++
		head, err := b.in.Peek(bmpHeader)
		if err != nil {
			return b.end(len(head), err)
		}
		n, ok := bmpLength(head)
		if !ok {
			continue
		}
		if n+bmpHeader > b.in.Size() {
			return nil
		}
		next, err := b.in.Peek(n + bmpHeader)
		if err == nil {
			if _, ok = bmpLength(next[n:]); ok {
				return nil
			}
		} else if len(next) == n {
			return nil
		}
	}
}

func (b *BMP) decode(msg []byte, m *Message) Damage {
	version, kind, body := msg[0], msg[5], msg[bmpHeader:]
	switch kind {
	case bmpInitiation:
		b.initiation(body)
		return ""
	case bmpTermination:
		return ""
	}
	peer, asLen := b.peerHeader(body, m)
	body = body[bmpPeerHeader:]
	switch kind {
	case bmpUp:
		m.Kind, m.Old, m.New = State, 1, Established
		b.paths[peer] = upPaths(body, m.View)
	case bmpDown:
		m.Kind, m.Old, m.New = State, Established, 1
		delete(b.paths, peer)
	case bmpRoutes:
		paths := b.paths[peer]
		if version == 4 {
			var ok bool
			if body, paths, ok = routesOfTLVs(body, paths, m.View); !ok {
				return ShortRecord
			}
		}
		return decodeBGP(body, asLen, paths, m)
	}
	return ""
}

// initiation reads the router's name: RFC 7854 section 4.3, type 2 of its TLVs.
func (b *BMP) initiation(body []byte) {
	for len(body) >= 4 {
		n := int(binary.BigEndian.Uint16(body[2:]))
		if len(body) < 4+n {
			return
		}
		if binary.BigEndian.Uint16(body) == 2 {
			b.Router = string(body[4 : 4+min(n, 255)])
		}
		body = body[4+n:]
	}
}
