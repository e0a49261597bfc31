package seal

import (
	"bytes"
	"sync"

	"filippo.io/age"
	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// Keys are the private keys of one person. The zero value opens nothing. It is
// safe for use by many goroutines once it is filled.
type Keys struct {
	ids     []age.Identity
	openpgp *crypto.KeyRing // unlocked; nil: none
	gpg     *gpg            // nil: it is not asked

	mu sync.Mutex // while openpgp is copied: the library writes into keys that it uses
}

// ring returns a copy of the OpenPGP keys, for one use.
func (k *Keys) ring() (*crypto.KeyRing, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.openpgp.Copy()
}

// AddAge adds an age identity of any kind: hybrid, classical, of a plugin.
func (k *Keys) AddAge(ids ...age.Identity) { k.ids = append(k.ids, ids...) }

// AddOpenPGP adds an OpenPGP secret key, armored or binary. passphrase may be
// nil for a key without one. Forbidden when the passphrase is wrong.
func (k *Keys) AddOpenPGP(b, passphrase []byte) error {
	key, err := secretKey(b, passphrase)
	if err != nil {
		return err
	}
	if k.openpgp == nil {
		if k.openpgp, err = crypto.NewKeyRing(nil); err != nil {
			return err
		}
	}
	return k.openpgp.AddKey(key)
}

// readSecretPGP reads one OpenPGP secret key, locked or not.
func readSecretPGP(b []byte) (*crypto.Key, error) {
	if len(b) > maxKey {
		return nil, keepiton.Errorf(keepiton.TooLarge, "larger than %d bytes", maxKey)
	}
	key, err := crypto.NewKeyFromReader(bytes.NewReader(b))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "not an OpenPGP key: %w", err)
	}
	if !key.IsPrivate() {
		return nil, keepiton.Errorf(keepiton.Invalid, "a public OpenPGP key; the secret one is needed")
	}
	return key, nil
}

// lockedPGP reports whether a secret key asks for a passphrase.
func lockedPGP(b []byte) (bool, error) {
	key, err := readSecretPGP(b)
	if err != nil {
		return false, err
	}
	open, err := key.IsUnlocked()
	return !open, err
}

// secretKey reads and unlocks one OpenPGP secret key.
func secretKey(b, passphrase []byte) (*crypto.Key, error) {
	key, err := readSecretPGP(b)
	if err != nil {
		return nil, err
	}
	open, err := key.IsUnlocked()
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "OpenPGP key: %w", err)
	}
	if open {
		return key, nil
	}
	unlocked, err := key.Unlock(passphrase)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Forbidden, "the passphrase is wrong")
	}
	return unlocked, nil
}
