package door

import (
	"encoding/hex"
	"net/http"
	"strconv"

	"keepiton"
)

// lookup is what a receipt is found by.
func lookup(text string) (string, error) {
	if !uploadID.MatchString(text) { // the same form: 32 hex digits
		return "", keepiton.Errorf(keepiton.Invalid, `"lookup" is not 32 hexadecimal digits`)
	}
	return text, nil
}

// mailbox answers with as many bytes for every lookup.
func (d *door) mailbox(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Lookup string `json:"lookup"`
	}
	if err := read(r, &in); err != nil {
		return err
	}
	id, err := lookup(in.Lookup)
	if err != nil {
		return err
	}
	body, err := d.Intake.SealedMailbox(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body) // an error means that the sender has gone
	return nil
}

// withdraw destroys a report for who holds its receipt.
func (d *door) withdraw(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Lookup    string `json:"lookup"`
		Signature string `json:"signature"`
	}
	if err := read(r, &in); err != nil {
		return err
	}
	id, err := lookup(in.Lookup)
	if err != nil {
		return err
	}
	signature, err := hex.DecodeString(in.Signature)
	if err != nil || len(signature) != 64 {
		return keepiton.Errorf(keepiton.Invalid, `"signature" is not an Ed25519 signature in 128 hexadecimal digits`)
	}
	if err := d.Intake.Withdraw(r.Context(), id, signature); err != nil {
		return err
	}
	return answer(w, taken{State: string(keepiton.EnvelopeWithdrawn)})
}
