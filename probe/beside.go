package probe

import (
	"net/netip"
	"slices"
)

// What a target's rate is held against (docs/probe.md).
const (
	// throttleRatio is how many times slower than the controls is too slow. Servers far
	// away and busy ones are a few times slower.
	throttleRatio = 8
	// throttleRate, in bits a second, is what no platform serves by itself any more. The
	// throttling of Twitter in Russia in 2021 let 130 to 150 kbit/s through (Xue et al.,
	// IMC 2021).
	throttleRate = 400_000
)

// beside is what the controls say of the network while a target is judged.
type beside struct {
	works    bool            // at least half of the controls are reached
	names    bool            // the system's resolver names one that is reached
	quic     bool            // QUIC works with one
	clear    bool            // a page in the clear comes from one, or the portal's
	rate     float64         // of the middle one, bits a second; 0: not known
	sinkhole map[string]bool // addresses that the system's resolver gives for several targets, none of them proved
}

// tooSlow reports whether a rate beside that of the controls is no accident of distance.
func tooSlow(rate, control float64) bool {
	return rate > 0 && control > 0 && rate < throttleRate && rate*throttleRatio < control
}

func (run *Run) beside() beside {
	b := beside{sinkhole: map[string]bool{}}
	var all, reached int
	var rates []float64
	given := map[string]string{}
	for _, t := range run.seen {
		for _, p := range t.points {
			if p.system != nil && !p.provedName() {
				for _, a := range p.system.addrs {
					if other, there := given[a.String()]; there && other != t.Service {
						b.sinkhole[a.String()] = true
					}
					given[a.String()] = t.Service
				}
			}
		}
		if t.Role != Control {
			continue
		}
		all++
		if t.reached() {
			reached++
		}
		for _, p := range t.points {
			good := p.works()
			b.names = b.names || good && p.system != nil && p.system.failure == "" && p.trials[0].good()
			b.clear = b.clear || p.clear != nil && p.clear.code != 0
			if best := p.best(); best != nil && best.quic != nil {
				b.quic = b.quic || best.quic.failure == ""
			}
			if p.page != nil && p.page.rate() > 0 {
				rates = append(rates, p.page.rate())
			}
		}
	}
	b.works = reached > 0 && 2*reached >= all
	b.clear = b.clear || run.portalAsKnown()
	if slices.Sort(rates); len(rates) > 0 {
		b.rate = rates[len(rates)/2]
	}
	return b
}

// works reports whether an endpoint was reached and proved itself.
func (s *seenPoint) works() bool {
	best := s.best()
	return best != nil && best.good() && (s.page == nil || s.page.code != 0)
}

func (t *seenTarget) reached() bool { return slices.ContainsFunc(t.points, (*seenPoint).works) }

// provedName reports whether the system's answer is an honest one: it lies where its
// owner says, or the server there has the certificate.
func (s *seenPoint) provedName() bool {
	if slices.ContainsFunc(s.system.addrs, s.within) {
		return true
	}
	for _, t := range s.trials {
		if t.via == viaSystem && t.good() && t.tls != nil && !s.OwnRoot {
			return true
		}
	}
	return s.OwnRoot && s.direct != nil && overlap(s.system.addrs, s.direct.addrs)
}

// within reports whether an address lies where the owner of the name says.
func (s *seenPoint) within(a netip.Addr) bool {
	return slices.ContainsFunc(s.Answers, func(p netip.Prefix) bool { return p.Contains(a) })
}
