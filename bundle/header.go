package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"keepiton"
)

// containerMagic is the first line of a container: its name and version.
const (
	containerName  = "keepiton-sealed "
	containerMagic = containerName + "1\n"
)

// MaxHeader bounds the second line of a container, its line end included.
const MaxHeader = 8192

// Header is what a container says in the clear: where replies go, and the few
// coarse fields that a sender may leave open. Both may be zero. The address of
// the receipt stands inside the seal as well, and that one counts.
type Header struct {
	Receipt keepiton.ReceiptAddress
	Open    keepiton.OpenFields
}

type wireHeader struct {
	Receipt wireReceipt `json:"receipt,omitzero"`
	Open    wireOpen    `json:"open,omitzero"`
}

type wireOpen struct {
	Country string `json:"country,omitzero"`
	Day     string `json:"day,omitzero"`
	Kind    string `json:"kind,omitzero"`
}

// WriteHeader writes the two lines that stand before the sealed bundle. Invalid
// when a field has not the form that it must have.
func WriteHeader(w io.Writer, h Header) error {
	if err := h.check(); err != nil {
		return err
	}
	text, err := encode(wireHeader{Receipt: wireReceipt(h.Receipt), Open: wireOpen(h.Open)})
	if err != nil {
		return err
	}
	_, err = w.Write(append(append([]byte(containerMagic), text...), '\n'))
	return err
}

// ReadHeader reads the header of a container and leaves r at the first byte of
// what is sealed. A bare age or OpenPGP file, binary or armored, is a container
// without a header: it gives the zero Header, and nothing of r but blanks before
// an armor is taken. Fields that it does not know are dropped: they are in the
// clear, so nothing that counts can stand there. Invalid for anything else, with
// the line.
func ReadHeader(r *bufio.Reader) (Header, error) {
	start, err := r.Peek(len(containerMagic))
	if string(start) != containerMagic {
		if err != nil && !errors.Is(err, io.EOF) {
			return Header{}, unread(err)
		}
		if strings.HasPrefix(string(start), containerName) {
			return Header{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "container: line 1: not version 1"), "a newer program may have made it")
		}
		return Header{}, bare(r)
	}
	r.Discard(len(containerMagic)) // never fails: it was peeked
	line, err := headerLine(r)
	if err != nil {
		return Header{}, err
	}
	var wire wireHeader
	if err := decode(line, &wire, nil); err != nil {
		return Header{}, keepiton.Errorf(keepiton.Invalid, "container: line 2: %w", err)
	}
	h := Header{Receipt: keepiton.ReceiptAddress(wire.Receipt), Open: keepiton.OpenFields(wire.Open)}
	if err := h.check(); err != nil {
		return Header{}, err
	}
	return h, nil
}

// IsBundle reports whether an opened bundle begins here: what ReadHeader refuses
// and [Read] takes. It takes nothing of r.
func IsBundle(r *bufio.Reader) bool {
	start, _ := r.Peek(headBytes + len(magic))
	return string(start) == "K\x00\x00\x00\x11"+magic
}

// headerLine reads to the line end, at most MaxHeader bytes.
func headerLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		b, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil, keepiton.Errorf(keepiton.Invalid, "container: line 2: cut off after %d bytes", len(line))
		case err != nil:
			return nil, unread(err)
		case b == '\n':
			return line, nil
		case len(line) == MaxHeader-1:
			return nil, keepiton.Errorf(keepiton.TooLarge, "container: line 2: longer than %d bytes", MaxHeader)
		}
		line = append(line, b)
	}
}

func unread(err error) error {
	var coded *keepiton.Error
	if errors.As(err, &coded) {
		return err
	}
	return keepiton.Errorf(keepiton.Unavailable, "container: %w", err)
}

// The beginnings of sealed files: age v1 binary and armored (C2SP age), OpenPGP
// armored (RFC 9580 section 6.2).
var armors = []string{"-----BEGIN AGE ENCRYPTED FILE-----", "-----BEGIN PGP MESSAGE-----"}

const ageMagic = "age-encryption.org/v1\n"

// bare checks that a sealed file without a header begins here.
func bare(r *bufio.Reader) error {
	if start, _ := r.Peek(len(ageMagic)); string(start) == ageMagic {
		return nil
	}
	if start, _ := r.Peek(1); len(start) == 1 && isOpenPGP(start[0]) {
		return nil
	}
	for range 64 { // mail programs put blanks before an armor
		b, err := r.ReadByte()
		if err != nil {
			break
		}
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			r.UnreadByte() // never fails: a byte was just read
			break
		}
	}
	for _, armor := range armors {
		if start, _ := r.Peek(len(armor)); string(start) == armor {
			return nil
		}
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "container: line 1: neither a sealed report nor an age or OpenPGP file"), "was the file sealed, and copied whole?")
}

// isOpenPGP reports whether b begins a packet that an encrypted message may
// begin with: a session key for a public key (tag 1) or a passphrase (tag 3), in
// the old or new form of RFC 9580 section 4.2, or a marker (tag 10).
func isOpenPGP(b byte) bool {
	switch {
	case b&0xc0 == 0xc0:
		return bytes.IndexByte([]byte{1, 3, 10}, b&0x3f) >= 0
	case b&0xc0 == 0x80:
		return bytes.IndexByte([]byte{1, 3, 10}, b&0x3f>>2) >= 0
	}
	return false
}

// openKinds are the kinds that a sender may leave open.
var openKinds = map[string]bool{"": true, "mobile": true, "fixed": true, "full": true, "service": true}

// check holds what is in the clear to its form: nothing else may stand there.
func (h Header) check() error {
	if err := checkReceipt(h.Receipt); err != nil {
		return keepiton.Errorf(keepiton.Invalid, "container: line 2: %w", err)
	}
	if c := h.Open.Country; c != "" && !isCountry(c) {
		return keepiton.Errorf(keepiton.Invalid, "container: line 2: open: country is not two letters of ISO 3166-1")
	}
	if d := h.Open.Day; d != "" {
		if t, err := time.Parse(time.DateOnly, d); err != nil || t.Year() < 1990 {
			return keepiton.Errorf(keepiton.Invalid, "container: line 2: open: day is not YYYY-MM-DD")
		}
	}
	if !openKinds[h.Open.Kind] {
		return keepiton.Errorf(keepiton.Invalid, "container: line 2: open: kind is none of mobile, fixed, full, service")
	}
	return nil
}

// isCountry reports whether s has the form of a code of ISO 3166-1 alpha-2.
func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
