package notify

import (
	"context"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// write makes the message of a delivery; nil when there is nothing to tell.
func (n *Notifier) write(ctx context.Context, d *keepiton.Delivery) (*Message, error) {
	terms, err := n.Keys.Open(&d.Subscription)
	if err != nil {
		return nil, err
	}
	id := d.Subscription.ID
	p := locale.For(terms.Lang)
	m := &Message{
		Name: n.Keys.MessageID(d.Alert.ID, id), Channel: d.Subscription.Channel, To: terms, Date: d.Alert.Announced,
		Manage: n.Links.alerts(p.Lang().Tag, "manage", n.Keys.linkToken(useManage, id)),
		End:    n.Links.alerts(p.Lang().Tag, "end", n.Keys.linkToken(useEnd, id)),
		Topics: terms.Topics.Words(p),
	}
	if d.Alert.Pace != "" {
		return n.writeDigest(ctx, d, m)
	}
	t, err := n.tell(ctx, &d.Alert, p.Lang().Tag)
	if err != nil {
		return nil, err
	}
	m.Told = []*Told{t}
	if d.Alert.After == "" {
		return m, nil
	}
	earlier, err := n.listed(d.Alert.ID, func() ([]keepiton.Alert, error) {
		return n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{Subject: d.Alert.Subject, States: []keepiton.AlertState{keepiton.AlertAnnounced}, Limit: 1000})
	})
	if err != nil {
		return nil, err
	}
	for i := range earlier {
		if earlier[i].Seq < d.Alert.Seq {
			m.Earlier = append(m.Earlier, n.Keys.MessageID(earlier[i].ID, id))
		}
	}
	if m.Channel == keepiton.ChannelMastodon || m.Channel == keepiton.ChannelTelegram {
		m.Edits, err = n.Outbox.Receipt(ctx, d.Alert.Subject, id)
	}
	return m, err
}

// maxDigest bounds the alerts of one digest.
const maxDigest = 1000

// writeDigest puts the alerts of a day or a week together that a subscription
// wants, the newest of each subject.
func (n *Notifier) writeDigest(ctx context.Context, d *keepiton.Delivery, m *Message) (*Message, error) {
	all, err := n.listed(d.Alert.ID, func() ([]keepiton.Alert, error) {
		return n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{
			States: []keepiton.AlertState{keepiton.AlertAnnounced}, Unheld: true, From: d.Alert.From, Before: d.Alert.To, Limit: maxDigest,
		})
	})
	if err != nil {
		return nil, err
	}
	newest := map[string]int64{}
	for i := range all {
		newest[all[i].Subject] = all[i].Seq
	}
	for i := range all {
		if a := &all[i]; newest[a.Subject] == a.Seq && m.To.Topics.Match(a.Facets) {
			t, err := n.tell(ctx, a, locale.For(m.To.Lang).Lang().Tag)
			if err != nil {
				return nil, err
			}
			m.Told = append(m.Told, t)
		}
	}
	if m.Digest = true; len(m.Told) == 0 {
		return nil, nil
	}
	return m, nil
}

// Words tells topics to their reader; "everything" when nothing is narrowed.
func (t *Topics) Words(p *locale.Printer) string {
	var parts []string
	add := func(values []string, word func(string) string) {
		for _, v := range values {
			parts = append(parts, word(v))
		}
	}
	lang := p.Lang().Tag
	add(t.About, func(v string) string { return p.T("page.alerts.about." + v) })
	add(t.Countries, func(v string) string { return geo.Name(v, lang) })
	add(t.Regions, func(v string) string { return p.Code("region", v) })
	add(t.Places, func(v string) string { return geo.RegionName(v, lang) })
	add(t.Networks, func(v string) string { return p.Code("network", v) })
	add(t.Operators, p.Apart)
	add(t.Services, func(v string) string { return p.Code("service", v) })
	add(t.Causes, func(v string) string { return p.Code("cause", v) })
	if len(parts) == 0 {
		return p.T("page.alerts.everything")
	}
	return p.List(parts)
}
