package storetest

import (
	"slices"
	"strconv"
	"testing"

	"keepiton"
	"keepiton/store"
)

// learnt is a list as somebody knows it who asks for what changed alone.
type learnt[T any] struct {
	marks store.Marks
	parts [store.Parts][]T
	came  []int // parts, the last time
}

func (l *learnt[T]) take(p store.Part[T]) error {
	l.marks[p.N], l.parts[p.N], l.came = p.Mark, p.All, append(l.came, p.N)
	return nil
}

func (l *learnt[T]) all() []T { return slices.Concat(l.parts[:]...) }

// partOf is the part of an id.
func partOf[ID ~string](w *vault, id ID) int {
	w.Helper()
	n, err := strconv.ParseUint(string(id[:2]), 16, 8)
	w.must("part", err)
	return int(n)
}

func envelopeParts(t *testing.T, w *vault) {
	var l learnt[keepiton.Envelope]
	ask := func(what string, want ...keepiton.EnvelopeID) {
		t.Helper()
		l.came = nil
		w.must(what, w.EnvelopeParts(w.ctx, l.marks, func(p store.Part[keepiton.Envelope]) error {
			_, err := w.Usage(w.ctx) // may call the store
			if err == nil {
				err = l.take(p)
			}
			return err
		}))
		parts := []int{}
		for _, id := range want {
			parts = append(parts, partOf(w, id))
		}
		slices.Sort(parts)
		if !slices.Equal(l.came, slices.Compact(parts)) {
			t.Errorf("after %s came the parts %v, want %v", what, l.came, parts)
		}
		if all := w.list(store.EnvelopeQuery{Gone: true}); !slices.Equal(l.all(), all) {
			t.Errorf("after %s what is known differs from what is there: %d and %d envelopes", what, len(l.all()), len(all))
		}
	}
	ask("nothing")
	var ids []keepiton.EnvelopeID
	for range 300 {
		ids = append(ids, w.accept(w.plain(), w.bytes(40)).ID)
	}
	e := w.plain()
	e.Receipt = w.receipt()
	e = w.accept(e, w.bytes(40))
	ask("many came", append(slices.Clone(ids), e.ID)...)
	ask("nothing happened")
	w.must("set", w.SetState(w.ctx, ids[0], keepiton.EnvelopeRead))
	ask("a state was set", ids[0])
	w.must("set", w.SetState(w.ctx, ids[0], keepiton.EnvelopeRead))
	ask("the same state was set")
	w.must("set", w.SetState(w.ctx, ids[0], keepiton.EnvelopeNew))
	ask("the state was set back", ids[0])
	w.must("register", w.Register(w.ctx, ids[1], w.receipt()))
	ask("a receipt was registered", ids[1])
	w.must("destroy", w.Destroy(w.ctx, e.ID, keepiton.EnvelopeWithdrawn, sealedDay))
	ask("one was withdrawn", e.ID)
	ids = append(ids, w.accept(w.plain(), w.bytes(40)).ID)
	ask("one came", ids[300])
	w.now = w.now.AddDate(0, 0, 1)
	if _, err := w.Expire(w.ctx, sealedDay); err != nil {
		t.Fatal(err)
	}
	ask("a night in which none expires")
	_, err := w.Expire(w.ctx, sealedDay.AddDate(0, 0, 31))
	w.must("expire", err)
	ask("all others expired", ids...)
}

