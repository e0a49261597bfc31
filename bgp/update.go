package bgp

import "encoding/binary"

// Address families (IANA "Address Family Numbers") and subsequent ones (RFC 4760
// section 6).
const (
	afi4, afi6               = 1, 2
	safiUnicast, safiBoth    = 1, 3 // 3 is deprecated: unicast and multicast together
	safiMulticast            = 2
	attrPath, attrReach      = 2, 14
	attrUnreach, attrAS4Path = 15, 17
)

// pathsOf is the set of families whose routes carry path identifiers (RFC 7911).
type pathsOf uint8

const (
	paths4   pathsOf = 1
	paths6   pathsOf = 2
	pathsAll         = paths4 | paths6
)

func (p pathsOf) has(v6 bool) bool {
	if v6 {
		return p&paths6 != 0
	}
	return p&paths4 != 0
}

// decodeUpdate reads the body of an UPDATE (RFC 4271 section 4.3) into m. asLen is
// how many bytes an AS number has in AS_PATH (RFC 6793).
func decodeUpdate(b []byte, asLen int, paths pathsOf, m *Message) Damage {
	v4 := family{addPath: paths.has(false)}
	if len(b) < 4 {
		return BadMessage
	}
	n := int(binary.BigEndian.Uint16(b))
	if n > len(b)-4 {
		return BadMessage
	}
	withdrawn, whole := b[2:2+n], b
	b = b[2+n:]
	n = int(binary.BigEndian.Uint16(b))
	if n > len(b)-2 {
		return BadMessage
	}
	attributes, nlri := b[2:2+n], b[2+n:]
	m.End = endOfTable(whole, attributes)
	var damage Damage
	ok := true
	if len(withdrawn) > 0 {
		if m.Withdrawn, ok = v4.appendRoutes(m.Withdrawn, withdrawn); !ok {
			damage = BadPrefix
		}
	}
	if d := decodeAttributes(attributes, asLen, paths, &m.Attributes, m); d != "" && damage == "" {
		damage = d
	}
	if len(nlri) > 0 {
		if m.Announced, ok = v4.appendRoutes(m.Announced, nlri); !ok && damage == "" {
			damage = BadPrefix
		}
	}
	return damage
}

// endOfTable reports whether an UPDATE says that a table is told: an empty one for
// IPv4, one that withdraws nothing of its family for others (RFC 4724 section 2).
func endOfTable(update, attributes []byte) bool {
	if len(update) == 4 {
		return true
	}
	if len(attributes) < 6 || len(update) != 4+len(attributes) || attributes[1] != attrUnreach {
		return false
	}
	_, known := familyOf(attributes[len(attributes)-3:], 0)
	head := 3
	if attributes[0]&0x10 != 0 {
		head = 4
	}
	return known && len(attributes) == head+3 && attributes[head-1] == 3
}

// decodeAttributes reads path attributes (RFC 4271 section 4.3). With m, those that
// carry routes of other families are read into it (RFC 4760); tables need only where
// the path ends.
func decodeAttributes(b []byte, asLen int, paths pathsOf, a *Attributes, m *Message) Damage {
	var damage Damage
	var told, taken families
	for len(b) > 0 {
		if len(b) < 3 {
			return BadAttribute
		}
		typ, n := b[1], int(b[2])
		head := 3
		if b[0]&0x10 != 0 { // extended length
			if len(b) < 4 {
				return BadAttribute
			}
			n, head = int(binary.BigEndian.Uint16(b[2:])), 4
		}
		if len(b) < head+n {
			return BadAttribute
		}
		value := b[head : head+n]
		b = b[head+n:]
		ok := true
		switch typ {
		case attrPath:
			ok = a.readPath(value, asLen)
		case attrAS4Path:
			if asLen == 2 {
				var long Attributes
				if long.readPath(value, 4) && long.Origin != 0 { // RFC 6793 section 4.2.3: its end is the path's end
					a.Origin = long.Origin
				}
			}
		case attrReach:
			if m != nil && told.again(value) {
				damage = BadAttribute
			} else if m != nil {
				if d := m.readReach(value, paths); d != "" {
					damage = d
				}
			}
		case attrUnreach:
			if m != nil && taken.again(value) {
				damage = BadAttribute
			} else if m != nil {
				if d := m.readUnreach(value, paths); d != "" {
					damage = d
				}
			}
		}
		if !ok && damage == "" {
			damage = BadPath
		}
	}
	return damage
}

// families is a set of those whose routes an update has told. One attribute of a family
// is all that may be there (RFC 7606 section 3 g): the first counts.
type families uint8

func (f *families) again(value []byte) bool {
	if len(value) < 3 || value[0] != 0 || value[1] > afi6 || value[2] > safiBoth {
		return false
	}
	bit := families(1) << (4*(value[1]&1) + value[2])
	was := *f&bit != 0
	*f |= bit
	return was
}

// readReach reads MP_REACH_NLRI: RFC 4760 section 3.
func (m *Message) readReach(b []byte, paths pathsOf) Damage {
	if len(b) < 5 {
		return BadAttribute
	}
	f, known := familyOf(b, paths)
	hop := int(b[3])
	if len(b) < 5+hop {
		return BadAttribute
	}
	if !known {
		return ""
	}
	var ok bool
	if m.Announced, ok = f.appendRoutes(m.Announced, b[5+hop:]); !ok {
		return BadPrefix
	}
	return ""
}

// readUnreach reads MP_UNREACH_NLRI: RFC 4760 section 4.
func (m *Message) readUnreach(b []byte, paths pathsOf) Damage {
	if len(b) < 3 {
		return BadAttribute
	}
	f, known := familyOf(b, paths)
	if !known {
		return ""
	}
	var ok bool
	if m.Withdrawn, ok = f.appendRoutes(m.Withdrawn, b[3:]); !ok {
		return BadPrefix
	}
	return ""
}

// familyOf reports how the routes of an address family are read; known is false for
// those that are no routes of the Internet, such as those of VPNs.
func familyOf(b []byte, paths pathsOf) (f family, known bool) {
	afi, safi := binary.BigEndian.Uint16(b), b[2]
	return family{v6: afi == afi6, addPath: paths.has(afi == afi6), multicast: safi == safiMulticast}, (afi == afi4 || afi == afi6) && safi >= safiUnicast && safi <= safiBoth
}
