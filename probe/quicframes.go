package probe

import "slices"

// Frames that may stand in Initial and Handshake packets (RFC 9000 section 12.4).
const (
	framePadding = 0x00
	framePing    = 0x01
	frameAck     = 0x02
	frameAckECN  = 0x03
	frameCrypto  = 0x06
	frameClose   = 0x1c
)

// maxCrypto bounds what the other side says at one level, in bytes: chains of
// certificates are some 4 kB.
const maxCrypto = 64 << 10

// space is what one level of encryption has seen and said.
type space struct {
	kind       byte // of its packets
	read       *protection
	write      *protection
	next       uint64   // number of our next packet
	seen       []uint64 // numbers of packets that came, rising
	largest    int64    // of them; -1: none
	crypto     []byte   // what came, from its beginning
	have       []bool   // which bytes of it came
	handed     int      // so many were handed to TLS
	said       []byte   // our own
	mustAnswer bool     // something came that must be acknowledged
}

// frames goes through the frames of a packet. closed is the code of a CONNECTION_CLOSE,
// -1 for none.
func (s *space) frames(b []byte) (closed int64, err error) {
	number := func() uint64 {
		n, w := readVarint(b)
		if w == 0 {
			err = errPacket
			return 0
		}
		b = b[w:]
		return n
	}
	for len(b) > 0 && err == nil {
		kind := number()
		switch kind {
		case framePadding:
		case framePing:
			s.mustAnswer = true
		case frameAck, frameAckECN:
			number() // largest
			number() // delay
			ranges := number()
			number() // first range
			if ranges > 256 {
				return -1, errPacket
			}
			for range ranges {
				number()
				number()
			}
			if kind == frameAckECN {
				number()
				number()
				number()
			}
		case frameCrypto:
			s.mustAnswer = true
			at, n := number(), number()
			if err != nil || n > uint64(len(b)) || at+n > maxCrypto {
				return -1, errPacket
			}
			s.take(int(at), b[:n])
			b = b[n:]
		case frameClose:
			code := number()
			return int64(code & 0x7fffffff), err
		default:
			return -1, errPacket
		}
	}
	return -1, err
}

// take keeps a stretch of what the other side says.
func (s *space) take(at int, b []byte) {
	if end := at + len(b); end > len(s.crypto) {
		s.crypto = append(s.crypto, make([]byte, end-len(s.crypto))...)
		s.have = append(s.have, make([]bool, end-len(s.have))...)
	}
	copy(s.crypto[at:], b)
	for i := range b {
		s.have[at+i] = true
	}
}

// ready returns what came next in order.
func (s *space) ready() []byte {
	end := s.handed
	for end < len(s.have) && s.have[end] {
		end++
	}
	b := s.crypto[s.handed:end]
	s.handed = end
	return b
}

// note keeps the number of a packet; false: it was here before.
func (s *space) note(number uint64) bool {
	i, there := slices.BinarySearch(s.seen, number)
	if there || len(s.seen) > 512 {
		return false
	}
	s.seen = slices.Insert(s.seen, i, number)
	s.largest = max(s.largest, int64(number))
	return true
}

// ack returns an ACK frame of all that came (RFC 9000 section 19.3).
func (s *space) ack() []byte {
	if len(s.seen) == 0 {
		return nil
	}
	type run struct{ from, to uint64 }
	var runs []run
	for _, n := range slices.Backward(s.seen) {
		if k := len(runs) - 1; k >= 0 && runs[k].from == n+1 {
			runs[k].from = n
		} else {
			runs = append(runs, run{n, n})
		}
	}
	b := appendVarint([]byte{frameAck}, runs[0].to)
	b = append(b, 0) // delay
	b = appendVarint(b, uint64(len(runs)-1))
	b = appendVarint(b, runs[0].to-runs[0].from)
	for i := 1; i < len(runs); i++ {
		b = appendVarint(b, runs[i-1].from-runs[i].to-2)
		b = appendVarint(b, runs[i].to-runs[i].from)
	}
	return b
}

func cryptoFrame(at uint64, data []byte) []byte {
	b := appendVarint([]byte{frameCrypto}, at)
	return append(appendVarint(b, uint64(len(data))), data...)
}

// closeFrame ends a connection without an error.
func closeFrame() []byte { return []byte{frameClose, 0, 0, 0} }
