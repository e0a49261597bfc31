package review

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/url"

	"keepiton"
	"keepiton/store"
)

// COSE algorithms of passkeys that sign approvals (IANA COSE registry; Web
// Authentication Level 2, section 5.8.5).
const (
	es256 = -7
	eddsa = -8
	rs256 = -257
)

// Flags of authenticator data (Web Authentication Level 2, section 6.1).
const (
	userPresent  = 1 << 0
	userVerified = 1 << 2
	headLength   = 37 // SHA-256 of the relying party's id, flags, counter
)

// VerifyApproval proves a signature from its stored bytes alone, with nothing
// but the standard library: that the holder of the public key, whom the device
// had verified, signed exactly this digest for the site named in the client
// data. It follows Web Authentication Level 2, section 7.2, steps 11 to 20.
// Invalid says what is wrong.
//
// Whether the digest is that of an incident, [Digest] tells; whose the key is,
// the record or a list that the reader trusts more.
func VerifyApproval(a store.SignedApproval) error {
	origin, err := checkClient(a.ClientData, a.Digest)
	if err != nil {
		return err
	}
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return wrong("the site %q has no host", origin)
	}
	rp := sha256.Sum256([]byte(u.Hostname()))
	switch data := a.AuthenticatorData; {
	case len(data) < headLength:
		return wrong("the authenticator data has %d bytes", len(data))
	case !bytes.Equal(data[:32], rp[:]):
		return wrong("it was made for another site than %s", u.Hostname())
	case data[32]&userPresent == 0 || data[32]&userVerified == 0:
		return wrong("the device did not verify who held it")
	}
	key, err := x509.ParsePKIXPublicKey(a.PublicKey)
	if err != nil {
		return wrong("the public key: %w", err)
	}
	client := sha256.Sum256(a.ClientData)
	if !signed(key, a.Algorithm, append(bytes.Clone(a.AuthenticatorData), client[:]...), a.Signature) {
		return wrong("the signature does not fit")
	}
	return nil
}

func wrong(format string, v ...any) error {
	return keepiton.Errorf(keepiton.Invalid, "signature: "+format, v...)
}

// checkClient reads what the browser said it did, and where.
func checkClient(data []byte, digest [32]byte) (origin string, err error) {
	var fields map[string]json.RawMessage // names exactly as they stand
	if err := json.Unmarshal(data, &fields); err != nil {
		return "", wrong("the client data: %w", err)
	}
	text := func(name string) (s string) {
		if json.Unmarshal(fields[name], &s) != nil {
			return ""
		}
		return s
	}
	if kind := text("type"); kind != "webauthn.get" {
		return "", wrong("it is a %q", kind)
	}
	challenge, err := base64.RawURLEncoding.Strict().DecodeString(text("challenge"))
	if err != nil || !bytes.Equal(challenge, digest[:]) {
		return "", wrong("it is under another digest")
	}
	if cross := string(fields["crossOrigin"]); cross != "" && cross != "false" {
		return "", wrong("it was made inside another site's page")
	}
	return text("origin"), nil
}

func signed(key any, algorithm int64, message, signature []byte) bool {
	sum := sha256.Sum256(message)
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		return algorithm == es256 && key.Curve.Params().BitSize == 256 && ecdsa.VerifyASN1(key, sum[:], signature)
	case ed25519.PublicKey:
		return algorithm == eddsa && ed25519.Verify(key, message, signature)
	case *rsa.PublicKey:
		return algorithm == rs256 && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}
