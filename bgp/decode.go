package bgp

import "encoding/binary"

// decode reads one whole record into m. It returns what kept it from reading all,
// and keeps what stood before.
func (r *Reader) decode(rec []byte, m *Message) Damage {
	m.At = int64(binary.BigEndian.Uint32(rec)) * 1e6
	typ, subtype, b := binary.BigEndian.Uint16(rec[4:]), binary.BigEndian.Uint16(rec[6:]), rec[headerLen:]
	if !sound(rec) {
		return Unsupported
	}
	switch typ {
	case typeBGP4MPET:
		if len(b) < 4 {
			return ShortRecord
		}
		if us := binary.BigEndian.Uint32(b); us < 1e6 { // more is no fraction of a second
			m.At += int64(us)
		}
		return r.bgp4mp(subtype, b[4:], m)
	case typeBGP4MP:
		return r.bgp4mp(subtype, b, m)
	case typeTableDumpV2:
		return r.tableDumpV2(subtype, b, m)
	case typeTableDump:
		return r.tableDump(subtype, b, m)
	case typeBGP:
		return r.old(subtype, b, m)
	}
	return Unsupported
}

// nobody is the address of the peer of a record that does not say it.
var nobody [4]byte

// bgp4mp reads RFC 6396 section 4.4 and RFC 8050 section 3.
func (r *Reader) bgp4mp(subtype uint16, b []byte, m *Message) Damage {
	asLen := 2
	switch subtype {
	case stateChangeAS4, messageAS4, messageAS4Local, messageAS4Paths, messageAS4LocPath:
		asLen = 4
	case entry, snapshot:
		return Unsupported
	}
	isState := subtype == stateChange || subtype == stateChangeAS4
	if isState {
		m.Kind, m.Peer = State, r.peer(nobody[:], 0)
	}
	// Peer AS, local AS, interface index, address family, peer IP, local IP.
	if len(b) < 2*asLen+4 {
		return ShortRecord
	}
	asn := readAS(b, asLen)
	afi := binary.BigEndian.Uint16(b[2*asLen+2:])
	b = b[2*asLen+4:]
	ipLen := 4
	if afi == afi6 {
		ipLen = 16
	} else if afi != afi4 {
		return ShortRecord
	}
	if len(b) < 2*ipLen {
		return ShortRecord // Zebra, 2000: neither interface nor addresses, and AS 0
	}
	m.Peer = r.peer(b[:ipLen], asn)
	b = b[2*ipLen:]
	if isState {
		if len(b) < 4 {
			return ShortRecord
		}
		m.Old, m.New = Session(binary.BigEndian.Uint16(b)), Session(binary.BigEndian.Uint16(b[2:]))
		return ""
	}
	var paths pathsOf
	if subtype >= messagePaths {
		paths = pathsAll
	}
	return decodeBGP(b, asLen, paths, m)
}

// decodeBGP reads one BGP message, header included: RFC 4271 section 4.1. Only an
// UPDATE tells of routes.
func decodeBGP(b []byte, asLen int, paths pathsOf, m *Message) Damage {
	if len(b) < 19 {
		return ShortRecord
	}
	if binary.BigEndian.Uint64(b) != ^uint64(0) || binary.BigEndian.Uint64(b[8:]) != ^uint64(0) {
		return BadMarker
	}
	length, typ := int(binary.BigEndian.Uint16(b[16:])), b[18]
	if length < 19 {
		return BadMessage
	}
	if typ != 2 {
		return ""
	}
	var short Damage
	if length > len(b) {
		short, length = ShortRecord, len(b)
	} else if length < len(b) {
		short = excess
	}
	m.Kind = Update
	if damage := decodeUpdate(b[19:length], asLen, paths, m); damage != "" {
		return damage
	}
	return short
}

// old reads the deprecated type BGP: RFC 6396 appendix B.2.1. Its messages have no
// header of BGP.
func (r *Reader) old(subtype uint16, b []byte, m *Message) Damage {
	switch subtype {
	case oldUpdate:
		if len(b) < 12 {
			return ShortRecord
		}
		m.Kind, m.Peer, m.Deprecated = Update, r.peer(b[2:6], readAS(b, 2)), true
		return decodeUpdate(b[12:], 2, 0, m)
	case oldStateChange:
		if len(b) < 10 {
			return ShortRecord
		}
		m.Kind, m.Peer = State, r.peer(b[2:6], readAS(b, 2))
		m.Old, m.New = Session(binary.BigEndian.Uint16(b[6:])), Session(binary.BigEndian.Uint16(b[8:]))
	}
	return ""
}

func readAS(b []byte, asLen int) uint32 {
	if asLen == 2 {
		return uint32(binary.BigEndian.Uint16(b))
	}
	return binary.BigEndian.Uint32(b)
}
