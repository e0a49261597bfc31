package live

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"keepiton"
	"keepiton/bgp/bgptest"
)

// router speaks BMP (RFC 7854) about two peers.
type router struct {
	t    *testing.T
	conn net.Conn
}

func (r router) send(kind byte, peer int, body []byte) {
	r.t.Helper()
	b := []byte{3, 0, 0, 0, 0, kind}
	if kind < 4 {
		head := make([]byte, 42)
		copy(head[22:], []byte{192, 0, 2, byte(1 + peer)})
		binary.BigEndian.PutUint32(head[26:], 64512+uint32(peer))
		b = append(b, head...)
	}
	b = append(b, body...)
	binary.BigEndian.PutUint32(b[1:], uint32(len(b)))
	if _, err := r.conn.Write(b); err != nil {
		r.t.Error(err)
	}
}

// update sends one; without prefixes it says that the table is told.
func (r router) update(peer int, announced, withdrawn []netip.Prefix) {
	r.send(0, peer, bgptest.Message(bgptest.Route{Path: []uint32{64512 + uint32(peer), 44244}}, announced, withdrawn))
}

// TestARouterIsCountedOnceItHasToldItsTable lets a router connect, tell, withdraw, and
// go: it counts from five minutes after its table was told to the moment it goes, and
// its going is no blackout.
func TestARouterIsCountedOnceItHasToldItsTable(t *testing.T) {
	clock := &atomic.Int64{}
	clock.Store(at("08:00").Unix())
	r := NewRouters(nil, nil, func() time.Time { return time.Unix(clock.Load(), 0) })
	applied := make(chan bool, 100)
	r.applied = func() { applied <- true }
	until := func(n int) {
		for range n {
			<-applied
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Serve(ctx, l) }()
	w := &world{bins: map[string]float64{}}
	put := func(m keepiton.Measurement) error {
		if m.Feed != "bmp" {
			t.Errorf("of feed %s", m.Feed)
		}
		return w.put(m)
	}
	if _, err := r.Run(t.Context(), time.Time{}, put); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Error(err)
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	one := router{t, conn}
	one.send(4, 0, nil)
	for peer := range 2 {
		one.update(peer, prefixes, nil)
		one.update(peer, nil, nil)
	}
	until(4)
	clock.Store(at("08:06").Unix())
	one.update(0, prefixes[:1], nil)
	until(1)
	clock.Store(at("08:11").Unix())
	for peer := range 2 {
		one.update(peer, nil, prefixes[1:])
	}
	until(2)
	clock.Store(at("08:15").Unix())
	if _, err := r.Run(t.Context(), time.Time{}, put); err != nil || w.told("08") != "08:05=512 08:10=256" {
		t.Errorf("%v, %s", err, w.told("08"))
	}
	clock.Store(at("08:16").Unix())
	one.update(0, prefixes[:1], nil)
	until(1)
	_ = conn.Close()
	until(2) // both peers are taken away
	clock.Store(at("08:20").Unix())
	if _, err := r.Run(t.Context(), time.Time{}, put); w.told("08:15") != "" {
		t.Errorf("%v, %s", err, w.told("08:15"))
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWhoMayConnect(t *testing.T) {
	private, one := NewRouters(nil, nil, nil), NewRouters([]netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}, nil, nil)
	for ip, want := range map[string][2]bool{"127.0.0.1": {true, false}, "10.1.2.3": {true, false}, "::1": {true, false}, "fd00::1": {true, false}, "198.51.100.7": {false, true}, "93.184.216.34": {false, false}, "::ffff:198.51.100.7": {false, true}} {
		a := net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 40000))
		if private.welcome(a) != want[0] || one.welcome(a) != want[1] {
			t.Errorf("%s: %v %v, want %v", ip, private.welcome(a), one.welcome(a), want)
		}
	}
}
