package casework

import (
	"context"
	"strings"

	"keepiton"
	"keepiton/seal"
)

// Reply seals words to the sender of a report and leaves them at the server,
// where the receipt finds them. ask says that an answer is wanted. The key is
// the one inside the seal; one that the server shows is never used.
func (d *Desk) Reply(ctx context.Context, id keepiton.EnvelopeID, words string, ask bool) error {
	words = strings.TrimSpace(words)
	if words == "" {
		return &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.empty", Err: keepiton.Errorf(keepiton.Invalid, "the reply is empty")}
	}
	o, err := d.Open(ctx, id)
	if err != nil {
		return err
	}
	to := o.Report.Receipt
	if to.Reply == "" {
		return &keepiton.Error{Code: keepiton.NotFound, Key: "casework.error.no_receipt", Err: keepiton.Errorf(keepiton.NotFound, "this report has no receipt: there is no way back to its sender")}
	}
	sealed, err := seal.SealReply(to, []byte(words))
	if err != nil {
		return err
	}
	if err := d.Server.PutReply(ctx, to.Lookup, sealed); err != nil {
		return err
	}
	if _, err := d.Judge(ctx, id, "replied", func(j *Judgement) error {
		who, err := d.Server.Account(ctx)
		j.AddNote(d.today(), who.Name, "→ "+words)
		return err
	}); err != nil {
		return err
	}
	if ask {
		return d.Server.SetState(ctx, id, keepiton.EnvelopeAsked)
	}
	return nil
}
