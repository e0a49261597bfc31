package probe_test

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/gopacket/layers"
	"github.com/ooni/netem"

	"keepiton/probe"
)

// scenario is what a government, or a hotel, does, and what must be said of it.
type scenario struct {
	name    string
	network probe.Verdict
	targets map[string]probe.Verdict // those that are not ok
	how     map[string]string        // a mechanism that must be named
	does    func(w *world)
}

// all is every target with one verdict.
func all(v probe.Verdict, but ...string) map[string]probe.Verdict {
	out := map[string]probe.Verdict{}
	for _, h := range hosts {
		if !slices.Contains(but, h.service) {
			out[h.service] = v
		}
	}
	return out
}

var scenarios = []scenario{
	{name: "healthy", network: probe.Healthy, does: func(*world) {}},
	{
		name: "blackout", network: probe.Blackout, targets: all(probe.NotReached),
		does: func(w *world) { w.dpi.AddRule(rule(func(*netem.DissectedPacket) bool { return true })) },
	},
	{
		name: "no network here", network: probe.Offline, targets: all(probe.NotReached),
		does: func(w *world) { w.opts.Network = unplugged{} },
	},
	{
		name: "the provider's resolver lies", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"chat": probe.DNSLies, "video": probe.DNSLies, "wiki": probe.DNSLies},
		how:     map[string]string{"chat": "dns.lie", "video": "dns.bogon", "wiki": "dns.nxdomain"},
		does: func(w *world) {
			w.say("web.chat.test", portalHost)
			w.say("www.video.test", "10.10.34.35")
			w.isp.RemoveRecord("en.wiki.test")
		},
	},
	{
		name: "answers are injected on the way", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"chat": probe.DNSLies, "video": probe.DNSLies},
		how:     map[string]string{"chat": "dns.injection", "video": "dns.injection"},
		does: func(w *world) {
			for _, name := range []string{"web.chat.test", "www.video.test"} {
				w.dpi.AddRule(&netem.DPISpoofDNSResponse{Logger: quiet, Domain: name, Addresses: []string{portalHost}})
			}
		},
	},
	{
		name: "handshakes are reset by name", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"chat": probe.TLSResetBySNI, "wiki": probe.TLSResetBySNI},
		how:     map[string]string{"chat": "tls.reset.sni|tls.timeout.sni"}, // netem's reset may lose its race
		does: func(w *world) {
			w.dpi.AddRule(&netem.DPIResetTrafficForTLSSNI{Logger: quiet, SNI: "web.chat.test"})
			w.dpi.AddRule(&netem.DPIResetTrafficForTLSSNI{Logger: quiet, SNI: "en.wiki.test"})
		},
	},
	{
		name: "handshakes vanish by name", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"video": probe.TLSResetBySNI},
		how:     map[string]string{"video": "tls.timeout.sni"},
		does: func(w *world) {
			w.dpi.AddRule(&netem.DPIDropTrafficForTLSSNI{Logger: quiet, SNI: "www.video.test"})
		},
	},
	{
		name: "an address is dropped", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"chat": probe.TCPBlocked, "wiki": probe.TCPBlocked},
		how:     map[string]string{"chat": "tcp.timeout", "wiki": "tcp.timeout"},
		does: func(w *world) {
			for _, a := range []string{"70.0.1.1", "70.0.3.1"} {
				w.dpi.AddRule(&netem.DPIDropTrafficForServerEndpoint{Logger: quiet, ServerIPAddress: a, ServerPort: 443, ServerProtocol: layers.IPProtocolTCP})
			}
		},
	},
	{
		name: "a platform is throttled", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"chat": probe.Throttled}, how: map[string]string{"chat": "throttle"},
		does: func(w *world) {
			w.dpi.AddRule(&netem.DPIThrottleTrafficForTLSSNI{Logger: quiet, SNI: "web.chat.test", Delay: 400 * time.Millisecond, PLR: 0.02})
		},
	},
	{
		name: "everything is slow", network: probe.Healthy,
		does: func(w *world) {
			w.list.Read = 40 << 10
			for _, name := range []string{"www.alpha.test", "www.beta.test", "www.gamma.test", "web.chat.test"} {
				w.dpi.AddRule(&netem.DPIThrottleTrafficForTLSSNI{Logger: quiet, SNI: name, Delay: 120 * time.Millisecond})
			}
		},
	},
	{
		name: "a list of things is let through", network: probe.Whitelisting, targets: all(probe.NotReached, "bank"),
		does: func(w *world) {
			let := []string{ispDNS, "41.0.1.1"}
			w.dpi.AddRule(rule(func(p *netem.DissectedPacket) bool { return !slices.Contains(let, p.DestinationIPAddress()) }))
		},
	},
	{
		name: "QUIC vanishes by name", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"video": probe.QUICBlocked}, how: map[string]string{"video": "quic.drop.sni"},
		does: func(w *world) {
			w.dpi.AddRule(rule(func(p *netem.DissectedPacket) bool {
				if !toPort(p, layers.IPProtocolUDP, 443) {
					return false
				}
				name, _ := probe.SNIOfInitial(p.UDP.Payload, "www.video.test")
				return name != ""
			}))
		},
	},
	{
		name: "a network without QUIC", network: probe.Healthy,
		does: func(w *world) {
			w.dpi.AddRule(rule(func(p *netem.DissectedPacket) bool { return toPort(p, layers.IPProtocolUDP, 443) }))
		},
	},
	{
		name: "a page says that it is blocked", network: probe.BlockingOfSome,
		targets: map[string]probe.Verdict{"chat": probe.BlockPage}, how: map[string]string{"chat": "http.blockpage"},
		does: func(w *world) {
			w.dpi.AddRule(&netem.DPISpoofBlockpageForString{
				Logger: quiet, HTTPResponse: netem.DPIFormatHTTPResponse([]byte("<title>blocked by law</title>")),
				ServerIPAddress: "70.0.1.1", ServerPort: 80, String: "Host: web.chat.test",
			})
		},
	},
	{
		name: "a login page stands before everything", network: probe.CaptivePortal,
		does: func(w *world) {
			for _, h := range hosts {
				w.say(h.name, portalHost)
			}
			w.dpi.AddRule(rule(func(p *netem.DissectedPacket) bool {
				return p.DestinationIPAddress() != portalHost && p.DestinationIPAddress() != ispDNS
			}))
		},
	},
}

