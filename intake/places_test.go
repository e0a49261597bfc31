package intake

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
)

// pause sleeps until ctx ends, and reports whether it has not.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// arriving holds a place and brings so many bytes every so often, until it has
// brought all, or lost the place.
func arriving(t *testing.T, p *places, every time.Duration, bytes, all int) (lost func() bool) {
	t.Helper()
	h, err := p.enter(t.Context(), nil)
	if err != nil {
		t.Error(err)
		return func() bool { return true }
	}
	var gone atomic.Bool
	go func() {
		defer h.leave()
		for sent := 0; sent < all && !gone.Load() && pause(t.Context(), every); sent += bytes {
			gone.Store(h.brought(bytes) != nil)
		}
	}()
	return func() bool { synctest.Wait(); return gone.Load() }
}

const endless = 1 << 40

func TestDrippingLinesGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		p := &places{most: 64}
		var cuts atomic.Int64
		for range 64 {
			h, err := p.enter(ctx, func() { cuts.Add(1) })
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for h.brought(1) == nil && pause(ctx, 20*time.Second) {
				}
			}()
		}
		time.Sleep(time.Hour)
		if n := cuts.Load(); n != 0 {
			t.Errorf("%d lost their places while nobody waited", n)
		}
		for want := int64(1); want <= 10; want++ {
			begun := time.Now()
			if _, err := p.enter(ctx, nil); err != nil {
				t.Fatalf("newcomer %d: %v", want, err)
			}
			if waited := time.Since(begun); waited > glance {
				t.Errorf("newcomer %d waited %v for a place that a drip held", want, waited)
			}
			if n := cuts.Load(); n != want {
				t.Errorf("%d lines were cut for %d newcomers", n, want)
			}
		}
		end()
	})
}

func TestASlowLineKeepsItsPlaceInAFastFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		p := &places{most: 4}
		lost := arriving(t, p, 2*time.Second, 300, 150*5*60) // 150 bytes a second for 5 minutes
		var came atomic.Int64
		for range 12 {
			go func() {
				for ctx.Err() == nil {
					h, err := p.enter(ctx, nil)
					if err != nil {
						continue
					}
					came.Add(1)
					pause(ctx, time.Second)
					h.brought(1 << 20)
					h.leave()
				}
			}()
		}
		time.Sleep(5 * time.Minute)
		if lost() {
			t.Error("who was making progress lost the place to who has a faster line")
		}
		if n := came.Load(); n < 800 {
			t.Errorf("the flood itself stood still: %d", n)
		}
		end()
	})
}

// A place that is paid for lasts two minutes at least, however fast the lines are
// that fill the others and those that wait.
func TestNobodyOutbidsASlowLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		const most = 16
		p := &places{most: most}
		for range most - 1 {
			arriving(t, p, time.Second, 100_000, endless)
		}
		begun := time.Now()
		person := arriving(t, p, 2*time.Second, 300, endless)
		var newcomers atomic.Int64
		for range 30 { // who wait all the time, and never end what they bring
			go func() {
				for ctx.Err() == nil {
					if h, err := p.enter(ctx, nil); err == nil {
						newcomers.Add(1)
						for pause(ctx, time.Second) && h.brought(100_000) == nil {
						}
					}
				}
			}()
		}
		for !person() && time.Since(begun) < time.Hour {
			pause(ctx, time.Second)
		}
		if held := time.Since(begun); held < term || held > 2*term {
			t.Errorf("the slow line held its place for %v, want %v", held, term)
		}
		if n := newcomers.Load(); n < most-1 {
			t.Errorf("%d newcomers came in meanwhile", n)
		}
	})
}

func TestWhatHasArrivedIsSafe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &places{most: 1}
		h, err := p.enter(t.Context(), func() { t.Error("it was cut") })
		if err != nil {
			t.Fatal(err)
		}
		if err := h.arrived(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // a slow disk
		if _, err := p.enter(t.Context(), nil); keepiton.CodeOf(err) != keepiton.RateLimited || Lost(err) {
			t.Errorf("another one: %v", err)
		}
		h.leave()
		h.leave()
		if _, err := p.enter(t.Context(), nil); err != nil {
			t.Errorf("after it left: %v", err)
		}
		if len(p.held) != 1 || len(p.queue) != 0 {
			t.Errorf("%d hold a place, %d wait", len(p.held), len(p.queue))
		}
	})
}

func TestPlacesAreGivenInOrderAndGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &places{most: 1}
		first, err := p.enter(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		first.arrived()
		given := make(chan int, 4)
		for i := range 4 {
			time.Sleep(time.Millisecond)
			ctx, end := context.WithCancel(t.Context())
			defer end()
			go func() {
				h, err := p.enter(ctx, nil)
				if i == 1 {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("who went away: %v", err)
					}
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				given <- i
				h.arrived()
				time.Sleep(time.Second)
				h.leave()
			}()
			if i == 1 {
				synctest.Wait()
				end()
			}
		}
		synctest.Wait()
		first.leave()
		time.Sleep(time.Minute)
		synctest.Wait()
		close(given)
		var order []int
		for i := range given {
			order = append(order, i)
		}
		if !slices.Equal(order, []int{0, 2, 3}) {
			t.Errorf("places were given in the order %v", order)
		}
	})
}
