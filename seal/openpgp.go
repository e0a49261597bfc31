package seal

import (
	"bytes"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// pgp is the one profile in use: its output is read by GnuPG 2.2 and Sequoia
// (notes/intake.md 4).
var pgp = crypto.PGP()

// publicKey reads one public OpenPGP key, armored or binary. A secret key is
// refused: it must not travel.
func publicKey(b []byte) (*crypto.Key, error) {
	if len(b) > maxKey {
		return nil, keepiton.Errorf(keepiton.TooLarge, "larger than %d bytes", maxKey)
	}
	key, err := crypto.NewKeyFromReader(bytes.NewReader(b))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "not a public OpenPGP key: %w", err)
	}
	if key.IsPrivate() {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "this is a secret key"),
			"hand over the public one: gpg --armor --export")
	}
	for _, id := range key.GetEntity().Identities {
		id.OtherCertifications = nil // who certified whom is nobody's business here
	}
	return key, nil
}

// verifySet checks the detached signature over a set. Only Forbidden and
// Invalid come out. Times are not looked at: a server whose clock is wrong must
// not turn reports away. A revoked key is refused all the same.
func verifySet(campaign *crypto.Key, set, signature []byte) error {
	if campaign.IsRevoked(time.Now().Unix()) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "the key in %s was revoked", CampaignFile), "docs/keys.md says what to do when the campaign's key was stolen")
	}
	v, err := pgp.Verify().VerificationKey(campaign).DisableVerifyTimeCheck().New()
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: %w", CampaignFile, err)
	}
	res, err := v.VerifyDetached(set, signature, crypto.Auto)
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: %w", SignatureFile, err)
	}
	if err := res.SignatureError(); err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "%s is not signed by the key in %s: %w", RecipientsFile, CampaignFile, err),
			"run keepiton key export again on the keyholder's machine and compare the fingerprints")
	}
	return nil
}

// CampaignArmored returns the campaign's public key as a person copies it.
func (r *Recipients) CampaignArmored() ([]byte, error) {
	key, err := publicKey(r.Campaign)
	if err != nil {
		return nil, err
	}
	s, err := key.GetArmoredPublicKey()
	return []byte(s + "\n"), err
}

// CampaignID returns the key id (16 hex digits) and the fingerprint in groups
// of four, in upper case, as people compare them.
func (r *Recipients) CampaignID() (keyID, fingerprint string) {
	key, err := publicKey(r.Campaign)
	if err != nil {
		return "", ""
	}
	return strings.ToUpper(key.GetHexKeyID()), Fingerprint(key.GetFingerprint())
}

// Fingerprint writes hex digits in upper case in groups of four.
func Fingerprint(hex string) string {
	var b strings.Builder
	for i, c := range strings.ToUpper(hex) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
