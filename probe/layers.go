package probe

import (
	"net/netip"
	"slices"
	"strings"
)

// judge says what the layers of an endpoint come to, and how. The order of the rules is
// that of OONI's pipeline (notes/detection.md 3.3): the first that fits counts.
func (s *seenPoint) judge(b *beside) (l Layers, how []string) {
	l = Layers{DNS: Unknown, TCP: Unknown, TLS: Unknown, HTTP: Unknown, QUIC: Unknown, Rate: Unknown}
	note := func(o *Outcome, m string, blocked bool) {
		*o = Down
		if blocked {
			*o, how = Blocked, append(how, m)
		}
	}
	s.judgeDNS(b, &l, note)
	t := s.trusted(l.DNS)
	if t == nil {
		if !b.works && len(s.trials) > 0 && !slices.ContainsFunc(s.trials, func(t *trial) bool { return t.tcp == "" || t.tcp == FailureInterrupted }) {
			l.TCP = Down // whoever it is, and so is what is beside it
		}
		return l, how
	}
	switch {
	case t.tcp == "":
		l.TCP = OK
	case t.addr.Addr().Is6(): // IPv6 is broken on many lines: no statement
	case t.tcp == FailureInterrupted || t.tcp == FailureUnknown:
	default:
		note(&l.TCP, "tcp."+word(t.tcp), b.works)
	}
	if t.tls != nil {
		s.judgeTLS(b, t, &l, note)
	}
	s.judgeHTTP(b, &l, note)
	s.judgeQUIC(b, t, &l, note)
	if rate := s.rate(); rate > 0 && b.rate > 0 {
		if l.Rate = OK; tooSlow(rate, b.rate) {
			note(&l.Rate, "throttle", true)
		}
	}
	return l, how
}

type noter func(o *Outcome, mechanism string, blocked bool)

func (s *seenPoint) judgeDNS(b *beside, l *Layers, note noter) {
	if s.system == nil {
		return // an address of the list
	}
	direct := slices.ContainsFunc(s.trials, func(t *trial) bool { return t.via == viaDirect && t.good() && t.tls != nil && !s.OwnRoot })
	known := len(s.Answers) > 0 // that the name is there, and where
	switch {
	case s.system.bogon():
		note(&l.DNS, "dns.bogon", b.works || b.names)
	case s.system.failure == "" && s.provedName():
		l.DNS = OK
	case s.system.failure == FailureInterrupted:
	case s.system.failure != "" && direct:
		note(&l.DNS, "dns."+word(s.system.failure), true)
	case s.system.failure != "" && b.names && (known || s.direct.failure == "" && !s.direct.bogon()):
		note(&l.DNS, "dns."+word(s.system.failure), true)
	case s.system.failure != "" && !b.names:
		l.DNS = Down
	case s.system.failure != "": // nobody has it: it may be gone
	case s.direct.twice:
		note(&l.DNS, "dns.injection", true)
	case direct:
		note(&l.DNS, "dns.lie", true)
	case slices.ContainsFunc(s.system.addrs, func(a netip.Addr) bool { return b.sinkhole[a.String()] }):
		note(&l.DNS, "dns.lie", b.works)
	case known && (slices.ContainsFunc(s.direct.addrs, s.within) || s.strangersCertificate()):
		note(&l.DNS, "dns.lie", b.works)
	case overlap(s.system.addrs, s.direct.addrs):
		l.DNS = OK // both say the same, which is no proof, but the best there is
	}
}

// strangersCertificate reports whether who answers at the system's address cannot
// prove to be the name's owner.
func (s *seenPoint) strangersCertificate() bool {
	return slices.ContainsFunc(s.trials, func(t *trial) bool { return t.via == viaSystem && t.tls != nil && strange(t.tls.failure) })
}

func strange(f Failure) bool {
	return f == FailureHostname || f == FailureAuthority || f == FailureCertificate
}

// trusted is the trial that the layers above DNS are judged by: none, where it is not
// known whose address it is.
func (s *seenPoint) trusted(dns Outcome) *trial {
	var found *trial
	for _, t := range s.trials {
		switch {
		case t.via == viaLiteral, t.via == viaSystem && (dns == OK || t.good()):
		case t.via == viaDirect && (t.good() || s.within(t.addr.Addr())):
		default:
			continue
		}
		if found == nil || t.good() && !found.good() {
			found = t
		}
	}
	return found
}

func (s *seenPoint) judgeTLS(b *beside, t *trial, l *Layers, note noter) {
	switch f := t.tls.failure; {
	case f == "":
		l.TLS = OK
	case f == FailureInterrupted:
	case strange(f):
		note(&l.TLS, "tls.intercepted", b.works)
	case t.decoy != nil && t.decoy.answered:
		note(&l.TLS, "tls."+word(f)+".sni", b.works)
	default:
		note(&l.TLS, "tls."+word(f), b.works)
	}
}

// word is a failure as mechanisms say it.
func word(f Failure) string {
	switch f {
	case FailureTimeout:
		return "timeout"
	case FailureReset:
		return "reset"
	case FailureRefused:
		return "refused"
	case FailureEOF:
		return "eof"
	case FailureNXDOMAIN:
		return "nxdomain"
	case FailureHostUnreachable, FailureNetUnreachable, FailureNetDown:
		return "unreachable"
	}
	for _, p := range []string{"dns_", "ssl_"} {
		if rest, ok := strings.CutPrefix(string(f), p); ok {
			return rest
		}
	}
	return string(f)
}
