package live

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"keepiton"
	"keepiton/bgp"
	"keepiton/geo"
	"keepiton/patience"
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
	// maxPeers and maxPrefixes bound what one router may make us keep: a route reflector
	// has some thousand sessions, and the table of the Internet 1.3 million prefixes
	// (notes/detection.md 4.1). Who tells of more is not heard any more.
	maxPeers    = 4096
	maxPrefixes = 4 << 20
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
	by      map[*bgp.Peer]int       // the number of the connection that tells of a peer
	waiting []keepiton.Measurement
	sum     source.Summary
	conns   int
	numbers int    // of connections so far
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
	r := &Routers{from: from, now: now, applied: func() {}, peers: bgp.NewPeers(), told: map[*bgp.Peer]time.Time{}, by: map[*bgp.Peer]int{}}
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

// Serve takes connections until ctx ends or the listener is closed, which is its error.
// What else keeps it from taking one, such as too many open files, passes.
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
			if errors.Is(err, net.ErrClosed) {
				return keepiton.Errorf(keepiton.Unavailable, "listen for routers: %w", err)
			}
			_ = patience.Wait(ctx, time.Second)
			continue
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
