package live

import (
	"context"
	"net"
	"net/netip"
	"time"

	"keepiton"
	"keepiton/bgp"
	"keepiton/source"
)

// patient reads from a connection that may be quiet, and not for ever.
type patient struct{ net.Conn }

func (p patient) Read(b []byte) (int, error) {
	_ = p.SetReadDeadline(time.Now().Add(keepalive))
	return p.Conn.Read(b)
}

// connection is one of a router.
type connection struct {
	number int                     // later ones have higher ones
	heard  map[*bgp.Peer]*bgp.Peer // by the peer of its own register: that of all
	fresh  int                     // prefixes that nobody had told before
}

// hear is one connection, until it ends.
func (r *Routers) hear(conn net.Conn) {
	name := conn.RemoteAddr().String()
	if at, err := netip.ParseAddrPort(name); err == nil {
		name = at.Addr().Unmap().String()
	}
	// The register of peers is shared, and guarded with the rest: messages are read
	// under a register of their own, and their peers looked up.
	own := bgp.NewPeers()
	in := bgp.NewBMP(patient{conn}, name, own)
	c := &connection{heard: map[*bgp.Peer]*bgp.Peer{}}
	r.mu.Lock()
	r.numbers++
	c.number = r.numbers
	r.mu.Unlock()
	var m bgp.Message
	for own.Len() <= maxPeers && c.fresh <= maxPrefixes && in.Next(&m) == nil {
		r.count(&m, c)
	}
	r.gone(c, in.Counts())
}

// count applies a message now. A router that lost its connection comes back before we
// see that the old one is dead: the newest that tells of a peer is believed, and what
// an older one told of it is let go.
func (r *Routers) count(m *bgp.Message, c *connection) {
	if m.Kind != bgp.Update && m.Kind != bgp.State || m.View != bgp.Received && m.View != bgp.Chosen {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	peer := c.heard[m.Peer]
	if peer == nil {
		peer = r.peers.Same(m.Peer)
		c.heard[m.Peer] = peer
	}
	switch by := r.by[peer]; {
	case by > c.number:
		return
	case by < c.number:
		if by != 0 {
			r.drop(peer, now)
		}
		r.by[peer] = c.number
		r.counter.Table().Doubt(peer)
	}
	if m.Kind == bgp.State {
		delete(r.told, peer)
		r.counter.Table().Doubt(peer)
	}
	m.Peer, m.At = peer, now.UnixMicro()
	r.settle(now)
	before := r.counter.Table().Len()
	_ = r.counter.Add(m)
	c.fresh += r.counter.Table().Len() - before
	if m.End {
		r.told[peer] = now
	}
	r.applied()
}

// settle ends what is over, and asks those from now on who told their whole table a
// while ago.
func (r *Routers) settle(now time.Time) {
	_ = r.counter.Through(now) // keeping a measurement in memory does not fail
	for peer, at := range r.told {
		if now.Sub(at) >= settled {
			r.counter.Table().Trust(peer, now.UnixMicro())
			delete(r.told, peer)
		}
	}
}

// drop takes the routes of a peer away; it is not asked before it has told a table again.
func (r *Routers) drop(peer *bgp.Peer, now time.Time) {
	delete(r.told, peer)
	r.counter.Table().Doubt(peer)
	_ = r.counter.Add(&bgp.Message{Kind: bgp.State, At: now.UnixMicro(), Peer: peer, Old: bgp.Established, New: 1})
}

// gone takes the peers away that a connection was the last to tell of.
func (r *Routers) gone(c *connection, counts *bgp.Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, peer := range c.heard {
		if r.by[peer] == c.number {
			r.drop(peer, r.now())
			delete(r.by, peer)
		}
		r.applied()
	}
	r.sum.Records += counts.Records
	for kind, n := range counts.Errors {
		r.sum.Unpacked(map[string]int64{string(kind): n})
	}
}

// Run hands over the bins that are over. It is the Run of a poll. The error is that of
// put, after which the next Run hands over the same again, or not_found when no router
// is connected.
func (r *Routers) Run(_ context.Context, _ time.Time, put func(keepiton.Measurement) error) (source.Summary, error) {
	r.mu.Lock()
	now := r.now()
	r.settle(now)
	waiting, sum, conns := r.waiting, r.sum, r.conns
	r.waiting, r.sum = nil, source.Summary{}
	r.mu.Unlock()
	for _, m := range waiting {
		if err := put(m); err != nil {
			r.mu.Lock()
			r.waiting = append(waiting, r.waiting...)
			r.mu.Unlock()
			return sum, err
		}
	}
	if conns == 0 {
		return sum, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no router is connected"), "does it know our address and port, and may it connect (--bmp-from)?")
	}
	return sum, nil
}
