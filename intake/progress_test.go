package intake

import (
	"testing"
	"time"
)

var start = time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)

// brings is a line that has brought so many bytes every so often for an age.
func brings(age, every time.Duration, bytes int64) *progress {
	p := newProgress(start)
	for at := every; at <= age; at += every {
		p.add(bytes, start.Add(at))
	}
	return &p
}

// since moves the beginning of a line.
func since(p *progress, began time.Duration) *progress {
	p.began = start.Add(began)
	return p
}

func TestWhoLosesAPlace(t *testing.T) {
	const minute = time.Minute
	drip := func(age time.Duration) *progress { return brings(age, 10*time.Second, 1) }
	edge := func(age time.Duration) *progress { return brings(age, 14*time.Second, 1460) } // a full segment now and then: 104 bytes a second
	fast := func(age time.Duration) *progress { return brings(age, 100*time.Millisecond, 100_000) }
	loud := func(after time.Duration) *progress { // a gigabyte at once, and then hardly anything
		p := newProgress(start)
		p.add(1<<30, start.Add(5*minute-after))
		for at := after; at >= 0; at -= 5 * time.Second {
			p.add(1, start.Add(5*minute-at))
		}
		return &p
	}
	for name, x := range map[string]struct {
		held []*progress
		age  time.Duration
		idle time.Duration
		want int
	}{
		"nobody is there":                                 {nil, minute, minute, -1},
		"the first seconds are free":                      {[]*progress{drip(9 * time.Second), fast(9 * time.Second)}, 9 * time.Second, minute, -1},
		"a drip loses at once":                            {[]*progress{edge(30 * time.Second), drip(35 * time.Second), fast(30 * time.Second)}, 35 * time.Second, 0, 1},
		"of drips who has not paid for longest":           {[]*progress{brings(minute, 4*time.Second, 20), brings(minute, 7*time.Second, 20), edge(minute)}, minute, 0, 1},
		"a bad line is no drip":                           {[]*progress{fast(minute), edge(minute), fast(minute)}, minute, stuck - 1, -1},
		"what came in a rush does not last":               {[]*progress{edge(5 * minute), loud(31 * time.Second)}, 5 * minute, 0, 1},
		"but bridges a pause":                             {[]*progress{edge(5 * minute), loud(29 * time.Second)}, 5 * minute, 0, -1},
		"where nothing moves who was there longest loses": {[]*progress{since(edge(5*minute), 0), since(fast(5*minute), -minute), since(edge(5*minute), minute)}, 5 * minute, stuck, 1},
		"not who has just come":                           {[]*progress{since(edge(5*minute), 5*minute-term+1)}, 5 * minute, minute, -1},
		"and who has not paid before them":                {[]*progress{since(fast(5*minute), -minute), drip(4 * minute)}, 5 * minute, minute, 1},
	} {
		if got := loser(x.held, start.Add(x.age), x.idle); got != x.want {
			t.Errorf("%s: %d loses, want %d", name, got, x.want)
		}
	}
}

// A person at the edge of a cell: 100 bytes a second on average, nothing for half
// a minute in every two, for an hour.
func TestABadLinePaysForItsPlace(t *testing.T) {
	p := newProgress(start)
	for second := time.Second; second < time.Hour; second += time.Second {
		now := start.Add(second)
		if second%(2*time.Minute) < 90*time.Second {
			p.add(130, now)
		}
		if p.paid.Before(now) {
			t.Fatalf("after %v the place is not paid for", second)
		}
	}
}
