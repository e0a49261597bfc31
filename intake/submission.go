package intake

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
	"keepiton/store"
)

// Pass says how a submission was let in. [Intake.Admit] makes it from what a
// request shows; roads with a lane of their own make it themselves.
type Pass struct {
	Lane  keepiton.Lane
	Work  int       // as Envelope.Work
	Token *[32]byte // digest of a partner's token, in LanePartner: spent when the report is taken
}

// Submission is a report that is being written and sealed. It is for one
// goroutine. End it with Finish, or Cancel: defer Cancel, which does nothing
// after Finish, so that a panic leaves nothing either.
//
// It takes a place of its lane when there is something to seal: with its first
// file, for as long as the line needs that brings the files; without files for the
// moment in which its words are sealed.
type Submission struct {
	in      *Intake
	ctx     context.Context
	pass    Pass
	sealer  *seal.Sealer
	receipt seal.Receipt
	address keepiton.ReceiptAddress // zero without a receipt
	adds    string                  // lookup of the report that this one adds to
	here    bool                    // nothing of it comes over a line any more
	place   *place                  // while files arrive; nil: none was needed
	body    store.Body              // nil: nothing was written yet
	sealed  io.WriteCloser
	bundle  *bundle.Writer
	leave   func() // gives back what was taken, the last first
	done    bool
}

// Begin starts a report that arrives in the clear: a form without script, a
// mail, an SMS. What is written to it is framed, sealed and handed on in chunks
// of 64 KiB: the plaintext is never whole in memory and never anywhere else.
// Unavailable when there are no keys to seal to; TooLarge when the lane is full.
// ctx ends the whole submission; see [CutBy].
func (in *Intake) Begin(ctx context.Context, p Pass) (*Submission, error) {
	in.init()
	sealer, err := in.sealer()
	if err != nil {
		return nil, err
	}
	return in.begin(ctx, p, sealer, seal.NewReceipt())
}

// begin starts a report under a receipt; the zero Receipt is none.
func (in *Intake) begin(ctx context.Context, p Pass, sealer *seal.Sealer, receipt seal.Receipt) (*Submission, error) {
	if err := in.spare(ctx, p); err != nil {
		return nil, err
	}
	s := &Submission{in: in, ctx: ctx, pass: p, sealer: sealer, receipt: receipt}
	if !receipt.IsZero() {
		s.address = receipt.Address()
	}
	in.flying.add(1)
	s.leave = func() { in.flying.add(-1) }
	return s, nil
}

// open takes a place and begins to seal.
func (s *Submission) open(files bool) error {
	if s.body != nil || s.done {
		return nil
	}
	l, err := s.in.lane(s.pass.Lane)
	if err != nil {
		return err
	}
	next := s.leave
	if files && !s.here {
		if s.place, err = l.places.enter(s.ctx, cutOf(s.ctx)); err != nil {
			return err
		}
		s.leave = func() { s.place.leave(); next() }
	} else {
		back, err := l.moments.enter(s.ctx)
		if err != nil {
			return err
		}
		s.leave = func() { back(); next() }
	}
	if s.body, err = s.in.Store.Stage(s.ctx); err == nil {
		s.sealed, err = s.sealer.Seal(s.body)
	}
	if err != nil {
		s.Cancel()
		return err
	}
	s.bundle = bundle.NewWriter(s.sealed)
	return nil
}

// Receipt returns the receipt that Finish will return. Show it to nobody
// before Finish has: there is no report behind it until then.
func (s *Submission) Receipt() seal.Receipt { return s.receipt }

// File begins a file of the report and ends the one before. The name and the
// type are sealed with it. TooLarge, here or from the writer, when there are too
// many or they are too large together; the report can still be finished then,
// with what is written. RateLimited when the lane has no place for it, or when
// it lost its place ([Lost]): that ends the submission.
func (s *Submission) File(name, mediaType string) (io.Writer, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, s.gone(err)
	}
	if err := s.open(true); err != nil {
		return nil, err
	}
	if s.done {
		return nil, s.gone(errEnded)
	}
	w, err := s.bundle.File(name, mediaType)
	if err != nil {
		return nil, err
	}
	return &filed{s, w}, nil
}

// filed notes what a file brings with the place of its submission.
type filed struct {
	s    *Submission
	file io.Writer
}

// Write implements io.Writer.
func (f *filed) Write(p []byte) (int, error) {
	if f.s.place != nil {
		if err := f.s.place.brought(len(p)); err != nil {
			f.s.Cancel()
			return 0, err
		}
	}
	return f.file.Write(p)
}

// Err is the error of a submission that lost its place, whatever else went wrong
// because of it.
func (s *Submission) Err() error { return s.gone(nil) }

func (s *Submission) gone(err error) error { return s.place.gone(err) }

// Finish writes the report, seals the end, and has it stored: once it returned
// a receipt, the report is durable. It sets ID, Receipt and Files of rep, and
// Road where it is empty. Invalid and TooLarge come before anything is stored,
// and the report may then be mended and Finish called again; any other error
// ends the submission. TooLarge with a Key that begins with intake. means that
// the lane is full.
func (s *Submission) Finish(rep *keepiton.Report, open keepiton.OpenFields) (seal.Receipt, error) {
	_, err := s.finish(rep, open)
	if err != nil {
		return seal.Receipt{}, err
	}
	return s.receipt, nil
}

func (s *Submission) finish(rep *keepiton.Report, open keepiton.OpenFields) (keepiton.Envelope, error) {
	if s.done {
		return keepiton.Envelope{}, s.gone(errEnded)
	}
	if err := s.ctx.Err(); err != nil {
		s.Cancel()
		return keepiton.Envelope{}, s.gone(err)
	}
	header := bundle.Header{Receipt: s.address, Open: open}
	if err := bundle.WriteHeader(io.Discard, header); err != nil {
		return keepiton.Envelope{}, err // its fields have not the form they must have
	}
	if rep.ID == "" {
		rep.ID = randomID()
	}
	if rep.Road == "" {
		rep.Road = keepiton.RoadForm
	}
	rep.Receipt = s.address
	if s.adds != "" {
		rep.Kind, rep.Adds = keepiton.ReportAddition, s.adds
	}
	if err := s.open(false); err != nil {
		return keepiton.Envelope{}, err
	}
	if s.place != nil {
		if err := s.place.arrived(); err != nil {
			s.Cancel()
			return keepiton.Envelope{}, err
		}
	}
	if err := s.bundle.Close(rep); err != nil {
		if code := keepiton.CodeOf(err); code != keepiton.Invalid && code != keepiton.TooLarge {
			s.Cancel()
		}
		return keepiton.Envelope{}, err
	}
	defer s.Cancel()
	if err := s.sealed.Close(); err != nil {
		return keepiton.Envelope{}, err
	}
	e, err := s.in.accept(s.ctx, s.pass, header, s.body)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	return e, nil
}

var errEnded = errors.New("intake: the submission has ended")

// Cancel ends the submission and leaves nothing of it.
func (s *Submission) Cancel() {
	if s.done {
		return
	}
	s.done = true
	defer s.leave()
	if s.body != nil {
		s.body.Discard() // what it cannot remove, the store sweeps away and nobody can open
	}
}

// randomID returns 32 random hex digits.
func randomID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
