package intake

import (
	"bufio"
	"bytes"
	"io"

	"filippo.io/age/armor"
	pgp "github.com/ProtonMail/gopenpgp/v3/armor"

	"keepiton"
	"keepiton/bundle"
)

// unarmor takes a sealed file out of its armor, if it is in one.
func unarmor(r *bufio.Reader) (plain io.Reader, armored bool, err error) {
	start, _ := r.Peek(len(armor.Header))
	switch {
	case bytes.HasPrefix(start, []byte(armor.Header)):
		return armor.NewReader(r), true, nil
	case bytes.HasPrefix(start, []byte("-----BEGIN PGP MESSAGE-----")):
		plain, err := pgp.ArmorReader(r)
		if err != nil {
			return nil, true, keepiton.Errorf(keepiton.Invalid, "the OpenPGP armor cannot be read")
		}
		return plain, true, nil
	}
	return r, false, nil
}

// shape looks at a sealed file while it passes, without a key: is it an age
// file or an OpenPGP message, is it whole, and how long is what it seals. It
// holds one line of an age header, or one packet header, at a time.
type shape struct {
	look func(b []byte) (rest []byte, err error)
	kind interface {
		end() (padded bool, err error)
	}
	err   error
	begun bool
}

// Write implements io.Writer; its error is that of what was found wrong.
func (s *shape) Write(p []byte) (int, error) {
	n := len(p)
	if !s.begun && n > 0 {
		s.begun = true
		if p[0]&0x80 != 0 {
			m := &openPGPShape{}
			s.look, s.kind = m.look, m
		} else {
			m := &ageShape{}
			s.look, s.kind = m.look, m
		}
	}
	for len(p) > 0 && s.err == nil {
		p, s.err = s.look(p)
	}
	if s.err != nil {
		return 0, s.err
	}
	return n, nil
}

// end reports whether what is sealed has one of the lengths of a bundle, after
// the last byte.
func (s *shape) end() (padded bool, err error) {
	if s.err != nil {
		return false, s.err
	}
	if !s.begun {
		return false, keepiton.Errorf(keepiton.Invalid, "the sealed part is empty")
	}
	return s.kind.end()
}

// Limits of the header of an age file. A hybrid recipient takes about 1,700
// bytes there.
const (
	maxAgeLine    = 4 << 10
	maxAgeHeader  = 256 << 10
	maxRecipients = 100
)

// ageShape follows an age file (C2SP age, format v1): a first line, stanzas
// that begin with "->", a line "--- " with a MAC; then a nonce of 16 bytes and
// chunks of 64 KiB with 16 bytes of tag each, the last one shorter.
type ageShape struct {
	line    []byte
	header  int // bytes of it so far
	lines   int
	to      int // stanzas
	payload int64
	inside  bool // the payload
}

func (a *ageShape) look(b []byte) ([]byte, error) {
	if a.inside {
		a.payload += int64(len(b))
		return nil, nil
	}
	i := bytes.IndexByte(b, '\n')
	part := b
	if i >= 0 {
		part = b[:i]
	}
	a.line = append(a.line, part...)
	a.header += len(part) + 1
	if len(a.line) > maxAgeLine || a.header > maxAgeHeader {
		return nil, keepiton.Errorf(keepiton.TooLarge, "age file: line %d: the header is too long", a.lines+1)
	}
	if i < 0 {
		return nil, nil
	}
	if err := a.endLine(); err != nil {
		return nil, err
	}
	a.line = a.line[:0]
	return b[i+1:], nil
}

func (a *ageShape) endLine() error {
	a.lines++
	switch {
	case a.lines == 1:
		if string(a.line) != "age-encryption.org/v1" {
			return keepiton.Errorf(keepiton.Invalid, "neither an age file nor an OpenPGP message")
		}
	case bytes.HasPrefix(a.line, []byte("-> scrypt ")):
		return errPassphrase
	case bytes.HasPrefix(a.line, []byte("-> ")):
		if a.to++; a.to > maxRecipients {
			return keepiton.Errorf(keepiton.TooLarge, "age file: line %d: more than %d recipients", a.lines, maxRecipients)
		}
	case bytes.HasPrefix(a.line, []byte("--- ")):
		if a.to == 0 {
			return keepiton.Errorf(keepiton.Invalid, "age file: line %d: sealed to nobody", a.lines)
		}
		a.inside = true
	case a.to == 0:
		return keepiton.Errorf(keepiton.Invalid, "age file: line %d: no recipient begins here", a.lines)
	}
	return nil
}

var errPassphrase = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "the file is sealed with a passphrase, which nobody at the desk has"), "seal it to the campaign's key")

const (
	ageNonce = 16
	ageChunk = 64 << 10
	ageTag   = 16
)

func (a *ageShape) end() (bool, error) {
	n := a.payload - ageNonce
	if !a.inside || n < ageTag {
		return false, keepiton.Errorf(keepiton.Invalid, "age file: cut off")
	}
	full, rest := n/(ageChunk+ageTag), n%(ageChunk+ageTag)
	if rest > 0 && rest < ageTag || rest == ageTag && full > 0 {
		return false, keepiton.Errorf(keepiton.Invalid, "age file: cut off in chunk %d", full+1)
	}
	plain := full * ageChunk
	if rest > 0 {
		plain += rest - ageTag
	}
	return bundle.Bucket(plain) == plain, nil
}
