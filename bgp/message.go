package bgp

import (
	"net/netip"

	"keepiton"
)

// Kind says what a record tells.
type Kind uint8

// The kinds of messages.
const (
	Other   Kind = iota // nothing about routes: an OPEN, a KEEPALIVE, another protocol
	Update              // Announced and Withdrawn of Peer
	Entries             // Table entries of a dump: Prefix and Entries
	State               // Peer went from Old to New
	Index               // the peers that the following Entries name; the table of a dump begins
)

// Session is a state of a BGP session (RFC 4271 section 8.2.2): 1 idle … 6
// established; Quagga's 7 clearing and 8 deleted are seen in archives.
type Session uint16

// Established is the only state in which a peer's routes count.
const Established Session = 6

// View is the table of a router that a message of BMP is about.
type View uint8

// The views.
const (
	Received View = iota // what the peer sent (RFC 7854); of everything that is not BMP, too
	Accepted             // what the router took of that: post-policy
	Chosen               // what the router itself uses: Loc-RIB (RFC 9069)
	Sent                 // what it sends to the peer: Adj-RIB-Out (RFC 8671)
	VPN                  // a table of a VPN: no routes of the Internet
)

// Peer is a neighbour of a collector. The same collector, address and AS give the
// same pointer, so that peers can be compared and numbered.
type Peer struct {
	Collector string // as the archive calls it; may be empty
	IP        netip.Addr
	ASN       keepiton.ASN
	ID        int // 0, 1, 2, … in the order in which they were met
	key       peerKey
}

// Peers numbers the peers of one or several collectors. It is not safe for
// concurrent use.
type Peers struct {
	all map[peerKey]*Peer
}

// MaxPeers bounds how many are told apart: all collectors there are have a few thousand.
// Those beyond it are one more, 0.0.0.0 of AS 0.
const MaxPeers = 1 << 17

type peerKey struct {
	ip        [16]byte
	asn       uint32
	v6        bool
	collector string
}

// NewPeers returns an empty register.
func NewPeers() *Peers { return &Peers{all: map[peerKey]*Peer{}} }

// Len returns how many peers were met.
func (p *Peers) Len() int { return len(p.all) }

// at returns the one Peer of a collector, an address and an AS.
func (p *Peers) at(collector string, ip netip.Addr, asn uint32) *Peer {
	ip = ip.WithZone("")
	key := peerKey{asn: asn, v6: !ip.Is4(), collector: collector}
	copy(key.ip[:], ip.AsSlice())
	return p.of(key)
}

// Same returns the one Peer that has the collector, address and AS of another
// register's.
func (p *Peers) Same(of *Peer) *Peer { return p.of(of.key) }

func (p *Peers) of(key peerKey) *Peer {
	peer := p.all[key]
	if peer == nil && len(p.all) >= MaxPeers {
		key = peerKey{}
		peer = p.all[key]
	}
	if peer == nil {
		addr := netip.AddrFrom16(key.ip)
		if !key.v6 {
			addr = netip.AddrFrom4([4]byte(key.ip[:4]))
		}
		peer = &Peer{Collector: key.collector, IP: addr, ASN: keepiton.ASN(key.asn), ID: len(p.all), key: key}
		p.all[key] = peer
	}
	return peer
}

// Attributes is what is read of the path attributes of a route.
type Attributes struct {
	Origin    keepiton.ASN // where the path ends; 0 when it is empty or ends in a set of several
	Hops      int          // AS numbers in sequences, prepended ones counted; sets and confederations are not
	Prepended bool         // an AS stands twice in a row
}

// Entry is what one peer's table has for a prefix.
type Entry struct {
	Peer   *Peer
	PathID uint32
	Attributes
}

// Message is one record. [Reader.Next] fills it in and reuses its slices: what one
// wants to keep must be copied before the next call.
type Message struct {
	Offset int64 // of the record in the uncompressed stream, in bytes
	At     int64 // microseconds since 1970, UTC
	Kind   Kind
	Peer   *Peer // of Update and State; its address is 0.0.0.0 where a cut record does not say it

	// Deprecated says that the record is of the deprecated type 5 (RFC 6396 appendix B.2.1).
	Deprecated bool

	Announced, Withdrawn []Route // of Update
	Attributes                   // of Announced
	End                  bool    // of Update: the peer has told the whole table of a family (RFC 4724 section 2)
	View                 View    // of a message of BMP: which table of the router it is about

	Old, New Session // of State

	Prefix  Prefix // of Entries
	Entries []Entry

	Indexed []*Peer // of Index: whose tables follow
}

func (m *Message) reset() {
	m.Kind, m.Peer, m.Attributes, m.Deprecated = Other, nil, Attributes{}, false
	m.End, m.View = false, Received
	m.Announced, m.Withdrawn, m.Entries, m.Indexed = m.Announced[:0], m.Withdrawn[:0], m.Entries[:0], nil
}
