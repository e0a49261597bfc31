package review

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"keepiton"
	"keepiton/store"
)

// proofFormat names the file and what is signed.
const proofFormat = "keepiton approval 1"

// Proof is what anybody needs to check, without us, that a revision which rests
// on reports was signed by two organizations: the content, byte by byte as it
// was signed, and the signatures. It names no account.
type Proof struct {
	Format     string              `json:"format"` // proofFormat
	Incident   keepiton.IncidentID `json:"incident"`
	Revision   int                 `json:"revision"`
	Content    string              `json:"content"` // canonical JSON, see Content; kept as text so that no program writes it anew
	Signatures []ProofSignature    `json:"signatures"`
}

// ProofSignature is one signature of a Proof; bytes are in base64.
type ProofSignature struct {
	Organization      string `json:"organization"`
	Day               string `json:"day"`
	Algorithm         int64  `json:"algorithm"`  // COSE
	PublicKey         []byte `json:"public_key"` // PKIX in DER
	AuthenticatorData []byte `json:"authenticator_data"`
	ClientData        []byte `json:"client_data"`
	Signature         []byte `json:"signature"`
}

// Proof returns the proof of revision n of id. NotFound when nobody signed it.
func (d *Desk) Proof(ctx context.Context, who Person, id keepiton.IncidentID, n int) (Proof, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return Proof{}, err
	}
	rev, err := d.Incidents.Revision(ctx, id, n)
	if err != nil {
		return Proof{}, err
	}
	signed, err := d.SignedBy(ctx, &rev)
	if err != nil {
		return Proof{}, err
	}
	if len(signed) == 0 {
		return Proof{}, keepiton.Errorf(keepiton.NotFound, "revision %d of %s bears no signatures", n, id)
	}
	content, err := Content(&rev.Incident, n)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Format: proofFormat, Incident: id, Revision: n, Content: string(content)}
	for _, a := range signed {
		p.Signatures = append(p.Signatures, ProofSignature{
			a.Organization, a.Day.Format(time.DateOnly), a.Algorithm, a.PublicKey, a.AuthenticatorData, a.ClientData, a.Signature,
		})
	}
	return p, nil
}

// SignedBy returns the stored signatures that verify under rev as it stands in
// the record; who has left since still signed it then.
func (d *Desk) SignedBy(ctx context.Context, rev *keepiton.Revision) ([]store.SignedApproval, error) {
	return d.signedAs(ctx, string(rev.Incident.ID), rev.N, func() ([32]byte, error) { return Digest(&rev.Incident, rev.N) })
}

// signedAs returns the stored signatures under revision n of a subject that
// verify and are under its digest, which is computed only when there are any.
func (d *Desk) signedAs(ctx context.Context, subject string, n int, digest func() ([32]byte, error)) (out []store.SignedApproval, err error) {
	all, err := d.Questions.SignedApprovals(ctx, subject, n)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	want, err := digest()
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Digest == want && VerifyApproval(a) == nil {
			out = append(out, a)
		}
	}
	return out, nil
}

// ReadProof reads a proof and checks it, from its bytes alone: that every
// signature is under this content, and that two keys of two organizations are
// among them. Whose keys they are, it cannot tell: compare them with a list that
// you trust.
func ReadProof(data []byte) (Proof, error) {
	var p Proof
	if err := json.Unmarshal(data, &p); err != nil {
		return p, keepiton.Errorf(keepiton.Invalid, "the proof: %w", err)
	}
	if p.Format != proofFormat {
		return p, keepiton.Errorf(keepiton.Invalid, "it is a %q, not a %q", p.Format, proofFormat)
	}
	var named struct {
		Incident struct {
			ID keepiton.IncidentID `json:"id"`
		} `json:"incident"`
		Revision int `json:"revision"`
	}
	if err := json.Unmarshal([]byte(p.Content), &named); err != nil {
		return p, keepiton.Errorf(keepiton.Invalid, "the content of the proof: %w", err)
	}
	if named.Incident.ID != p.Incident || named.Revision != p.Revision {
		return p, keepiton.Errorf(keepiton.Invalid, "the content is revision %d of %s, not %d of %s", named.Revision, named.Incident.ID, p.Revision, p.Incident)
	}
	var signed []store.SignedApproval
	for i, s := range p.Signatures {
		a := store.SignedApproval{
			Subject: string(p.Incident), N: p.Revision, Digest: DigestOf(p.Incident, []byte(p.Content)), Account: fmt.Sprint(i), Organization: s.Organization,
			Algorithm: s.Algorithm, PublicKey: s.PublicKey, AuthenticatorData: s.AuthenticatorData, ClientData: s.ClientData, Signature: s.Signature,
		}
		if err := VerifyApproval(a); err != nil {
			return p, keepiton.Errorf(keepiton.Invalid, "signature %d of the proof, of %q: %w", i+1, s.Organization, err)
		}
		signed = append(signed, a)
	}
	if !twoOrganizations(signed) {
		return p, keepiton.Errorf(keepiton.Invalid, "the proof has no signatures of two organizations")
	}
	return p, nil
}
