package campaign

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"keepiton"
)

// Bounds of a link by which a journalist reads a statement early.
const (
	LeastEarly = time.Hour
	MostEarly  = 14 * 24 * time.Hour
)

// NewEarlyLink makes a link to a statement. The token, of 130 bits, stands in the
// link alone and is shown once: whoever has it reads the statement.
func NewEarlyLink(id keepiton.EntryID, whom, account string, now time.Time, good time.Duration) (token string, l keepiton.EarlyLink) {
	token = rand.Text()
	now = now.UTC().Truncate(time.Second)
	return token, keepiton.EarlyLink{Token: EarlyHash(token), Entry: id, Whom: whom, Account: account, Made: now, Expires: now.Add(min(max(good, LeastEarly), MostEarly))}
}

// EarlyHash is what is kept of a token.
func EarlyHash(token string) [32]byte { return sha256.Sum256([]byte("keepiton early link\n" + token)) }
