// Package remote is casework.Server over HTTP: [Handler] at the server, [Client]
// on the analyst's machine. Bodies of reports and papers go as they are, all
// else as JSON, compressed. Every request carries a bearer token; there are no
// cookies, so that no page in a browser can speak for the analyst.
//
//	GET    account
//	POST   envelopes/changed            the marks that are known; a line for each part that changed
//	GET    envelopes/{id}
//	GET    envelopes/{id}/body          Range: bytes=N- goes on where a line broke
//	PUT    envelopes/{id}/state
//	PUT    envelopes/{id}/receipt
//	POST   replies/{lookup}
//	POST   papers/changed               likewise, with versions
//	POST   papers/read                  ids; for each a line and its bytes
//	PUT    papers/{id}?kind=&base=&about=
//	DELETE papers/{id}
//	GET    usage
//	POST   drafts
//	POST   stories
//	POST   organizations
//	POST   entries                      one page
//	PUT    media/{sha256}?type=&subject=
//	POST   record
package remote

import (
	"encoding/hex"
	"net/url"
	"strconv"
	"time"

	"keepiton"
	"keepiton/casework"
)

// Prefix is where the handler stands on a server.
const Prefix = "/desk/remote/"

// Limits of what goes over the wire, in bytes and entries.
const (
	maxAnswer = 8 << 20 // of a JSON answer that the client reads, and of one part
	maxAsk    = 2 << 20 // of a JSON request that the handler reads: an incident is at most 1 MiB
)

// Problem is an error on its way.
type Problem struct {
	Code  keepiton.Code `json:"code"`
	Error string        `json:"error"` // in words for a person
}

// envelope is a keepiton.Envelope in JSON.
type envelope struct {
	ID      keepiton.EnvelopeID    `json:"id"`
	Lane    keepiton.Lane          `json:"lane"`
	Day     string                 `json:"day"`
	Expires string                 `json:"expires"`
	Size    int64                  `json:"size"`
	Digest  string                 `json:"digest"`
	Work    int                    `json:"work,omitempty"`
	Receipt receipt                `json:"receipt,omitzero"`
	Open    keepiton.OpenFields    `json:"open,omitzero"`
	State   keepiton.EnvelopeState `json:"state"`
	Gone    string                 `json:"gone,omitempty"`
}

type receipt struct {
	Lookup   string `json:"lookup,omitempty"`
	Reply    string `json:"reply,omitempty"`
	Withdraw string `json:"withdraw,omitempty"`
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func parseDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, keepiton.Errorf(keepiton.Invalid, "%q is not a day such as 2026-11-25", s)
	}
	return t, nil
}

func toWire(e keepiton.Envelope) envelope {
	return envelope{
		ID: e.ID, Lane: e.Lane, Day: dayText(e.Day), Expires: dayText(e.Expires), Size: e.Size, Digest: hex.EncodeToString(e.Digest[:]),
		Work: e.Work, Receipt: receipt(e.Receipt), Open: e.Open, State: e.State, Gone: dayText(e.Gone),
	}
}

func (w envelope) fromWire() (e keepiton.Envelope, err error) {
	e = keepiton.Envelope{ID: w.ID, Lane: w.Lane, Size: w.Size, Work: w.Work, Receipt: keepiton.ReceiptAddress(w.Receipt), Open: w.Open, State: w.State}
	for text, day := range map[string]*time.Time{w.Day: &e.Day, w.Expires: &e.Expires, w.Gone: &e.Gone} {
		if *day, err = parseDay(text); err != nil {
			return e, err
		}
	}
	digest, err := hex.DecodeString(w.Digest)
	if err != nil || len(digest) != len(e.Digest) {
		return e, keepiton.Errorf(keepiton.Invalid, "envelope %s has no digest of 32 bytes", w.ID)
	}
	copy(e.Digest[:], digest)
	return e, nil
}

func number(v url.Values, name string, most int) (int, error) {
	text := v.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, keepiton.Errorf(keepiton.Invalid, "%s=%q is not a number from 0 to %d", name, text, most)
	}
	return n, nil
}

type stateAsk struct {
	State keepiton.EnvelopeState `json:"state"`
}

type draftAsk struct {
	Incident *keepiton.Incident `json:"incident"`
	Reason   string             `json:"reason"`
}

type storyAsk struct {
	Story  *keepiton.Story `json:"story"`
	Reason string          `json:"reason"`
}

type organizationAsk struct {
	Organization *keepiton.Organization `json:"organization"`
	Reason       string                 `json:"reason"`
}

type versionAnswer struct {
	Version int `json:"version"`
}

// account is a casework.Account in JSON.
type account struct {
	Name         string        `json:"name"`
	Role         keepiton.Role `json:"role"`
	Organization string        `json:"organization"`
	Opened       int           `json:"opened"`
	Budget       int           `json:"budget"`
}

func (a account) fromWire() casework.Account { return casework.Account(a) }
