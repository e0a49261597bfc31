package ooni

import (
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"
)

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
