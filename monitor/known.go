package monitor

import (
	"context"
	"time"

	"keepiton"
	"keepiton/store"
)

// known are the disruptions that were kept and may go on: those that have not ended,
// or ended a little while ago.
type known struct {
	all   []keepiton.Disruption
	byID  map[keepiton.DisruptionID]*keepiton.Disruption
	since map[string]time.Time // by country: from when on its series must be looked at
}

func (m *Monitor) known(ctx context.Context, now time.Time) (*known, error) {
	k := &known{byID: map[keepiton.DisruptionID]*keepiton.Disruption{}, since: map[string]time.Time{}}
	f := store.DisruptionFilter{From: now.Add(-settled), Limit: 200}
	for {
		page, err := m.c.Disruptions.ListDisruptions(ctx, f)
		if err != nil {
			return nil, err
		}
		k.all = append(k.all, page.Items...)
		if f.Cursor = page.Next; f.Cursor == "" {
			break
		}
	}
	for i := range k.all {
		d := &k.all[i]
		k.byID[d.ID] = d
		since := d.Onset.From.Add(-window)
		if oldest := now.Add(-longest); since.Before(oldest) {
			since = oldest
		}
		if old, ok := k.since[d.Entity.Country]; !ok || since.Before(old) {
			k.since[d.Entity.Country] = since
		}
	}
	return k, nil
}

// adopt gives d the id under which it was kept, and returns what was kept; nil when it
// is new. Late data may move its first detection, and with it the id that is
// computed: it is the same disruption while it is of the same entity and time.
// Ids that others have taken are not given again.
func (k *known) adopt(d *keepiton.Disruption, taken map[keepiton.DisruptionID]bool) *keepiton.Disruption {
	if was := k.byID[d.ID]; was != nil {
		return was
	}
	for i := range k.all {
		was := &k.all[i]
		if was.Entity == d.Entity && !taken[was.ID] && meet(was, d) {
			d.ID = was.ID
			return was
		}
	}
	return nil
}

// meet reports whether two disruptions share time. What began after another was lost
// from sight is not taken for it.
func meet(a, b *keepiton.Disruption) bool {
	after := func(x, y *keepiton.Disruption) bool {
		return !y.End.IsZero() && !x.Onset.From.Before(y.End.To) || !y.LostFromSight(x.Onset.From).IsZero()
	}
	return !after(a, b) && !after(b, a)
}
