package review

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"io"
	"math/big"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"keepiton"
	"keepiton/store"
)

// BeginSign asks for the signature of who under s: an assertion of one of their
// passkeys, with user verification, whose challenge is the digest itself, so
// that the answer proves afterwards, to anybody, what was signed.
func (p *Passkeys) BeginSign(ctx context.Context, who Person, s Showing) (options *protocol.CredentialAssertion, ticket string, err error) {
	p.Accounts.init()
	if organization(who.Organization) == "" {
		return nil, "", errNoOrganization
	}
	acc, err := p.Accounts.Store.Account(ctx, who.Account)
	if err != nil {
		return nil, "", err
	}
	u, err := p.load(ctx, acc)
	if err != nil {
		return nil, "", err
	}
	if len(u.keys) == 0 {
		return nil, "", fail(keepiton.Forbidden, "desk.error.no_passkey", nil, "%s has no passkey to sign with", who.Account)
	}
	options, data, err := p.lib.BeginLogin(u, webauthn.WithChallenge(s.Digest[:]), webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	asked := store.SignedApproval{Subject: s.Subject(), N: s.N, Digest: s.Digest, Account: who.Account}
	return options, p.keep(ceremony{purpose: toSign, data: *data, signing: asked}), nil
}

// FinishSign checks the browser's answer and returns the signature, for
// [Desk.Sign] to keep.
func (p *Passkeys) FinishSign(ctx context.Context, who Person, ticket string, answer io.Reader) (store.SignedApproval, error) {
	bad := fail(keepiton.Forbidden, "desk.error.signature", nil, "the signature could not be taken")
	begun, ok := p.take(ticket, toSign)
	if !ok || begun.signing.Account != who.Account {
		return store.SignedApproval{}, bad
	}
	parsed, err := protocol.ParseCredentialRequestResponseBody(io.LimitReader(answer, maxPasskeyBytes))
	if err != nil {
		return store.SignedApproval{}, bad
	}
	acc, err := p.Accounts.Store.Account(ctx, who.Account)
	if err != nil {
		return store.SignedApproval{}, err
	}
	u, err := p.load(ctx, acc)
	if err != nil {
		return store.SignedApproval{}, err
	}
	c, err := p.lib.ValidateLogin(u, begun.data, parsed)
	if err != nil {
		p.Accounts.Log.WarnContext(ctx, "signature refused", "account", who.Account, "error", err)
		return store.SignedApproval{}, bad
	}
	if err := p.use(ctx, who.Account, c); err != nil {
		return store.SignedApproval{}, bad
	}
	a := begun.signing
	a.Credential, a.AuthenticatorData = c.ID, parsed.Raw.AssertionResponse.AuthenticatorData
	a.ClientData, a.Signature = parsed.Raw.AssertionResponse.ClientDataJSON, parsed.Raw.AssertionResponse.Signature
	if a.Algorithm, a.PublicKey, err = pkix(c.PublicKey); err != nil {
		return store.SignedApproval{}, fail(keepiton.Invalid, "desk.error.key_kind", nil, "%w", err)
	}
	p.Accounts.Log.InfoContext(ctx, "approval signed", "account", who.Account, "subject", a.Subject, "revision", a.N)
	return a, nil
}

// publicKey returns the algorithm and key of a stored passkey, as a
// SignedApproval keeps them.
func publicKey(k store.Passkey) (algorithm int64, der []byte, err error) {
	var c webauthn.Credential
	if err := json.Unmarshal(k.Data, &c); err != nil {
		return 0, nil, err
	}
	return pkix(c.PublicKey)
}

// pkix turns a COSE key (RFC 9053) into the form that every library reads.
// Invalid for a kind of key that VerifyApproval does not know.
func pkix(cose []byte) (algorithm int64, der []byte, err error) {
	parsed, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return 0, nil, keepiton.Errorf(keepiton.Invalid, "the passkey's public key: %w", err)
	}
	var key any
	switch k := parsed.(type) {
	case webauthncose.EC2PublicKeyData:
		algorithm = k.Algorithm
		if algorithm == es256 {
			key, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, k.XCoord, k.YCoord))
		}
	case webauthncose.OKPPublicKeyData:
		algorithm, key = k.Algorithm, ed25519.PublicKey(k.XCoord)
	case webauthncose.RSAPublicKeyData:
		algorithm = k.Algorithm
		key = &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: int(new(big.Int).SetBytes(k.Exponent).Int64())}
	}
	if err != nil {
		return 0, nil, keepiton.Errorf(keepiton.Invalid, "the passkey's public key: %w", err)
	}
	if algorithm != es256 && algorithm != eddsa && algorithm != rs256 {
		return 0, nil, keepiton.Errorf(keepiton.Invalid, "a passkey of algorithm %d cannot sign approvals", algorithm)
	}
	der, err = x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return 0, nil, keepiton.Errorf(keepiton.Invalid, "the passkey's public key: %w", err)
	}
	return algorithm, der, nil
}
