package probe

import "net/netip"

// fill takes over what was seen of a target, and leaves out what could tell where
// somebody is: answers of near servers, who these are, and pages.
func (k *Keys) fill(t *seenTarget, r Result) {
	k.Queries, k.TCPConnect, k.TLSHandshakes, k.QUICHandshakes, k.Requests = []Query{}, []TCPConnect{}, []Handshake{}, []Handshake{}, []Request{}
	for _, p := range t.points {
		if p.system != nil {
			k.Queries = append(k.Queries, p.query("getaddrinfo", "ANY", p.system), p.query("udp", "A", p.direct))
		}
		for _, tr := range p.trials {
			at := ""
			if tr.via == viaLiteral || !p.honest(tr.addr.Addr()) {
				at = tr.addr.Addr().String()
			}
			c := TCPConnect{IP: at, Port: tr.addr.Port(), T: tenth(tr.tcpTook), Via: tr.via}
			c.Status.Failure, c.Status.Success = because(tr.tcp), tr.tcp == ""
			k.TCPConnect = append(k.TCPConnect, c)
			k.TLSHandshakes = keepShakes(k.TLSHandshakes, "tcp", at, tr.addr, tr.via, p.OwnRoot, tr.tls, tr.decoy)
			k.QUICHandshakes = keepShakes(k.QUICHandshakes, "udp", at, tr.addr, tr.via, p.OwnRoot, tr.quic, tr.quicAlso)
		}
		for _, g := range []*page{p.page, p.clear} {
			if g == nil {
				continue
			}
			q := Request{Failure: because(g.failure), Bytes: g.read, T: tenth(g.took)}
			q.Request.Method, q.Request.URL = "GET", g.url
			q.Response.Code, q.Response.Truncated = g.code, g.code != 0 && !g.whole
			if g.failure != "" {
				q.Operation = g.operation
			}
			if g.to != "" && !sameSite(g.to, p.Host) && r.Layers.HTTP == Blocked {
				q.To = g.to
			}
			k.Requests = append(k.Requests, q)
		}
	}
}

// honest reports whether an address is what the name's owner means: near servers of
// an honest answer say which network, and often which city, somebody is in.
func (s *seenPoint) honest(a netip.Addr) bool {
	if s.within(a) {
		return true
	}
	for _, t := range s.trials {
		if t.addr.Addr() == a && t.good() && t.tls != nil && !s.OwnRoot {
			return true
		}
	}
	return s.system != nil && !isBogon(a) && s.system.failure == "" && overlap(s.system.addrs, s.direct.addrs) && !s.direct.twice && !s.strangersCertificate()
}

func (s *seenPoint) query(engine, kind string, l *lookup) Query {
	q := Query{Engine: engine, Resolver: l.resolver, Hostname: s.Host, Type: kind, Failure: because(l.failure), Answers: []Answer{}, Twice: l.twice, Count: len(l.addrs), T: tenth(l.took)}
	if l.bogon() {
		q.Failure = because(FailureBogon)
	}
	q.Matches = s.proves(l)
	if !q.Matches {
		for _, a := range l.addrs {
			q.Answers = append(q.Answers, answer(a))
		}
	}
	return q
}

// proves reports whether one address of an answer is an honest one: the others came
// with it.
func (s *seenPoint) proves(l *lookup) bool {
	for _, a := range l.addrs {
		if s.honest(a) && !l.bogon() {
			return true
		}
	}
	return false
}

func keepShakes(to []Handshake, network, at string, addr netip.AddrPort, via string, noVerify bool, own, decoy *shake) []Handshake {
	for i, s := range []*shake{own, decoy} {
		if s == nil {
			continue
		}
		h := Handshake{
			Network: network, ServerName: s.name, Failure: because(s.failure), TLSVersion: s.version, CipherSuite: s.cipher, Protocol: s.protocol,
			NoVerify: noVerify || i == 1, Refused: s.fingerprint, Decoy: i == 1, T: tenth(s.took), Via: via,
		}
		if at != "" {
			port := addr.Port()
			if network == "udp" {
				port = 443
			}
			h.Address = netip.AddrPortFrom(addr.Addr(), port).String()
		}
		to = append(to, h)
	}
	return to
}
