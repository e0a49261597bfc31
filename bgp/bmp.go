package bgp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
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

// bmpPeer is a session of a router as its messages name it.
type bmpPeer struct {
	kind byte
	rd   uint64
	ip   [16]byte
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

// peerHeader reads the Per-Peer Header: RFC 7854 section 4.2, RFC 8671 section 4, RFC
// 9069 section 4.2.
func (b *BMP) peerHeader(h []byte, m *Message) (peer bmpPeer, asLen int) {
	view := Received
	kind, flags := h[0], h[1]
	peer = bmpPeer{kind: kind, rd: binary.BigEndian.Uint64(h[2:])}
	copy(peer.ip[:], h[10:26])
	asn := binary.BigEndian.Uint32(h[26:])
	if seconds := int64(binary.BigEndian.Uint32(h[34:])); seconds >= earliest {
		m.At = seconds*1e6 + int64(min(binary.BigEndian.Uint32(h[38:]), 999_999))
	}
	asLen = 4
	ip, name := netip.AddrFrom4([4]byte(h[22:26])), b.name
	if kind != 3 {
		if flags&0x80 != 0 { // V
			ip = netip.AddrFrom16(peer.ip)
		}
		if flags&0x20 != 0 { // A: AS_PATH in its old form
			asLen = 2
		}
		switch {
		case flags&0x10 != 0: // O
			view = Sent
		case flags&0x40 != 0: // L
			view = Accepted
		}
	} else {
		view = Chosen
	}
	if (kind == 1 || kind == 3) && peer.rd != 0 {
		view = VPN
	}
	// Each view of each table is a peer of its own: they are told apart by collector.
	switch view {
	case Accepted:
		name += "/accepted"
	case Chosen:
		name += "/chosen"
	case Sent:
		name += "/sent"
	case VPN:
		name += fmt.Sprintf("/vpn/%016x/%02x", peer.rd, flags&0x50)
	}
	m.View, m.Peer = view, b.peers.at(name, ip, asn)
	return peer, asLen
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

// upPaths reads the two OPEN messages of a Peer Up (RFC 7854 section 4.10) and returns
// whose routes will carry path identifiers in the direction of the view.
func upPaths(body []byte, view View) pathsOf {
	const fixed = 16 + 2 + 2 // local address, local port, remote port
	if len(body) < fixed {
		return 0
	}
	sent, rest, ok := cutOpen(body[fixed:])
	if !ok {
		return 0
	}
	received, _, ok := cutOpen(rest)
	if !ok {
		return 0
	}
	ours, theirs := addPaths(sent), addPaths(received)
	var out pathsOf
	for f, bit := range [...]pathsOf{paths4, paths6} {
		receives, sends := ours[f]&1 != 0 && theirs[f]&2 != 0, ours[f]&2 != 0 && theirs[f]&1 != 0
		if view.numbered(receives, sends) {
			out |= bit
		}
	}
	return out
}

// numbered reports whether routes of a view carry path identifiers, by whether the
// router receives and sends them.
func (v View) numbered(receives, sends bool) bool {
	switch v {
	case Received, Accepted:
		return receives
	case Sent:
		return sends
	}
	return receives || sends
}

// cutOpen returns the body of a message of BGP, and what follows it.
func cutOpen(b []byte) (open, rest []byte, ok bool) {
	if len(b) < 19 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b[16:]))
	if n < 19 || n > len(b) || b[18] != 1 {
		return nil, nil, false
	}
	return b[19:n], b[n:], true
}

// addPaths returns what an OPEN (RFC 4271 section 4.2, RFC 9072) offers for IPv4 and
// IPv6 unicast: 1 receives, 2 sends path identifiers (RFC 7911 section 4).
func addPaths(open []byte) (out [2]byte) {
	if len(open) < 10 {
		return out
	}
	params, lengthOf := open[10:], 1
	if open[9] == 255 && len(params) > 3 && params[0] == 255 {
		params, lengthOf = params[3:], 2
	}
	for len(params) >= 1+lengthOf {
		n := int(params[1])
		if lengthOf == 2 {
			n = int(binary.BigEndian.Uint16(params[1:]))
		}
		if len(params) < 1+lengthOf+n {
			return out
		}
		if value := params[1+lengthOf : 1+lengthOf+n]; params[0] == 2 { // capabilities
			for len(value) >= 2 && len(value) >= 2+int(value[1]) {
				offered(value[:2+int(value[1])], &out)
				value = value[2+int(value[1]):]
			}
		}
		params = params[1+lengthOf+n:]
	}
	return out
}

// offered reads the capability ADD-PATH: code, length, and four bytes a family.
func offered(capability []byte, out *[2]byte) {
	if capability[0] != 69 {
		return
	}
	for v := capability[2:]; len(v) >= 4; v = v[4:] {
		switch afi := binary.BigEndian.Uint16(v); {
		case v[2] != safiUnicast:
		case afi == afi4:
			out[0] |= v[3]
		case afi == afi6:
			out[1] |= v[3]
		}
	}
}

// routesOfTLVs returns the message of BGP in the TLVs of version 4 (type, length,
// index, value): type 4 holds it, type 1 a capability that it was made by, which
// counts more than what was agreed on when the session began.
func routesOfTLVs(b []byte, paths pathsOf, view View) (bgp []byte, _ pathsOf, ok bool) {
	for len(b) >= 6 {
		typ, n := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if len(b) < 6+n {
			return nil, paths, false
		}
		switch value := b[6 : 6+n]; typ {
		case 1:
			if len(value) >= 2 && len(value) >= 2+int(value[1]) {
				var offer [2]byte
				offered(value[:2+int(value[1])], &offer)
				for f, bit := range [...]pathsOf{paths4, paths6} {
					if offer[f] != 0 {
						if paths &^= bit; view.numbered(offer[f]&1 != 0, offer[f]&2 != 0) {
							paths |= bit
						}
					}
				}
			}
		case 4:
			bgp = value
		}
		b = b[6+n:]
	}
	return bgp, paths, bgp != nil
}
