// Package token makes tokens by which a partner organization's people get into
// the partners' lane, or sign a petition, without anybody learning whose report or
// signature it is.
//
// The server signs tokens that it does not see (blind RSA, RFC 9474, variant
// RSABSSA-SHA384-PSS-Randomized):
//
//	partner                              server
//	pending, blinded := Blind(public, scope) →
//	                                     Sign(blinded), so many for each partner
//	token := pending.Finish(signature) ←
//	… later, by any road, from anywhere …
//	token                              → Verify, then store.Sealed.SpendToken or
//	                                     store.Petitions.SignPetition
//
// What the server sees when it signs is the token times a random number: for
// every token that comes back and every signature that it gave there is a
// number that would fit, so it cannot tell which belong together, however much
// it computes. What remains is counting and time: a token hides among all that
// were signed with the same key. So there is one key for all partners, and
// tokens are fetched well before they are used, many at once.
//
// A token is 32 random bytes and the signature, in base64url without padding.
// A key is used for a while and then replaced, which ends its tokens.
package token

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"

	"github.com/cloudflare/circl/blindsign/blindrsa"

	"keepiton"
)

const (
	variant   = blindrsa.SHA384PSSRandomized
	prefixLen = 32 // RFC 9474 section 4.1: what Prepare puts before the message
	keyBits   = 2048
	minBits   = 2048
	maxBits   = 4096
)

// Scope is what a token is good for, and for nothing else: the message that is
// signed. What tells tokens of a scope apart is the random prefix. Whoever blinds a
// token chooses its scope, and the server cannot see it: what must be counted apart
// needs a key of its own as well.
type Scope string

// ForReports is the scope of tokens that let a report into the partners' lane.
const ForReports Scope = "keepiton partner token 1\n"

// ForPetition is the scope of tokens that sign the petition of that id.
func ForPetition(id keepiton.EntryID) Scope { return Scope("keepiton signature token 1\n" + id) }

// Issuer holds the key that signs tokens.
type Issuer struct{ key *rsa.PrivateKey }

// NewIssuer makes a key of 2048 bits. Who forges a token gets into a lane, and
// the key lives for months: that is what it has to withstand.
func NewIssuer() (*Issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("token key: %w", err)
	}
	return &Issuer{key}, nil
}

// ParseIssuer reads a key as PEM writes it.
func ParseIssuer(b []byte) (*Issuer, error) {
	block, _ := pem.Decode(b)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, keepiton.Errorf(keepiton.Invalid, "token key: no PEM block of a private key")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "token key: not PKCS #8")
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA || key.N.BitLen() < minBits || key.N.BitLen() > maxBits {
		return nil, keepiton.Errorf(keepiton.Invalid, "token key: not an RSA key of %d to %d bits", minBits, maxBits)
	}
	return &Issuer{key}, nil
}

// PEM writes the key as PKCS #8. It is a secret of the server.
func (i *Issuer) PEM() ([]byte, error) {
	b, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		return nil, fmt.Errorf("token key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b}), nil
}

// Public returns the public key, PKIX DER.
func (i *Issuer) Public() ([]byte, error) { return x509.MarshalPKIXPublicKey(&i.key.PublicKey) }

// Sign signs a blinded token. Who may ask, and how often, is for the caller to
// know. Invalid when blinded is not one for this key.
func (i *Issuer) Sign(blinded []byte) ([]byte, error) {
	sig, err := blindrsa.NewSigner(i.key).BlindSign(blinded)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "token: not a blinded message for this key: %w", err)
	}
	return sig, nil
}

// Pending is a token that was not signed yet. It stays with the partner.
type Pending struct {
	client   blindrsa.Client
	state    blindrsa.State
	prepared []byte
}

// Blind makes a token of a scope and what is sent to have it signed.
func Blind(public []byte, scope Scope) (p *Pending, blinded []byte, err error) {
	key, err := parsePublic(public)
	if err != nil {
		return nil, nil, err
	}
	client, err := blindrsa.NewClient(variant, key)
	if err != nil {
		return nil, nil, fmt.Errorf("token: %w", err)
	}
	prepared, err := client.Prepare(rand.Reader, []byte(scope))
	if err != nil {
		return nil, nil, fmt.Errorf("token: %w", err)
	}
	blinded, state, err := client.Blind(rand.Reader, prepared)
	if err != nil {
		return nil, nil, fmt.Errorf("token: %w", err)
	}
	return &Pending{client, state, prepared}, blinded, nil
}

// Finish takes the signature on the blinded token and returns the token.
// Forbidden when the server signed something else, or with another key than the
// one it shows everybody, by which it might want to know the token again.
func (p *Pending) Finish(signature []byte) (string, error) {
	sig, err := p.client.Finalize(p.state, signature)
	if err != nil {
		return "", keepiton.Errorf(keepiton.Forbidden, "token: the signature does not fit the public key: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(p.prepared[:prefixLen:prefixLen], sig...)), nil
}

// Verify checks a token of a scope and returns the digest under which it is spent:
// the same for whatever signature is on it. Forbidden when it is not signed by key,
// or is of another scope.
func Verify(public []byte, scope Scope, token string) (digest [32]byte, err error) {
	key, err := parsePublic(public)
	if err != nil {
		return digest, err
	}
	if len(token) > base64.RawURLEncoding.EncodedLen(prefixLen+maxBits/8) {
		return digest, errNoToken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != prefixLen+key.Size() {
		return digest, errNoToken
	}
	verifier, err := blindrsa.NewVerifier(variant, key)
	if err != nil {
		return digest, fmt.Errorf("token: %w", err)
	}
	prepared := append(b[:prefixLen:prefixLen], scope...)
	if err := verifier.Verify(prepared, b[prefixLen:]); err != nil {
		return digest, keepiton.Errorf(keepiton.Forbidden, "the token is not signed by this server's key, or by one that is no longer used")
	}
	return sha256.Sum256(prepared), nil
}

var errNoToken = keepiton.Errorf(keepiton.Invalid, "this is no token")

func parsePublic(der []byte) (*rsa.PublicKey, error) {
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "token key: not PKIX")
	}
	key, isRSA := parsed.(*rsa.PublicKey)
	if !isRSA || key.N.BitLen() < minBits || key.N.BitLen() > maxBits {
		return nil, keepiton.Errorf(keepiton.Invalid, "token key: not an RSA key of %d to %d bits", minBits, maxBits)
	}
	return key, nil
}