// say makes the provider's resolver give other answers for a name.
func (w *world) say(name string, addrs ...string) {
	w.isp.RemoveRecord(name)
	if err := w.isp.AddRecord(name, "", addrs...); err != nil {
		w.t.Fatal(err)
	}
}

// unplugged is a machine without a network.
type unplugged struct{}

func (unplugged) Lookup(_ context.Context, name string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "connect: network is unreachable", Name: name}
}

func (unplugged) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}
}

// The scenarios wait most of the time, so they run side by side.
func TestEachScenarioIsToldForWhatItIs(t *testing.T) {
	runs := make([]*probe.Run, len(scenarios))
	var wg sync.WaitGroup
	places := make(chan struct{}, 10)
	for i, s := range scenarios {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			w := newWorld(t)
			s.does(w)
			runs[i] = w.look()
		})
	}
	wg.Wait()
	for i, s := range scenarios {
		t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) { s.check(t, runs[i]) })
	}
}

func (s *scenario) check(t *testing.T, run *probe.Run) {
	if run.Verdict != s.network {
		t.Errorf("the network is %s, want %s", run.Verdict, s.network)
	}
	kept := run.Measurements()
	for i, r := range run.Targets {
		want := s.targets[r.Service]
		if want == "" {
			want = probe.Healthy
		}
		good := r.Verdict == want
		if s.network == probe.CaptivePortal {
			good = !r.Reached && !r.Verdict.Blocks()
		}
		if m := s.how[r.Service]; m != "" && !slices.ContainsFunc(strings.Split(m, "|"), func(m string) bool { return slices.Contains(r.Mechanisms, m) }) {
			good = false
		}
		if !good {
			text, _ := json.Marshal(kept[i].Keys)
			t.Errorf("%s: %s, want %s %s\n%s", r.Service, r.Verdict, want, s.how[r.Service], text)
		}
	}
}

func TestARunThatIsBrokenOffSaysNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.opts.Progress = func(done, _ int, _ string) {
		if done == 2 {
			cancel()
		}
	}
	run := probe.Look(ctx, w.opts)
	if run.Verdict != probe.CannotTell {
		t.Errorf("the network is %s", run.Verdict)
	}
	for _, r := range run.Targets {
		if r.Verdict.Blocks() || r.Verdict == probe.NotReached {
			t.Errorf("%s: %+v", r.Service, r)
		}
	}
}
