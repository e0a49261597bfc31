package probe

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/chacha20poly1305"
)

// quicSalt derives the keys of Initial packets of version 1 (RFC 9001 section 5.2).
// Whoever sees such a packet can derive them, a censor as well.
var quicSalt = []byte{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a}

// protection is the keys of one direction at one level (RFC 9001 section 5).
type protection struct {
	aead cipher.AEAD
	iv   []byte
	mask func(sample []byte) [5]byte // of header protection, section 5.4
}

// initialKeys returns the keys of both directions for the connection id that the
// client chose first.
func initialKeys(dcid []byte) (client, server *protection, err error) {
	secret, err := hkdf.Extract(sha256.New, dcid, quicSalt)
	if err != nil {
		return nil, nil, err
	}
	side := func(label string) (*protection, error) {
		s, err := expand(sha256.New, secret, label, 32)
		if err != nil {
			return nil, err
		}
		return newProtection(tls.TLS_AES_128_GCM_SHA256, s)
	}
	if client, err = side("client in"); err != nil {
		return nil, nil, err
	}
	server, err = side("server in")
	return client, server, err
}

// newProtection derives key, iv and header protection from a secret (RFC 9001
// section 5.1).
func newProtection(suite uint16, secret []byte) (*protection, error) {
	digest, size := crypto.SHA256, 16
	switch suite {
	case tls.TLS_AES_256_GCM_SHA384:
		digest, size = crypto.SHA384, 32
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		size = 32
	}
	h := sha256.New
	if digest == crypto.SHA384 {
		h = sha512.New384
	}
	key, err := expand(h, secret, "quic key", size)
	if err != nil {
		return nil, err
	}
	p := &protection{}
	if p.iv, err = expand(h, secret, "quic iv", 12); err != nil {
		return nil, err
	}
	hp, err := expand(h, secret, "quic hp", size)
	if err != nil {
		return nil, err
	}
	if suite == tls.TLS_CHACHA20_POLY1305_SHA256 {
		p.mask = func(sample []byte) (m [5]byte) { // section 5.4.4
			c, err := chacha20.NewUnauthenticatedCipher(hp, sample[4:16])
			if err == nil {
				c.SetCounter(binary.LittleEndian.Uint32(sample))
				c.XORKeyStream(m[:], m[:])
			}
			return m
		}
		p.aead, err = chacha20poly1305.New(key)
		return p, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	header, err := aes.NewCipher(hp)
	if err != nil {
		return nil, err
	}
	p.mask = func(sample []byte) (m [5]byte) { // section 5.4.3
		var b [16]byte
		header.Encrypt(b[:], sample[:16])
		copy(m[:], b[:])
		return m
	}
	p.aead, err = cipher.NewGCM(block)
	return p, err
}

// expand is HKDF-Expand-Label of RFC 8446 section 7.1, with an empty context.
func expand(h func() hash.Hash, secret []byte, label string, n int) ([]byte, error) {
	label = "tls13 " + label
	info := make([]byte, 0, 4+len(label))
	info = binary.BigEndian.AppendUint16(info, uint16(n))
	info = append(append(append(info, byte(len(label))), label...), 0)
	return hkdf.Expand(h, secret, string(info), n)
}

// nonce is the iv with a packet number (RFC 9001 section 5.3).
func (p *protection) nonce(number uint64) []byte {
	n := append([]byte(nil), p.iv...)
	for i := range 8 {
		n[len(n)-1-i] ^= byte(number >> (8 * i))
	}
	return n
}
