package notify

import (
	"errors"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

const (
	maxArmored = 64 << 10 // bytes of what is pasted
	maxKey     = 3000     // bytes of what is kept of it: RSA with 4096 bits takes some 2,300
)

// ReadKey reads an armored OpenPGP public key that mail is to be encrypted to, and
// keeps of it what that needs: the primary key, one name, the part that encrypts.
// Who certified it, pictures and other parts are left out, so that it fits into a
// link. Errors have a message key.
func ReadKey(armored string, now time.Time) ([]byte, error) {
	bad := func(key string, err error) error {
		return &keepiton.Error{Code: keepiton.Invalid, Key: key, Err: err}
	}
	if len(armored) > maxArmored {
		return nil, bad("page.alerts.error.pgp_large", errors.New("the OpenPGP key is too large"))
	}
	key, err := crypto.NewKeyFromArmored(strings.TrimSpace(armored))
	switch {
	case err != nil:
		return nil, bad("page.alerts.error.pgp", errors.New("this is no OpenPGP key"))
	case key.IsPrivate():
		return nil, bad("page.alerts.error.pgp_secret", errors.New("this is a secret key"))
	case !key.CanEncrypt(now.Unix()) || key.IsExpired(now.Unix()) || key.IsRevoked(now.Unix()):
		return nil, bad("page.alerts.error.pgp_unusable", errors.New("nothing can be encrypted to this key: it expired, was revoked, or has no part for it"))
	}
	e := key.GetEntity()
	sub, ok := e.EncryptionKey(now, nil)
	if !ok {
		return nil, bad("page.alerts.error.pgp_unusable", errors.New("no part of this key encrypts"))
	}
	if _, id := e.PrimaryIdentity(now, nil); id != nil {
		id.OtherCertifications = nil
		clear(e.Identities)
		e.Identities[id.Name] = id
	}
	kept := e.Subkeys[:0]
	for _, s := range e.Subkeys {
		if s.PublicKey.KeyId == sub.PublicKey.KeyId {
			kept = append(kept, s)
		}
	}
	e.Subkeys = kept
	b, err := key.GetPublicKey()
	if err != nil {
		return nil, bad("page.alerts.error.pgp", err)
	}
	if len(b) > maxKey {
		return nil, bad("page.alerts.error.pgp_large", errors.New("the OpenPGP key is too large"))
	}
	return b, nil
}
