package seal

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"keepiton"
)

// format is the first field of a set.
const format = "keepiton-recipients 1"

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

// encodeSet writes a set as it is signed.
func encodeSet(r *Recipients, fingerprint string) ([]byte, error) {
	out := setJSON{Format: format, Serial: r.Serial, Made: r.Made.UTC().Format(day), Campaign: fingerprint, Members: []memberJSON{}}
	for i, m := range r.Members {
		mj, err := m.json()
		if err != nil {
			return nil, fmt.Errorf("member %d: %w", i+1, err)
		}
		out.Members = append(out.Members, mj)
	}
	b, err := json.MarshalIndent(out, "", "  ")
	return append(b, '\n'), err
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
