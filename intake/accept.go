package intake

import (
	"context"

	"keepiton"
	"keepiton/bundle"
	"keepiton/store"
)

// accept stores an envelope. A sender's report matters more than the order of
// lanes: a token that was spent already, or a lane that is full, brings it into
// the open lane; a receipt that another envelope has brings it in without one,
// and the desk finds the address inside the seal.
func (in *Intake) accept(ctx context.Context, p Pass, h bundle.Header, body store.Body) (keepiton.Envelope, error) {
	if p.Lane == keepiton.LanePartner && !in.spend(ctx, p.Token) {
		p = Pass{Lane: keepiton.LaneOpen}
	}
	e := keepiton.Envelope{Lane: p.Lane, Work: p.Work, Day: in.today(), Expires: in.expires(), Receipt: h.Receipt, Open: h.Open}
	stored, err := in.put(ctx, e, body)
	if keepiton.CodeOf(err) == keepiton.TooLarge && (p.Lane == keepiton.LanePartner || p.Lane == keepiton.LaneWork || p.Lane == keepiton.LaneOnion) {
		e.Lane, e.Work = keepiton.LaneOpen, 0
		if in.spare(ctx, Pass{Lane: keepiton.LaneOpen}) == nil {
			stored, err = in.put(ctx, e, body)
		}
	}
	if keepiton.CodeOf(err) == keepiton.TooLarge {
		return keepiton.Envelope{}, errFull(e.Lane)
	}
	return stored, err
}

func (in *Intake) put(ctx context.Context, e keepiton.Envelope, body store.Body) (keepiton.Envelope, error) {
	if err := in.fits(ctx, e.Lane, body.Size()); err != nil {
		return keepiton.Envelope{}, err
	}
	stored, again, err := in.Store.Accept(ctx, e, body)
	if keepiton.CodeOf(err) == keepiton.Conflict && e.Receipt != (keepiton.ReceiptAddress{}) {
		e.Receipt = keepiton.ReceiptAddress{}
		stored, again, err = in.Store.Accept(ctx, e, body)
	}
	if err == nil && !again {
		in.room.add(stored)
	}
	return stored, err
}

// spend marks a partner's token as used, and reports whether it was not.
func (in *Intake) spend(ctx context.Context, token *[32]byte) bool {
	return token != nil && in.Store.SpendToken(ctx, *token) == nil
}

func errFull(l keepiton.Lane) error {
	return &keepiton.Error{
		Code: keepiton.TooLarge, Key: "intake.full", Args: map[string]any{"lane": string(l)},
		Hint: "other ways are still open: show work, come through the onion service, or with a partner's token",
		Err:  keepiton.Errorf(keepiton.TooLarge, "this way in is full today"),
	}
}
