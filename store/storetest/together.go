package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/store"
)

// together lets writers count up in pairs of incidents, each pair in one
// group, while readers check that the two never differ.
func together(t *testing.T, w *world) {
	const pairs, steps = 3, 8
	other := w.reopen()
	defer other.Close()
	handles := []store.Store{w.Store, other}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for p := range pairs {
		base := w.create(day0, with(incident("2022"), func(i *keepiton.Incident) { i.Area = fmt.Sprint("pair", p) }))
		twin := w.create(day0, base.Incident)
		writers.Go(func() {
			a, b := base, twin
			for step := 1; step <= steps; step++ {
				set := func(i *keepiton.Incident) { i.Summary = fmt.Sprint("step", step) }
				at := day0.Add(time.Duration(step) * time.Minute)
				revs, err := handles[p%2].Append(w.ctx, edit(a, at, set), edit(b, at, set))
				if err != nil {
					t.Errorf("append: %v", err)
					return
				}
				a, b = revs[0], revs[1]
			}
		})
	}
	for r := range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				p, err := handles[r%2].List(w.ctx, store.Query{Text: fmt.Sprint("pair", r%pairs)})
				if err != nil || len(p.Items) != 2 || p.Items[0].Incident.Summary != p.Items[1].Incident.Summary {
					t.Errorf("half a group is seen: %+v, %v", p.Items, err)
					return
				}
				n := 0
				if err := handles[r%2].Cases(w.ctx, time.Time{}, func(*count.Case) error { n++; return nil }); err != nil || n != 2*pairs {
					t.Errorf("%d cases, %v", n, err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	wg.Wait()
	for _, h := range handles {
		p, err := h.List(w.ctx, store.Query{Text: fmt.Sprint("step", steps)})
		if err != nil || p.Total != 2*pairs {
			t.Errorf("in the end %d stand at the last step, %v", p.Total, err)
		}
	}
}

func endedContext(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	_, err := w.Get(ctx, a.Incident.ID, time.Time{})
	w.wantCode("get", err, keepiton.Unavailable)
	_, err = w.List(ctx, store.Query{})
	w.wantCode("list", err, keepiton.Unavailable)
	_, err = w.Append(ctx, edit(a, day0, func(*keepiton.Incident) {}))
	w.wantCode("append", err, keepiton.Unavailable)
	w.wantCode("cases", w.Cases(ctx, time.Time{}, func(*count.Case) error { return nil }), keepiton.Unavailable)
	w.wantCode("import", w.ApplyImport(ctx, store.Import{Edition: store.Edition{Name: "e"}}), keepiton.Unavailable)
	if got := w.get(a.Incident.ID, time.Time{}); got.N != 1 {
		t.Errorf("revision %d", got.N)
	}
}
