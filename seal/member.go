package seal

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"filippo.io/age"

	"keepiton"
)

// Limits of a set of recipients.
const (
	MaxLive    = 40       // members that are not retired: each adds about 1.6 KB to every sealed file
	MaxMembers = 400      // members, retired ones included
	maxName    = 100      // runes of a name
	maxKey     = 64 << 10 // bytes of a public OpenPGP key
	maxSet     = 8 << 20  // bytes of recipients.json
	maxSig     = 16 << 10 // bytes of its signature
	day        = time.DateOnly
)

// Member is one person (or one shared desk) who can open reports. The set is
// public: Name may be a role, such as "desk 2", where a name would endanger.
type Member struct {
	Name         string    // required, unique among the live members
	Organization string    // may be empty
	Age          string    // age1pq1…: ML-KEM-768 + X25519; empty when there is none
	OpenPGP      []byte    // public key, binary; nil when there is none. One of the two is there
	Added        time.Time // UTC day
	Retired      time.Time // UTC day from which nothing more is sealed to this member; zero: live
}

// Live reports whether new reports are sealed to the member.
func (m Member) Live() bool { return m.Retired.IsZero() }

// check finds what is wrong with m.
func (m Member) check() error {
	if err := checkName("name", m.Name, true); err != nil {
		return err
	}
	if err := checkName("organization", m.Organization, false); err != nil {
		return err
	}
	if m.Age == "" && len(m.OpenPGP) == 0 {
		return keepiton.Errorf(keepiton.Invalid, "no key, neither age nor openpgp")
	}
	if m.Age != "" {
		if _, err := age.ParseHybridRecipient(m.Age); err != nil {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "age: not a post-quantum public key (age1pq1…)"),
				"keepiton key init member makes one; so does age-keygen -pq")
		}
	}
	if len(m.OpenPGP) > 0 {
		if _, err := publicKey(m.OpenPGP); err != nil {
			return fmt.Errorf("openpgp: %w", err)
		}
	}
	switch {
	case m.Added.IsZero():
		return keepiton.Errorf(keepiton.Invalid, "added: the day is missing")
	case !m.Retired.IsZero() && m.Retired.Before(m.Added):
		return keepiton.Errorf(keepiton.Invalid, "retired: before the day of adding")
	}
	return nil
}

// checkName refuses what would not print on one line.
func checkName(field, s string, required bool) error {
	switch {
	case s == "" && required:
		return keepiton.Errorf(keepiton.Invalid, "%s: missing", field)
	case !utf8.ValidString(s):
		return keepiton.Errorf(keepiton.Invalid, "%s: not UTF-8", field)
	case utf8.RuneCountInString(s) > maxName:
		return keepiton.Errorf(keepiton.Invalid, "%s: longer than %d characters", field, maxName)
	case strings.TrimSpace(s) != s:
		return keepiton.Errorf(keepiton.Invalid, "%s: space at an end", field)
	case strings.ContainsFunc(s, unicode.IsControl):
		return keepiton.Errorf(keepiton.Invalid, "%s: a control character", field)
	}
	return nil
}
