// Package sms reads what SMS gateways send to a web address: android-sms-gateway
// (a telephone with a card), Kannel and RapidPro.
//
// The number and the words are sealed in memory at once. The operator's
// telephone, its provider and the sender's provider see both all the same; the
// page that offers this road says so.
package sms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"keepiton"
	"keepiton/intake"
)

// Message is one SMS or MMS as a gateway tells of it. It is never logged.
type Message struct {
	Key  string           // of the gateway's own, for telling it apart from others; may be empty
	From keepiton.Private // number
	Text keepiton.Private
	// Raw is what the gateway sent, kept as the report's file: a court may ask.
	Raw  []byte
	Type string // media type of Raw
}

// MaxRequest bounds what a gateway may send, in bytes: an MMS has its pictures
// inside.
const MaxRequest = 4 << 20

// Road takes messages in. Intake and Now are required.
type Road struct {
	Intake *intake.Intake
	Now    func() time.Time

	mu   sync.Mutex
	seen map[[32]byte]time.Time
}

// Gateways deliver at least once (android-sms-gateway retries for up to two
// days). Those of the last two days are known by a hash, so many of them; after
// a restart, or beyond that number, a second copy is stored and joined at the
// desk by its report id.
const (
	remember = 48 * time.Hour
	maxSeen  = 100_000
)

// Take seals a message, once.
func (r *Road) Take(ctx context.Context, m Message) error {
	key := sha256.Sum256([]byte("keepiton sms key 1\n" + m.Key))
	if m.Key != "" && r.known(key) {
		return nil
	}
	rep := &keepiton.Report{ID: reportID(m), Road: keepiton.RoadSMS, Sender: m.From, Seen: m.Text}
	if _, err := r.Intake.TakeMessage(ctx, intake.Pass{Lane: keepiton.LaneSMS}, rep, m.Raw, "message", m.Type); err != nil {
		return err
	}
	if m.Key != "" {
		r.note(key)
	}
	return nil
}

// reportID is the same for the same words from the same number: the copy that a
// gateway sends again is joined at the desk, whatever key it has.
func reportID(m Message) string {
	sum := sha256.Sum256([]byte("keepiton sms 1\n" + m.From.Reveal() + "\n" + m.Text.Reveal()))
	return hex.EncodeToString(sum[:16])
}

func (r *Road) known(key [32]byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.seen[key]
	return ok && r.Now().Sub(at) < remember
}

func (r *Road) note(key [32]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	if r.seen == nil {
		r.seen = map[[32]byte]time.Time{}
	}
	if len(r.seen) >= maxSeen {
		for k, at := range r.seen {
			if now.Sub(at) >= remember {
				delete(r.seen, k)
			}
		}
	}
	if len(r.seen) < maxSeen {
		r.seen[key] = now
	}
}
