package seal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/armor"

	"keepiton"
)

// MaxOpenPGP bounds the plaintext of an OpenPGP message, in bytes. It is kept
// in memory until its end was checked; 64 MiB is the largest bundle.
const MaxOpenPGP = 80 << 20

// maxHeader bounds the header of an age file, in bytes: more than MaxLive
// hybrid recipients and a bridge.
const maxHeader = 256 << 10

// errOthers says that no key of ours fits.
var errOthers = keepiton.Errorf(keepiton.NotFound, "sealed to other keys than yours")

// Open reads a sealed file: age or OpenPGP, each binary or armored, told apart
// by its first bytes. Bytes come out of the reader only after they were
// authenticated: an age file chunk by chunk, an OpenPGP message as a whole, in
// memory. A file that was cut or changed ends with an error instead of io.EOF.
//
// NotFound when it is sealed to others, Invalid when it is neither format or
// broken, TooLarge beyond MaxOpenPGP.
func (k *Keys) Open(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	kind, err := sniff(br)
	if err != nil {
		return nil, err
	}
	switch kind {
	case armoredAge:
		return k.openAge(armor.NewReader(br))
	case binaryAge:
		return k.openAge(br)
	}
	b, err := k.decryptPGP(br, MaxOpenPGP)
	if err != nil {
		return nil, err
	}
	return bytes.NewReader(b), nil
}

// kinds of sealed files.
type kind int

const (
	binaryAge kind = iota + 1
	armoredAge
	binaryPGP
	armoredPGP
)

// sniff tells what a sealed file is and steps over space before armor.
func sniff(br *bufio.Reader) (kind, error) {
	const enough = 64
	head, err := br.Peek(enough)
	if len(head) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			return 0, keepiton.Errorf(keepiton.Invalid, "the file is empty")
		}
		return 0, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("age-encryption.org/")):
		return binaryAge, nil
	case head[0]&0x80 != 0: // RFC 4880 section 4.2: bit 7 of a packet tag is always one
		return binaryPGP, nil
	}
	for {
		c, err := br.ReadByte()
		if err != nil {
			break
		}
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			continue
		}
		if err := br.UnreadByte(); err != nil {
			return 0, err
		}
		break
	}
	head, _ = br.Peek(enough)
	switch {
	case bytes.HasPrefix(head, []byte(armor.Header)):
		return armoredAge, nil
	case bytes.HasPrefix(head, []byte("-----BEGIN PGP MESSAGE")):
		return armoredPGP, nil
	}
	return 0, keepiton.Errorf(keepiton.Invalid, "byte 0: neither an age file nor an OpenPGP message")
}

func (k *Keys) openAge(r io.Reader) (io.Reader, error) {
	ids := k.ids
	if k.openpgp != nil || k.gpg != nil {
		ids = append(ids[:len(ids):len(ids)], crossing{k})
	}
	if len(ids) == 0 {
		return nil, errOthers
	}
	bounded := &headerReader{r: r, left: maxHeader}
	out, err := age.Decrypt(bounded, ids...)
	bounded.left = -1
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, errOthers
	case errors.Is(err, errHeader):
		return nil, fmt.Errorf("age file: %w", errHeader)
	case err != nil && keepiton.CodeOf(err) != keepiton.Internal: // of the stanza for OpenPGP
		return nil, fmt.Errorf("age file: %w", err)
	case err != nil:
		return nil, keepiton.Errorf(keepiton.Invalid, "age file: %w", short{err})
	}
	return broken{out, "age file"}, nil
}
