package probe

import (
	"context"
	"net/netip"
	"slices"
	"sync"
)

// seenTarget is what was seen of a target.
type seenTarget struct {
	*Target
	points []*seenPoint
}

// seenPoint is what was seen of one of its endpoints.
type seenPoint struct {
	*Endpoint
	system, direct *lookup // nil: it is an address
	trials         []*trial
	page, clear    *page // nil: not asked for
}

// look goes through names and handshakes.
func (r *runner) look(ctx context.Context, t *Target) *seenTarget {
	out := &seenTarget{Target: t}
	for i := range t.Endpoints {
		if ctx.Err() != nil {
			break
		}
		out.points = append(out.points, r.lookAt(ctx, &t.Endpoints[i]))
	}
	return out
}

func (r *runner) lookAt(ctx context.Context, p *Endpoint) *seenPoint {
	s := &seenPoint{Endpoint: p}
	if addr, err := netip.ParseAddr(p.Host); err == nil {
		s.trials = append(s.trials, r.try(ctx, p, viaLiteral, addr))
	} else {
		s.names(ctx, r)
	}
	if p.has("quic") && ctx.Err() == nil {
		r.lookQUIC(ctx, s)
	}
	if p.has("clear") && ctx.Err() == nil {
		if t := s.best(); t != nil {
			s.clear = r.fetchClear(ctx, p.Host, p.Path, t.addr.Addr())
		}
	}
	return s
}

// names asks both resolvers, and goes to an address of each where they say different
// things or the first leads nowhere.
func (s *seenPoint) names(ctx context.Context, r *runner) {
	var wg sync.WaitGroup
	wg.Go(func() { l := r.ask(ctx, s.Host); s.system = &l })
	wg.Go(func() { l := r.askDirect(ctx, s.Host); s.direct = &l })
	wg.Wait()
	if a, ok := pick(s.system.addrs, nil); ok {
		s.trials = append(s.trials, r.try(ctx, s.Endpoint, viaSystem, a))
	}
	if a, ok := pick(append(slices.Clone(s.direct.later), s.direct.addrs...), s.system.addrs); ok && (len(s.trials) == 0 || !s.trials[0].good() || s.system.bogon()) {
		s.trials = append(s.trials, r.try(ctx, s.Endpoint, viaDirect, a))
	}
}

// pick returns an address to go to that is none of those tried, IPv4 before IPv6:
// where IPv6 is broken, that is no statement about a platform.
func pick(addrs, not []netip.Addr) (netip.Addr, bool) {
	for _, a := range addrs {
		if !slices.Contains(not, a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// best is the trial that went farthest.
func (s *seenPoint) best() (best *trial) {
	for _, t := range s.trials {
		if best == nil || t.good() && !best.good() || t.tcp == "" && best.tcp != "" {
			best = t
		}
	}
	return best
}

// lookQUIC tries QUIC at the best address, and with the decoy where that fails.
func (r *runner) lookQUIC(ctx context.Context, s *seenPoint) {
	t := s.best()
	if t == nil {
		return
	}
	at := netip.AddrPortFrom(t.addr.Addr(), 443)
	t.quic = r.shakeQUIC(ctx, at, s.Host, s.OwnRoot)
	if t.quic.failure != "" && !t.quic.answered && r.List.Decoy != "" {
		t.quicAlso = r.shakeQUIC(ctx, at, r.List.Decoy, true)
	}
}
