package main

import (
	"context"
	"io"
	"os"
	"slices"
	"time"

	"keepiton"
	"keepiton/source"
	fetching "keepiton/source/fetch"
)

// gather fetches what is missing of a period up to now, and of a longer one where the
// feed needs more than is there. What cannot be had says so in its Got.
func gather(ctx context.Context, e *env, c *fetching.Client, a fetchable, p source.Period, now time.Time, each func(done, all int, g fetching.Got)) (got []fetching.Got, err error) {
	for range 4 { // tables that are missing three times in a row are not mere gaps
		items, err := a.layout(e.getenv, p)
		if err != nil {
			return nil, err
		}
		items = slices.DeleteFunc(items, func(i source.Item) bool { return i.At.After(now) })
		for i := range items {
			if stands := p.To.Add(longMissing); a.answers && items[i].Final.IsZero() && stands.After(now) {
				items[i].Final = stands
			}
		}
		if got, err = c.All(ctx, items, func(done int, g fetching.Got) { each(done, len(items), g) }); err != nil {
			return got, err
		}
		if a.listed != nil {
			return gatherListed(ctx, c, a, p, got, each)
		}
		if a.pages != nil {
			return gatherPages(ctx, c, a, got, each)
		}
		if a.wider == nil {
			return got, nil
		}
		var missing []source.Item
		for _, g := range got {
			if keepiton.CodeOf(g.Err) == keepiton.NotFound {
				missing = append(missing, g.Item)
			}
		}
		var again bool
		if p, again = a.wider(p, missing); !again {
			break
		}
	}
	return got, nil
}

// gatherListed fetches what listings name. The listings themselves are no files to be
// read; one that could not be had says so in its Got.
func gatherListed(ctx context.Context, c *fetching.Client, a fetchable, p source.Period, listings []fetching.Got, each func(done, all int, g fetching.Got)) (got []fetching.Got, err error) {
	var items []source.Item
	for _, g := range listings {
		var data []byte
		if g.Err == nil {
			data, g.Err = os.ReadFile(g.Path)
		}
		var more []source.Item
		if g.Err == nil {
			more, g.Err = a.listed(p, data)
		}
		if items = append(items, more...); g.Err != nil {
			got = append(got, g)
		}
	}
	files, err := c.All(ctx, items, func(done int, g fetching.Got) { each(done, len(items), g) })
	return append(got, files...), err
}

// gatherPages fetches the further pages of what came, each list before what lies behind
// it. A list that lacks a page would count too few: then none of its pages is there, and
// the Got of each says why.
func gatherPages(ctx context.Context, c *fetching.Client, a fetchable, first []fetching.Got, each func(done, all int, g fetching.Got)) (got []fetching.Got, err error) {
	for _, g := range first {
		var items []source.Item
		if g.Err == nil {
			items, g.Err = a.pages(g.Item, func(most int64) ([]byte, error) { return readAtMost(g.Path, most) })
		}
		list, err := c.All(ctx, items, func(done int, g fetching.Got) { each(done, len(items), g) })
		list = append([]fetching.Got{g}, list...)
		if i := slices.IndexFunc(list, func(g fetching.Got) bool { return g.Err != nil }); i > 0 {
			for k := range list {
				list[k].Err = list[i].Err
			}
		}
		if got = append(got, list...); err != nil {
			return got, err
		}
	}
	return got, nil
}

// readAtMost reads a file that has at most so many bytes.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = keepiton.Errorf(keepiton.TooLarge, "%s: more than %d bytes", path, most)
	}
	return data, err
}