func paperParts(t *testing.T, w *vault) {
	var l learnt[store.PaperVersion]
	ask := func(what string, want ...string) {
		t.Helper()
		l.came = nil
		w.must(what, w.PaperParts(w.ctx, l.marks, l.take))
		parts := []int{}
		for _, id := range want {
			parts = append(parts, partOf(w, id))
		}
		slices.Sort(parts)
		if !slices.Equal(l.came, slices.Compact(parts)) {
			t.Errorf("after %s came the parts %v, want %v", what, l.came, parts)
		}
		for _, v := range l.all() {
			if p, err := w.Paper(w.ctx, v.ID); err != nil || p.Version != v.Version {
				t.Errorf("after %s the paper %s is known at version %d, it has %d, %v", what, v.ID, v.Version, p.Version, err)
			}
		}
	}
	put := func(id string, about keepiton.EnvelopeID, base int) int {
		t.Helper()
		v, err := w.PutPaper(w.ctx, store.Paper{ID: id, Kind: "note", About: about, Sealed: w.bytes(30)}, base)
		w.must("put", err)
		return v
	}
	about := w.accept(w.plain(), w.bytes(40)).ID
	ask("nothing")
	var ids []string
	versions := map[string]int{}
	for range 100 {
		id := w.lookup()
		ids, versions[id] = append(ids, id), put(id, "", 0)
	}
	note := w.lookup()
	put(note, about, 0)
	ask("many were put", append(slices.Clone(ids), note)...)
	ask("nothing happened")
	versions[ids[0]] = put(ids[0], "", versions[ids[0]])
	ask("one was changed", ids[0])
	w.must("delete", w.DeletePaper(w.ctx, ids[1]))
	ask("one was removed", ids[1])
	put(ids[1], "", 0)
	ask("it was put again", ids[1])
	w.must("delete", w.DeletePaper(w.ctx, ids[1]))
	put(ids[1], "", 0)
	ask("it was removed and put again", ids[1])
	w.must("destroy", w.Destroy(w.ctx, about, keepiton.EnvelopeWithdrawn, sealedDay))
	ask("its report was withdrawn", note)
	if n := len(l.all()); n != 100 {
		t.Errorf("%d papers are left, want 100", n)
	}
}

// papersGo holds that what was written about a report goes with it when its
// sender takes it back, and stays when only its term is over.
func papersGo(t *testing.T, w *vault) {
	withdrawn, expired, other := w.accept(w.plain(), w.bytes(40)).ID, w.accept(w.plain(), w.bytes(40)).ID, w.accept(w.plain(), w.bytes(40)).ID
	versions := map[string]int{}
	put := func(about keepiton.EnvelopeID) string {
		p := store.Paper{ID: w.lookup(), Kind: "note", About: about, Sealed: w.bytes(30)}
		v, err := w.PutPaper(w.ctx, p, 0)
		w.must("put", err)
		versions[p.ID] = v
		return p.ID
	}
	gone, stay := []string{put(withdrawn), put(withdrawn)}, []string{put(expired), put(other), put("")}
	w.must("destroy", w.Destroy(w.ctx, withdrawn, keepiton.EnvelopeWithdrawn, sealedDay))
	w.must("destroy", w.Destroy(w.ctx, expired, keepiton.EnvelopeExpired, sealedDay))
	for _, id := range gone {
		_, err := w.Paper(w.ctx, id)
		w.wantCode("a paper about what was withdrawn", err, keepiton.NotFound)
	}
	for _, id := range stay {
		_, err := w.Paper(w.ctx, id)
		w.must("another paper", err)
	}
	again := store.Paper{ID: gone[0], Kind: "note", About: withdrawn, Sealed: []byte("x")}
	_, err := w.PutPaper(w.ctx, again, 0)
	w.wantCode("a new paper about it", err, keepiton.Conflict)
	_, err = w.PutPaper(w.ctx, again, versions[gone[0]])
	w.wantCode("a change of the old one", err, keepiton.Conflict)
	again.ID = stay[0]
	_, err = w.PutPaper(w.ctx, again, versions[stay[0]])
	w.wantCode("another paper turned to it", err, keepiton.Conflict)
	again.ID, again.About = w.lookup(), keepiton.EnvelopeID(w.lookup())
	_, err = w.PutPaper(w.ctx, again, 0)
	w.wantCode("a paper about nothing", err, keepiton.NotFound)
	w.whole()
}
