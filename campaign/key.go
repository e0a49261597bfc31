package campaign

import (
	"bytes"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// MaxKey is the size of an armored public key in bytes: one with many
// signatures of others is larger, and is to be exported without them.
const MaxKey = 64 << 10

// privateKeyMark stands in every armored private key (RFC 9580, section 6.2).
const privateKeyMark = "PRIVATE KEY BLOCK"

// HoldsPrivateKey reports whether a text holds a private key, which nobody but
// its owner may ever have: it is refused before anything is stored.
func HoldsPrivateKey(text string) bool { return strings.Contains(text, privateKeyMark) }

// PublicKey reads an organization's armored OpenPGP key and returns it for mail
// that is encrypted at now.
//
// Errors are Invalid: no key, several keys, a private key, or none that encrypts
// at now because it expired, was revoked or only signs.
func PublicKey(armored string, now time.Time) (*crypto.Key, error) {
	switch {
	case len(armored) > MaxKey:
		return nil, keyError("a key of %d bytes; export it without the signatures of others, up to %d bytes", len(armored), MaxKey)
	case HoldsPrivateKey(armored):
		return nil, keyError("this is a private key")
	case strings.Count(armored, "BEGIN PGP PUBLIC KEY BLOCK") != 1:
		return nil, keyError("not one armored public key")
	}
	key, err := crypto.NewKeyFromReader(bytes.NewReader([]byte(strings.TrimSpace(armored))))
	if err != nil {
		return nil, keyError("read the key: %w", err)
	}
	if key.IsPrivate() || !key.CanEncrypt(now.Unix()) {
		return nil, keyError("the key %s encrypts nothing: it expired, was revoked or only signs", key.GetFingerprint())
	}
	return key, nil
}

func keyError(format string, args ...any) error {
	return fail(keepiton.Invalid, "lint.organization_key", format, args...)
}

// Check returns what keeps e from being published at now: what the body says of
// itself, and whether mail can be encrypted to an organization's key.
func Check(e keepiton.Entry, now time.Time) []keepiton.Problem {
	problems := e.Check()
	if o, ok := e.(*keepiton.Organization); ok && o.Key != "" {
		if _, err := PublicKey(o.Key, now); err != nil {
			problems = append(problems, keepiton.Problem{Field: "key", Severity: keepiton.Fault, Key: "organization_key"})
		}
	}
	return problems
}
