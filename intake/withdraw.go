package intake

import (
	"context"

	"keepiton"
	"keepiton/seal"
)

// Withdraw destroys the key and the body of the report behind a lookup, when
// sig is the signature of its receipt (seal.Receipt.Withdrawal), and leaves a
// tombstone. What rests on the report is taken back first (Withdrawing). Twice is
// once. NotFound alike for a lookup that is not known and for a signature that
// does not hold, after the same work.
func (in *Intake) Withdraw(ctx context.Context, lookup string, sig []byte) error {
	in.init()
	e, err := in.Store.EnvelopeByLookup(ctx, lookup)
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return err
	}
	known, address := err == nil, e.Receipt
	if !known || address.Withdraw == "" {
		address = blankAddress()
	}
	holds := in.checkSignature(address, sig)
	switch {
	case known && !e.Gone.IsZero():
		return nil
	case !known || !holds:
		return errNothing
	}
	if in.Withdrawing != nil {
		if err := in.Withdrawing(ctx, e.ID); err != nil {
			return err
		}
	}
	return in.Store.Destroy(ctx, e.ID, keepiton.EnvelopeWithdrawn, in.today())
}

// WithdrawAll withdraws the report of r and all its additions, for a page
// without script. NotFound when none of them is known here.
func (in *Intake) WithdrawAll(ctx context.Context, r seal.Receipt) error {
	in.init()
	leave, err := in.asking.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	var found bool
	for n := range 1 + MaxAdditions {
		to := family(r, n)
		err := in.Withdraw(ctx, to.Address().Lookup, to.Withdrawal())
		if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
			return err
		}
		found = found || err == nil
	}
	if !found {
		return errNothing
	}
	return nil
}

var errNothing = &keepiton.Error{
	Code: keepiton.NotFound, Key: "intake.nothing",
	Err: keepiton.Errorf(keepiton.NotFound, "no report was withdrawn: the receipt is not known here, or the signature is not its own"),
}
