package token

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/cloudflare/circl/blindsign/blindrsa"

	"keepiton"
)

// issuer is one key for all tests: making one takes a while.
var issuer = sync.OnceValue(func() *Issuer {
	i, err := NewIssuer()
	if err != nil {
		panic(err)
	}
	return i
})

func public(t testing.TB, i *Issuer) []byte {
	t.Helper()
	der, err := i.Public()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// get fetches one token and returns what the server saw of it, too.
func get(t testing.TB, i *Issuer) (token string, blinded, signature []byte) {
	t.Helper()
	p, blinded, err := Blind(public(t, i), ForReports)
	if err != nil {
		t.Fatal(err)
	}
	if signature, err = i.Sign(blinded); err != nil {
		t.Fatal(err)
	}
	if token, err = p.Finish(signature); err != nil {
		t.Fatal(err)
	}
	return token, blinded, signature
}

func TestTokenOfAPartnerIsTakenAndHasOneDigest(t *testing.T) {
	key := public(t, issuer())
	token, _, _ := get(t, issuer())
	first, err := Verify(key, ForReports, token)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Verify(key, ForReports, token); err != nil || again != first {
		t.Errorf("the second time: %x, %v", again, err)
	}
	other, _, _ := get(t, issuer())
	if digest, err := Verify(key, ForReports, other); err != nil || digest == first {
		t.Errorf("another token: %x, %v", digest, err)
	}
}

func TestTokenOfAnotherKeyOrChangedIsRefused(t *testing.T) {
	other, err := NewIssuer()
	if err != nil {
		t.Fatal(err)
	}
	token, _, _ := get(t, issuer())
	if _, err := Verify(public(t, other), ForReports, token); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("with another key: %v", err)
	}
	for _, i := range []int{0, 20, 60, len(token) - 2} {
		c := byte('A')
		if token[i] == c {
			c = 'B'
		}
		if _, err := Verify(public(t, issuer()), ForReports, token[:i]+string(c)+token[i+1:]); err == nil {
			t.Errorf("changed at %d and taken", i)
		}
	}
	for _, s := range []string{"", "x", token[1:], token + "A", strings.Repeat("A", 10_000)} {
		if _, err := Verify(public(t, issuer()), ForReports, s); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%.20q: %v", s, err)
		}
	}
}

func TestATokenIsGoodForItsScopeAlone(t *testing.T) {
	key := public(t, issuer())
	scopes := []Scope{ForReports, ForPetition("KIT-2026-0001"), ForPetition("KIT-2026-0002")}
	for _, made := range scopes {
		p, blinded, err := Blind(key, made)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := issuer().Sign(blinded)
		if err != nil {
			t.Fatal(err)
		}
		text, err := p.Finish(signature)
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range scopes {
			if _, err := Verify(key, asked, text); (err == nil) != (made == asked) {
				t.Errorf("made for %q and asked for %q: %v", made, asked, err)
			}
		}
	}
}

func TestServerThatSignsWithAHiddenKeyIsFoundOut(t *testing.T) {
	other, err := NewIssuer()
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, blinded, err := Blind(public(t, issuer()), ForReports)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := other.Sign(blinded)
		if err != nil {
			continue // blinded was larger than the other modulus; draw again
		}
		if _, err := p.Finish(signature); keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("got %v", err)
		}
		return
	}
}

// Every signing that the server saw fits every token that it got: for each pair
// there is a blinding factor that joins them. So nothing joins one pair more
// than another.
func TestAnySigningCouldHaveMadeAnyToken(t *testing.T) {
	key := &issuer().key.PublicKey
	var tokens []string
	var blindeds, signatures [][]byte
	for range 3 {
		token, blinded, signature := get(t, issuer())
		tokens, blindeds, signatures = append(tokens, token), append(blindeds, blinded), append(signatures, signature)
	}
	e := big.NewInt(int64(key.E))
	for _, token := range tokens {
		b, _ := decodeToken(token)
		sig := new(big.Int).SetBytes(b[prefixLen:])
		encoded := new(big.Int).Exp(sig, e, key.N) // the encoded message, which the server can compute
		for j := range signatures {
			r := new(big.Int).ModInverse(sig, key.N)
			r.Mul(r, new(big.Int).SetBytes(signatures[j])).Mod(r, key.N)
			x := new(big.Int).Exp(r, e, key.N)
			x.Mul(x, encoded).Mod(x, key.N)
			if !bytes.Equal(x.FillBytes(make([]byte, key.Size())), blindeds[j]) {
				t.Error("a token and a signing do not fit: the server could tell them apart")
			}
		}
	}
}

func TestSignedAndVerifiedAsInTheRFC(t *testing.T) {
	b, err := os.ReadFile("testdata/rfc9474.json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]string
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	number := func(field string) *big.Int {
		n, good := new(big.Int).SetString(strings.TrimPrefix(raw[field], "0x"), 16)
		if !good {
			t.Fatalf("%s is no number", field)
		}
		return n
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}, D: number("d"), Primes: []*big.Int{number("p"), number("q")}}
	key.Precompute()
	bytesOf := func(field string) []byte {
		b, err := hex.DecodeString(strings.TrimPrefix(raw[field], "0x"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	got, err := (&Issuer{key}).Sign(bytesOf("blinded_msg"))
	if err != nil || !bytes.Equal(got, bytesOf("blind_sig")) {
		t.Errorf("blind signature %x…, %v", got[:min(8, len(got))], err)
	}
	verifier, err := blindrsa.NewVerifier(variant, &key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := verifier.Verify(bytesOf("input_msg"), bytesOf("sig")); err != nil {
		t.Error(err)
	}
	// Finish is blind_sig · inv mod n (RFC 9474 section 4.4).
	sig := new(big.Int).Mul(number("blind_sig"), number("inv"))
	if sig.Mod(sig, key.N).Cmp(number("sig")) != 0 {
		t.Error("the vector's own numbers do not fit: it was read wrongly")
	}
}

func TestKeySurvivesWriting(t *testing.T) {
	b, err := issuer().PEM()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseIssuer(b)
	if err != nil || !again.key.Equal(issuer().key) {
		t.Fatal(err)
	}
	token, _, _ := get(t, again)
	if _, err := Verify(public(t, issuer()), ForReports, token); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "junk", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if _, err := ParseIssuer([]byte(bad)); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	small, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(3), 1022), E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Blind(small, ForReports); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("a key of 1024 bits: %v", err)
	}
}

func TestDigestIsOfTheMessageNotOfTheSignature(t *testing.T) {
	token, _, _ := get(t, issuer())
	digest, err := Verify(public(t, issuer()), ForReports, token)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := decodeToken(token)
	if want := sha256.Sum256(append(b[:prefixLen:prefixLen], ForReports...)); digest != want {
		t.Errorf("digest %x, want %x", digest, want)
	}
}

func BenchmarkSign(b *testing.B) {
	_, blinded, err := Blind(public(b, issuer()), ForReports)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := issuer().Sign(blinded); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	key := public(b, issuer())
	token, _, _ := get(b, issuer())
	for b.Loop() {
		if _, err := Verify(key, ForReports, token); err != nil {
			b.Fatal(err)
		}
	}
}

func decodeToken(token string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(token) }
