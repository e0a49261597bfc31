package ooni

import (
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"
)

// web judges web_connectivity: each layer by the rules of OONI's pipeline, from the
// observations and the control; the whole by what the probe concluded, as far as a
// layer bears it out.
type web struct {
	t       *Test
	keys    *fastjson.Value
	control *fastjson.Value // nil: there is none
	host    string          // of the input
	prints  *Fingerprints

	answers []string // of the resolver for host
	lied    bool     // the resolver lied: what came from its addresses is no witness of later layers
}

func (d *decoder) web(t *Test, keys *fastjson.Value, input string) {
	w := web{t: t, keys: keys, host: hostOf(input), prints: d.o.Fingerprints}
	if c := keys.Get("control"); c != nil && c.Type() == fastjson.TypeObject && text(keys, "control_failure") == "" && c.GetObject().Len() > 0 {
		w.control = c
	}
	w.tls() // first: the certificate tells whether an answer was true
	w.dns()
	if w.lied {
		t.Layers[TLS] = CouldNotTell
	}
	w.tcp()
	w.http()
	t.Verdict = w.verdict()
}

// controlHTTP says whether the control could fetch the page.
func (w *web) controlHTTP() ternary {
	if w.control == nil || w.control.Get("http_request") == nil {
		return unknown
	}
	if failure(w.control.Get("http_request")) != "" {
		return no
	}
	return yes
}

// dns judges the answers of the probe's own resolver.
func (w *web) dns() {
	var asns []int
	fails := ""
	for _, q := range classic(list(w.keys, "queries")) {
		if engine := text(q, "engine"); engine == "doh" || engine == "udp" || redirected(q) || !w.asked(text(q, "hostname")) {
			continue
		}
		for _, a := range list(q, "answers") {
			for _, key := range [...]string{"ipv4", "ipv6"} {
				if ip := text(a, key); ip != "" {
					w.answers, asns = append(w.answers, ip), append(asns, a.GetInt("asn"))
				}
			}
			if name := text(a, "hostname"); w.prints.DNS(w.t.Country, name) {
				w.t.Confirmed = true
			}
		}
		if f := failure(q); f != "" {
			fails = f
		}
	}
	if fails == "" && len(w.answers) == 0 {
		fails = text(w.keys, "dns_experiment_failure")
	}
	if len(w.answers) == 0 && fails == "" {
		return // an address, or nothing recorded
	}
	w.t.Layers[DNS] = w.dnsRule(asns).outcome()
	w.lied = w.t.Layers[DNS] == Blocked && len(w.answers) > 0
}

// asked reports whether a name is that of the input. Names in other scripts are asked
// for in another form (RFC 5891): the first name that is asked for is it.
func (w *web) asked(hostname string) bool {
	return strings.EqualFold(strings.TrimSuffix(hostname, "."), w.host) || strings.ContainsFunc(w.host, func(r rune) bool { return r > 127 })
}

func (w *web) dnsRule(asns []int) triple {
	known := w.control != nil && w.control.Get("dns") != nil
	var addrs []*fastjson.Value
	controlFails := false
	if known {
		addrs = w.control.GetArray("dns", "addrs")
		controlFails = failure(w.control.Get("dns")) != "" || len(addrs) == 0
	}
	if len(w.answers) == 0 {
		switch {
		case !known:
			return dnsFails
		case controlFails:
			return dnsFailsForAll
		}
		return dnsFailsHere
	}
	inControl := func(ip string) bool {
		for _, a := range addrs {
			if b, err := a.StringBytes(); err == nil && string(b) == ip {
				return true
			}
		}
		return false
	}
	var bogus, bogusForAll, forged, same, near bool
	for i, ip := range w.answers {
		if w.t.Confirmed = w.t.Confirmed || w.prints.DNS(w.t.Country, ip); w.t.Confirmed {
			return fingerprinted
		}
		common := inControl(ip)
		switch w.certificate(ip) {
		case yes:
			return dnsTLSConsistent
		case no:
			forged = forged || !common
		}
		if bogon(ip) {
			bogus, bogusForAll = bogus || !common, bogusForAll || common
		}
		same = same || common
		near = near || asns[i] != 0 && w.controlASN(asns[i])
	}
	switch {
	case bogus:
		return dnsBogon
	case bogusForAll:
		return dnsBogonForAll
	case forged && !same:
		return dnsTLSInconsistent
	case same:
		return dnsAsControl
	case near || known && text(w.keys, "dns_consistency") == "consistent":
		return dnsNetworkOfOther
	case !known || w.pageMatches() == yes:
		return triple{}
	}
	return dnsUnmatched
}

