// Package work lets a sender without an account show effort: by computing
// (a proof of work) or, without script, by waiting (a ticket). Nothing about
// the sender is asked or kept.
//
// A challenge is 33 bytes, given out in base64url without padding:
//
//	 0      1           5                17               33
//	+------+-----------+----------------+----------------+
//	| bits | expiry    | random         | HMAC           |
//	+------+-----------+----------------+----------------+
//
// bits is the number of zero bits that are asked for; expiry is in hours since
// 1970, big endian; HMAC is the first 16 bytes of HMAC-SHA-256 over the first
// 17 bytes, under a key that the server draws at its start and keeps in memory.
// So the server remembers no challenge, and asks for no less than it said.
//
// A solution is "CHALLENGE.COUNTER", counter in decimal, such that SHA-256 of
// the 33 bytes and the counter as 8 bytes, big endian, begins with at least
// that many zero bits: one block of SHA-256 for each try. It takes 2^bits tries
// on average to find and one to check. Each solution counts once.
//
// An expiry to the hour, an hour or two ahead: the challenge in a seized cache
// tells no exact time, a slow phone has time enough, and a flood cannot save up
// the work of a day.
package work

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"sync"
	"time"

	"keepiton"
)

// MaxBits bounds the work that is asked for: 2^32 tries are hours on a phone.
const MaxBits = 32

// DefaultBits takes 260,000 tries on average: about a second in a browser on an
// old phone, where a plain script tries some 200,000 times a second.
const DefaultBits = 18

// maxSpent bounds the memory of spent solutions and tickets: 16 bytes and the
// map's own, some 12 MB.
const maxSpent = 1 << 18

const (
	challengeLen = 33
	signedLen    = 17 // of them are under the HMAC
)

// Office gives out challenges and tickets and takes them back, each once. The
// zero value is ready, and safe for many goroutines. A new Office does not know
// what another gave out: after a restart senders ask again.
type Office struct {
	Now func() time.Time // nil: time.Now

	mu    sync.Mutex
	ready bool
	key   [32]byte
	spent map[[12]byte]uint32 // the random part and the hour after which it is void anyway
}

// Challenge returns a challenge that asks for n zero bits, 1 to MaxBits.
func (o *Office) Challenge(n int) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.init()
	var b [challengeLen]byte
	b[0] = byte(min(max(n, 1), MaxBits))
	binary.BigEndian.PutUint32(b[1:], o.hour()+2)
	rand.Read(b[5:signedLen])
	copy(b[signedLen:], o.mac("challenge", b[:signedLen]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Check takes a solution and returns the zero bits that it shows, which may be
// more than were asked for. Invalid when it is none; Conflict when it expired,
// counted already, or belongs to another Office: the sender asks for a new one.
func (o *Office) Check(solution string) (int, error) {
	text, number, found := strings.Cut(solution, ".")
	b, err := decode(text)
	if !found || err != nil {
		return 0, errNoSolution
	}
	counter, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return 0, errNoSolution
	}
	shown := zeros(b, counter)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.init()
	if !hmac.Equal(b[signedLen:], o.mac("challenge", b[:signedLen])) {
		return 0, errStale
	}
	if shown < int(b[0]) {
		return 0, errNoSolution
	}
	return shown, o.spend([12]byte(b[5:signedLen]), binary.BigEndian.Uint32(b[1:]))
}

// Asked returns the zero bits that the challenge of a solution asked for; 0 when
// it is none.
func Asked(solution string) int {
	text, _, _ := strings.Cut(solution, ".")
	b, err := decode(text)
	if err != nil {
		return 0
	}
	return int(b[0])
}

var (
	errNoSolution = keepiton.Errorf(keepiton.Invalid, "this is no proof of work")
	errStale      = keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "the challenge is used up or too old"), "ask for a new one")
)

// spend takes one, once. When there are too many to remember, the key is thrown
// away instead: then all that was given out before is void, nothing counts
// twice, and who is at work asks again.
func (o *Office) spend(id [12]byte, until uint32) error {
	now := o.hour()
	if until <= now {
		return errStale
	}
	if _, again := o.spent[id]; again {
		return errStale
	}
	if len(o.spent) >= maxSpent {
		for old, void := range o.spent {
			if void <= now {
				delete(o.spent, old)
			}
		}
		if len(o.spent) >= maxSpent {
			o.ready = false
			o.init()
			return nil // this one counts: the key that made it is gone with it
		}
	}
	o.spent[id] = until
	return nil
}

func (o *Office) init() {
	if !o.ready {
		rand.Read(o.key[:])
		o.spent, o.ready = map[[12]byte]uint32{}, true
	}
}

func (o *Office) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func (o *Office) hour() uint32 { return uint32(o.now().Unix() / 3600) }

// mac signs b for one purpose, so that a ticket is no challenge.
func (o *Office) mac(purpose string, b []byte) []byte {
	h := hmac.New(sha256.New, o.key[:])
	h.Write([]byte("keepiton " + purpose + " 1\n"))
	h.Write(b)
	return h.Sum(nil)[:16]
}

func decode(text string) ([]byte, error) {
	if len(text) != base64.RawURLEncoding.EncodedLen(challengeLen) {
		return nil, errNoSolution
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

// zeros returns the number of zero bits at the beginning of the hash.
func zeros(challenge []byte, counter uint64) int {
	var b [challengeLen + 8]byte
	copy(b[:], challenge)
	binary.BigEndian.PutUint64(b[challengeLen:], counter)
	sum := sha256.Sum256(b[:])
	if head := binary.BigEndian.Uint64(sum[:]); head != 0 {
		return bits.LeadingZeros64(head)
	}
	return 64 + bits.LeadingZeros64(binary.BigEndian.Uint64(sum[8:]))
}
