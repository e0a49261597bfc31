package probe

import (
	"context"
	"net"
	"net/netip"
)

// Network is all that the probe has of the world.
type Network interface {
	// Lookup asks the resolver of the system for the addresses of a name.
	Lookup(ctx context.Context, host string) ([]netip.Addr, error)
	// DialContext connects to an address and port. network is tcp, or udp for names
	// asked directly and for QUIC.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// System is the network of this machine.
func System() Network { return system{} }

type system struct{ net.Dialer }

// Lookup implements Network.
func (system) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// DialContext implements Network.
func (s system) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return s.Dialer.DialContext(ctx, network, address)
}