// controlASN reports whether an address that the control resolved is in an AS.
func (w *web) controlASN(asn int) bool {
	info := w.control.Get("ip_info")
	if info == nil {
		return false
	}
	for _, a := range w.control.GetArray("dns", "addrs") {
		if b, err := a.StringBytes(); err == nil && info.GetInt(string(b), "asn") == asn {
			return true
		}
	}
	return false
}

// certificate says whether an address showed a certificate that is valid for the
// host: unknown where no handshake got that far.
func (w *web) certificate(ip string) (out ternary) {
	for _, h := range list(w.keys, "tls_handshakes") {
		if ipOf(text(h, "address")) != ip || truth(h, "no_tls_verify") == yes || redirected(h) {
			continue
		}
		switch f := failure(h); {
		case f == "":
			return yes
		case strings.HasPrefix(f, "ssl_"):
			out = no
		}
	}
	return out
}

// tcp judges connections.
func (w *web) tcp() {
	all := classic(list(w.keys, "tcp_connect"))
	six := 0 // IPv6 that connected
	for _, c := range all {
		if strings.Contains(text(c, "ip"), ":") && text(c.Get("status"), "failure") == "" {
			six++
		}
	}
	for _, c := range all {
		ip, status := text(c, "ip"), c.Get("status")
		switch f := text(status, "failure"); {
		case w.lied && w.answered(ip), strings.Contains(ip, ":") && six == 0:
		case f == "" && truth(status, "success") != no:
			w.t.mark(TCP, tcpConnected.outcome())
		case ownFault(f):
		default:
			w.t.mark(TCP, w.against(c, "tcp_connect", address(ip, portOf(c)), tcpFailsHere, tcpFailsForAll))
		}
	}
}

// tls judges handshakes.
func (w *web) tls() {
	for _, h := range classic(list(w.keys, "tls_handshakes")) {
		f := failure(h)
		here := tlsFailsHere
		switch {
		case f == "":
			w.t.mark(TLS, tlsValid.outcome())
			continue
		case ownFault(f):
			continue
		case strings.HasPrefix(f, "ssl_"):
			here = tlsForged
		case f == "connection_reset":
			here = tlsReset
		}
		w.t.mark(TLS, w.against(h, "tls_handshake", text(h, "address"), here, tlsFailsForAll))
	}
}

// against returns what a failure comes to beside the control: that of the same
// endpoint, or of the page where the endpoint is none of the control's.
func (w *web) against(v *fastjson.Value, what, endpoint string, here, forAll triple) Outcome {
	if w.control == nil {
		return CouldNotTell
	}
	fine := w.controlHTTP()
	if c := w.control.Get(what); c != nil && !redirected(v) {
		if one := c.Get(endpoint); one != nil {
			fine = truth(one, "status")
		} else if what == "tcp_connect" {
			fine = unknown
		}
	}
	switch fine {
	case yes:
		return here.outcome()
	case no:
		return forAll.outcome()
	}
	return CouldNotTell
}

func (w *web) answered(ip string) bool {
	for _, a := range w.answers {
		if a == ip {
			return true
		}
	}
	return false
}

// ownFault reports whether a failure is of the program that measured, and not of the
// network.
func ownFault(f string) bool { return strings.HasPrefix(f, "unknown_failure") }

// bogon reports whether an address cannot be that of a public host.
func bogon(ip string) bool {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	a = a.Unmap()
	if a.IsPrivate() || a.IsLoopback() || a.IsUnspecified() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return true
	}
	for _, p := range bogons {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// bogons are the special-purpose prefixes of RFC 6890 that netip does not name.
var bogons = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001:db8::/32"),
}
