package webhook

import (
	"net/netip"

	"keepiton/dial"
)

// allowed reports whether a message may go to the address; loopback lets this
// machine through.
func allowed(a netip.Addr, loopback bool) bool {
	return dial.Public(a) || loopback && dial.Loopback(a)
}

func guardedDial(loopback bool) dial.Func {
	return dial.To(func(a netip.Addr) bool { return allowed(a, loopback) }, timeout)
}
