package intake

import (
	"context"

	"keepiton"
	"keepiton/seal"
)

// TakeMessage seals a mail or an SMS at once: rep, with raw, the message as it
// came, as its one file; nil for none. It has no receipt, for there is nobody to
// show one to. The caller sets rep.Road and what the message tells; rep.Kind is
// ReportMessage where it is empty. To have the same message twice joined at the
// desk, derive rep.ID from it.
func (in *Intake) TakeMessage(ctx context.Context, p Pass, rep *keepiton.Report, raw []byte, name, mediaType string) (keepiton.Envelope, error) {
	in.init()
	sealer, err := in.sealer()
	if err != nil {
		return keepiton.Envelope{}, err
	}
	s, err := in.begin(ctx, p, sealer, seal.Receipt{})
	if err != nil {
		return keepiton.Envelope{}, err
	}
	defer s.Cancel()
	s.here = true
	if raw != nil {
		w, err := s.File(name, mediaType)
		if err != nil {
			return keepiton.Envelope{}, err
		}
		if _, err := w.Write(raw); err != nil {
			return keepiton.Envelope{}, err
		}
	}
	if rep.Kind == "" {
		rep.Kind = keepiton.ReportMessage
	}
	return s.finish(rep, keepiton.OpenFields{})
}
