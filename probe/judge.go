package probe

import (
	"net/netip"
	"slices"
	"strings"
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

// judge says what a run comes to.
func (run *Run) judge() {
	b := run.beside()
	for _, t := range run.seen {
		run.Targets = append(run.Targets, t.judge(&b))
	}
	run.Verdict = run.network()
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

// judge says what a target comes to.
func (t *seenTarget) judge(b *beside) Result {
	out := Result{Service: t.Service, Role: t.Role, Verdict: CannotTell, Reached: t.reached(), Mechanisms: []string{}}
	var all []Layers
	var verdicts []Verdict
	literals := t.literalsFail()
	for _, p := range t.points {
		if literals > 0 && p.system == nil && literals < t.literals() {
			if !p.works() {
				continue // one of several machines: its owner may have switched it off
			}
		}
		l, how := p.judge(b)
		all = append(all, l)
		for _, m := range how {
			if !slices.Contains(out.Mechanisms, m) {
				out.Mechanisms = append(out.Mechanisms, m)
			}
		}
		if v := l.verdict(how); v != Healthy && !slices.Contains(verdicts, v) {
			verdicts = append(verdicts, v)
		}
		if p.page != nil {
			out.Rate = max(out.Rate, p.page.rate())
		}
	}
	out.Layers = together(all)
	out.Verdict = worst(verdicts, out)
	return out
}

// worst joins the verdicts of endpoints. What is wrong earlier on the way explains
// more; QUIC and rate alone are told only when nothing else is.
func worst(verdicts []Verdict, r Result) Verdict {
	strong := slices.DeleteFunc(slices.Clone(verdicts), func(v Verdict) bool {
		return !v.Blocks() || v == QUICBlocked || v == Throttled
	})
	switch {
	case len(strong) == 1:
		return strong[0]
	case len(strong) > 1:
		return Mixed
	case slices.Contains(verdicts, Throttled):
		return Throttled
	case slices.Contains(verdicts, QUICBlocked):
		return QUICBlocked
	case r.Reached:
		return Healthy
	case slices.Contains(verdicts, CannotTell):
		return CannotTell
	case slices.Contains(verdicts, NotReached):
		return NotReached
	}
	return CannotTell
}

// literals counts the endpoints that are addresses, and literalsFail those of them
// that do not work.
func (t *seenTarget) literals() (n int) {
	for _, p := range t.points {
		if p.system == nil {
			n++
		}
	}
	return n
}

func (t *seenTarget) literalsFail() (n int) {
	for _, p := range t.points {
		if p.system == nil && !p.works() {
			n++
		}
	}
	return n
}

// verdict is what the layers of an endpoint come to.
func (l Layers) verdict(how []string) Verdict {
	has := func(m string) bool { return slices.Contains(how, m) }
	switch {
	case l.DNS == Blocked:
		return DNSLies
	case l.TCP == Blocked:
		return TCPBlocked
	case l.TLS == Blocked && has("tls.intercepted"):
		return TLSIntercepted
	case l.TLS == Blocked && slices.ContainsFunc(how, func(m string) bool { return strings.HasPrefix(m, "tls.") && strings.HasSuffix(m, ".sni") }):
		return TLSResetBySNI
	case l.TLS == Blocked:
		return TLSReset
	case l.HTTP == Blocked:
		return BlockPage
	case l.Rate == Blocked:
		return Throttled
	case l.QUIC == Blocked:
		return QUICBlocked
	case l.DNS == Down || l.TCP == Down || l.TLS == Down || l.HTTP == Down:
		return NotReached
	case l.TLS == OK || l.TLS == Unknown && l.TCP == OK:
		return Healthy
	}
	return CannotTell
}

// together joins the layers of several endpoints: blocked if one is, else ok if one is,
// else down.
func together(all []Layers) Layers {
	join := func(of func(*Layers) Outcome) Outcome {
		best := Unknown
		rank := map[Outcome]int{Unknown: 0, Down: 1, OK: 2, Blocked: 3}
		for i := range all {
			if o := of(&all[i]); rank[o] > rank[best] {
				best = o
			}
		}
		return best
	}
	return Layers{
		DNS: join(func(l *Layers) Outcome { return l.DNS }), TCP: join(func(l *Layers) Outcome { return l.TCP }), TLS: join(func(l *Layers) Outcome { return l.TLS }),
		HTTP: join(func(l *Layers) Outcome { return l.HTTP }), QUIC: join(func(l *Layers) Outcome { return l.QUIC }), Rate: join(func(l *Layers) Outcome { return l.Rate }),
	}
}
