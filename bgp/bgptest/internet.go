package bgptest

import (
	"io"
	"math/rand/v2"
	"net/netip"
	"time"
)

// Internet writes a table of n prefixes, as each of the peers has it: nine tenths
// IPv4, most of them /24, with the lengths and the covering that real tables show;
// an AS has some sixteen in a row, and every peer lacks two in a thousand. The same seed gives the same bytes. It needs
// no memory to speak of, however long the table.
func Internet(w io.Writer, at time.Time, n, peers int, seed uint64) error {
	out := NewWriter(w, Peers(peers)...)
	out.Index(at)
	dice := rand.New(rand.NewPCG(seed, 1))
	routes := make([]Route, 0, peers)
	next4, next6 := uint32(1<<24), uint64(0x2400)<<48
	origin := uint32(1000)
	for i := range n {
		var prefix netip.Prefix
		if dice.IntN(16) == 0 {
			origin = 1000 + uint32(dice.IntN(75_000))
		}
		if i < n*9/10 {
			length := 24 - min(dice.IntN(40), 8)*dice.IntN(2)
			if length > 24 {
				length = 24
			}
			size := uint32(1) << (32 - length)
			next4 = (next4 + size - 1) &^ (size - 1)
			prefix = netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(next4 >> 24), byte(next4 >> 16), byte(next4 >> 8), byte(next4)}), length)
			if next4 += size; dice.IntN(4) == 0 {
				next4 -= size / 2 // the next one may lie inside this one
			}
		} else {
			var a [16]byte
			for k := range 8 {
				a[k] = byte(next6 >> (56 - 8*k))
			}
			prefix = netip.PrefixFrom(netip.AddrFrom16(a), 48)
			next6 += 1 << 16 * (1 + uint64(dice.IntN(64)))
		}
		routes = routes[:0]
		for p := range peers {
			if dice.IntN(500) != 0 {
				routes = append(routes, Route{Peer: p, Path: []uint32{64512 + uint32(p), 3356, 174 + uint32(dice.IntN(900)), origin}})
			}
		}
		out.Rib(at, prefix, routes...)
	}
	return out.Err
}
