package evidence

import (
	"context"
	"encoding/json"

	"keepiton"
)

// Check is what became of one check.
type Check string

// The outcomes of a check. A broken one is a finding about the file, not an
// error.
const (
	Holds   Check = "holds"
	Broken  Check = "broken"  // it is there and does not fit
	Missing Check = "missing" // there is nothing to check
)

// Proof is what a ProofMode ZIP proves, and what it does not. ProofMode
// (guardianproject/proofmode-android, "How to verify proof data") has the
// telephone sign a picture and a table of what its sensors said with a key that
// it made itself.
type Proof struct {
	Key      string             // fingerprint of pubkey.asc, hex: the same key signs other files of the same telephone
	KeyNames []keepiton.Private // user ids of the key
	Files    []ProofFile        // in order of their hashes
	Strays   int                // other files in the ZIP that no proof speaks of
	Held     []string           // protections that held while it was read
}

// Unchecked are what no check here says anything about: the key belongs to
// nobody known, since the telephone made it; place, time and device are what
// the telephone said; other witnesses that may be there need a network to ask.
var Unchecked = keepiton.Codes{
	{Code: "key"}, {Code: "claims"}, {Code: "timestamps"}, {Code: "attestation"},
}

// ProofFile is one file of a ProofMode ZIP.
type ProofFile struct {
	SHA256 string // as the names of its proofs say, hex
	Size   int64  // bytes; 0 when the file is not there
	Kind   Kind
	Name   keepiton.Private `json:"-"` // of the file in the ZIP

	Hash      Check // a file with this SHA-256 is in the ZIP
	Signature Check // of the key over the file
	Table     Check // of the key over the table
	TableHash Check // the table names this SHA-256

	// Claims are the columns of the table: what the telephone said of itself,
	// its place and its time. Nobody has checked them.
	Claims map[string]keepiton.Private `json:"-"`

	Timestamps bool // an OpenTimestamps proof is there; it is not checked
	Attested   bool // a SafetyNet or Play Integrity token is there; it is not checked
}

// Intact reports whether every file is there as it was signed, with its table.
func (p *Proof) Intact() bool {
	for _, f := range p.Files {
		if f.Hash != Holds || f.Signature != Holds || f.Table != Holds || f.TableHash != Holds {
			return false
		}
	}
	return len(p.Files) > 0
}

// VerifyProofMode checks a ProofMode ZIP in a child. Errors: NotFound when the
// ZIP holds no proof, Invalid when it cannot be read, TooLarge over a limit.
func VerifyProofMode(ctx context.Context, zip []byte) (Proof, error) {
	return Child{}.VerifyProofMode(ctx, zip)
}

// VerifyProofMode is the function VerifyProofMode with this child.
func (c Child) VerifyProofMode(ctx context.Context, zip []byte) (Proof, error) {
	if Sniff(zip) != Archive {
		return Proof{}, keepiton.Errorf(keepiton.NotFound, "it is no ZIP, so it holds no ProofMode proof")
	}
	a, err := c.run(ctx, job{Do: "proof", Kind: Archive}, zip)
	if err != nil {
		return Proof{}, err
	}
	var in claims
	if len(a.bodies) != 1 || json.Unmarshal(a.bodies[0], &in) != nil {
		return Proof{}, failed("the child answered with no proof")
	}
	out := Proof{Key: in.Key, Strays: in.Strays, Held: a.Held}
	for _, name := range in.KeyNames {
		out.KeyNames = append(out.KeyNames, keepiton.Private(name))
	}
	for _, f := range in.Files {
		f.ProofFile.Name = keepiton.Private(f.Name)
		f.ProofFile.Claims = map[string]keepiton.Private{}
		for column, cell := range f.Claims {
			f.ProofFile.Claims[column] = keepiton.Private(cell)
		}
		out.Files = append(out.Files, f.ProofFile)
	}
	return out, nil
}
