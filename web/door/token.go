package door

import (
	"net/http"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/intake"
)

// challenge tells what to solve for the lane of work: ?bits=N asks for harder
// work than the least, which is looked at earlier.
func (d *door) challenge(w http.ResponseWriter, r *http.Request) error {
	wanted, err := strconv.Atoi(r.URL.Query().Get("bits"))
	if err != nil && r.URL.RawQuery != "" {
		return keepiton.Errorf(keepiton.Invalid, "bits is not a number")
	}
	text, bits := d.Intake.Challenge(r.Context(), wanted)
	return answer(w, struct {
		Challenge string `json:"challenge"`
		Bits      int    `json:"bits"`
	}{text, bits})
}

// useOf is what the tokens of a request are good for: its road says it.
func useOf(r *http.Request) intake.Use {
	if strings.HasSuffix(r.URL.Path, "/petitions") {
		return intake.Petitions
	}
	return intake.Reports
}

// tokenKey answers with the key that partners blind their tokens to.
func (d *door) tokenKey(w http.ResponseWriter, r *http.Request) error {
	if d.Intake.Partners == nil {
		return errNoPartners
	}
	key, err := d.Intake.Partners.Key(r.Context(), useOf(r))
	if err != nil {
		return err
	}
	return answer(w, map[string][]byte{"key": key})
}

// tokens signs a partner's blinded tokens.
func (d *door) tokens(w http.ResponseWriter, r *http.Request) error {
	if d.Intake.Partners == nil {
		return errNoPartners
	}
	secret, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		w.Header().Set("WWW-Authenticate", "Bearer")
		return keepiton.Errorf(keepiton.Unsigned, "a partner's key is needed: Authorization: Bearer …")
	}
	var in struct {
		Blinded [][]byte `json:"blinded"`
	}
	if err := read(r, &in); err != nil {
		return err
	}
	signed, err := d.Intake.Partners.Issue(r.Context(), useOf(r), secret, in.Blinded)
	if err != nil {
		return err
	}
	return answer(w, map[string][][]byte{"signed": signed})
}

var errNoPartners = keepiton.Errorf(keepiton.NotFound, "this server has no partners")
