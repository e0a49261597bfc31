package review

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"keepiton"
)

// Argon holds the cost of argon2id. The parameters stand in each hash, so that
// a change of them leaves old hashes valid; they are renewed at the next
// sign-in.
type Argon struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultArgon is the second recommended choice of RFC 9106, section 4, for
// machines with little memory: 64 MiB, three passes, four lanes. One process
// computes one hash at a time, so sign-ins never take more memory than that.
var DefaultArgon = Argon{Memory: 64 * 1024, Time: 3, Threads: 4}

// Bounds of what Verify accepts from a stored hash: a damaged record must not
// eat the machine.
const (
	maxArgonMemory = 256 * 1024
	maxArgonTime   = 16
	saltBytes      = 16 // RFC 9106, section 3.1
	tagBytes       = 32
)

// Lengths of a password. The upper one bounds the work on hostile input.
const (
	MinPassword = 12 // characters
	maxPassword = 1024
)

var b64 = base64.RawStdEncoding

// HashPassword returns the hash in PHC form:
// $argon2id$v=19$m=65536,t=3,p=4$salt$tag.
func (a Argon) HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: it ends the program instead
	tag := argon2.IDKey([]byte(password), salt, a.Time, a.Memory, a.Threads, tagBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.Memory, a.Time, a.Threads, b64.EncodeToString(salt), b64.EncodeToString(tag))
}

// VerifyPassword reports whether password has the hash, and whether the hash
// was made with other parameters than a and should be renewed.
func (a Argon) VerifyPassword(password, phc string) (good, renew bool) {
	cost, salt, tag, err := parsePHC(phc)
	if err != nil || len(password) > maxPassword {
		return false, false
	}
	got := argon2.IDKey([]byte(password), salt, cost.Time, cost.Memory, cost.Threads, uint32(len(tag)))
	return subtle.ConstantTimeCompare(got, tag) == 1, cost != a
}

func parsePHC(phc string) (cost Argon, salt, tag []byte, err error) {
	bad := keepiton.Errorf(keepiton.Invalid, "not an argon2id hash in PHC form")
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.Memory, &cost.Time, &cost.Threads); err != nil {
		return cost, nil, nil, bad
	}
	if parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", cost.Memory, cost.Time, cost.Threads) {
		return cost, nil, nil, bad
	}
	if cost.Memory < 8 || cost.Memory > maxArgonMemory || cost.Time < 1 || cost.Time > maxArgonTime || cost.Threads < 1 {
		return cost, nil, nil, bad
	}
	salt, err1 := b64.DecodeString(parts[4])
	tag, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > 64 || len(tag) < 16 || len(tag) > 64 {
		return cost, nil, nil, bad
	}
	return cost, salt, tag, nil
}

// CheckPassword returns Invalid for a password that is too short, too long or
// the account's own name. Length is what counts; no classes of characters are
// asked for.
func CheckPassword(name, password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return fail(keepiton.Invalid, "desk.error.password_short", map[string]any{"N": MinPassword}, "a password needs at least %d characters", MinPassword)
	case len(password) > maxPassword:
		return fail(keepiton.TooLarge, "desk.error.password_long", map[string]any{"N": maxPassword}, "a password has at most %d bytes", maxPassword)
	case strings.Trim(strings.ReplaceAll(strings.ToLower(password), strings.ToLower(name), ""), " 0123456789") == "":
		return fail(keepiton.Invalid, "desk.error.password_name", nil, "the password is little more than the account's name")
	}
	return nil
}
