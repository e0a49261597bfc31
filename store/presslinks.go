package store

import (
	"context"
	"time"

	"keepiton"
)

// PressLinks holds the links by which journalists read a statement before its
// embargo ends.
type PressLinks interface {
	// PutEarlyLink keeps a new link. Conflict when its token is taken.
	PutEarlyLink(ctx context.Context, l keepiton.EarlyLink) error
	// EarlyLink returns the link with the token. NotFound when there is none.
	EarlyLink(ctx context.Context, token [32]byte) (keepiton.EarlyLink, error)
	// EarlyLinks lists those of an entry, in the order in which they were made.
	EarlyLinks(ctx context.Context, id keepiton.EntryID) ([]keepiton.EarlyLink, error)
	// EndEarlyLink removes a link of an entry. NotFound when there is none.
	EndEarlyLink(ctx context.Context, id keepiton.EntryID, token [32]byte) error
	// ForgetEarlyLinks removes all that expired by now, and all of the entries
	// named, and returns how many.
	ForgetEarlyLinks(ctx context.Context, now time.Time, of ...keepiton.EntryID) (int, error)
}
