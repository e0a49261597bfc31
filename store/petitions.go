package store

import (
	"context"
	"time"

	"keepiton"
)

// Petitions holds signatures under petitions: what tells them apart while the
// petition is open, and afterwards how many there were.
//
// The life of a petition's box: OpenPetition (a salt of its own) → SignPetition
// and UnsignPetition → TallyPetition, as often as the numbers are to be renewed →
// ClosePetition, after which neither salt nor marks exist.
type Petitions interface {
	// OpenPetition keeps salt for the petition and returns the one that counts: that
	// which was kept first. Conflict when the petition is closed, NotFound when there
	// is none of the id.
	OpenPetition(ctx context.Context, petition keepiton.EntryID, salt []byte) ([]byte, error)
	// PetitionSalt returns what OpenPetition kept. NotFound when the petition has no
	// box, Conflict when it is closed.
	PetitionSalt(ctx context.Context, petition keepiton.EntryID) ([]byte, error)
	// SignPetition keeps a signature, durably when it returns. fresh is false when one
	// with its mark is there: it stays as it is, and nothing is counted. Conflict
	// when the petition is closed, NotFound when it has no box.
	SignPetition(ctx context.Context, s keepiton.PetitionSigner) (fresh bool, err error)
	// UnsignPetition takes a signature back and keeps nothing of it. NotFound when
	// there is none, Conflict when the petition is closed.
	UnsignPetition(ctx context.Context, petition keepiton.EntryID, mark [32]byte) error
	// PetitionSigned reports whether there is a signature with the mark.
	PetitionSigned(ctx context.Context, petition keepiton.EntryID, mark [32]byte) (bool, error)
	// TallyPetition counts what is signed, as of now, if something changed since it
	// was counted last. The record's Version grows then: readers see the numbers.
	TallyPetition(ctx context.Context, petition keepiton.EntryID, now time.Time) error
	// ClosePetition counts for the last time and destroys the salt and the marks, all
	// in one transaction, and then what the engine still holds of them in its log.
	// Without a box it makes a closed one. Twice is once: a second call tries the log
	// again, and returns Unavailable while a reader keeps it.
	ClosePetition(ctx context.Context, petition keepiton.EntryID, now time.Time) error
	// OpenPetitions lists the petitions that have a box that is not closed.
	OpenPetitions(ctx context.Context) ([]keepiton.EntryID, error)
	// PetitionCount returns what was counted last; the zero value when nothing was.
	PetitionCount(ctx context.Context, petition keepiton.EntryID) (keepiton.PetitionCount, error)
}
