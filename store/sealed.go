package store

import (
	"context"
	"io"
	"time"

	"keepiton"
)

// Sealed keeps what people sent, sealed. It never sees a plaintext: bodies are
// ciphertext when they reach it, and it wraps each once more under a key of its
// own, so that destroying that key is the end of the body wherever copies of the
// file lie.
//
// Promises beside those of the package:
//
//   - No moment finer than a day, no address and no order of arrival is kept:
//     ids are random, rows are keyed by them, lists come in order of id, and the
//     times of files are set to the start of their day.
//   - What was removed is overwritten where the engine can (SQLite:
//     secure_delete), and its key always is.
//   - A body that was begun and not accepted leaves nothing that a later start
//     does not sweep away, and nothing that anybody could open.
//   - Quotas are those of Quota, held in the same transaction that accepts.
type Sealed interface {
	// Stage begins a body. The caller writes ciphertext, then hands it to
	// Accept, or Discards it. Its wrapping key lives in memory alone until then.
	Stage(ctx context.Context) (Body, error)

	// Accept stores an envelope with its body; what it has returned is durable.
	// ID, Digest, Size and State are set by it. When a body with the same digest
	// is there already, that envelope is returned, again true, and nothing is
	// stored. TooLarge when the lane's disk quota is full (then other lanes
	// still accept); Conflict when another envelope has the same Receipt.Lookup.
	Accept(ctx context.Context, e keepiton.Envelope, b Body) (stored keepiton.Envelope, again bool, err error)

	// Envelope returns one. NotFound if there is none; one that is gone is
	// returned with Gone set.
	Envelope(ctx context.Context, id keepiton.EnvelopeID) (keepiton.Envelope, error)
	// EnvelopeByLookup returns the envelope of a receipt.
	EnvelopeByLookup(ctx context.Context, lookup string) (keepiton.Envelope, error)
	// Envelopes calls yield for each envelope that q selects, in order of id,
	// which is random.
	Envelopes(ctx context.Context, q EnvelopeQuery, yield func(keepiton.Envelope) error) error
	// OpenBody returns the sealed body, its wrapping taken off. NotFound when
	// it is gone.
	OpenBody(ctx context.Context, id keepiton.EnvelopeID) (io.ReadCloser, error)

	// SetState sets what the receipt shows. Conflict once it is gone.
	SetState(ctx context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState) error
	// Destroy destroys the key, the body and the replies, and leaves a
	// tombstone: id, lane, state (withdrawn or expired), the day it became one,
	// lookup. The papers about a report that was withdrawn go with it, and none
	// comes back. Twice is once. A body that is being read may be read to its end.
	Destroy(ctx context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState, day time.Time) error
	// Expire destroys what expires before day, and returns how many. It is the
	// work of a night, called once a day: what arrived the days before is laid
	// down anew, so that neither the place of a row nor the birth of a file tells
	// when in its day it came, and uploads that are over are swept. An error of
	// that work comes with the number.
	Expire(ctx context.Context, day time.Time) (int, error)

	// Register gives an envelope that came without one (a mail, a file from a
	// stick) the address of its receipt, which stood inside the seal.
	Register(ctx context.Context, id keepiton.EnvelopeID, a keepiton.ReceiptAddress) error

	// PutReply keeps a sealed reply for a receipt, at most MaxReplies of at most
	// MaxReplyBytes; Replies returns them in the order they were put.
	PutReply(ctx context.Context, lookup string, sealed []byte) error
	Replies(ctx context.Context, lookup string) ([][]byte, error)

	// An upload is a body that arrives in pieces, by a random id that only the
	// sender's browser has. It goes on after a restart. BeginUpload makes one of
	// exactly size bytes; AppendUpload adds at offset (Conflict with another
	// offset than the end) and returns the new end, which is durable, also
	// beside an error: what came before the line broke off is kept. UploadEnd
	// returns the end; OpenUpload reads what has arrived; FinishUpload turns a
	// whole one into a Body (Conflict until it is whole), and the upload is no
	// more once that is accepted or discarded. DropUpload ends one, whole or not;
	// twice is once; Conflict while a piece of it is written. Uploads older than a
	// day are swept.
	BeginUpload(ctx context.Context, size int64) (id string, err error)
	AppendUpload(ctx context.Context, id string, offset int64, r io.Reader) (end int64, err error)
	UploadEnd(ctx context.Context, id string) (end, size int64, err error)
	OpenUpload(ctx context.Context, id string) (io.ReadCloser, error)
	FinishUpload(ctx context.Context, id string) (Body, error)
	DropUpload(ctx context.Context, id string) error

	// A paper is a sealed text of the desk (a case, an analyst's note), kept
	// for the others. PutPaper replaces version base of the paper (0: new) and
	// returns the new version, which is larger; Conflict when it was changed or
	// removed meanwhile, or when the report that it is About was withdrawn. The
	// version of a new paper is drawn at random: it tells nobody how often a
	// paper was changed, and one that was removed and made again is another.
	PutPaper(ctx context.Context, p Paper, base int) (version int, err error)
	// Paper returns one. NotFound if there is none.
	Paper(ctx context.Context, id string) (Paper, error)
	DeletePaper(ctx context.Context, id string) error

	// EnvelopeParts calls yield for each part of the envelopes, tombstones
	// among them, whose mark is not the known one, in order: what changed since
	// known was learnt is in them. The zero Marks are those of an empty store.
	// A part of which all has gone is yielded, empty.
	EnvelopeParts(ctx context.Context, known Marks, yield func(Part[keepiton.Envelope]) error) error
	// PaperParts does the same for papers.
	PaperParts(ctx context.Context, known Marks, yield func(Part[PaperVersion]) error) error

	// SpendToken marks a partner token as used. Conflict when it was.
	SpendToken(ctx context.Context, digest [32]byte) error

	// SetQuota sets the bounds on what a lane holds, in bytes of the disk and in
	// envelopes; Usage is what it holds.
	SetQuota(ctx context.Context, l keepiton.Lane, q Quota) error
	Usage(ctx context.Context) (map[keepiton.Lane]Usage, error)

	// SealedVersion grows with every change.
	SealedVersion(ctx context.Context) (uint64, error)

	// BackupSealed writes a consistent copy into a new folder.
	BackupSealed(ctx context.Context, folder string) error
	// VerifySealed reads every body whose key is there and compares its digest.
	VerifySealed(ctx context.Context, found func(problem string)) error

	Close() error
}

