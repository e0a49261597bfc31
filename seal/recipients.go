package seal

import (
	"bytes"
	"fmt"
	"path/filepath"
	"time"

	"keepiton"
)

// Names of the public files in a folder of keys.
const (
	CampaignFile   = "campaign.asc"        // the campaign's public key, armored
	RecipientsFile = "recipients.json"     // the set
	SignatureFile  = "recipients.json.sig" // its detached signature, armored
)

// Recipients is the set of who can open reports, as the campaign signed it.
type Recipients struct {
	Serial   int       // grows by one with every set that is signed
	Made     time.Time // UTC day
	Campaign []byte    // the campaign's public OpenPGP key, binary
	Members  []Member  // in the order in which they were added

	set, signature []byte // as signed; nil for a set made by hand
}

// LoadRecipients reads a set from the three public files in dir: the campaign's
// key, the set, its signature. NotFound when there is none, Forbidden when the
// signature is not the campaign's, Invalid when a file cannot be read.
func LoadRecipients(dir string) (*Recipients, error) {
	campaign, err := readLimited(filepath.Join(dir, CampaignFile), maxKey)
	if err != nil {
		return nil, err
	}
	set, err := readLimited(filepath.Join(dir, RecipientsFile), maxSet)
	if err != nil {
		return nil, err
	}
	signature, err := readLimited(filepath.Join(dir, SignatureFile), maxSig)
	if err != nil {
		return nil, err
	}
	r, err := DecodeRecipients(campaign, set, signature)
	if err != nil {
		return nil, fmt.Errorf("recipients in %s: %w", dir, err)
	}
	return r, nil
}

// DecodeRecipients reads a set from the contents of the three files. campaign
// may be armored or binary.
func DecodeRecipients(campaign, set, signature []byte) (*Recipients, error) {
	key, err := publicKey(campaign)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", CampaignFile, err)
	}
	if err := verifySet(key, set, signature); err != nil {
		return nil, err
	}
	r, fingerprint, err := parseSet(set)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", RecipientsFile, err)
	}
	if fingerprint != key.GetFingerprint() {
		return nil, keepiton.Errorf(keepiton.Forbidden, "%s names another campaign key than %s", RecipientsFile, CampaignFile)
	}
	if r.Campaign, err = key.GetPublicKey(); err != nil {
		return nil, fmt.Errorf("%s: %w", CampaignFile, err)
	}
	r.set, r.signature = bytes.Clone(set), bytes.Clone(signature)
	return r, nil
}

// check finds what is wrong with the set as a whole and with its members.
func (r *Recipients) check() error {
	if r.Serial < 1 {
		return keepiton.Errorf(keepiton.Invalid, "serial: less than 1")
	}
	if len(r.Members) > MaxMembers {
		return keepiton.Errorf(keepiton.TooLarge, "more than %d members", MaxMembers)
	}
	live, names, keys := 0, map[string]bool{}, map[string]bool{}
	for i, m := range r.Members {
		if err := m.check(); err != nil {
			return fmt.Errorf("member %d: %w", i+1, err)
		}
		if !m.Live() {
			continue
		}
		live++
		for _, twice := range []struct {
			seen       map[string]bool
			value, who string
		}{{names, m.Name, "name"}, {keys, m.Age, "age key"}, {keys, string(m.OpenPGP), "OpenPGP key"}} {
			if twice.value != "" && twice.seen[twice.value] {
				return keepiton.Errorf(keepiton.Invalid, "member %d: the %s is that of another live member", i+1, twice.who)
			}
			twice.seen[twice.value] = true
		}
	}
	if live > MaxLive {
		return keepiton.Errorf(keepiton.TooLarge, "more than %d live members", MaxLive)
	}
	return nil
}

// Live returns the members that are not retired.
func (r *Recipients) Live() []Member {
	var out []Member
	for _, m := range r.Members {
		if m.Live() {
			out = append(out, m)
		}
	}
	return out
}

// Signed returns the set as it was signed, and its armored signature: what
// RecipientsFile and SignatureFile hold. Both are nil for a set made by hand.
func (r *Recipients) Signed() (set, signature []byte) {
	return bytes.Clone(r.set), bytes.Clone(r.signature)
}

// Write writes the three public files into dir, which must be there. Each is
// replaced whole; the signature comes first, so that a reader between them
// refuses rather than believes.
func (r *Recipients) Write(dir string) error {
	if r.set == nil {
		return keepiton.Errorf(keepiton.Invalid, "write recipients: the set is not signed")
	}
	armored, err := r.CampaignArmored()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		b    []byte
	}{{CampaignFile, armored}, {SignatureFile, r.signature}, {RecipientsFile, r.set}} {
		if err := WriteFile(filepath.Join(dir, f.name), f.b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
