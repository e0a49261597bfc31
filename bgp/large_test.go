package bgp

import (
	"bytes"
	"net/netip"
	"testing"

	"keepiton"
	"keepiton/bgp/bgptest"
)

func TestATableThatDoesNotFitIsRefused(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(6_000)...)
	w.Index(noon)
	for i := range 2_000 {
		w.Rib(noon, netip.PrefixFrom(netip.AddrFrom4([4]byte{20, byte(i >> 16), byte(i >> 8), byte(i)}), 32), bgptest.Route{Path: []uint32{64512, 64600}})
	}
	c := NewCounter(made(t), func(keepiton.Measurement) error { return nil })
	c.table.most = 1 << 20
	r := NewReader(&b)
	var m Message
	var err error
	for r.Next(&m) == nil {
		if err = c.Add(&m); err != nil {
			break
		}
	}
	if keepiton.CodeOf(err) != keepiton.TooLarge || keepiton.HintOf(err) == "" {
		t.Errorf("%v", err)
	}
	if n := c.Table().Len(); !c.Table().fits(n, 94) || n < 1_000 {
		t.Errorf("%d prefixes were kept", n)
	}
}

func TestPeersWithoutEndAreOne(t *testing.T) {
	peers := NewPeers()
	for i := range MaxPeers + 1000 {
		peers.of(peerKey{asn: uint32(i + 1)})
	}
	if n := peers.Len(); n != MaxPeers+1 {
		t.Errorf("%d peers", n)
	}
	if p := peers.of(peerKey{asn: 1 << 30}); p.ASN != 0 || p.IP != netip.AddrFrom4([4]byte{}) || p.ID != MaxPeers {
		t.Errorf("%+v", p)
	}
}
