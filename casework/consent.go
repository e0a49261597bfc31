package casework

import (
	"context"
	"slices"

	"keepiton"
	"keepiton/store"
)

// Additions are the reports, among those that are open, that their senders
// added to o through its receipt.
func (d *Desk) Additions(s *Shelf, o *Opened) (out []*Opened) {
	for _, e := range s.Here() {
		if a := d.Known(e.ID); a != nil && a.adds(o) {
			out = append(out, a)
		}
	}
	return out
}

func (o *Opened) adds(to *Opened) bool {
	return o.Report.Adds != "" && o.Report.Adds == to.Report.Receipt.Lookup
}

// OpenAdditions opens what was added to reports, as far as any desk has noted
// that it was. What cannot be opened here binds by the note alone.
func (d *Desk) OpenAdditions(ctx context.Context, s *Shelf, reports ...*Opened) error {
	for _, e := range s.Here() {
		j := s.Judged[e.ID]
		if j == nil || j.Looked == nil || j.Looked.Adds == "" || d.Known(e.ID) != nil {
			continue
		}
		if !slices.ContainsFunc(reports, func(o *Opened) bool { return j.Looked.Adds == o.Report.Receipt.Lookup }) {
			continue
		}
		switch _, err := d.Open(ctx, e.ID); keepiton.CodeOf(err) {
		case keepiton.Unavailable, keepiton.Unsigned, keepiton.Forbidden:
			return err
		}
	}
	return nil
}

// Unlooked are the envelopes of which nobody knows what is in them: not open
// here, and noted by no desk. Any of them may be an addition that takes consent
// back.
func (d *Desk) Unlooked(s *Shelf) (out []keepiton.Envelope) {
	for _, e := range s.Here() {
		if j := s.Judged[e.ID]; (j == nil || j.Looked == nil) && d.Known(e.ID) == nil {
			out = append(out, e)
		}
	}
	return out
}

// Anyway says that somebody was told how many envelopes are unopened, and drafts
// all the same.
type Anyway bool

// looked refuses a draft while envelopes are unopened, unless somebody was told.
func (d *Desk) looked(s *Shelf, anyway Anyway) error {
	n := len(d.Unlooked(s))
	if n == 0 || bool(anyway) {
		return nil
	}
	return &keepiton.Error{
		Code: keepiton.Conflict, Key: "casework.error.unopened", Args: map[string]any{"N": n},
		Err: keepiton.Errorf(keepiton.Conflict, "%d envelopes are unopened, and any may take a consent back", n),
	}
}

// Consent is what the sender of o allows today: what the report and all of its
// additions that say anything of consent allow alike, those that are open here
// and those that any desk has noted. One that allows more changes nothing: who
// knows the number of a receipt could have made it, and only the sender can have
// made the report.
func (d *Desk) Consent(s *Shelf, o *Opened) keepiton.Consent {
	c := o.Report.Consent
	if o.Report.Receipt.Lookup == "" {
		return c
	}
	for _, a := range d.Additions(s, o) {
		c = Narrowest(c, a.Report.Consent)
	}
	for _, id := range s.adds[o.Report.Receipt.Lookup] {
		if p := s.Judged[id].Looked.Consent; p != nil && d.Known(id) == nil {
			c = Narrowest(c, p.consent())
		}
	}
	return c
}

// Narrowest is what two statements of consent allow alike. One of version 0 says
// nothing.
func Narrowest(c, n keepiton.Consent) keepiton.Consent {
	if n.Version == 0 {
		return c
	}
	c.Publish, c.Media, c.Press = c.Publish && n.Publish, c.Media && n.Media, c.Press && n.Press
	c.Court, c.Partners = c.Court && n.Court, c.Partners && n.Partners
	if namingRank(n.Naming) < namingRank(c.Naming) {
		c.Naming, c.Name = n.Naming, n.Name
	}
	return c
}

func namingRank(n keepiton.Naming) int {
	return slices.Index([]keepiton.Naming{keepiton.NamedNobody, keepiton.NamedRolePlace, keepiton.NamedName}, n)
}

// Settle tells the senders of a case's reports that they helped, once what was
// drafted from them is published: not before, for a draft may come to nothing.
// It reports whether it is.
func (d *Desk) Settle(ctx context.Context, c *Case, judged map[keepiton.EnvelopeID]*Judgement) (published bool, err error) {
	if c.Incident == "" {
		return false, nil
	}
	page, err := d.Server.Record(ctx, store.Query{Text: string(c.Incident), States: keepiton.States, Limit: 5})
	if err != nil {
		return false, err
	}
	for _, rev := range page.Items {
		published = published || rev.Incident.ID == c.Incident && rev.Incident.State == keepiton.Published
	}
	if !published {
		return false, nil
	}
	for _, id := range c.Reports {
		j := judged[id]
		if j == nil || j.Decision != Use {
			continue
		}
		e, err := d.Server.Envelope(ctx, id)
		if err != nil {
			return true, err
		}
		if e.Gone.IsZero() && e.State != keepiton.EnvelopeUsed {
			if err := d.Server.SetState(ctx, id, keepiton.EnvelopeUsed); err != nil {
				return true, err
			}
		}
	}
	return true, nil
}
