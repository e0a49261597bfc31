// Package dial opens connections to the public Internet and to nowhere else, for
// addresses that somebody else has chosen: a webhook's owner, a server that answers
// with a redirect.
package dial

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// ErrNotPublic is the error of a connection to an address that is not on the public
// Internet.
var ErrNotPublic = errors.New("this address is not on the public internet")

// reserved are the blocks that are not the public Internet, or lead back into
// networks that are not, beside those that package netip knows by name: the IANA
// special-purpose registries for IPv4 and IPv6 (RFC 6890).
var reserved = prefixes(
	"0.0.0.0/8",       // this network (RFC 791)
	"100.64.0.0/10",   // shared by providers (RFC 6598)
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation (RFC 5737)
	"192.88.99.0/24",  // 6to4 relays (RFC 7526)
	"198.18.0.0/15",   // benchmarks (RFC 2544)
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"240.0.0.0/4",     // reserved, and broadcast
	"::/96",           // IPv4-compatible (RFC 4291)
	"64:ff9b::/96",    // NAT64 (RFC 6052): leads to any IPv4 address
	"64:ff9b:1::/48",  // NAT64 of one's own (RFC 8215)
	"100::/64",        // discard (RFC 6666)
	"2001::/23",       // protocol assignments, Teredo among them
	"2001:db8::/32",   // documentation (RFC 3849)
	"2002::/16",       // 6to4 (RFC 3056): holds an IPv4 address
	"3fff::/20",       // documentation (RFC 9637)
	"5f00::/16",       // segment routing (RFC 9602)
	"fec0::/10",       // site-local (RFC 3879)
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// Public reports whether an address is on the public Internet.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("") // ::ffff:10.0.0.1 is 10.0.0.1
	if !a.IsValid() || a.IsLoopback() || a.IsUnspecified() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Loopback reports whether an address is of this machine.
func Loopback(a netip.Addr) bool { return a.Unmap().IsLoopback() }

// Func is what http.Transport.DialContext is.
type Func = func(ctx context.Context, network, address string) (net.Conn, error)

// To returns a Func that connects only where allowed says yes, within a time. It
// looks at the very address that the socket is about to connect to: what a name
// resolved to a moment before may be something else by then. Everything else is
// ErrNotPublic.
func To(allowed func(netip.Addr) bool, timeout time.Duration) Func {
	d := &net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second, Control: func(network, address string, _ syscall.RawConn) error {
		if network != "tcp4" && network != "tcp6" {
			return ErrNotPublic
		}
		a, err := netip.ParseAddrPort(address)
		if err != nil || !allowed(a.Addr()) {
			return ErrNotPublic
		}
		return nil
	}}
	return d.DialContext
}
