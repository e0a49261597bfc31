package probe

import (
	"slices"
	"strings"
)

// judge says what a run comes to.
func (run *Run) judge() {
	b := run.beside()
	for _, t := range run.seen {
		run.Targets = append(run.Targets, t.judge(&b))
	}
	run.Verdict = run.network()
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
