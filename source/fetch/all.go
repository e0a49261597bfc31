package fetch

import (
	"context"
	"net/url"
	"sync"

	"keepiton/source"
)

// Got is what became of an item.
type Got struct {
	Item   source.Item
	Path   string // empty with Err
	Result Result
	Err    error
}

// All gets items: those of one host one after the other, those of several hosts side
// by side. Each is told as it is done; the answer is in the order of items. The error
// is that of ctx: what an item met is in its Got.
func (c *Client) All(ctx context.Context, items []source.Item, each func(done int, g Got)) ([]Got, error) {
	out := make([]Got, len(items))
	byHost := map[string][]int{}
	for i, item := range items {
		at, _ := url.Parse(item.URL)
		if at == nil {
			at = &url.URL{}
		}
		byHost[at.Host] = append(byHost[at.Host], i)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for _, of := range byHost {
		wg.Go(func() {
			for _, i := range of {
				g := Got{Item: items[i]}
				g.Path, g.Result, g.Err = c.Get(ctx, items[i])
				mu.Lock()
				out[i] = g
				if done++; each != nil && ctx.Err() == nil {
					each(done, g)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return out, ctx.Err()
}
