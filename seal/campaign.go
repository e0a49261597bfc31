package seal

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// Campaign is the campaign's secret key, unlocked. It stands on a keyholder's
// machine and never on a server.
type Campaign struct{ key *crypto.Key }

// NewCampaign makes a campaign key: Ed25519 to certify and sign, X25519 to be
// written to, in the version that GnuPG 2.2 reads. It does not expire: a key
// that ran out would close every road in.
func NewCampaign(name, email string, now time.Time) (*Campaign, error) {
	key, err := newPGP(name, email, now)
	if err != nil {
		return nil, fmt.Errorf("campaign key: %w", err)
	}
	return &Campaign{key}, nil
}

func newPGP(name, email string, now time.Time) (*crypto.Key, error) {
	return pgp.KeyGeneration().AddUserId(name, email).GenerationTime(now.Unix()).New().GenerateKey()
}

// Public returns the public key, binary.
func (c *Campaign) Public() ([]byte, error) { return c.key.GetPublicKey() }

// Sign signs the members as set serial and returns the set as anybody will
// load it.
func (c *Campaign) Sign(members []Member, serial int, made time.Time) (*Recipients, error) {
	draft := &Recipients{Serial: serial, Made: made, Members: members}
	if err := draft.check(); err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	out := setJSON{Format: format, Serial: serial, Made: made.UTC().Format(day), Campaign: c.key.GetFingerprint(), Members: []memberJSON{}}
	for i, m := range members {
		mj, err := m.json()
		if err != nil {
			return nil, fmt.Errorf("sign the set: member %d: %w", i+1, err)
		}
		out.Members = append(out.Members, mj)
	}
	set, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	set = append(set, '\n')
	signer, err := pgp.Sign().SigningKey(c.key).Detached().New()
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	signature, err := signer.Sign(set, crypto.Armor)
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	public, err := c.Public()
	if err != nil {
		return nil, fmt.Errorf("sign the set: %w", err)
	}
	return DecodeRecipients(public, set, signature)
}

// Follows says whether a server that uses old may go over to r: the campaign's
// key is the same and the serial is not lower. Conflict otherwise: somebody may
// be putting a retired member back.
func (r *Recipients) Follows(old *Recipients) error {
	if old == nil {
		return nil
	}
	_, was := old.CampaignID()
	_, is := r.CampaignID()
	switch {
	case was != is:
		return keepiton.Errorf(keepiton.Conflict, "the set is signed by another campaign key: %s, before it was %s", is, was)
	case r.Serial < old.Serial:
		return keepiton.Errorf(keepiton.Conflict, "the set has serial %d, the one before had %d", r.Serial, old.Serial)
	case r.Serial == old.Serial && string(r.set) != string(old.set):
		return keepiton.Errorf(keepiton.Conflict, "two different sets have serial %d", r.Serial)
	}
	return nil
}
