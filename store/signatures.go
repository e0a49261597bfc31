package store

import (
	"context"

	"keepiton"
)

// Signatures holds which organizations stand under an open letter.
type Signatures interface {
	// SignLetter keeps a signature; a second one of the organization under the
	// letter replaces the first. NotFound when the letter has no such revision.
	// The record's Version grows, for readers see it.
	SignLetter(ctx context.Context, s keepiton.LetterSigner) error
	// UnsignLetter takes a signature back and keeps nothing of it. NotFound when
	// there is none.
	UnsignLetter(ctx context.Context, letter, organization keepiton.EntryID) error
	// LetterSigners lists who signed a letter, under whichever of its revisions,
	// by day and then by organization.
	LetterSigners(ctx context.Context, letter keepiton.EntryID) ([]keepiton.LetterSigner, error)
}
