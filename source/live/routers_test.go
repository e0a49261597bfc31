package live

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/bgp"
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

// TestARouterThatCameBackIsNotLostWhenItsOldConnectionEnds loses a connection without
// a word, as a line that was cut does: the router is back, and told, before the end of
// the old one is noticed.
func TestARouterThatCameBackIsNotLostWhenItsOldConnectionEnds(t *testing.T) {
	clock := &atomic.Int64{}
	clock.Store(at("08:00").Unix())
	r := NewRouters(nil, nil, func() time.Time { return time.Unix(clock.Load(), 0) })
	applied := make(chan bool, 100)
	r.applied = func() { applied <- true }
	connect := func() (router, chan bool) {
		theirs, ours := net.Pipe()
		ended := make(chan bool)
		go func() {
			defer close(ended)
			r.hear(named{ours})
		}()
		return router{t, theirs}, ended
	}
	tell := func(one router) {
		for peer := range 2 {
			one.update(peer, prefixes, nil)
			<-applied
			one.update(peer, nil, nil)
			<-applied
		}
	}
	old, oldEnded := connect()
	tell(old)
	clock.Store(at("08:07").Unix())
	back, backEnded := connect()
	tell(back)
	clock.Store(at("08:13").Unix())
	old.update(0, nil, prefixes[1:]) // what was still on its way
	_ = old.conn.Close()
	<-oldEnded
	back.update(0, prefixes[:1], nil)
	clock.Store(at("08:15").Unix())
	w := &world{bins: map[string]float64{}}
	if _, err := r.Run(t.Context(), time.Time{}, w.put); keepiton.CodeOf(err) != keepiton.NotFound || w.told("08:10") != "08:10=512" {
		t.Errorf("%v, %s", err, w.told("08"))
	}
	_ = back.conn.Close()
	<-backEnded
}

// named is a connection that comes from a router.
type named struct{ net.Conn }

func (named) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 40000} }

// TestWhatCouldNotBeKeptIsHandedOverAgain fails to keep a bin once.
func TestWhatCouldNotBeKeptIsHandedOverAgain(t *testing.T) {
	r := NewRouters(nil, nil, func() time.Time { return at("08:10") })
	for i := range 3 {
		r.waiting = append(r.waiting, keepiton.Measurement{At: at("08:00"), Step: bgp.Bin, Bin: keepiton.Bin{Value: float64(i)}})
	}
	var got []float64
	put := func(fails bool) func(keepiton.Measurement) error {
		return func(m keepiton.Measurement) error {
			if fails && m.Value == 1 {
				return errors.New("the disk is full")
			}
			got = append(got, m.Value)
			return nil
		}
	}
	if _, err := r.Run(t.Context(), time.Time{}, put(true)); err == nil || keepiton.CodeOf(err) == keepiton.NotFound {
		t.Error(err)
	}
	got = nil
	if _, err := r.Run(t.Context(), time.Time{}, put(false)); keepiton.CodeOf(err) != keepiton.NotFound || !slices.Equal(got, []float64{0, 1, 2}) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestARouterThatTellsOfTooMuchIsNotHeard sends more peers than any router has.
func TestARouterThatTellsOfTooMuchIsNotHeard(t *testing.T) {
	r := NewRouters(nil, nil, nil)
	theirs, ours := net.Pipe()
	ended := make(chan bool)
	go func() {
		defer close(ended)
		r.hear(named{ours})
		_ = ours.Close()
	}()
	for asn := uint32(1); ; asn++ {
		b := append([]byte{3, 0, 0, 0, 48, 3}, make([]byte, 42)...) // Peer Up
		copy(b[6+22:], []byte{192, 0, 2, 1})
		binary.BigEndian.PutUint32(b[6+26:], asn)
		if _, err := theirs.Write(b); err != nil {
			if asn < maxPeers {
				t.Errorf("after %d peers: %v", asn, err)
			}
			break
		}
		if asn > 2*maxPeers {
			t.Fatal("it is heard still")
		}
	}
	<-ended
}

// TestTooManyOpenFilesPass lets the listener fail before a router comes.
func TestTooManyOpenFilesPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &shortOfFiles{fails: 3}
		ctx, cancel := context.WithCancel(t.Context())
		if err := NewRouters(nil, nil, nil).Serve(ctx, l); !errors.Is(err, net.ErrClosed) || l.fails != 0 {
			t.Errorf("%v, %d more", err, l.fails)
		}
		cancel()
	})
}

// shortOfFiles is a listener that is closed after some failures.
type shortOfFiles struct {
	net.Listener
	fails int
}

func (l *shortOfFiles) Close() error { return nil }

func (l *shortOfFiles) Accept() (net.Conn, error) {
	if l.fails > 0 {
		l.fails--
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return nil, &net.OpError{Op: "accept", Err: net.ErrClosed}
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
