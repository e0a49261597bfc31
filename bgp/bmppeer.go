package bgp

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// bmpPeer is a session of a router as its messages name it.
type bmpPeer struct {
	kind byte
	rd   uint64
	ip   [16]byte
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
