package door

import (
	"context"
	"net/http"

	"keepiton"
)

// Heart takes the heartbeats of partners' probes: that one is alive in a country, by
// mobile or fixed access or neither said. It is told nothing else.
type Heart func(ctx context.Context, country, access string) error

var errNoHeart = keepiton.Errorf(keepiton.NotFound, "this server counts no heartbeats")

// heartbeat counts one, for one token of a partner.
func (d *door) heartbeat(w http.ResponseWriter, r *http.Request) error {
	switch {
	case d.Heart == nil:
		return errNoHeart
	case d.Intake.Partners == nil:
		return errNoPartners
	}
	var in struct {
		Country string `json:"country"`
		Access  string `json:"network"`
	}
	if err := read(r, &in); err != nil {
		return err
	}
	e, err := keepiton.ParseEntity("country/" + in.Country)
	if err != nil || e.Country != in.Country || e.Access+e.Service != "" {
		return keepiton.Errorf(keepiton.Invalid, `"country" is no ISO 3166-1 code`)
	}
	if in.Access != "" && in.Access != "mobile" && in.Access != "fixed" {
		return keepiton.Errorf(keepiton.Invalid, `"network" is neither mobile nor fixed`)
	}
	digest, err := d.Intake.Partners.Verify(r.Context(), r.Header.Get(headerToken))
	if err != nil {
		return keepiton.Errorf(keepiton.Forbidden, "a heartbeat needs a partner's token that is good: X-KeepItOn-Token")
	}
	if err := d.Intake.Store.SpendToken(r.Context(), digest); err != nil {
		return err
	}
	if err := d.Heart(r.Context(), in.Country, in.Access); err != nil {
		return err
	}
	return answer(w, taken{State: "counted"})
}
