package probe

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
)

// Types of long headers (RFC 9000 section 17.2) and the one version that is spoken.
const (
	quicV1        = 1
	quicInitial   = 0
	quicHandshake = 2
	quicRetry     = 3
)

// quicDatagram is the least size of a datagram with an Initial packet (RFC 9000
// section 14.1).
const quicDatagram = 1200

// longPacket is one packet with a long header, as it stands in a datagram.
type longPacket struct {
	kind    byte
	version uint32
	dcid    []byte
	scid    []byte
	token   []byte // of an Initial, or of a Retry
	raw     []byte // the whole packet
	number  int    // where the packet number begins, in raw
}

var errPacket = errors.New("no packet of QUIC")

// readLong reads the first packet of a datagram and returns what follows it.
func readLong(b []byte) (p longPacket, rest []byte, err error) {
	if len(b) < 7 || b[0]&0x80 == 0 {
		return p, nil, errPacket
	}
	p.kind, p.version = b[0]>>4&3, binary.BigEndian.Uint32(b[1:])
	at := 5
	id := func() []byte {
		if at >= len(b) || int(b[at]) > 20 || at+1+int(b[at]) > len(b) {
			at = len(b) + 1
			return nil
		}
		v := b[at+1 : at+1+int(b[at])]
		at += 1 + len(v)
		return v
	}
	p.dcid = id()
	p.scid = id()
	if at > len(b) {
		return p, nil, errPacket
	}
	switch {
	case p.version == 0: // version negotiation, section 17.2.1
		p.raw = b
		return p, nil, nil
	case p.version != quicV1:
		return p, nil, errPacket
	case p.kind == quicRetry:
		if len(b)-at < 16 {
			return p, nil, errPacket
		}
		p.raw, p.token = b, b[at:len(b)-16]
		return p, nil, nil
	}
	if p.kind == quicInitial {
		n, w := readVarint(b[at:])
		if w == 0 || n > uint64(len(b)-at-w) {
			return p, nil, errPacket
		}
		p.token = b[at+w : at+w+int(n)]
		at += w + int(n)
	}
	n, w := readVarint(b[at:])
	if w == 0 || n > uint64(len(b)-at-w) {
		return p, nil, errPacket
	}
	p.number = at + w
	end := p.number + int(n)
	p.raw = b[:end]
	return p, b[end:], nil
}

// open takes the protection off a packet (RFC 9001 section 5.4) and returns its number
// and frames. largest is the largest number so far, -1 for none.
func (p *longPacket) open(keys *protection, largest int64) (number uint64, frames []byte, err error) {
	if len(p.raw) < p.number+20 {
		return 0, nil, errPacket
	}
	raw := bytes.Clone(p.raw)
	mask := keys.mask(raw[p.number+4 : p.number+20])
	raw[0] ^= mask[0] & 0x0f
	length := int(raw[0]&3) + 1
	var short uint64
	for i := range length {
		raw[p.number+i] ^= mask[1+i]
		short = short<<8 | uint64(raw[p.number+i])
	}
	number = fullNumber(uint64(largest+1), short, length)
	head := p.number + length
	frames, err = keys.aead.Open(nil, keys.nonce(number), raw[head:], raw[:head])
	return number, frames, err
}

// fullNumber finds the number that was cut to length bytes (RFC 9000 appendix A.3).
func fullNumber(expected, short uint64, length int) uint64 {
	window := uint64(1) << (8 * length)
	n := expected&^(window-1) | short
	switch {
	case n+window/2 <= expected && n+window < 1<<62:
		return n + window
	case n > expected+window/2 && n >= window:
		return n - window
	}
	return n
}

// sealLong makes a packet of frames (RFC 9000 section 17.2, RFC 9001 section 5), its
// number in four bytes. pad is how long the packet must be at least.
func sealLong(keys *protection, kind byte, dcid, scid, token []byte, number uint64, frames []byte, pad int) []byte {
	b := []byte{0xc3 | kind<<4, 0, 0, 0, quicV1}
	b = append(append(b, byte(len(dcid))), dcid...)
	b = append(append(b, byte(len(scid))), scid...)
	if kind == quicInitial {
		b = append(appendVarint(b, uint64(len(token))), token...)
	}
	frames = bytes.Clone(frames)
	if short := pad - len(b) - 2 - 4 - len(frames) - 16; short > 0 {
		frames = append(frames, make([]byte, short)...) // PADDING is nought
	}
	b = binary.BigEndian.AppendUint16(b, 0x4000|uint16(4+len(frames)+16)) // a varint of two bytes
	at := len(b)
	b = binary.BigEndian.AppendUint32(b, uint32(number))
	b = keys.aead.Seal(b, keys.nonce(number), frames, b)
	mask := keys.mask(b[at+4 : at+20])
	b[0] ^= mask[0] & 0x0f
	for i := range 4 {
		b[at+i] ^= mask[1+i]
	}
	return b
}

// goodRetry reports whether a Retry is for the connection id that we sent to (RFC 9001
// section 5.8).
func (p *longPacket) goodRetry(sentTo []byte) bool {
	block, err := aes.NewCipher([]byte{0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e})
	if err != nil {
		return false
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return false
	}
	pseudo := append(append([]byte{byte(len(sentTo))}, sentTo...), p.raw[:len(p.raw)-16]...)
	nonce := []byte{0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb}
	_, err = aead.Open(nil, nonce, p.raw[len(p.raw)-16:], pseudo)
	return err == nil
}

// readVarint reads a number (RFC 9000 section 16); w is how many bytes it took, 0 for
// none.
func readVarint(b []byte) (n uint64, w int) {
	if len(b) == 0 || len(b) < 1<<(b[0]>>6) {
		return 0, 0
	}
	w = 1 << (b[0] >> 6)
	n = uint64(b[0] & 0x3f)
	for _, c := range b[1:w] {
		n = n<<8 | uint64(c)
	}
	return n, w
}

func appendVarint(b []byte, n uint64) []byte {
	switch {
	case n < 1<<6:
		return append(b, byte(n))
	case n < 1<<14:
		return binary.BigEndian.AppendUint16(b, uint16(n)|1<<14)
	case n < 1<<30:
		return binary.BigEndian.AppendUint32(b, uint32(n)|1<<31)
	}
	return binary.BigEndian.AppendUint64(b, n|3<<62)
}
