package bgp

import "encoding/binary"

// upPaths reads the two OPEN messages of a Peer Up (RFC 7854 section 4.10) and returns
// whose routes will carry path identifiers in the direction of the view.
func upPaths(body []byte, view View) pathsOf {
	const fixed = 16 + 2 + 2 // local address, local port, remote port
	if len(body) < fixed {
		return 0
	}
	sent, rest, ok := cutOpen(body[fixed:])
	if !ok {
		return 0
	}
	received, _, ok := cutOpen(rest)
	if !ok {
		return 0
	}
	ours, theirs := addPaths(sent), addPaths(received)
	var out pathsOf
	for f, bit := range [...]pathsOf{paths4, paths6} {
		receives, sends := ours[f]&1 != 0 && theirs[f]&2 != 0, ours[f]&2 != 0 && theirs[f]&1 != 0
		if view.numbered(receives, sends) {
			out |= bit
		}
	}
	return out
}

// numbered reports whether routes of a view carry path identifiers, by whether the
// router receives and sends them.
func (v View) numbered(receives, sends bool) bool {
	switch v {
	case Received, Accepted:
		return receives
	case Sent:
		return sends
	}
	return receives || sends
}

// cutOpen returns the body of a message of BGP, and what follows it.
func cutOpen(b []byte) (open, rest []byte, ok bool) {
	if len(b) < 19 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b[16:]))
	if n < 19 || n > len(b) || b[18] != 1 {
		return nil, nil, false
	}
	return b[19:n], b[n:], true
}

// addPaths returns what an OPEN (RFC 4271 section 4.2, RFC 9072) offers for IPv4 and
// IPv6 unicast: 1 receives, 2 sends path identifiers (RFC 7911 section 4).
func addPaths(open []byte) (out [2]byte) {
	if len(open) < 10 {
		return out
	}
	params, lengthOf := open[10:], 1
	if open[9] == 255 && len(params) > 3 && params[0] == 255 {
		params, lengthOf = params[3:], 2
	}
	for len(params) >= 1+lengthOf {
		n := int(params[1])
		if lengthOf == 2 {
			n = int(binary.BigEndian.Uint16(params[1:]))
		}
		if len(params) < 1+lengthOf+n {
			return out
		}
		if value := params[1+lengthOf : 1+lengthOf+n]; params[0] == 2 { // capabilities
			for len(value) >= 2 && len(value) >= 2+int(value[1]) {
				offered(value[:2+int(value[1])], &out)
				value = value[2+int(value[1]):]
			}
		}
		params = params[1+lengthOf+n:]
	}
	return out
}

// offered reads the capability ADD-PATH: code, length, and four bytes a family.
func offered(capability []byte, out *[2]byte) {
	if capability[0] != 69 {
		return
	}
	for v := capability[2:]; len(v) >= 4; v = v[4:] {
		switch afi := binary.BigEndian.Uint16(v); {
		case v[2] != safiUnicast:
		case afi == afi4:
			out[0] |= v[3]
		case afi == afi6:
			out[1] |= v[3]
		}
	}
}

// routesOfTLVs returns the message of BGP in the TLVs of version 4 (type, length,
// index, value): type 4 holds it, type 1 a capability that it was made by, which
// counts more than what was agreed on when the session began.
func routesOfTLVs(b []byte, paths pathsOf, view View) (bgp []byte, _ pathsOf, ok bool) {
	for len(b) >= 6 {
		typ, n := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if len(b) < 6+n {
			return nil, paths, false
		}
		switch value := b[6 : 6+n]; typ {
		case 1:
			if len(value) >= 2 && len(value) >= 2+int(value[1]) {
				var offer [2]byte
				offered(value[:2+int(value[1])], &offer)
				for f, bit := range [...]pathsOf{paths4, paths6} {
					if offer[f] != 0 {
						if paths &^= bit; view.numbered(offer[f]&1 != 0, offer[f]&2 != 0) {
							paths |= bit
						}
					}
				}
			}
		case 4:
			bgp = value
		}
		b = b[6+n:]
	}
	return bgp, paths, bgp != nil
}
