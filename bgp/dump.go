package bgp

import (
	"encoding/binary"

	"keepiton"
)

func asnOf(n uint32) keepiton.ASN { return keepiton.ASN(n) }

// tableDump reads the first kind of table dumps: RFC 6396 section 4.2. Subtypes 3
// and 4 are those of collectors that wrote AS numbers of four bytes there.
func (r *Reader) tableDump(subtype uint16, b []byte, m *Message) Damage {
	ipLen, asLen := 4, 2
	if subtype == 2 || subtype == 4 {
		ipLen = 16
	}
	if subtype >= 3 {
		asLen = 4
	}
	// View, sequence, prefix, length, status, time, peer IP, peer AS, attributes' length.
	fixed := 4 + ipLen + 6 + ipLen + asLen + 2
	if len(b) < fixed {
		return ShortRecord
	}
	bits := int(b[4+ipLen])
	if bits > 8*ipLen {
		return BadPrefix
	}
	m.Kind, m.Prefix = Entries, makePrefix(b[4:4+ipLen], bits, ipLen == 16)
	peer := b[10+ipLen:]
	e := Entry{Peer: r.peer(peer[:ipLen], readAS(peer[ipLen:], asLen))}
	n := int(binary.BigEndian.Uint16(b[fixed-2:]))
	var damage Damage
	if n > len(b)-fixed {
		n, damage = len(b)-fixed, ShortRecord
	}
	if d := decodeAttributes(b[fixed:fixed+n], asLen, 0, &e.Attributes, nil); d != "" && damage == "" {
		damage = d
	}
	m.Entries = append(m.Entries, e)
	return damage
}

// tableDumpV2 reads RFC 6396 section 4.3 and RFC 8050 section 4.
func (r *Reader) tableDumpV2(subtype uint16, b []byte, m *Message) Damage {
	switch subtype {
	case peerIndexTable:
		m.Kind = Index
		damage := r.peerIndex(b)
		m.Indexed = r.index
		return damage
	case geoPeerTable:
		return ""
	case rib4Multicast, rib6Multicast, rib4MultiPaths, rib6MultiPaths:
		return Unsupported // it says of nobody whether he can be reached
	case ribGeneric, ribGenPaths:
		if len(b) < 7 {
			return ShortRecord
		}
		f, known := familyOf(b[4:], 0)
		if !known || f.multicast {
			return Unsupported
		}
		return r.rib(b[7:], f.v6, subtype == ribGenPaths, m)
	}
	if len(b) < 4 {
		return ShortRecord
	}
	v6 := subtype == rib6Unicast || subtype == rib6UniPaths
	return r.rib(b[4:], v6, subtype >= rib4UniPaths, m)
}

// peerIndex reads a PEER_INDEX_TABLE: RFC 6396 section 4.3.1.
func (r *Reader) peerIndex(b []byte) Damage {
	if len(b) < 8 {
		return ShortRecord
	}
	name := int(binary.BigEndian.Uint16(b[4:]))
	if len(b) < 8+name {
		return ShortRecord
	}
	count := int(binary.BigEndian.Uint16(b[6+name:]))
	b = b[8+name:]
	r.index = r.index[:0]
	for range count {
		if len(b) < 1 {
			return ShortRecord
		}
		ipLen, asLen := 4, 2
		if b[0]&1 != 0 {
			ipLen = 16
		}
		if b[0]&2 != 0 {
			asLen = 4
		}
		if len(b) < 5+ipLen+asLen {
			return ShortRecord
		}
		r.index = append(r.index, r.peer(b[5:5+ipLen], readAS(b[5+ipLen:], asLen)))
		b = b[5+ipLen+asLen:]
	}
	return ""
}

// rib reads the prefix and the entries of a table record: RFC 6396 section 4.3.4,
// with a path identifier in each entry where RFC 8050 section 4.1 has it. AS numbers
// have four bytes there.
func (r *Reader) rib(b []byte, v6, paths bool, m *Message) Damage {
	longest := 32
	if v6 {
		longest = 128
	}
	if len(b) < 1 {
		return ShortRecord
	}
	bits := int(b[0])
	n := (bits + 7) / 8
	if bits > longest {
		return BadPrefix
	}
	if len(b) < 3+n {
		return ShortRecord
	}
	m.Kind, m.Prefix = Entries, makePrefix(b[1:1+n], bits, v6)
	count := int(binary.BigEndian.Uint16(b[1+n:]))
	b = b[3+n:]
	head := 8 // peer index, time, attributes' length
	if paths {
		head = 12
	}
	var damage Damage
	for range count {
		if len(b) < head {
			return ShortRecord
		}
		length := int(binary.BigEndian.Uint16(b[head-2:]))
		if len(b) < head+length {
			return ShortRecord
		}
		var e Entry
		if paths {
			e.PathID = binary.BigEndian.Uint32(b[6:])
		}
		if i := int(binary.BigEndian.Uint16(b)); i < len(r.index) {
			e.Peer = r.index[i]
		} else {
			damage = UnknownPeer
		}
		if d := decodeAttributes(b[head:head+length], 4, 0, &e.Attributes, nil); d != "" && damage == "" {
			damage = d
		}
		b = b[head+length:]
		if e.Peer != nil {
			m.Entries = append(m.Entries, e)
		}
	}
	return damage
}
