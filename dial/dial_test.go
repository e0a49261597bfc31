package dial

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestAddressesThatAreNotPublic(t *testing.T) {
	for _, s := range []string{
		"10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.53", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
		"198.18.0.1", "192.0.2.1", "192.0.0.8", "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1",
		"64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "2001:0:1::1", "2001:db8::1", "100::1",
	} {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not public", s)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// TestConnectionsGoWhereTheyAreAllowed dials a listener of this machine by address and
// by name: what counts is the address that the name leads to.
func TestConnectionsGoWhereTheyAreAllowed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	byName := strings.Replace(l.Addr().String(), "127.0.0.1", "localhost", 1)
	for _, address := range []string{l.Addr().String(), byName} {
		if conn, err := To(Public, time.Second)(t.Context(), "tcp", address); !errors.Is(err, ErrNotPublic) {
			t.Errorf("%s: %v, %v", address, conn, err)
		}
		conn, err := To(Loopback, time.Second)(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
}
