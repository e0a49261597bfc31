package remote

import (
	"context"
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

// Envelopes implements casework.Server.
func (c *Client) Envelopes(ctx context.Context, known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error {
	return changed(ctx, c, Prefix+"envelopes/changed", known, envelope.fromWire, yield)
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

// PaperParts implements casework.Server.
func (c *Client) PaperParts(ctx context.Context, known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
	return changed(ctx, c, Prefix+"papers/changed", known, paperVersion.fromWire, yield)
}

// PutPaper implements casework.Server.
func (c *Client) PutPaper(ctx context.Context, p store.Paper, base int) (int, error) {
	var v versionAnswer
	q := url.Values{"kind": {p.Kind}, "base": {strconv.Itoa(base)}, "about": {string(p.About)}}
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

// DraftOrganization implements casework.Server.
func (c *Client) DraftOrganization(ctx context.Context, o *keepiton.Organization, reason string) (rev keepiton.EntryRevision, err error) {
	return rev, c.call(ctx, http.MethodPost, Prefix+"organizations", nil, organizationAsk{o, reason}, &rev)
}

// Entries implements casework.Server. It changes nothing, so that a broken line is
// tried again.
func (c *Client) Entries(ctx context.Context, q store.EntryQuery) (found store.EntryPage, err error) {
	err = c.retry(ctx, func() error { return c.call(ctx, http.MethodPost, Prefix+"entries", nil, q, &found) })
	return found, err
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
