package live

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"keepiton"
	"keepiton/bgp"
	"keepiton/geo"
	"keepiton/source"
	bgpfeed "keepiton/source/bgp"
)

// BMP is the feed of routers of partners that speak the BGP Monitoring Protocol to us
// (RFC 7854): the routes of the world as a network inside a country has them. It is a
// witness of its own, beside the collectors.
var BMP = source.Feed{
	Name: "bmp", Title: "Routers of partners (BMP)", Home: "https://www.rfc-editor.org/rfc/rfc7854", Licence: "the partner's", Open: false, Metrics: renamed(bgpfeed.Feed.Metrics, "bmp"),
}

func renamed(all []keepiton.Metric, feed string) []keepiton.Metric {
	out := append([]keepiton.Metric(nil), all...)
	for i := range out {
		out[i].Feed, out[i].Lag = feed, time.Minute
	}
	return out
}

const (
	// maxRouters is how many may be connected at a time.
	maxRouters = 16
	// settled is how long after a peer has told its table (RFC 4724) it is asked: its
	// other family may follow.
	settled = 5 * time.Minute
	// keepalive is how long a router may say nothing before it is taken for gone: those
	// that are quiet send statistics now and then.
	keepalive = 2 * time.Hour
	// maxWaiting is how many measurements wait for Run; older ones are dropped.
	maxWaiting = 4 << 20
)

// Routers listens for routers, and counts what they tell. Times are those of arrival.
// What a router's peers carry counts once they have told their whole table; when the
// router goes, its peers are not asked any more, and nothing is said where none is left.
type Routers struct {
	from []netip.Prefix
	now  func() time.Time

	mu      sync.Mutex
	counter *bgp.Counter
	peers   *bgp.Peers
	told    map[*bgp.Peer]time.Time // when they told their table
	waiting []keepiton.Measurement
	sum     source.Summary
	conns   int
	applied func() // after each message that counts, and each peer that is gone; for tests
}

// NewRouters returns a listener that takes connections from some addresses; none: from
// this machine and private networks. BMP knows no secrets: who may connect may tell
// whatever it likes. A nil where is the program's own table, a nil now the clock.
func NewRouters(from []netip.Prefix, where *geo.Prefixes, now func() time.Time) *Routers {
	if where == nil {
		where = geo.DefaultPrefixes()
	}
	if now == nil {
		now = time.Now
	}
	r := &Routers{from: from, now: now, applied: func() {}, peers: bgp.NewPeers(), told: map[*bgp.Peer]time.Time{}}
	r.counter = bgp.NewCounter(where, func(m keepiton.Measurement) error {
		if len(r.waiting) >= maxWaiting {
			r.waiting = append(r.waiting[:0], r.waiting[maxWaiting/2:]...)
		}
		m.Feed, m.Arrived = BMP.Name, keepiton.StampOf(r.now())
		r.waiting = append(r.waiting, m)
		return nil
	})
	return r
}

// Serve takes connections until ctx ends or the listener fails, which is its error.
func (r *Routers) Serve(ctx context.Context, l net.Listener) error {
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	context.AfterFunc(ctx, func() { _ = l.Close() })
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return keepiton.Errorf(keepiton.Unavailable, "listen for routers: %w", err)
		}
		if !r.welcome(conn.RemoteAddr()) || !r.enter() {
			_ = conn.Close()
			continue
		}
		all.Go(func() {
			defer r.leave()
			end := context.AfterFunc(ctx, func() { _ = conn.Close() })
			defer end()
			defer conn.Close()
			r.hear(conn)
		})
	}
}

func (r *Routers) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conns == maxRouters {
		return false
	}
	r.conns++
	return true
}

func (r *Routers) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns--
}

// welcome reports whether an address may connect.
func (r *Routers) welcome(a net.Addr) bool {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return false
	}
	ip := at.Addr().Unmap().WithZone("")
	if len(r.from) == 0 {
		return ip.IsLoopback() || ip.IsPrivate()
	}
	for _, p := range r.from {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// patient reads from a connection that may be quiet, and not for ever.
type patient struct{ net.Conn }

func (p patient) Read(b []byte) (int, error) {
	_ = p.SetReadDeadline(time.Now().Add(keepalive))
	return p.Conn.Read(b)
}

// hear is one router, until it goes.
func (r *Routers) hear(conn net.Conn) {
	name := conn.RemoteAddr().String()
	if at, err := netip.ParseAddrPort(name); err == nil {
		name = at.Addr().Unmap().String()
	}
	// The register of peers is shared, and guarded with the rest: messages are read
	// under a register of their own, and their peers looked up.
	in := bgp.NewBMP(patient{conn}, name, bgp.NewPeers())
	heard := map[*bgp.Peer]*bgp.Peer{}
	var m bgp.Message
	for in.Next(&m) == nil {
		r.count(&m, heard)
	}
	r.gone(heard, in.Counts())
}

// count applies a message now.
func (r *Routers) count(m *bgp.Message, heard map[*bgp.Peer]*bgp.Peer) {
	if m.Kind != bgp.Update && m.Kind != bgp.State || m.View != bgp.Received && m.View != bgp.Chosen {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	peer := heard[m.Peer]
	if peer == nil {
		peer = r.peers.Same(m.Peer)
		heard[m.Peer] = peer
		r.counter.Table().Doubt(peer)
	}
	if m.Kind == bgp.State {
		delete(r.told, peer)
		r.counter.Table().Doubt(peer)
	}
	m.Peer, m.At = peer, now.UnixMicro()
	r.settle(now)
	_ = r.counter.Add(m)
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

// gone takes the peers of a router away.
func (r *Routers) gone(heard map[*bgp.Peer]*bgp.Peer, counts *bgp.Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, peer := range heard {
		delete(r.told, peer)
		r.counter.Table().Doubt(peer)
		_ = r.counter.Add(&bgp.Message{Kind: bgp.State, At: r.now().UnixMicro(), Peer: peer, Old: bgp.Established, New: 1})
		r.applied()
	}
	r.sum.Records += counts.Records
	for kind, n := range counts.Errors {
		r.sum.Unpacked(map[string]int64{string(kind): n})
	}
}

// Run hands over the bins that are over. It is the Run of a poll. The error is that of
// put, or not_found when no router is connected.
func (r *Routers) Run(_ context.Context, _ time.Time, put func(keepiton.Measurement) error) (source.Summary, error) {
	r.mu.Lock()
	now := r.now()
	r.settle(now)
	waiting, sum, conns := r.waiting, r.sum, r.conns
	r.waiting, r.sum = nil, source.Summary{}
	r.mu.Unlock()
	for _, m := range waiting {
		if err := put(m); err != nil {
			return sum, err
		}
	}
	if conns == 0 {
		return sum, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no router is connected"), "does it know our address and port, and may it connect (--bmp-from)?")
	}
	return sum, nil
}
