package intake

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"sync"
	"time"
)

// A ticket lets a form without script show that it was open for a while, as a
// person's is and a flood's is not. It is given out with the page and comes back
// with the report, once. It says only when the page was made, to this server,
// under a key that is in memory alone; it is never stored.
const (
	ticketLife = 24 * time.Hour
	waitLeast  = 20 * time.Second // less counts for nothing
	waitMost   = time.Hour        // more counts for no more
	ticketRate = 2                // tickets a second that count: a flood that waits is no faster
	ticketRush = 120              // and so many at once
)

type tickets struct {
	key [32]byte

	mu     sync.Mutex
	spent  map[[8]byte]time.Time // when the ticket was made
	budget float64
	last   time.Time
}

func newTickets() *tickets {
	t := &tickets{spent: map[[8]byte]time.Time{}, budget: ticketRush}
	rand.Read(t.key[:])
	return t
}

// Ticket returns a ticket for a form that is shown now.
func (in *Intake) Ticket() string {
	in.init()
	var b [12]byte
	rand.Read(b[:8])
	binary.BigEndian.PutUint32(b[8:], uint32(in.Now().Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b[:], in.tickets.mac(b[:])...))
}

func (t *tickets) mac(b []byte) []byte {
	h := hmac.New(sha256.New, t.key[:])
	h.Write(b)
	return h.Sum(nil)[:16]
}

// waited spends a ticket and returns what the waiting was worth, from 0: the
// number of bits of its seconds, so that twice as long is one more.
func (t *tickets) waited(text string, now time.Time) int {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != 28 || !hmac.Equal(b[12:], t.mac(b[:12])) {
		return 0
	}
	made := time.Unix(int64(binary.BigEndian.Uint32(b[8:])), 0)
	age := now.Sub(made)
	if age < waitLeast || age > ticketLife {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	id := [8]byte(b[:8])
	if _, again := t.spent[id]; again || !t.pay(now) {
		return 0
	}
	t.spent[id] = made
	return bits.Len64(uint64(min(age, waitMost) / time.Second))
}

// pay takes one from the budget of tickets that count, and now and then forgets
// spent ones that are too old to come again. At ticketRate the spent of a day
// are 172,800 at most.
func (t *tickets) pay(now time.Time) bool {
	if t.last.IsZero() {
		t.last = now
	}
	t.budget = min(t.budget+ticketRate*now.Sub(t.last).Seconds(), ticketRush)
	t.last = now
	if t.budget < 1 {
		return false
	}
	t.budget--
	if len(t.spent)%1024 == 1023 {
		for id, made := range t.spent {
			if now.Sub(made) > ticketLife {
				delete(t.spent, id)
			}
		}
	}
	return true
}