// Limits of Sealed.
const (
	MaxReplies    = 100
	MaxReplyBytes = 64 << 10
	MaxBody       = 80 << 20         // of a sealed body: 50 MB of files, padded and sealed
	MaxUpload     = MaxBody + 16<<10 // of an upload: a body and what stands before it in its container
	MaxPaper      = 1 << 20
)

// Body is ciphertext on its way in. It is safe for one goroutine.
type Body interface {
	io.Writer
	Size() int64
	Discard() error // harmless after Accept
}

// EnvelopeQuery selects envelopes. Zero fields select all.
type EnvelopeQuery struct {
	Lanes  []keepiton.Lane
	States []keepiton.EnvelopeState
	Since  time.Time // arrived on that day or later; a tombstone: became one
	Gone   bool      // with tombstones
	After  keepiton.EnvelopeID
	Limit  int // 0: all
}

// Paper is a sealed text of the desk.
type Paper struct {
	ID      string // random, 32 hex digits
	Kind    string // case, note, story
	Version int
	About   keepiton.EnvelopeID // the report that it goes with; empty: none
	Sealed  []byte
}

// PaperVersion names a paper as it is at one moment.
type PaperVersion struct {
	ID      string
	Version int
}

// Parts is into how many parts a list is divided: what has an id that begins
// with one byte is one part. Ids are random, so that parts are equally large.
const Parts = 256

// Marks are the marks of all parts of a list. The mark of a part is another
// whenever anything in it is, and zero while it is empty. Nothing is kept for
// them that would tell an order: they are sums of versions.
type Marks [Parts]uint64

// Part is one part of a list, whole.
type Part[T any] struct {
	N    int // the first byte of the ids in it
	Mark uint64
	All  []T // in order of id
}

// Quota bounds a lane. A zero field is no bound: package intake sets defaults.
type Quota struct {
	Bytes int64
	Count int
}

// Usage is what a lane holds.
type Usage struct {
	Bytes int64
	Count int
	New   int // not opened yet
}
