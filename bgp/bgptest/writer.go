// Package bgptest writes MRT archives for tests and benchmarks: small ones that tell
// a story, and tables as large as the Internet's.
package bgptest

import (
	"encoding/binary"
	"io"
	"net/netip"
	"time"
)

// Writer writes MRT records (RFC 6396). The first error of its destination stays and
// is in Err.
type Writer struct {
	Err   error
	w     io.Writer
	buf   []byte
	peers []Peer
}

// Peer is a neighbour of the collector.
type Peer struct {
	IP  netip.Addr
	ASN uint32
}

// Route is what a peer says of prefixes. A path ends at its origin.
type Route struct {
	Peer   int // of those of Index
	Path   []uint32
	PathID uint32 // 0: none of these messages has one
}

// NewWriter returns a Writer that has the peers.
func NewWriter(w io.Writer, peers ...Peer) *Writer { return &Writer{w: w, peers: peers} }

// Peers returns n peers with full tables, of AS 64512 and the following.
func Peers(n int) []Peer {
	out := make([]Peer, n)
	for i := range out {
		out[i] = Peer{netip.AddrFrom4([4]byte{192, 0, byte(2 + i/250), byte(1 + i%250)}), 64512 + uint32(i)}
	}
	return out
}

func (w *Writer) record(at time.Time, typ, subtype uint16, body func([]byte) []byte) {
	b := binary.BigEndian.AppendUint32(w.buf[:0], uint32(at.Unix()))
	b = binary.BigEndian.AppendUint16(b, typ)
	b = binary.BigEndian.AppendUint16(b, subtype)
	b = body(append(b, 0, 0, 0, 0))
	binary.BigEndian.PutUint32(b[8:], uint32(len(b)-12))
	w.buf = b
	if w.Err == nil {
		_, w.Err = w.w.Write(b)
	}
}

// Index writes the PEER_INDEX_TABLE that begins a table.
func (w *Writer) Index(at time.Time) {
	w.record(at, 13, 1, func(b []byte) []byte {
		b = append(b, 192, 0, 2, 0, 0, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(len(w.peers)))
		for _, p := range w.peers {
			kind := byte(2)
			if p.IP.Is6() {
				kind = 3
			}
			b = append(append(b, kind, 0, 0, 0, 0), p.IP.AsSlice()...)
			b = binary.BigEndian.AppendUint32(b, p.ASN)
		}
		return b
	})
}

// Rib writes what peers have for a prefix.
func (w *Writer) Rib(at time.Time, prefix netip.Prefix, routes ...Route) {
	subtype := uint16(2)
	if prefix.Addr().Is6() {
		subtype = 4
	}
	paths := len(routes) > 0 && routes[0].PathID != 0
	if paths {
		subtype += 6
	}
	w.record(at, 13, subtype, func(b []byte) []byte {
		b = appendPrefix(append(b, 0, 0, 0, 0), prefix)
		b = binary.BigEndian.AppendUint16(b, uint16(len(routes)))
		for _, r := range routes {
			b = binary.BigEndian.AppendUint16(b, uint16(r.Peer))
			b = binary.BigEndian.AppendUint32(b, uint32(at.Unix()))
			if paths {
				b = binary.BigEndian.AppendUint32(b, r.PathID)
			}
			attributes := appendAttributes(nil, r.Path)
			b = binary.BigEndian.AppendUint16(b, uint16(len(attributes)))
			b = append(b, attributes...)
		}
		return b
	})
}

// State writes that a peer's session went from one state to another.
func (w *Writer) State(at time.Time, peer int, from, to uint16) {
	w.record(at, 16, 5, func(b []byte) []byte {
		b = w.appendPeer(b, peer)
		b = binary.BigEndian.AppendUint16(b, from)
		return binary.BigEndian.AppendUint16(b, to)
	})
}

// Update writes an UPDATE of IPv4 or IPv6 prefixes.
func (w *Writer) Update(at time.Time, r Route, announced, withdrawn []netip.Prefix) {
	subtype := uint16(4)
	if r.PathID != 0 {
		subtype = 9
	}
	w.record(at, 16, subtype, func(b []byte) []byte {
		return append(w.appendPeer(b, r.Peer), Message(r, announced, withdrawn)...)
	})
}

// Message returns an UPDATE (RFC 4271 section 4.3) with its header; one without
// prefixes says that a table is told (RFC 4724 section 2).
func Message(r Route, announced, withdrawn []netip.Prefix) []byte {
	nlri := func(b []byte, all []netip.Prefix, v6 bool) []byte {
		for _, p := range all {
			if p.Addr().Is6() == v6 {
				if r.PathID != 0 {
					b = binary.BigEndian.AppendUint32(b, r.PathID)
				}
				b = appendPrefix(b, p)
			}
		}
		return b
	}
	var b []byte
	for range 16 {
		b = append(b, 0xff)
	}
	b = append(b, 0, 0, 2)
	gone := nlri(nil, withdrawn, false)
	b = binary.BigEndian.AppendUint16(b, uint16(len(gone)))
	b = append(b, gone...)
	var attributes []byte
	if gone := nlri(nil, withdrawn, true); len(gone) > 0 {
		attributes = appendAttribute(attributes, 15, append([]byte{0, 2, 1}, gone...))
	}
	if len(announced) > 0 {
		attributes = appendAttributes(attributes, r.Path)
	}
	if more := nlri(nil, announced, true); len(more) > 0 {
		attributes = appendAttribute(attributes, 14, append(append([]byte{0, 2, 1, 16}, make([]byte, 17)...), more...))
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(attributes)))
	b = nlri(append(b, attributes...), announced, false)
	binary.BigEndian.PutUint16(b[16:], uint16(len(b)))
	return b
}

func (w *Writer) appendPeer(b []byte, peer int) []byte {
	p := w.peers[peer]
	b = binary.BigEndian.AppendUint32(b, p.ASN)
	b = append(b, 0, 0, 0xfd, 0xe8, 0, 0, 0, 1)
	if p.IP.Is6() {
		b[len(b)-1] = 2
	}
	b = append(b, p.IP.AsSlice()...)
	return append(b, make([]byte, len(p.IP.AsSlice()))...)
}

func appendPrefix(b []byte, p netip.Prefix) []byte {
	return append(append(b, byte(p.Bits())), p.Addr().AsSlice()[:(p.Bits()+7)/8]...)
}

func appendAttributes(b []byte, path []uint32) []byte {
	b = appendAttribute(b, 1, []byte{0})
	segment := []byte{2, byte(len(path))}
	for _, as := range path {
		segment = binary.BigEndian.AppendUint32(segment, as)
	}
	b = appendAttribute(b, 2, segment)
	b = appendAttribute(b, 3, []byte{192, 0, 2, 1})
	return appendAttribute(b, 8, []byte{0xfd, 0xe8, 0, 1, 0xfd, 0xe8, 0, 2})
}

func appendAttribute(b []byte, typ byte, value []byte) []byte {
	b = append(b, 0x50, typ)
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	return append(b, value...)
}
