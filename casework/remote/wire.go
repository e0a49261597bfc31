// Package remote is casework.Server over HTTP: [Handler] at the server, [Client]
// on the analyst's machine. Bodies of reports and papers go as they are, all
// else as JSON, compressed. Every request carries a bearer token; there are no
// cookies, so that no page in a browser can speak for the analyst.
//
//	GET    account
//	GET    envelopes?since=&after=&limit=&lane=&state=&day=&gone=   one page, and the version
//	GET    envelopes/{id}
//	GET    envelopes/{id}/body          Range: bytes=N- goes on where a line broke
//	PUT    envelopes/{id}/state
//	PUT    envelopes/{id}/receipt
//	POST   replies/{lookup}
//	GET    papers?kind=                 a line each
//	PUT    papers/{id}?kind=&base=
//	DELETE papers/{id}
//	GET    usage
//	POST   drafts
//	POST   stories
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
	"keepiton/store"
)

// Prefix is where the handler stands on a server.
const Prefix = "/desk/remote/"

// Limits of what goes over the wire, in bytes and entries.
const (
	maxPage   = 1000    // envelopes in one answer
	maxAnswer = 8 << 20 // of a JSON answer that the client reads
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

// page is one page of envelopes. Same says that nothing changed since the
// version that was asked with.
type page struct {
	Version uint64     `json:"version"`
	Same    bool       `json:"same,omitempty"`
	Items   []envelope `json:"items"`
	Next    string     `json:"next,omitempty"` // id to go on after; empty at the end
}

func queryValues(q store.EnvelopeQuery) url.Values {
	v := url.Values{}
	for _, l := range q.Lanes {
		v.Add("lane", string(l))
	}
	for _, s := range q.States {
		v.Add("state", string(s))
	}
	if !q.Since.IsZero() {
		v.Set("day", dayText(q.Since))
	}
	if q.Gone {
		v.Set("gone", "1")
	}
	if q.After != "" {
		v.Set("after", string(q.After))
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	return v
}

func parseQuery(v url.Values) (q store.EnvelopeQuery, since uint64, err error) {
	for _, l := range v["lane"] {
		q.Lanes = append(q.Lanes, keepiton.Lane(l))
	}
	for _, s := range v["state"] {
		q.States = append(q.States, keepiton.EnvelopeState(s))
	}
	if q.Since, err = parseDay(v.Get("day")); err != nil {
		return q, 0, err
	}
	q.Gone, q.After = v.Get("gone") != "", keepiton.EnvelopeID(v.Get("after"))
	if q.Limit, err = number(v, "limit", maxPage); err != nil {
		return q, 0, err
	}
	if q.Limit == 0 {
		q.Limit = maxPage
	}
	if text := v.Get("since"); text != "" {
		if since, err = strconv.ParseUint(text, 10, 64); err != nil {
			return q, 0, keepiton.Errorf(keepiton.Invalid, "since=%q is not a version", text)
		}
	}
	return q, since, nil
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

// paper is a store.Paper on a line of its own. The last line has End alone, so
// that a list that was cut short is known as such.
type paper struct {
	ID      string `json:"id,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Version int    `json:"version,omitempty"`
	Sealed  []byte `json:"sealed,omitempty"`
	End     bool   `json:"end,omitempty"`
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
