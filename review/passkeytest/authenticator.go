// Package passkeytest has passkeys in software, for tests: keys with user
// verification that answer as Web Authentication Level 2, section 6, says a
// device does.
package passkeytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"net/url"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// Flags of authenticator data (section 6.1).
const (
	UserPresent  = 1 << 0
	UserVerified = 1 << 2
	attested     = 1 << 6
)

// Authenticator is one passkey. A test changes its fields to make it lie.
type Authenticator struct {
	Origin string // of the site that asks, as a browser says it
	ID     []byte
	Handle []byte // of the account it was made for
	Count  uint32 // grows with each answer
	Flags  byte

	tb  testing.TB
	alg int
	key crypto.Signer
}

// New makes a passkey with an ES256 key for the site at origin.
func New(tb testing.TB, origin string) *Authenticator {
	tb.Helper()
	return NewKind(tb, origin, -7)
}

// NewKind makes one with a key of the COSE algorithm: -7 ES256, -8 EdDSA, -35
// ES384, -257 RS256.
func NewKind(tb testing.TB, origin string, algorithm int) *Authenticator {
	tb.Helper()
	a := &Authenticator{tb: tb, Origin: origin, ID: make([]byte, 32), Flags: UserPresent | UserVerified, alg: algorithm}
	rand.Read(a.ID)
	var err error
	switch algorithm {
	case -7:
		a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case -35:
		a.key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case -8:
		_, a.key, err = ed25519.GenerateKey(rand.Reader)
	case -257:
		a.key, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		tb.Fatalf("no keys of algorithm %d", algorithm)
	}
	a.must(err)
	return a
}

func (a *Authenticator) must(err error) {
	a.tb.Helper()
	if err != nil {
		a.tb.Fatal(err)
	}
}

// COSE returns the public key (RFC 9052, section 7; RFC 9053; RFC 8230).
func (a *Authenticator) COSE() []byte {
	a.tb.Helper()
	text, err := cbor.Marshal(a.fields())
	a.must(err)
	return text
}

func (a *Authenticator) fields() map[int]any {
	switch key := a.key.Public().(type) {
	case *ecdsa.PublicKey:
		point, err := key.Bytes() // 4, x, y
		a.must(err)
		half, curve := len(point)/2, map[int]int{-7: 1, -35: 2}[a.alg]
		return map[int]any{1: 2, 3: a.alg, -1: curve, -2: point[1 : 1+half], -3: point[1+half:]}
	case ed25519.PublicKey:
		return map[int]any{1: 1, 3: a.alg, -1: 6, -2: []byte(key)}
	case *rsa.PublicKey:
		return map[int]any{1: 3, 3: a.alg, -1: key.N.Bytes(), -2: big.NewInt(int64(key.E)).Bytes()}
	}
	return nil
}

func (a *Authenticator) sign(message []byte) []byte {
	var sig []byte
	var err error
	if key, ok := a.key.(ed25519.PrivateKey); ok {
		return ed25519.Sign(key, message)
	}
	hash := crypto.SHA256
	if a.alg == -35 {
		hash = crypto.SHA384
	}
	h := hash.New()
	h.Write(message)
	sig, err = a.key.Sign(rand.Reader, h.Sum(nil), hash)
	a.must(err)
	return sig
}

var b64 = base64.RawURLEncoding

// options reads what a server sent, in whatever type it comes.
func (a *Authenticator) options(v any) (m map[string]any) {
	a.tb.Helper()
	text, err := json.Marshal(v)
	a.must(err)
	a.must(json.Unmarshal(text, &m))
	return m
}

func (a *Authenticator) data(flags byte) []byte {
	u, err := url.Parse(a.Origin)
	a.must(err)
	rp := sha256.Sum256([]byte(u.Hostname()))
	a.Count++
	return binary.BigEndian.AppendUint32(append(rp[:], a.Flags|flags), a.Count)
}

func (a *Authenticator) client(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	a.must(err)
	return text
}

// Create answers navigator.credentials.create with the options of a server
// (section 6.3.2), attestation none.
func (a *Authenticator) Create(options any) string {
	a.tb.Helper()
	o := a.options(options)
	a.Handle, _ = b64.DecodeString(o["user"].(map[string]any)["id"].(string))
	data := append(a.data(attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(append(data, a.ID...), a.COSE()...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	a.must(err)
	return a.answer(map[string]string{
		"clientDataJSON": b64.EncodeToString(a.client("webauthn.create", o["challenge"].(string))), "attestationObject": b64.EncodeToString(object),
	})
}

// Get answers navigator.credentials.get (section 6.3.3).
func (a *Authenticator) Get(options any) string {
	a.tb.Helper()
	data, client, signature := a.Assert(a.options(options)["challenge"].(string))
	return a.answer(map[string]string{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(a.Handle),
	})
}

// Assert makes the three parts of an assertion under a challenge in base64url.
func (a *Authenticator) Assert(challenge string) (data, client, signature []byte) {
	a.tb.Helper()
	data, client = a.data(0), a.client("webauthn.get", challenge)
	hash := sha256.Sum256(client)
	return data, client, a.sign(append(data[:len(data):len(data)], hash[:]...))
}

func (a *Authenticator) answer(response map[string]string) string {
	id := b64.EncodeToString(a.ID)
	text, err := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	a.must(err)
	return string(text)
}
