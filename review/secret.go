package review

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newToken returns 32 random bytes as text for a cookie or a link.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is what is stored of a random secret. A plain SHA-256 is enough:
// the secrets have 80 bits and more, so that none can be guessed from a hash.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Recovery codes: ten of 80 random bits each, in the letters of RFC 4648
// base32, four groups of four.
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

func newRecoveryCode() string {
	b := make([]byte, recoveryBytes)
	rand.Read(b)
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return s[0:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}

// hashRecovery reads a code as people type it: any case, spaces or dashes, and
// the digits that look like letters.
func hashRecovery(code string) string {
	r := strings.NewReplacer("-", "", " ", "", "0", "o", "1", "l", "8", "b")
	return hashToken("recovery:" + r.Replace(strings.ToLower(strings.TrimSpace(code))))
}
