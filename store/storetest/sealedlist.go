package storetest

import (
	"errors"
	"slices"
	"testing"

	"keepiton"
	"keepiton/store"
)

func sealedLists(t *testing.T, w *vault) {
	var arrived []keepiton.EnvelopeID
	for range 600 {
		arrived = append(arrived, w.accept(w.plain(), w.bytes(50)).ID)
	}
	if slices.IsSorted(arrived) {
		t.Error("ids tell the order of arrival")
	}
	var listed []keepiton.EnvelopeID
	err := w.Envelopes(w.ctx, store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		listed = append(listed, e.ID)
		if len(listed)%100 == 0 { // whoever reads a list may change it
			return w.SetState(w.ctx, e.ID, keepiton.EnvelopeRead)
		}
		return nil
	})
	w.must("list", err)
	if !slices.IsSorted(listed) {
		t.Error("the list is not in order of id")
	}
	slices.Sort(arrived)
	if !slices.Equal(arrived, listed) {
		t.Errorf("%d are listed, %d were accepted", len(listed), len(arrived))
	}
	var paged []keepiton.EnvelopeID
	for q := (store.EnvelopeQuery{Limit: 7}); ; {
		page := w.list(q)
		for _, e := range page {
			paged = append(paged, e.ID)
		}
		if len(page) < 7 {
			break
		}
		q.After = page[6].ID
	}
	if !slices.Equal(paged, listed) {
		t.Errorf("%d are paged, %d listed", len(paged), len(listed))
	}
	if n := len(w.list(store.EnvelopeQuery{Limit: 300})); n != 300 {
		t.Errorf("with limit 300 there are %d", n)
	}
	stop := errors.New("enough")
	n := 0
	err = w.Envelopes(w.ctx, store.EnvelopeQuery{}, func(keepiton.Envelope) error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("stopped after %d with %v", n, err)
	}
	w.wantCode("a negative limit", w.Envelopes(w.ctx, store.EnvelopeQuery{Limit: -1}, nil), keepiton.Invalid)
}

func sealedFilters(t *testing.T, w *vault) {
	type key struct {
		lane  keepiton.Lane
		state keepiton.EnvelopeState
		days  int
		gone  bool
	}
	all := map[keepiton.EnvelopeID]key{}
	for _, lane := range []keepiton.Lane{keepiton.LanePartner, keepiton.LaneOpen, keepiton.LaneSMS} {
		for _, state := range []keepiton.EnvelopeState{keepiton.EnvelopeNew, keepiton.EnvelopeSpam, keepiton.EnvelopeWithdrawn} {
			for days := range 3 {
				e := w.plain()
				e.Lane, e.Day = lane, sealedDay.AddDate(0, 0, days)
				id := w.accept(e, w.bytes(50)).ID
				gone := state == keepiton.EnvelopeWithdrawn
				if gone {
					w.must("destroy", w.Destroy(w.ctx, id, state, e.Day))
				} else {
					w.must("set", w.SetState(w.ctx, id, state))
				}
				all[id] = key{lane, state, days, gone}
			}
		}
	}
	for name, c := range map[string]struct {
		q    store.EnvelopeQuery
		want func(k key) bool
	}{
		"all that are there":   {store.EnvelopeQuery{}, func(k key) bool { return !k.gone }},
		"tombstones too":       {store.EnvelopeQuery{Gone: true}, func(key) bool { return true }},
		"one lane":             {store.EnvelopeQuery{Lanes: []keepiton.Lane{keepiton.LaneOpen}}, func(k key) bool { return !k.gone && k.lane == keepiton.LaneOpen }},
		"two lanes":            {store.EnvelopeQuery{Lanes: []keepiton.Lane{keepiton.LaneOpen, keepiton.LaneSMS}}, func(k key) bool { return !k.gone && k.lane != keepiton.LanePartner }},
		"a state":              {store.EnvelopeQuery{States: []keepiton.EnvelopeState{keepiton.EnvelopeSpam}}, func(k key) bool { return k.state == keepiton.EnvelopeSpam }},
		"withdrawn ones":       {store.EnvelopeQuery{States: []keepiton.EnvelopeState{keepiton.EnvelopeWithdrawn}, Gone: true}, func(k key) bool { return k.gone }},
		"since a day":          {store.EnvelopeQuery{Since: sealedDay.AddDate(0, 0, 1)}, func(k key) bool { return !k.gone && k.days >= 1 }},
		"since, gone included": {store.EnvelopeQuery{Since: sealedDay.AddDate(0, 0, 2), Gone: true}, func(k key) bool { return k.days >= 2 }},
		"everything at once": {
			store.EnvelopeQuery{Lanes: []keepiton.Lane{keepiton.LaneSMS}, States: []keepiton.EnvelopeState{keepiton.EnvelopeNew, keepiton.EnvelopeSpam}, Since: sealedDay.AddDate(0, 0, 1)},
			func(k key) bool { return !k.gone && k.lane == keepiton.LaneSMS && k.days >= 1 },
		},
	} {
		want := map[keepiton.EnvelopeID]bool{}
		for id, k := range all {
			if c.want(k) {
				want[id] = true
			}
		}
		got := w.list(c.q)
		for _, e := range got {
			if !want[e.ID] {
				t.Errorf("%s: %+v is listed", name, all[e.ID])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d are listed, want %d", name, len(got), len(want))
		}
	}
}

func sealedStates(t *testing.T, w *vault) {
	e := w.accept(w.plain(), w.bytes(100))
	w.holds(e.Lane, 1, 1)
	for _, s := range []keepiton.EnvelopeState{
		keepiton.EnvelopeRead, keepiton.EnvelopeRead, keepiton.EnvelopeAsked, keepiton.EnvelopeUsed,
		keepiton.EnvelopeUnverified, keepiton.EnvelopeUnpublished, keepiton.EnvelopeAnswered, keepiton.EnvelopeSpam,
	} {
		w.must("set", w.SetState(w.ctx, e.ID, s))
		if got, err := w.Envelope(w.ctx, e.ID); err != nil || got.State != s {
			t.Errorf("state %q, %v, want %q", got.State, err, s)
		}
		w.holds(e.Lane, 1, 0)
	}
	w.must("set it back", w.SetState(w.ctx, e.ID, keepiton.EnvelopeNew))
	w.holds(e.Lane, 1, 1)
	for _, s := range []keepiton.EnvelopeState{"", "lost", keepiton.EnvelopeWithdrawn, keepiton.EnvelopeExpired} {
		w.wantCode("state "+string(s), w.SetState(w.ctx, e.ID, s), keepiton.Invalid)
	}
	w.must("destroy", w.Destroy(w.ctx, e.ID, keepiton.EnvelopeExpired, sealedDay))
	w.holds(e.Lane, 0, 0)
	w.wantCode("a state for what is gone", w.SetState(w.ctx, e.ID, keepiton.EnvelopeRead), keepiton.Conflict)
	w.whole()
}
