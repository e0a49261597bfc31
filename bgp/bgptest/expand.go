package bgptest

import (
	"encoding/binary"
	"io"
)

// Expand writes every record of an archive of updates (BGP4MP_MESSAGE_AS4, with or
// without microseconds) copies times, as a collector with that many times its peers
// would have it: each copy is of another peer, and four of them at a time tell of the
// same prefixes, those of another part of the address space than those of the other
// fours. Times, paths and all other attributes stay. The same archive gives the same
// bytes. Records of other kinds are written once.
func Expand(w io.Writer, archive []byte, copies int) error {
	var copied []byte
	for len(archive) >= 12 {
		n := 12 + int(binary.BigEndian.Uint32(archive[8:]))
		if n > len(archive) {
			break
		}
		rec := archive[:n]
		archive = archive[n:]
		typ, subtype := binary.BigEndian.Uint16(rec[4:]), binary.BigEndian.Uint16(rec[6:])
		times := copies
		if subtype != 4 || typ != 16 && typ != 17 {
			times = 1
		}
		for i := range times {
			copied = append(copied[:0], rec...)
			if i > 0 {
				body := copied[12:]
				if typ == 17 {
					body = body[4:]
				}
				alter(body, byte(i), byte(i/4)*7)
			}
			if _, err := w.Write(copied); err != nil {
				return err
			}
		}
	}
	return nil
}

// alter makes a BGP4MP_MESSAGE_AS4 another peer's, and moves its prefixes.
func alter(b []byte, peer, move byte) {
	if len(b) < 12 {
		return
	}
	ip := 4
	if binary.BigEndian.Uint16(b[10:]) == 2 {
		ip = 16
	}
	if len(b) < 12+2*ip+19+4 || b[12+2*ip+18] != 2 {
		return
	}
	b[3] ^= peer       // its AS
	b[12+ip-2] ^= peer // its address
	b = b[12+2*ip+19:] // the UPDATE: RFC 4271 section 4.3
	b = moveList(b, move, 1)
	if len(b) < 2 {
		return
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n {
		return
	}
	for a := b[2 : 2+n]; len(a) >= 4; {
		head, size := 3, int(a[2])
		if a[0]&0x10 != 0 {
			head, size = 4, int(binary.BigEndian.Uint16(a[2:]))
		}
		if len(a) < head+size {
			return
		}
		switch v := a[head : head+size]; {
		case a[1] == 14 && size > 5 && binary.BigEndian.Uint16(v) == 2 && size >= 5+int(v[3]): // MP_REACH_NLRI
			moveRoutes(v[5+int(v[3]):], move, 2)
		case a[1] == 15 && size > 3 && binary.BigEndian.Uint16(v) == 2: // MP_UNREACH_NLRI
			moveRoutes(v[3:], move, 2)
		}
		a = a[head+size:]
	}
	moveRoutes(b[2+n:], move, 1)
}

// moveList moves a list of routes that has its length before it, and returns what
// follows.
func moveList(b []byte, move byte, at int) []byte {
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n {
		return nil
	}
	moveRoutes(b[2:2+n], move, at)
	return b[2+n:]
}

// moveRoutes changes one byte of each prefix that is long enough to have it.
func moveRoutes(b []byte, move byte, at int) {
	for len(b) > 0 {
		n := (int(b[0]) + 7) / 8
		if len(b) < 1+n {
			return
		}
		if n > at+1 || n == at+1 && b[0]%8 == 0 {
			b[1+at] ^= move
		}
		b = b[1+n:]
	}
}
