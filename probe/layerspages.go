package probe

import "strings"

func (s *seenPoint) judgeHTTP(b *beside, l *Layers, note noter) {
	if g := s.page; g != nil {
		switch {
		case g.code == 451:
			note(&l.HTTP, "http.451", true)
		case g.code != 0:
			l.HTTP = OK
		case g.failure == FailureInterrupted:
		default:
			note(&l.HTTP, "http."+word(g.failure), b.works)
		}
	}
	g := s.clear
	if g == nil || l.HTTP == Blocked {
		return
	}
	switch {
	case g.code == 451:
		note(&l.HTTP, "http.451", true)
	case g.code >= 300 && g.code < 400 && !sameSite(g.to, s.Host), g.code >= 200 && g.code < 300:
		note(&l.HTTP, "http.blockpage", b.works) // its owner leads to https
	case g.code != 0:
		l.HTTP = OK
	case g.failure == FailureInterrupted:
	case g.operation == "connect": // port 80 may be shut
	default:
		note(&l.HTTP, "http."+word(g.failure), b.clear)
	}
}

// sameSite reports whether a page leads to a host of the same name in the second
// place, or nowhere else.
func sameSite(to, host string) bool {
	last := func(s string) string {
		labels := strings.Split(s, ".")
		return strings.Join(labels[max(0, len(labels)-2):], ".")
	}
	return to == "" || last(to) == last(host)
}

func (s *seenPoint) judgeQUIC(b *beside, t *trial, l *Layers, note noter) {
	best := s.best()
	if best == nil || best.quic == nil || best != t {
		return
	}
	also := best.quicAlso
	switch f := best.quic.failure; {
	case f == "":
		l.QUIC = OK
	case f == FailureInterrupted, best.quic.answered && !strange(f):
	case strange(f):
		note(&l.QUIC, "quic.intercepted", b.works)
	case also != nil && also.answered:
		note(&l.QUIC, "quic.drop.sni", true)
	case l.TLS == OK:
		note(&l.QUIC, "quic.drop", b.quic)
	}
}

// rate of the page, bits a second; 0: not known.
func (s *seenPoint) rate() float64 {
	if s.page == nil {
		return 0
	}
	return s.page.rate()
}
