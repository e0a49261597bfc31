package review

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"keepiton"
	"keepiton/review/passkeytest"
	"keepiton/store"
)

const site = "https://shutdowns.example"

// approvalBy is an approval by a fresh passkey, as a browser makes it.
func approvalBy(t *testing.T, algorithm int) (store.SignedApproval, *passkeytest.Authenticator) {
	t.Helper()
	key := passkeytest.NewKind(t, site, algorithm)
	a := store.SignedApproval{Subject: "KIO-2026-0001", N: 2, Digest: sha256.Sum256([]byte("what readers see"))}
	assert(t, &a, key)
	return a, key
}

// assert fills in what key answers to the digest of a.
func assert(t testing.TB, a *store.SignedApproval, key *passkeytest.Authenticator) {
	t.Helper()
	a.AuthenticatorData, a.ClientData, a.Signature = key.Assert(base64.RawURLEncoding.EncodeToString(a.Digest[:]))
	a.Credential = key.ID
	var err error
	if a.Algorithm, a.PublicKey, err = pkix(key.COSE()); err != nil {
		t.Fatal(err)
	}
}

func TestApprovalIsProvedFromItsBytesAlone(t *testing.T) {
	for name, algorithm := range map[string]int{"ES256": -7, "EdDSA": -8, "RS256": -257} {
		a, key := approvalBy(t, algorithm)
		if err := VerifyApproval(a); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// A verifier of another make agrees.
		cose, err := webauthncose.ParsePublicKey(key.COSE())
		if err != nil {
			t.Fatal(err)
		}
		client := sha256.Sum256(a.ClientData)
		if ok, err := webauthncose.VerifySignature(cose, append(append([]byte{}, a.AuthenticatorData...), client[:]...), a.Signature); !ok || err != nil {
			t.Errorf("%s: the library refuses it: %v", name, err)
		}
		for i := range a.Signature {
			broken := a
			broken.Signature = append([]byte{}, a.Signature...)
			broken.Signature[i] ^= 1
			if VerifyApproval(broken) == nil {
				t.Fatalf("%s: with bit 0 of byte %d of the signature changed it still verifies", name, i)
			}
		}
	}
	if _, _, err := pkix(passkeytest.NewKind(t, site, -35).COSE()); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("a kind of key that the verifier does not know: %v", err)
	}
}

func TestApprovalsThatMustBeRefused(t *testing.T) {
	client := func(change func(c map[string]any)) func(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey) {
		return func(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey) {
			var c map[string]any
			if err := json.Unmarshal(a.ClientData, &c); err != nil {
				t.Fatal(err)
			}
			change(c)
			a.ClientData, _ = json.Marshal(c)
			resign(t, a, key)
		}
	}
	type forge = func(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey)
	for name, c := range map[string]struct {
		forge forge
		says  string
	}{
		"another digest":           {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.Digest[0] ^= 1 }, "another digest"},
		"a registration":           {client(func(c map[string]any) { c["type"] = "webauthn.create" }), `"webauthn.create"`},
		"a challenge with padding": {client(func(c map[string]any) { c["challenge"] = c["challenge"].(string) + "=" }), "another digest"},
		"a longer challenge":       {client(func(c map[string]any) { c["challenge"] = c["challenge"].(string) + "AAAA" }), "another digest"},
		"no challenge":             {client(func(c map[string]any) { delete(c, "challenge") }), "another digest"},
		"a challenge in capitals":  {client(func(c map[string]any) { c["Challenge"] = c["challenge"]; delete(c, "challenge") }), "another digest"},
		"inside another page":      {client(func(c map[string]any) { c["crossOrigin"] = true }), "inside another site"},
		"another site":             {client(func(c map[string]any) { c["origin"] = "https://evil.example" }), "another site than evil.example"},
		"no site":                  {client(func(c map[string]any) { c["origin"] = "" }), "no host"},
		"no user verification": {func(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey) {
			a.AuthenticatorData[32] = userPresent
			resign(t, a, key)
		}, "did not verify"},
		"nobody present": {func(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey) {
			a.AuthenticatorData[32] = userVerified
			resign(t, a, key)
		}, "did not verify"},
		"short authenticator data": {func(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey) {
			a.AuthenticatorData = a.AuthenticatorData[:36]
			resign(t, a, key)
		}, "36 bytes"},
		"flags raised afterwards": {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.AuthenticatorData[36]++ }, "does not fit"},
		"another key": {func(t *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) {
			other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			a.PublicKey, _ = x509.MarshalPKIXPublicKey(other.Public())
		}, "does not fit"},
		"another algorithm":     {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.Algorithm = rs256 }, "does not fit"},
		"a key that is none":    {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.PublicKey = []byte("key") }, "public key"},
		"no client data":        {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.ClientData = nil }, "client data"},
		"client data is a list": {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.ClientData = []byte("[]") }, "client data"},
		"no signature":          {func(_ *testing.T, a *store.SignedApproval, _ *ecdsa.PrivateKey) { a.Signature = nil }, "does not fit"},
	} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := approvalBy(t, -7)
		a.PublicKey, _ = x509.MarshalPKIXPublicKey(key.Public())
		resign(t, &a, key)
		if err := VerifyApproval(a); err != nil {
			t.Fatalf("before it was forged: %v", err)
		}
		c.forge(t, &a, key)
		if err := VerifyApproval(a); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.says)
		}
	}
}

// resign signs what a holds with a key that the test has.
func resign(t *testing.T, a *store.SignedApproval, key *ecdsa.PrivateKey) {
	t.Helper()
	client := sha256.Sum256(a.ClientData)
	sum := sha256.Sum256(append(append([]byte{}, a.AuthenticatorData...), client[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	a.Signature = sig
}

func FuzzVerifyApproval(f *testing.F) {
	key := passkeytest.New(f, site)
	a := store.SignedApproval{Digest: [32]byte{1}}
	assert(f, &a, key)
	f.Add(a.ClientData, a.AuthenticatorData, a.Signature, a.PublicKey)
	f.Add([]byte("{}"), []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, client, data, signature, public []byte) {
		b := a
		b.ClientData, b.AuthenticatorData, b.Signature, b.PublicKey = client, data, signature, public
		if VerifyApproval(b) == nil && string(public) == string(a.PublicKey) && (string(client) != string(a.ClientData) || string(data) != string(a.AuthenticatorData)) {
			t.Errorf("a forged assertion verifies: %q %x", client, data)
		}
	})
}

func BenchmarkVerifyApproval(b *testing.B) {
	a := store.SignedApproval{Digest: [32]byte{1}}
	assert(b, &a, passkeytest.New(b, site))
	for b.Loop() {
		if err := VerifyApproval(a); err != nil {
			b.Fatal(err)
		}
	}
}
