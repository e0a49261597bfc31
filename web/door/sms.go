package door

import (
	"net/http"
	"slices"

	"keepiton"
	"keepiton/intake/sms"
)

// message takes what an SMS gateway sends. The answer is empty: Kannel would
// send words of it to the sender as an SMS, and this road answers nobody.
func (d *door) message(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("gateway")
	i := slices.IndexFunc(sms.Gateways, func(g sms.Gateway) bool { return g.Name == name })
	if i < 0 || d.SMS == nil || d.Secrets[name] == "" {
		return keepiton.Errorf(keepiton.NotFound, "there is no SMS gateway of that name here")
	}
	m, ok, err := sms.Gateways[i].Read(r, d.Secrets[name], d.SMS.Now())
	if err != nil {
		return err
	}
	if ok {
		if err := d.SMS.Take(r.Context(), m); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	return nil
}
