package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"keepiton"
	"keepiton/series"
)

// Sight implements series.Store.
func (s *Store) Sight(ctx context.Context, all []keepiton.Sighting) error {
	groups := map[cell]sighted{}
	for _, one := range all {
		m := keepiton.Measurement{SeriesKey: one.SeriesKey, At: one.At, Step: one.Step}
		if err := check(m); err != nil {
			return err
		}
		if one.What&keepiton.Told == 0 || one.What > keepiton.Told|keepiton.Met {
			return keepiton.Errorf(keepiton.Invalid, "%s: a sighting %d, where told, or told and met, belongs", one.SeriesKey, one.What)
		}
		key := cell{one.SeriesKey, one.At.Unix()}
		g := groups[key]
		g.all = append(g.all, series.Witness{Who: one.Who, What: one.What})
		if m.Arrived = one.Arrived; m.Arrived == 0 || g.m.Arrived != 0 && g.m.Arrived < m.Arrived {
			m.Arrived = g.m.Arrived
		}
		g.m = m
		groups[key] = g
	}
	if len(groups) == 0 {
		return nil
	}
	return s.change(ctx, "keep sightings", func(w *writer) error {
		counted := map[keepiton.SeriesKey][]keepiton.Measurement{}
		for key, g := range groups {
			m, counts, err := w.join(key, g)
			if err != nil {
				return err
			}
			if !counts {
				w.closed += int64(len(g.all))
				continue
			}
			counted[key.SeriesKey] = append(counted[key.SeriesKey], m)
		}
		for key, group := range counted {
			if err := w.put(key, group); err != nil {
				return err
			}
		}
		return nil
	})
}

type cell struct {
	keepiton.SeriesKey
	at int64
}

type sighted struct {
	m   keepiton.Measurement
	all series.Witnesses
}

// join joins the witnesses of one bin with those that are kept, and returns its count;
// false when the bin stands by itself, since its witnesses were pruned.
func (w *writer) join(key cell, g sighted) (keepiton.Measurement, bool, error) {
	k, err := w.of(key.SeriesKey, int64(g.m.Step/time.Second), key.at, key.at+int64(g.m.Step/time.Second))
	if err != nil {
		return g.m, false, err
	}
	var before series.Witnesses
	var data []byte
	switch err := w.sighting.QueryRowContext(w.ctx, k.id, key.at).Scan(&data); {
	case errors.Is(err, sql.ErrNoRows):
		if stands, err := w.stands(k, g.m.At, g.m.Step); err != nil || stands {
			return g.m, false, err
		}
	case err != nil:
		return g.m, false, err
	default:
		if before, err = series.ReadWitnesses(data); err != nil {
			return g.m, false, err
		}
	}
	after := before.Join(g.all)
	if len(after) > series.MaxWitnesses {
		return g.m, false, keepiton.Errorf(keepiton.TooLarge, "%s: more than %d witnesses in one bin", key.SeriesKey, series.MaxWitnesses)
	}
	met, told := after.Count()
	g.m.Bin = keepiton.Bin{Value: float64(met), N: told, State: keepiton.Present, Arrived: g.m.Arrived}
	if fresh := series.AppendWitnesses(nil, after); string(fresh) != string(data) {
		if _, err := w.sight.ExecContext(w.ctx, k.id, key.at, fresh, dayOf(w.store.now())); err != nil {
			return g.m, false, err
		}
	}
	return g.m, true, nil
}
