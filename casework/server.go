// Package casework is what an analyst's own machine does with sealed reports:
// it pulls envelopes from a server, opens them with keys that never leave the
// machine, and hands back only what the analyst decided.
//
// [Server] is all that it asks of a server. It has two forms: [Local] in the
// process of the server itself (`serve --desk`, `demo`), and package
// casework/remote over HTTP (`desk --server URL`). One suite, casetest, holds
// both to the promises below.
package casework

import (
	"context"
	"io"

	"keepiton"
	"keepiton/store"
)

// Server is one person's way to a server's sealed reports. Every method speaks
// for that person, with the rights that the account has at that moment:
// Unsigned when the way was ended (signed out, revoked, disabled), Forbidden
// when the role is weaker than analyst, Unavailable when the server could not be
// asked. Other codes are those of [store.Sealed].
//
// No plaintext and no private key goes through it.
type Server interface {
	// Account says who asks, and how much of the day's budget is used.
	Account(ctx context.Context) (Account, error)

	// Envelopes calls yield for each part of the envelopes, tombstones among
	// them, that changed since known was learnt, as [store.Sealed]'s
	// EnvelopeParts does: what is yielded stands in the place of what was known
	// of that part. Of the receipt only Lookup is filled: the rest is long and
	// stands in Envelope. An error of yield ends the list and is returned.
	Envelopes(ctx context.Context, known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error
	// Envelope returns one with the whole receipt. NotFound if there is none.
	Envelope(ctx context.Context, id keepiton.EnvelopeID) (keepiton.Envelope, error)
	// Body returns the sealed container. Reading it to the end fails unless the
	// bytes are those of the envelope's Digest. It counts against the budget of
	// the day, once for each envelope; RateLimited when that is used up, and
	// the server's log says so.
	Body(ctx context.Context, id keepiton.EnvelopeID) (io.ReadCloser, error)

	// SetState sets what the receipt shows. Invalid for withdrawn and expired,
	// which are not the desk's to set.
	SetState(ctx context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState) error
	// Register gives an envelope that came without one the address of its
	// receipt, which stood inside the seal. Conflict when it has another.
	Register(ctx context.Context, id keepiton.EnvelopeID, a keepiton.ReceiptAddress) error
	// PutReply keeps a reply that is sealed to the receipt.
	PutReply(ctx context.Context, lookup string, sealed []byte) error

	// PaperParts does for the sealed texts of the desk what Envelopes does for
	// envelopes, with their versions alone.
	PaperParts(ctx context.Context, known store.Marks, yield func(store.Part[store.PaperVersion]) error) error
	// Papers calls yield for each of the sealed texts with these ids that is
	// there, at most MaxPapers. An error of yield ends the list and is returned.
	Papers(ctx context.Context, ids []string, yield func(store.Paper) error) error
	// PutPaper replaces version base (0: new) and returns the new version.
	// Conflict when somebody was faster, or the report that it is about was
	// withdrawn.
	PutPaper(ctx context.Context, p store.Paper, base int) (version int, err error)
	// DeletePaper removes one.
	DeletePaper(ctx context.Context, id string) error

	// Usage returns what each lane holds.
	Usage(ctx context.Context) (map[keepiton.Lane]store.Usage, error)

	// Draft begins an incident at the server's desk. It is a draft whatever
	// its State says, and its ID is given by the server.
	Draft(ctx context.Context, inc *keepiton.Incident, reason string) (keepiton.Revision, error)
	// DraftStory begins a story at the server's desk, as a draft whatever its
	// State says. Its Basis names the reports that it rests on: NotFound unless
	// they are here, or their senders could not take it back.
	DraftStory(ctx context.Context, st *keepiton.Story, reason string) (keepiton.StoryRevision, error)
	// DraftOrganization begins an organization at the campaign's office, as a
	// draft. Its Basis names the applications that it rests on: NotFound unless they
	// are here. Unavailable where there is no office.
	DraftOrganization(ctx context.Context, o *keepiton.Organization, reason string) (keepiton.EntryRevision, error)
	// Entries returns one page of what the campaign keeps, drafts included when
	// q.Desk says so. Unavailable where there is no office.
	Entries(ctx context.Context, q store.EntryQuery) (store.EntryPage, error)
	// PutMedia keeps a public copy of a picture for the incident, story or entry that
	// its Subjects name. Nobody is shown it before something public names it.
	PutMedia(ctx context.Context, m store.MediaFile) error
	// Record returns what the record says beside: one page of incidents, drafts
	// included when q.States names them. See correlate.Touching for days.
	Record(ctx context.Context, q store.Query) (store.Page, error)
}

// MaxPapers is how many sealed texts are asked for at one time.
const MaxPapers = 1000

// Account is who a Server speaks for.
type Account struct {
	Name         string
	Role         keepiton.Role
	Organization string
	Opened       int // envelopes whose body was handed out today, a UTC day
	Budget       int // at most so many a day
}
