package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"keepiton"
)

// Fingerprint is what a member and the keyholder compare by another way than
// the one by which the member file came: the first 20 bytes of SHA-256 over
// both keys, in groups of four hex digits.
func (m Member) Fingerprint() string {
	h := sha256.New()
	h.Write([]byte("keepiton member 1\n" + m.Age + "\n"))
	h.Write(m.OpenPGP)
	return Fingerprint(hex.EncodeToString(h.Sum(nil)[:20]))
}

// Add returns the members with one more. Conflict when a live one has the name.
func Add(members []Member, m Member) ([]Member, error) {
	if live(members, m.Name) >= 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%q is a member already", m.Name), "keepiton key rotate FILE gives a member new keys; another person needs another name")
	}
	return append(slices.Clone(members), m), nil
}

// Retire returns the members with one retired as of a day. The entry stays: the
// set tells who could read what was sealed before.
func Retire(members []Member, name string, day time.Time) ([]Member, error) {
	i := live(members, name)
	if i < 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no live member is called %q", name), "keepiton key show lists them")
	}
	out := slices.Clone(members)
	out[i].Retired = day.UTC().Truncate(24 * time.Hour)
	return out, nil
}

// Replace returns the members with new keys for the live one of that name: the
// old entry is retired and a new one follows.
func Replace(members []Member, m Member) ([]Member, error) {
	i := live(members, m.Name)
	if i >= 0 && members[i].Age == m.Age && slices.Equal(members[i].OpenPGP, m.OpenPGP) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%q has these keys already", m.Name), "keepiton key init member makes new ones")
	}
	out, err := Retire(members, m.Name, m.Added)
	if err != nil {
		return nil, err
	}
	return append(out, m), nil
}

func live(members []Member, name string) int {
	return slices.IndexFunc(members, func(m Member) bool { return m.Live() && m.Name == name })
}
