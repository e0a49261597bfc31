package intake_test

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake"
)

var today = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

func envelope(l keepiton.Lane, work int, size int64) keepiton.Envelope {
	var b [16]byte
	rand.Read(b[:])
	return keepiton.Envelope{ID: keepiton.EnvelopeID(hex.EncodeToString(b[:])), Lane: l, Work: work, Size: size, Day: today, State: keepiton.EnvelopeNew}
}

// place returns where id stands in the queue, -1 for nowhere.
func place(queue []keepiton.Envelope, id keepiton.EnvelopeID) int {
	return slices.IndexFunc(queue, func(e keepiton.Envelope) bool { return e.ID == id })
}

func TestEveryLaneIsAmongTheFirstWhateverFloodsAnother(t *testing.T) {
	for _, flooded := range keepiton.Lanes {
		var list, genuine []keepiton.Envelope
		for _, l := range keepiton.Lanes {
			if l != flooded {
				e := envelope(l, 20, 9000)
				list, genuine = append(list, e), append(genuine, e)
			}
		}
		for range 20_000 {
			list = append(list, envelope(flooded, 18, 9000))
		}
		queue := intake.Queue(list, 50, 7)
		if len(queue) != 50 {
			t.Fatalf("%d of 50", len(queue))
		}
		for _, e := range genuine {
			if p := place(queue, e.ID); p < 0 || p >= 12 {
				t.Errorf("flood in %s: the one report of %s stands at %d", flooded, e.Lane, p)
			}
		}
	}
}

func TestMoreWorkComesFirst(t *testing.T) {
	var list []keepiton.Envelope
	for range 5000 {
		list = append(list, envelope(keepiton.LaneWork, 18, 9000), envelope(keepiton.LaneOpen, 0, 9000))
	}
	hard, waited := envelope(keepiton.LaneWork, 24, 9000), envelope(keepiton.LaneOpen, keepiton.Waited, 9000)
	queue := intake.Queue(append(list, hard, waited), 50, 7)
	for _, e := range []keepiton.Envelope{hard, waited} {
		if p := place(queue, e.ID); p < 0 || p > 2 {
			t.Errorf("%s with work %d stands at %d", e.Lane, e.Work, p)
		}
	}
}

func TestAFloodThatWaitsTakesTurnsWithOtherHours(t *testing.T) {
	for _, flood := range []int{keepiton.Waited, keepiton.WaitedInCrowd} { // by day and night at an ordinary pace, or all at once
		var list, genuine []keepiton.Envelope
		for range 15_000 {
			list = append(list, envelope(keepiton.LaneOpen, flood, 9000))
		}
		for range 15 {
			genuine = append(genuine, envelope(keepiton.LaneOpen, keepiton.Waited+keepiton.WaitedInCrowd-flood, 9000))
		}
		queue := intake.Queue(append(list, genuine...), 50, 7)
		for _, e := range genuine {
			if place(queue, e.ID) < 0 {
				t.Errorf("a flood of worth %d: a report of another hour is not among the first 50", flood)
			}
		}
	}
}

func TestAFloodOfHardWorkLeavesARandomSample(t *testing.T) {
	var list, genuine []keepiton.Envelope
	for range 5000 {
		list = append(list, envelope(keepiton.LaneWork, 30, 9000))
	}
	for i, e := range []keepiton.Envelope{envelope(keepiton.LaneWork, 18, 1<<20), envelope(keepiton.LaneWork, 18, 9000), envelope(keepiton.LaneWork, 18, 9000)} {
		switch i {
		case 1:
			e.Day = today.AddDate(0, 0, -3)
		case 2:
			e.Open.Country = "ET"
		}
		genuine = append(genuine, e)
	}
	queue := intake.Queue(append(list, genuine...), 50, 7)
	for i, e := range genuine {
		if place(queue, e.ID) < 0 {
			t.Errorf("a report of another kind (%d) is not among the first 50", i)
		}
	}
	// Of those that look like the flood, each has the same chance.
	like := 0
	for seed := range uint64(200) {
		for _, e := range intake.Queue(list[:100], 10, seed) {
			if e.ID == list[0].ID {
				like++
			}
		}
	}
	if like < 5 || like > 45 { // 20 expected, standard deviation 4.2
		t.Errorf("one of a hundred was among ten %d times of 200", like)
	}
}

func TestQueueIsAFunctionOfItsSeed(t *testing.T) {
	var list []keepiton.Envelope
	for i := range 700 {
		list = append(list, envelope(keepiton.Lanes[i%len(keepiton.Lanes)], i%4, 9000))
	}
	first := intake.Queue(list, 50, 7)
	slices.Reverse(list)
	if again := intake.Queue(list, 50, 7); !slices.Equal(first, again) {
		t.Error("the same envelopes in another order give another queue")
	}
	if other := intake.Queue(list, 50, 8); slices.Equal(first, other) {
		t.Error("another seed gives the same queue")
	}
	seen := map[keepiton.EnvelopeID]bool{}
	for _, e := range intake.Queue(list, 1000, 7) {
		if seen[e.ID] {
			t.Fatal("an envelope stands there twice")
		}
		seen[e.ID] = true
	}
	if len(seen) != 700 {
		t.Errorf("%d of 700 envelopes are shown when there is room for all", len(seen))
	}
}

func TestOnlyWhatNobodyOpenedWaits(t *testing.T) {
	read, gone, waiting := envelope(keepiton.LaneSMS, 0, 1), envelope(keepiton.LaneSMS, 0, 1), envelope(keepiton.LaneSMS, 0, 1)
	read.State, gone.Gone = keepiton.EnvelopeRead, today
	queue := intake.Queue([]keepiton.Envelope{read, gone, waiting}, 50, 1)
	if len(queue) != 1 || queue[0].ID != waiting.ID {
		t.Errorf("queue %v", queue)
	}
	if queue := intake.Queue(nil, 50, 1); len(queue) != 0 {
		t.Errorf("queue of nothing: %v", queue)
	}
}

func BenchmarkQueue(b *testing.B) {
	var list []keepiton.Envelope
	for range 100_000 {
		list = append(list, envelope(keepiton.LaneOpen, 0, 9000))
	}
	for b.Loop() {
		intake.Queue(list, 50, 7)
	}
}
