package seal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// MaxOpenPGP bounds the plaintext of an OpenPGP message, in bytes. It is kept
// in memory until its end was checked; 64 MiB is the largest bundle.
const MaxOpenPGP = 80 << 20

// maxHeader bounds the header of an age file, in bytes: more than MaxLive
// hybrid recipients and a bridge.
const maxHeader = 256 << 10

// errHeader says that the data behind a header did not come in time.
var errHeader = keepiton.Errorf(keepiton.TooLarge, "the header is too long")

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

// headerReader ends with an error when a header goes on for too long. A
// negative left is no bound.
type headerReader struct {
	r    io.Reader
	left int
}

func (h *headerReader) Read(p []byte) (int, error) {
	if h.left < 0 {
		return h.r.Read(p)
	}
	if h.left == 0 {
		return 0, errHeader
	}
	n, err := h.r.Read(p[:min(len(p), h.left)])
	h.left -= n
	return n, err
}

// short cuts the text of an error, which may repeat a line of a hostile file.
type short struct{ error }

func (s short) Error() string {
	const most = 200
	text := strings.ToValidUTF8(s.error.Error(), "?")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func (s short) Unwrap() error { return s.error }

// broken gives errors of a reader the code Invalid: the file was cut or changed.
type broken struct {
	r    io.Reader
	what string
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && keepiton.CodeOf(err) == keepiton.Internal {
		err = keepiton.Errorf(keepiton.Invalid, "%s is cut or changed: %w", b.what, err)
	}
	return n, err
}

// maxPGPHeader bounds what stands before the first byte of plaintext: key
// packets, and one chunk of the largest size that RFC 9580 section 5.13.2 allows.
const maxPGPHeader = 4<<20 + maxHeader

// decryptPGP returns the plaintext of an OpenPGP message, checked to its end:
// by our own keys, else by gpg's.
func (k *Keys) decryptPGP(r io.Reader, limit int64) ([]byte, error) {
	switch {
	case k.gpg == nil && k.openpgp == nil:
		return nil, errOthers
	case k.gpg == nil:
		return k.decryptOwn(r, limit)
	}
	message, err := io.ReadAll(io.LimitReader(r, 2*limit)) // armor is a third longer
	if err != nil {
		return nil, err
	}
	if k.openpgp != nil {
		b, err := k.decryptOwn(bytes.NewReader(message), limit)
		if !errors.Is(err, errOthers) {
			return b, err
		}
	}
	return k.gpg.decrypt(message, limit)
}

// decryptOwn opens an OpenPGP message with the keys that we hold.
func (k *Keys) decryptOwn(r io.Reader, limit int64) ([]byte, error) {
	ring, err := k.ring()
	if err != nil {
		return nil, err
	}
	// The library's bound is a little wider: its error does not tell a long
	// message from a broken one.
	dec, err := pgp.Decryption().DecryptionKeys(ring).MaxDecompressedMessageSize(limit + 64<<10).RetrieveSessionKey().New()
	if err != nil {
		return nil, err
	}
	bounded := &headerReader{r: r, left: maxPGPHeader}
	plain, err := dec.DecryptingReader(bounded, crypto.Auto)
	bounded.left = -1
	switch {
	case errors.Is(err, pgperrors.ErrKeyIncorrect):
		return nil, errOthers
	case errors.Is(err, errHeader):
		return nil, fmt.Errorf("OpenPGP message: %w", errHeader)
	case err != nil:
		return nil, keepiton.Errorf(keepiton.Invalid, "OpenPGP message: %w", short{err})
	case plain.SessionKey() == nil:
		return nil, keepiton.Errorf(keepiton.Invalid, "OpenPGP message that is not encrypted")
	}
	b, err := io.ReadAll(io.LimitReader(plain, limit+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "OpenPGP message is cut or changed: %w", err)
	}
	if int64(len(b)) > limit {
		return nil, keepiton.Errorf(keepiton.TooLarge, "OpenPGP message of more than %d bytes", limit)
	}
	return b, nil
}
