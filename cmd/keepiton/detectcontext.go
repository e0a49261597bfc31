package main

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/detect"
	"keepiton/geo"
	"keepiton/store"
)

// recordContext is what the record knows of countries: the beginnings of published
// shutdowns of whole networks, and the days to watch. Without a record (nil) only the clocks are known.
func recordContext(ctx context.Context, st store.Store) (func(country string) detect.Context, error) {
	past, watch := map[string][]time.Time{}, map[string][]detect.Occasion{}
	if st != nil {
		err := st.Cases(ctx, time.Time{}, func(c *count.Case) error {
			whole := strings.Contains(c.Dims[count.Extent], "Full network")
			if whole && c.State == keepiton.Published && len(c.Episodes) > 0 && !c.Episodes[0].Start.IsZero() {
				for cc := range strings.SplitSeq(c.Dims[count.CC], "; ") {
					past[cc] = append(past[cc], c.Episodes[0].Start.At)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if err := eachWatch(ctx, st, func(id keepiton.EntryID, w *keepiton.Watch) {
			if w.Status != "cancelled" {
				watch[w.Country] = append(watch[w.Country], detect.Occasion{Kind: w.Cause, Span: keepiton.Span{From: w.From.At, To: w.End()}, ID: string(id)})
			}
		}); err != nil {
			return nil, err
		}
	}
	return func(country string) detect.Context {
		c := detect.Context{Zone: geo.Zone(country), Watch: watch[country], Owned: detect.NotKnown}
		if st != nil {
			c.Past = append([]time.Time{}, past[country]...)
		}
		return c
	}, nil
}

// eachWatch calls yield for each published day to watch.
func eachWatch(ctx context.Context, st store.Entries, yield func(keepiton.EntryID, *keepiton.Watch)) error {
	q := store.EntryQuery{Kind: keepiton.KindWatch, Limit: 1000}
	for {
		page, err := st.ListEntries(ctx, q)
		if err != nil {
			return err
		}
		for _, rev := range page.Items {
			var w keepiton.Watch
			if err := json.Unmarshal(rev.Doc, &w); err != nil {
				return keepiton.Errorf(keepiton.Internal, "%s: %w", rev.ID, err)
			}
			yield(rev.ID, &w)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}
