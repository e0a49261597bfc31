package intake

import (
	"context"

	"keepiton"
	"keepiton/seal"
)

// Withdraw destroys the key and the body of the report behind a lookup, when
// sig is the signature of its receipt (seal.Receipt.Withdrawal), and leaves a
// tombstone. Twice is once. NotFound alike for a lookup that is not known and
// for a signature that does not hold, after the same work.
func (in *Intake) Withdraw(ctx context.Context, lookup string, sig []byte) error {
	in.init()
	e, err := in.Store.EnvelopeByLookup(ctx, lookup)
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return err
	}
	known := err == nil
	if known && !e.Gone.IsZero() {
		return nil
	}
	address := e.Receipt
	if !known || address.Lookup != lookup {
		nobody, _ := blank()
		address = nobody.Address()
	}
	if !seal.CheckWithdrawal(address, sig) || !known {
		return errNothing
	}
	return in.Store.Destroy(ctx, e.ID, keepiton.EnvelopeWithdrawn, in.today())
}

var errNothing = &keepiton.Error{
	Code: keepiton.NotFound, Key: "intake.nothing",
	Err: keepiton.Errorf(keepiton.NotFound, "no report was withdrawn: the receipt is not known here, or the signature is not its own"),
}
