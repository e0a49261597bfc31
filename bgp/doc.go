// Package bgp reads what route collectors publish and counts what of the Internet
// they can see.
//
// It is pure: bytes in, values out. [Reader] frames MRT archives (RFC 6396, RFC
// 8050, and the older kinds that archives still hold) and gives one [Message] a
// record, without allocating for each. [Table] keeps which peer carries which
// prefix, and counts what enough of them agree on.
//
//	r := bgp.NewReader(file)
//	var m bgp.Message
//	for r.Next(&m) == nil {
//		for _, route := range m.Announced {
//			fmt.Println(m.Peer.ASN, "announces", route.Prefix)
//		}
//	}
//
// Archives are damaged now and then: records cut short, lengths that are absurd,
// blocks of zeros. Damage is never an error of Next. It is counted by kind in
// [Stats], the reader finds the next record that makes sense, and what is good is
// kept.
package bgp
