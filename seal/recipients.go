package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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

// format is the first field of a set.
const format = "keepiton-recipients 1"

// Recipients is the set of who can open reports, as the campaign signed it.
type Recipients struct {
	Serial   int       // grows by one with every set that is signed
	Made     time.Time // UTC day
	Campaign []byte    // the campaign's public OpenPGP key, binary
	Members  []Member  // in the order in which they were added

	set, signature []byte // as signed; nil for a set made by hand
}

// setJSON is a set as it stands in recipients.json. docs/formats-sealed.md
// explains each field.
type setJSON struct {
	Format   string       `json:"format"`
	Serial   int          `json:"serial"`
	Made     string       `json:"made"`
	Campaign string       `json:"campaign"` // fingerprint, hex
	Members  []memberJSON `json:"members"`
}

type memberJSON struct {
	Name         string `json:"name"`
	Organization string `json:"organization,omitempty"`
	Age          string `json:"age,omitempty"`
	OpenPGP      string `json:"openpgp,omitempty"` // armored
	Added        string `json:"added,omitempty"`
	Retired      string `json:"retired,omitempty"`
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

// parseSet reads recipients.json and returns the set with the fingerprint of
// the campaign that it names.
func parseSet(b []byte) (r *Recipients, fingerprint string, err error) {
	if len(b) > maxSet {
		return nil, "", keepiton.Errorf(keepiton.TooLarge, "larger than %d bytes", maxSet)
	}
	var in setJSON
	if err := json.Unmarshal(b, &in); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, "", keepiton.Errorf(keepiton.Invalid, "byte %d: %w", syntax.Offset, err)
		}
		return nil, "", keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	if in.Format != format {
		return nil, "", keepiton.Errorf(keepiton.Invalid, "format is not %q", format)
	}
	r = &Recipients{Serial: in.Serial}
	if r.Made, err = time.Parse(day, in.Made); err != nil {
		return nil, "", keepiton.Errorf(keepiton.Invalid, "made: not a day such as 2026-11-25")
	}
	if len(in.Members) > MaxMembers {
		return nil, "", keepiton.Errorf(keepiton.TooLarge, "more than %d members", MaxMembers)
	}
	for i, mj := range in.Members {
		m, err := mj.member()
		if err != nil {
			return nil, "", fmt.Errorf("member %d: %w", i+1, err)
		}
		r.Members = append(r.Members, m)
	}
	if err := r.check(); err != nil {
		return nil, "", err
	}
	return r, in.Campaign, nil
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

// member reads one member of a set.
func (mj memberJSON) member() (Member, error) {
	m := Member{Name: mj.Name, Organization: mj.Organization, Age: mj.Age}
	if mj.OpenPGP != "" {
		key, err := publicKey([]byte(mj.OpenPGP))
		if err != nil {
			return Member{}, fmt.Errorf("openpgp: %w", err)
		}
		if m.OpenPGP, err = key.GetPublicKey(); err != nil {
			return Member{}, fmt.Errorf("openpgp: %w", err)
		}
	}
	for _, d := range []struct {
		name, text string
		to         *time.Time
	}{{"added", mj.Added, &m.Added}, {"retired", mj.Retired, &m.Retired}} {
		if d.text == "" {
			continue
		}
		t, err := time.Parse(day, d.text)
		if err != nil {
			return Member{}, keepiton.Errorf(keepiton.Invalid, "%s: not a day such as 2026-11-25", d.name)
		}
		*d.to = t
	}
	return m, nil
}

// json is the inverse of member.
func (m Member) json() (memberJSON, error) {
	mj := memberJSON{Name: m.Name, Organization: m.Organization, Age: m.Age}
	if len(m.OpenPGP) > 0 {
		key, err := publicKey(m.OpenPGP)
		if err != nil {
			return memberJSON{}, err
		}
		if mj.OpenPGP, err = key.GetArmoredPublicKey(); err != nil {
			return memberJSON{}, err
		}
	}
	if !m.Added.IsZero() {
		mj.Added = m.Added.UTC().Format(day)
	}
	if !m.Retired.IsZero() {
		mj.Retired = m.Retired.UTC().Format(day)
	}
	return mj, nil
}

// readLimited reads a small file and refuses a large one.
func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%s is not there", name), "keepiton key export writes the public files")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s is larger than %d bytes", name, limit)
	}
	return b, nil
}

// WriteFile writes b beside name and moves it there, synced: name is the old
// file or the new one, never half of it.
func WriteFile(name string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // harmless after the rename
	if _, err = f.Write(b); err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
