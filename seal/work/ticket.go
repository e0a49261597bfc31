package work

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"time"

	"keepiton"
)

// A ticket is 36 bytes, in base64url without padding: the second since 1970
// from which it is good and the hour since 1970 after which it is not (4 bytes
// each, big endian), 12 random bytes, and 16 of HMAC-SHA-256 over these. It
// stands in a form from the moment that the page is made, so that a person who
// reads and writes has waited already. The server remembers only that it was
// used.
const (
	ticketLen    = 36
	ticketSigned = 20
)

// Ticket returns a ticket that is good from notBefore on, until an hour or two
// after that.
func (o *Office) Ticket(notBefore time.Time) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.init()
	var b [ticketLen]byte
	second := notBefore.Unix()
	binary.BigEndian.PutUint32(b[:], uint32(second))
	binary.BigEndian.PutUint32(b[4:], uint32(second/3600)+2)
	rand.Read(b[8:ticketSigned])
	copy(b[ticketSigned:], o.mac("ticket", b[:ticketSigned]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// CheckTicket takes a ticket, once. When it is too early it returns
// RateLimited with the time that is left to wait, and the ticket stays good;
// else errors are those of Check.
func (o *Office) CheckTicket(ticket string) (wait time.Duration, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(ticket)
	if err != nil || len(b) != ticketLen {
		return 0, keepiton.Errorf(keepiton.Invalid, "this is no ticket")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.init()
	if !hmac.Equal(b[ticketSigned:], o.mac("ticket", b[:ticketSigned])) {
		return 0, errStale
	}
	wait = time.Unix(int64(binary.BigEndian.Uint32(b)), 0).Sub(o.now())
	if wait > 0 {
		return wait, keepiton.Errorf(keepiton.RateLimited, "the ticket is good in %d seconds", int64(wait/time.Second)+1)
	}
	return 0, o.spend([12]byte(b[8:ticketSigned]), binary.BigEndian.Uint32(b[4:]))
}
