package seal

import (
	"fmt"
	"io"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// Sealer seals to the live members of one set. It is safe for use by many
// goroutines.
type Sealer struct {
	hybrid   []age.Recipient // members with an age key
	openpgp  []named         // members with an OpenPGP key alone
	everyPGP []named         // all OpenPGP keys of members, and the campaign's
	now      func() time.Time
	err      error // what is wrong with the set

	// The OpenPGP library remembers inside a key which of its signatures it
	// found good; mu is held while keys are looked at.
	mu sync.Mutex
}

// Sealer returns a sealer to the members that are not retired. What is wrong
// with a set made by hand is said by Seal.
func (r *Recipients) Sealer() *Sealer {
	s := &Sealer{now: time.Now}
	if s.err = r.check(); s.err != nil {
		return s
	}
	if len(r.Campaign) > 0 {
		key, err := publicKey(r.Campaign)
		if s.err = err; err != nil {
			return s
		}
		s.everyPGP = append(s.everyPGP, named{"the campaign", key})
	}
	for _, m := range r.Live() {
		if m.Age != "" {
			rec, err := age.ParseHybridRecipient(m.Age)
			if err != nil {
				s.err = err
				return s
			}
			s.hybrid = append(s.hybrid, rec)
		}
		if len(m.OpenPGP) > 0 {
			key, err := publicKey(m.OpenPGP)
			if err != nil {
				s.err = err
				return s
			}
			s.everyPGP = append(s.everyPGP, named{m.Name, key})
			if m.Age == "" {
				s.openpgp = append(s.openpgp, named{m.Name, key})
			}
		}
	}
	return s
}

// errNobody is what sealing to an empty set says.
var errNobody = keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "nobody could open it: the set has no live member with a usable key"),
	"keepiton key add puts an analyst into the set")

// Seal returns a writer that seals what is written to it into w, chunk by
// chunk. The file is whole only after Close returned nil. It is an age file
// when a live member has an age key, else an OpenPGP message.
func (s *Sealer) Seal(w io.Writer) (io.WriteCloser, error) {
	if s.err != nil {
		return nil, fmt.Errorf("seal: %w", s.err)
	}
	if len(s.hybrid) == 0 {
		return s.sealPGP(w, s.openpgp)
	}
	to := s.hybrid
	if bridged := s.usable(s.openpgp); len(bridged) > 0 {
		to = append(to[:len(to):len(to)], &bridge{s, bridged})
	}
	out, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return out, nil
}

// SealOpenPGP returns a writer that makes an OpenPGP message to all OpenPGP
// keys of live members and to the campaign's own key, naming none of them.
func (s *Sealer) SealOpenPGP(w io.Writer) (io.WriteCloser, error) {
	if s.err != nil {
		return nil, fmt.Errorf("seal: %w", s.err)
	}
	return s.sealPGP(w, s.everyPGP)
}

// Unusable returns the names of those whose OpenPGP key has expired or was
// revoked and who therefore do not get what is sealed to it.
func (s *Sealer) Unusable() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, k := range s.everyPGP {
		if !k.key.CanEncrypt(s.now().Unix()) {
			out = append(out, k.who)
		}
	}
	return out
}

// named is a member's OpenPGP key.
type named struct {
	who string
	key *crypto.Key
}

// usable returns the keys that can be encrypted to now. One that expired or was
// revoked is left out, so that it does not keep everybody from reporting.
func (s *Sealer) usable(keys []named) []*crypto.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*crypto.Key
	for _, k := range keys {
		if k.key.CanEncrypt(s.now().Unix()) {
			out = append(out, k.key)
		}
	}
	return out
}

func (s *Sealer) sealPGP(w io.Writer, keys []named) (io.WriteCloser, error) {
	to := s.usable(keys)
	if len(to) == 0 {
		return nil, fmt.Errorf("seal: %w", errNobody)
	}
	out, err := s.encryptHidden(w, to)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return out, nil
}
