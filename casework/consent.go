package casework

import (
	"context"

	"keepiton"
	"keepiton/store"
)

// Additions returns, among reports that are open, those that their senders added
// to o through its receipt.
func Additions(o *Opened, open []*Opened) []*Opened {
	var out []*Opened
	for _, a := range open {
		if o.Report.Receipt.Lookup != "" && a.Report.Adds == o.Report.Receipt.Lookup {
			out = append(out, a)
		}
	}
	return out
}

// Narrowest is what the sender of o allows today: what the report and all of its
// additions that say anything of consent allow alike. Who once took a use back
// is not asked again by a program.
func Narrowest(o *Opened, additions []*Opened) keepiton.Consent {
	c := o.Report.Consent
	for _, a := range additions {
		n := a.Report.Consent
		if n.Version == 0 {
			continue // a question answered, a file sent later: nothing about consent
		}
		c.Publish, c.Media, c.Press = c.Publish && n.Publish, c.Media && n.Media, c.Press && n.Press
		c.Court, c.Partners = c.Court && n.Court, c.Partners && n.Partners
		if n.Naming == keepiton.NamedNobody || c.Naming == keepiton.NamedName && n.Naming == keepiton.NamedRolePlace {
			c.Naming, c.Name = n.Naming, n.Name
		}
	}
	return c
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
