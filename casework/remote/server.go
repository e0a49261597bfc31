package remote

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

var _ casework.Server = (*Client)(nil)

func envelopePath(id keepiton.EnvelopeID, part string) string {
	return Prefix + "envelopes/" + url.PathEscape(string(id)) + part
}

// Account implements casework.Server.
func (c *Client) Account(ctx context.Context) (casework.Account, error) {
	var a account
	err := c.get(ctx, Prefix+"account", nil, &a)
	return a.fromWire(), err
}

// Envelopes implements casework.Server. It asks for pages of a thousand; one
// that did not come whole is asked for again.
func (c *Client) Envelopes(ctx context.Context, q store.EnvelopeQuery, since uint64, yield func(keepiton.Envelope) error) (version uint64, err error) {
	left := q.Limit
	for first := true; ; first = false {
		if q.Limit = c.page; left > 0 {
			q.Limit = min(left, c.page)
		}
		v := queryValues(q)
		if first && since != 0 {
			v.Set("since", strconv.FormatUint(since, 10))
		}
		var p page
		if err := c.get(ctx, Prefix+"envelopes", v, &p); err != nil {
			return 0, err
		}
		if first {
			version = p.Version // what changes while pages are read counts as new
		}
		for _, w := range p.Items {
			e, err := w.fromWire()
			if err != nil {
				return 0, err
			}
			if err := yield(e); err != nil {
				return 0, err
			}
		}
		if left > 0 {
			if left -= len(p.Items); left <= 0 {
				return version, nil
			}
		}
		if p.Next == "" {
			return version, nil
		}
		q.After = keepiton.EnvelopeID(p.Next)
	}
}

// Envelope implements casework.Server.
func (c *Client) Envelope(ctx context.Context, id keepiton.EnvelopeID) (keepiton.Envelope, error) {
	var w envelope
	if err := c.get(ctx, envelopePath(id, ""), nil, &w); err != nil {
		return keepiton.Envelope{}, err
	}
	return w.fromWire()
}

// SetState implements casework.Server.
func (c *Client) SetState(ctx context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState) error {
	return c.call(ctx, http.MethodPut, envelopePath(id, "/state"), nil, stateAsk{s}, nil)
}

// Register implements casework.Server.
func (c *Client) Register(ctx context.Context, id keepiton.EnvelopeID, a keepiton.ReceiptAddress) error {
	return c.call(ctx, http.MethodPut, envelopePath(id, "/receipt"), nil, receipt(a), nil)
}

// PutReply implements casework.Server.
func (c *Client) PutReply(ctx context.Context, lookup string, sealed []byte) error {
	return c.exchange(ctx, http.MethodPost, Prefix+"replies/"+url.PathEscape(lookup), nil, sealed, "application/octet-stream", nil)
}

// Papers implements casework.Server. A line that breaks before the first paper
// is tried again; after that the error says so.
func (c *Client) Papers(ctx context.Context, kind string, yield func(store.Paper) error) error {
	begun := false
	var late error
	err := c.retry(ctx, func() error {
		err := c.papers(ctx, kind, func(p store.Paper) error { begun = true; return yield(p) })
		if begun {
			late, err = err, nil
		}
		return err
	})
	return errors.Join(err, late)
}

func (c *Client) papers(ctx context.Context, kind string, yield func(store.Paper) error) error {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", kind)
	}
	res, err := c.send(ctx, http.MethodGet, Prefix+"papers", q, nil, "", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	for d := json.NewDecoder(res.Body); ; {
		var p paper
		if err := d.Decode(&p); err != nil {
			return keepiton.Errorf(keepiton.Unavailable, "the papers were cut: %w", err)
		}
		if p.End {
			return nil
		}
		if err := yield(store.Paper{ID: p.ID, Kind: p.Kind, Version: p.Version, Sealed: p.Sealed}); err != nil {
			return err
		}
	}
}

// PutPaper implements casework.Server.
func (c *Client) PutPaper(ctx context.Context, p store.Paper, base int) (int, error) {
	var v versionAnswer
	q := url.Values{"kind": {p.Kind}, "base": {strconv.Itoa(base)}}
	err := c.exchange(ctx, http.MethodPut, Prefix+"papers/"+url.PathEscape(p.ID), q, p.Sealed, "application/octet-stream", &v)
	return v.Version, err
}

// DeletePaper implements casework.Server.
func (c *Client) DeletePaper(ctx context.Context, id string) error {
	return c.exchange(ctx, http.MethodDelete, Prefix+"papers/"+url.PathEscape(id), nil, nil, "", nil)
}

// Usage implements casework.Server.
func (c *Client) Usage(ctx context.Context) (usage map[keepiton.Lane]store.Usage, err error) {
	return usage, c.get(ctx, Prefix+"usage", nil, &usage)
}

// Draft implements casework.Server.
func (c *Client) Draft(ctx context.Context, inc *keepiton.Incident, reason string) (rev keepiton.Revision, err error) {
	return rev, c.call(ctx, http.MethodPost, Prefix+"drafts", nil, draftAsk{inc, reason}, &rev)
}

// DraftStory implements casework.Server.
func (c *Client) DraftStory(ctx context.Context, st *keepiton.Story, reason string) (rev keepiton.StoryRevision, err error) {
	return rev, c.call(ctx, http.MethodPost, Prefix+"stories", nil, storyAsk{st, reason}, &rev)
}

// PutMedia implements casework.Server.
func (c *Client) PutMedia(ctx context.Context, m store.MediaFile) error {
	q := url.Values{"type": {m.Type}, "subject": m.Subjects}
	return c.exchange(ctx, http.MethodPut, Prefix+"media/"+url.PathEscape(m.SHA256), q, m.Bytes, "application/octet-stream", nil)
}

// Record implements casework.Server. It changes nothing, so that a broken line
// is tried again.
func (c *Client) Record(ctx context.Context, q store.Query) (found store.Page, err error) {
	err = c.retry(ctx, func() error { return c.call(ctx, http.MethodPost, Prefix+"record", nil, q, &found) })
	return found, err
}

// Body implements casework.Server.
func (c *Client) Body(ctx context.Context, id keepiton.EnvelopeID) (io.ReadCloser, error) {
	b := &body{ctx: ctx, client: c, envelope: keepiton.Envelope{ID: id}}
	if err := c.retry(ctx, b.open); err != nil {
		return nil, err
	}
	return casework.Checked(b, b.envelope), nil
}
