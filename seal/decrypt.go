package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

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
