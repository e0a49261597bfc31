package keepiton

import "time"

// Way is how somebody signed a petition.
type Way string

// The ways to sign.
const (
	ByMail    Way = "mail"    // by a link that was sent to an address
	ByPartner Way = "partner" // with a token of a partner organization, without a name
)

// Ways lists the ways to sign, in the order in which pages show them.
var Ways = []Way{ByMail, ByPartner}

// PetitionSigner is one signature under a petition as it is kept while the
// petition is open. Nothing of it names anybody.
type PetitionSigner struct {
	Petition EntryID
	Way      Way
	// Mark tells signatures apart: of an address its HMAC under the petition's key,
	// of a token its digest.
	Mark    [32]byte
	Country string // ISO 3166-1 alpha-2, as the signer chose; empty: not said
	Day     string // YYYY-MM-DD, UTC
}

// PetitionCount is how many have signed a petition, as of a moment. Of one that
// is closed nothing else is kept.
type PetitionCount struct {
	AsOf   time.Time // when it was counted, UTC; zero: never, for nobody has signed
	Closed bool      // for good: what told signatures apart is destroyed
	Ways   map[Way]int
	// Days and Countries say the same in parts: neither tells on which day
	// somebody of a country signed. The country "" is of those who named none.
	Days      map[Way]map[string]int
	Countries map[string]int
}

// Total is the number of all signatures.
func (c PetitionCount) Total() (n int) {
	for _, of := range c.Ways {
		n += of
	}
	return n
}

// Over reports whether a petition takes no more signatures at now: after its last
// day, in UTC, or once it was handed over.
func (p *Petition) Over(now time.Time) bool {
	return !p.Handed.IsZero() || !now.Before(p.Closes.Until())
}

// Open reports whether a petition can be signed at now.
func (p *Petition) Open(now time.Time) bool { return !now.Before(p.Opens.At) && !p.Over(now) }
