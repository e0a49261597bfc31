package seal

import (
	"fmt"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/gopenpgp/v3/crypto"
	"github.com/ProtonMail/gopenpgp/v3/profile"

	"keepiton"
)

// Campaign is the campaign's secret key, unlocked. It stands on a keyholder's
// machine and never on a server.
type Campaign struct{ key *crypto.Key }

// NewCampaign makes a campaign key: Ed25519 to certify and sign, X25519 to be
// written to, in the version that GnuPG 2.2 reads. It does not expire: a key
// that ran out would close every road in.
func NewCampaign(name, email string, now time.Time) (*Campaign, error) {
	key, err := newPGP(name, email, now)
	if err != nil {
		return nil, fmt.Errorf("campaign key: %w", err)
	}
	return &Campaign{key}, nil
}

// newPGP makes a key that says of its age only the day. What a user id cannot
// hold in a name (RFC 2822 mail name-addr, RFC 4880 section 5.11) is left out.
func newPGP(name, email string, now time.Time) (*crypto.Key, error) {
	day := now.UTC().Truncate(24 * time.Hour)
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || strings.ContainsRune("()<>\x00", r) }), " ")
	return pgp.KeyGeneration().AddUserId(name, email).GenerationTime(day.Unix()).New().GenerateKey()
}

// OpenCampaign reads a campaign's secret key and unlocks it. Forbidden when the
// passphrase is wrong, Invalid when the key cannot sign.
func OpenCampaign(secret, passphrase []byte) (*Campaign, error) {
	key, err := secretKey(secret, passphrase)
	if err != nil {
		return nil, fmt.Errorf("campaign key: %w", err)
	}
	if p := key.GetEntity().PrivateKey; p.Dummy() {
		return nil, keepiton.Errorf(keepiton.Invalid, "campaign key: this is the key for reading alone; the one that signs is needed")
	}
	return &Campaign{key}, nil
}

// Lock returns the secret key, armored, under a passphrase.
func (c *Campaign) Lock(passphrase []byte) ([]byte, error) { return lockPGP(c.key, passphrase) }

// lockPGP locks a secret key with a passphrase, as GnuPG does (iterated and
// salted, RFC 4880 section 3.7.1.3).
func lockPGP(key *crypto.Key, passphrase []byte) ([]byte, error) {
	if len(passphrase) == 0 {
		return nil, keepiton.Errorf(keepiton.Invalid, "the passphrase is empty")
	}
	locked, err := pgp.LockKey(key, passphrase)
	if err != nil {
		return nil, err
	}
	s, err := locked.Armor()
	return []byte(s + "\n"), err
}

// Public returns the public key, binary.
func (c *Campaign) Public() ([]byte, error) { return c.key.GetPublicKey() }

// PublicArmored returns the public key as a person copies it.
func (c *Campaign) PublicArmored() ([]byte, error) {
	s, err := c.key.GetArmoredPublicKey()
	return []byte(s + "\n"), err
}

// ID returns key id and fingerprint as [Recipients.CampaignID] does.
func (c *Campaign) ID() (keyID, fingerprint string) {
	return strings.ToUpper(c.key.GetHexKeyID()), Fingerprint(c.key.GetFingerprint())
}

// Revoked returns the public key, armored, as revoked: what is published when
// the secret one was lost or stolen. It is made beforehand and kept apart, since
// then nobody can make it.
func (c *Campaign) Revoked(now time.Time) ([]byte, error) {
	key, err := c.key.Copy()
	if err != nil {
		return nil, err
	}
	if err := key.GetEntity().Revoke(packet.NoReason, "revoked by its keyholder", signing(now)); err != nil {
		return nil, fmt.Errorf("revoke the campaign key: %w", err)
	}
	s, err := key.GetArmoredPublicKey()
	return []byte(s + "\n"), err
}

// Rotate gives the key a new subkey to be written to and revokes the others, so
// that new mail goes to the new one and old mail stays readable. The
// fingerprint that people compare does not change.
func (c *Campaign) Rotate(now time.Time) error {
	key, err := c.key.Copy()
	if err != nil {
		return err
	}
	e, cfg := key.GetEntity(), signing(now)
	for i := range e.Subkeys {
		sub := &e.Subkeys[i]
		if sub.Revoked(nil, now) {
			continue
		}
		if err := sub.Revoke(packet.KeySuperseded, "", cfg); err != nil {
			return fmt.Errorf("rotate the campaign key: %w", err)
		}
	}
	if err := e.AddEncryptionSubkey(cfg); err != nil {
		return fmt.Errorf("rotate the campaign key: %w", err)
	}
	c.key = key
	return nil
}

// signing is how keys are made and signed at a moment: as the default profile
// of gopenpgp does.
func signing(now time.Time) *packet.Config {
	cfg := profile.Default().KeyGenerationConfig(0)
	cfg.Time = func() time.Time { return now }
	return cfg
}

// Sign signs the members as set serial and returns the set as anybody will
// load it.
func (c *Campaign) Sign(members []Member, serial int, made time.Time) (*Recipients, error) {
	draft := &Recipients{Serial: serial, Made: made, Members: members}
	if err := draft.check(); err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	set, err := encodeSet(draft, c.key.GetFingerprint())
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	signature, err := c.SignText(set, made)
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	public, err := c.Public()
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	return DecodeRecipients(public, set, signature)
}

// SignText returns the campaign's detached signature over a text, armored. It
// tells the day of made and no more. [CheckText] and gpg --verify check it.
func (c *Campaign) SignText(text []byte, made time.Time) ([]byte, error) {
	at := made.UTC().Truncate(24 * time.Hour)
	if born := c.key.GetEntity().PrimaryKey.CreationTime; at.Before(born) {
		at = born
	}
	signer, err := pgp.Sign().SigningKey(c.key).SignTime(at.Unix()).Detached().New()
	if err != nil {
		return nil, err
	}
	return signer.Sign(text, crypto.Armor)
}

// CheckText checks a detached signature, armored or binary, over a text against a
// public key and returns the fingerprint of that key, to be compared by a person.
// Forbidden when the signature is not that key's or the key was revoked, Invalid
// when one of the three cannot be read.
func CheckText(key, text, signature []byte) (fingerprint string, err error) {
	public, err := publicKey(key)
	if err != nil {
		return "", err
	}
	if public.IsRevoked(time.Now().Unix()) {
		return "", keepiton.Errorf(keepiton.Forbidden, "the key was revoked")
	}
	v, err := pgp.Verify().VerificationKey(public).DisableVerifyTimeCheck().New()
	if err != nil {
		return "", keepiton.Errorf(keepiton.Invalid, "the key cannot check signatures: %w", err)
	}
	res, err := v.VerifyDetached(text, signature, crypto.Auto)
	if err != nil {
		return "", keepiton.Errorf(keepiton.Invalid, "the signature cannot be read: %w", err)
	}
	if err := res.SignatureError(); err != nil {
		return "", keepiton.Errorf(keepiton.Forbidden, "not signed by this key: %w", err)
	}
	return Fingerprint(public.GetFingerprint()), nil
}
