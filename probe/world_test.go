package probe_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket/layers"
	"github.com/ooni/netem"
	"github.com/quic-go/quic-go"

	"keepiton/probe"
)

// Addresses of the simulated Internet.
const (
	home       = "41.0.0.2"
	ispDNS     = "41.0.0.53"
	openDNS    = "9.9.9.53"
	portalHost = "41.0.0.80"
)

// host is one server of it.
type host struct {
	service, name, addr string
	role                probe.Role
	steps               []string
	answers             []string
}

var hosts = []host{
	{"alpha", "www.alpha.test", "60.0.1.1", probe.Control, []string{"tls", "http", "quic"}, nil},
	{"beta", "www.beta.test", "60.0.2.1", probe.Control, []string{"tls", "http"}, nil},
	{"gamma", "www.gamma.test", "60.0.3.1", probe.Control, []string{"tls", "http"}, nil},
	{"chat", "web.chat.test", "70.0.1.1", probe.Platform, []string{"tls", "http", "clear", "quic"}, []string{"70.0.0.0/16"}},
	{"video", "www.video.test", "70.0.2.1", probe.Platform, []string{"tls", "http", "quic"}, []string{"70.0.0.0/16"}},
	{"wiki", "en.wiki.test", "70.0.3.1", probe.Platform, []string{"tls", "http", "clear"}, nil},
	{"bank", "www.bank.test", "41.0.1.1", probe.Domestic, []string{"tls", "http"}, nil},
}

// world is a simulated Internet with one home in it.
type world struct {
	t    *testing.T
	dpi  *netem.DPIEngine
	isp  *netem.DNSConfig // what the provider's resolver says
	list *probe.List
	opts probe.Options
}

var quiet = &netem.NullLogger{}

func TestMain(m *testing.M) {
	_ = os.Setenv("QUIC_GO_DISABLE_RECEIVE_BUFFER_WARNING", "true")
	os.Exit(m.Run())
}

func newWorld(t *testing.T) *world {
	t.Helper()
	top := netem.MustNewStarTopology(quiet)
	t.Cleanup(func() { top.Close() })
	w := &world{t: t, dpi: netem.NewDPIEngine(quiet), isp: netem.NewDNSConfig()}
	link := func() *netem.LinkConfig { // far enough that what is injected at home comes first
		return &netem.LinkConfig{LeftToRightDelay: 10 * time.Millisecond, RightToLeftDelay: 10 * time.Millisecond}
	}
	add := func(addr string, l *netem.LinkConfig) *netem.UNetStack {
		s, err := top.AddHost(addr, ispDNS, l)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	atHome := &netem.LinkConfig{DPIEngine: w.dpi}
	client := add(home, atHome)
	honest := netem.NewDNSConfig()
	w.list = &probe.List{
		Format: probe.ListFormat, Name: "world", Date: "2026-11-26", Decoy: "www.gamma.test", Read: 96 << 10,
		Resolvers: []netip.AddrPort{netip.MustParseAddrPort(openDNS + ":53")},
		Portal:    &probe.Portal{Host: "www.alpha.test", Path: "/generate_204", Status: 204},
	}
	for _, h := range hosts {
		for _, d := range []*netem.DNSConfig{w.isp, honest} {
			if err := d.AddRecord(h.name, "", h.addr); err != nil {
				t.Fatal(err)
			}
		}
		serve(t, add(h.addr, link()), h)
		e := probe.Endpoint{Host: h.name, Steps: h.steps}
		for _, a := range h.answers {
			e.Answers = append(e.Answers, netip.MustParsePrefix(a))
		}
		w.list.Targets = append(w.list.Targets, probe.Target{Service: h.service, Role: h.role, Endpoints: []probe.Endpoint{e}})
	}
	for addr, config := range map[string]*netem.DNSConfig{ispDNS: w.isp, openDNS: honest} {
		server, err := netem.NewDNSServer(quiet, add(addr, link()), addr, config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
	}
	login(t, add(portalHost, link()))
	w.opts = probe.Options{
		List: w.list, Network: simulated{client}, Roots: top.CA().DefaultCertPool(), Country: "XG", Access: "mobile",
		Step: 1800 * time.Millisecond, Page: 3 * time.Second, Version: "test",
	}
	return w
}

// look looks from the home.
func (w *world) look() *probe.Run { return probe.Look(w.t.Context(), w.opts) }

// simulated is the network of a home.
type simulated struct{ *netem.UNetStack }

func (s simulated) Lookup(ctx context.Context, name string) (out []netip.Addr, err error) {
	texts, _, err := s.GetaddrinfoLookupANY(ctx, name)
	if errors.Is(err, netem.ErrDNSNoSuchHost) {
		err = &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	for _, text := range texts {
		if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, a)
		}
	}
	return out, err
}

// serve puts a server on a stack: pages over TLS, a page in the clear that leads
// there, QUIC.
func serve(t *testing.T, s *netem.UNetStack, h host) {
	t.Helper()
	page := strings.Repeat("words ", 40<<10)
	silent := log.New(io.Discard, "", 0)
	pages := &http.Server{ErrorLog: silent, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(page)) })}
	clear := &http.Server{ErrorLog: silent, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/generate_204" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		http.Redirect(w, r, "https://"+r.Host+"/", http.StatusMovedPermanently)
	})}
	cfg := s.MustNewServerTLSConfig(h.name)
	tcp := listenTCP(t, s, h.addr, 443)
	go pages.Serve(tls.NewListener(tcp, cfg))
	go clear.Serve(listenTCP(t, s, h.addr, 80))
	t.Cleanup(func() { pages.Close(); clear.Close() })
	udp, err := s.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(h.addr), Port: 443})
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.Clone()
	cfg.NextProtos = []string{"h3"}
	q, err := quic.Listen(udp, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := q.Accept(context.Background())
			if err != nil {
				return
			}
			go func() { <-c.Context().Done() }()
		}
	}()
	t.Cleanup(func() { q.Close(); udp.Close() })
}

func listenTCP(t *testing.T, s *netem.UNetStack, addr string, port int) net.Listener {
	t.Helper()
	l, err := s.ListenTCP("tcp", &net.TCPAddr{IP: net.ParseIP(addr), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// login is the page of a hotel, which stands before everything.
func login(t *testing.T, s *netem.UNetStack) {
	t.Helper()
	h := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "web.chat.test" {
			_, _ = w.Write([]byte("<title>This page is blocked by law</title>"))
			return
		}
		http.Redirect(w, r, "http://login.hotel.test/room?mac=02:00:00:00:00:01", http.StatusFound)
	})}
	go h.Serve(tls.NewListener(listenTCP(t, s, portalHost, 443), s.MustNewServerTLSConfig("login.hotel.test")))
	go h.Serve(listenTCP(t, s, portalHost, 80))
	t.Cleanup(func() { h.Close() })
}

// rule is a rule of the censor in the simulated network: what it lets fall.
type rule func(p *netem.DissectedPacket) bool

// Filter implements netem.DPIRule.
func (r rule) Filter(d netem.DPIDirection, p *netem.DissectedPacket) (*netem.DPIPolicy, bool) {
	if d != netem.DPIDirectionClientToServer || !r(p) {
		return nil, false
	}
	return &netem.DPIPolicy{Flags: netem.FrameFlagDrop}, true
}

func toPort(p *netem.DissectedPacket, proto layers.IPProtocol, port uint16) bool {
	return p.TransportProtocol() == proto && p.DestinationPort() == port
}
