package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"filippo.io/age"
	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// memberFormat is the first field of a member file.
const memberFormat = "keepiton-member 1"

// memberFile is what a new member hands to the keyholder.
type memberFile struct {
	Format string `json:"format"`
	memberJSON
}

// Person is a new member's secret keys, on that member's own machine.
type Person struct {
	Age    *age.HybridIdentity
	member Member
	pgp    *crypto.Key
}

// NewPerson makes an age key and an OpenPGP key. The OpenPGP key carries the
// name and no address.
func NewPerson(name, organization string, now time.Time) (*Person, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("member key: %w", err)
	}
	key, err := newPGP(name, "", now)
	if err != nil {
		return nil, fmt.Errorf("member key: %w", err)
	}
	public, err := key.GetPublicKey()
	if err != nil {
		return nil, fmt.Errorf("member key: %w", err)
	}
	m := Member{Name: name, Organization: organization, Age: id.Recipient().String(), OpenPGP: public, Added: now.UTC().Truncate(24 * time.Hour)}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("member key: %w", err)
	}
	return &Person{id, m, key}, nil
}

// Member returns the public half.
func (p *Person) Member() Member { return p.member }

// LockOpenPGP returns the OpenPGP secret key, armored, under a passphrase.
func (p *Person) LockOpenPGP(passphrase []byte) ([]byte, error) { return lockPGP(p.pgp, passphrase) }

// Keys returns the keys in memory.
func (p *Person) Keys() *Keys {
	ring, err := crypto.NewKeyRing(p.pgp)
	if err != nil {
		panic(err) // only for a key that cannot be copied
	}
	return &Keys{ids: []age.Identity{p.Age}, openpgp: ring}
}

// MemberFile writes a member as a file to hand over.
func MemberFile(m Member) ([]byte, error) {
	mj, err := m.json()
	if err != nil {
		return nil, err
	}
	mj.Added = ""
	b, err := json.MarshalIndent(memberFile{memberFormat, mj}, "", "  ")
	return append(b, '\n'), err
}

// ReadMember reads a member file, or a public OpenPGP key, armored or binary,
// whose first user id gives the name. today is the day of adding.
func ReadMember(b []byte, today time.Time) (Member, error) {
	today = today.UTC().Truncate(24 * time.Hour)
	if len(b) > 2*maxKey {
		return Member{}, keepiton.Errorf(keepiton.TooLarge, "larger than %d bytes", 2*maxKey)
	}
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		var in memberFile
		if err := json.Unmarshal(b, &in); err != nil {
			return Member{}, keepiton.Errorf(keepiton.Invalid, "not a member file: %w", err)
		}
		if in.Format != memberFormat {
			return Member{}, keepiton.Errorf(keepiton.Invalid, "not a member file: format is not %q", memberFormat)
		}
		m, err := in.member()
		if err != nil {
			return Member{}, err
		}
		m.Added, m.Retired = today, time.Time{}
		return m, m.check()
	}
	key, err := publicKey(b)
	if err != nil {
		return Member{}, err
	}
	m := Member{Added: today}
	if m.OpenPGP, err = key.GetPublicKey(); err != nil {
		return Member{}, err
	}
	if _, id := key.GetEntity().PrimaryIdentity(time.Time{}, nil); id != nil && id.UserId != nil {
		m.Name = id.UserId.Name
	}
	return m, nil
}

// UserIDs returns what an OpenPGP key says of its owner, which becomes public
// with the set; nil when there is no such key.
func (m Member) UserIDs() []string {
	key, err := publicKey(m.OpenPGP)
	if len(m.OpenPGP) == 0 || err != nil {
		return nil
	}
	var out []string
	for name := range key.GetEntity().Identities {
		out = append(out, name)
	}
	return out
}
