package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

var allSorts = []store.Sort{store.NewestFirst, store.OldestFirst, store.RecentlyChanged, store.ByID}

// many stores incidents with equal starts, equal times and no date among them.
func many(w *world, n int) {
	var edits []store.Edit
	for i := range n {
		inc := incident(fmt.Sprintf("20%02d-0%d-01", 16+i%4, 1+i%3))
		if i%11 == 10 {
			inc.Episodes = nil
		}
		edits = append(edits, store.Edit{Rev: keepiton.Revision{Recorded: day0.Add(time.Duration(i%5) * time.Hour), Role: keepiton.RoleEditor, Incident: inc}})
	}
	_, err := w.Append(w.ctx, edits...)
	w.must("append", err)
}

func paging(t *testing.T, w *world) {
	many(w, 103)
	for _, sort := range allSorts {
		q := store.Query{Sort: sort, Limit: 1000}
		whole := mustPage(w, q)
		if len(whole.Items) != 103 || whole.Total != 103 || whole.Next != "" || whole.Prev != "" {
			t.Fatalf("sort %q: %d items of %d, next %q, prev %q", sort, len(whole.Items), whole.Total, whole.Next, whole.Prev)
		}
		checkOrder(t, sort, whole.Items)
		for _, limit := range []int{1, 10, 50, 102, 103, 104} {
			q.Limit, q.Cursor = limit, ""
			var forward, backward []keepiton.IncidentID
			var last store.Page
			for {
				p := mustPage(w, q)
				if p.Total != 103 {
					t.Fatalf("total %d", p.Total)
				}
				if (p.Prev == "") != (len(forward) == 0) {
					t.Errorf("sort %q limit %d after %d: prev is %q", sort, limit, len(forward), p.Prev)
				}
				forward = append(forward, ids(p)...)
				last = p
				if p.Next == "" {
					break
				}
				q.Cursor = p.Next
			}
			if !slices.Equal(forward, ids(whole)) {
				t.Errorf("sort %q limit %d forwards: got %v", sort, limit, forward)
			}
			backward = ids(last)
			for last.Prev != "" {
				q.Cursor = last.Prev
				last = mustPage(w, q)
				if last.Next == "" {
					t.Errorf("sort %q limit %d: an earlier page has no next", sort, limit)
				}
				backward = append(ids(last), backward...)
			}
			if !slices.Equal(backward, ids(whole)) {
				t.Errorf("sort %q limit %d backwards: got %v", sort, limit, backward)
			}
		}
	}
}

func checkOrder(t *testing.T, sort store.Sort, items []keepiton.Revision) {
	t.Helper()
	for i := range items[1:] {
		a, b := &items[i], &items[i+1]
		sa, sb := a.Incident.Start(), b.Incident.Start()
		ok := true
		switch sort {
		case store.NewestFirst:
			ok = sb.IsZero() || !sa.IsZero() && !sa.At.Before(sb.At)
		case store.OldestFirst:
			ok = sb.IsZero() || !sa.IsZero() && !sb.At.Before(sa.At)
		case store.RecentlyChanged:
			ok = !a.Recorded.Before(b.Recorded)
		case store.ByID:
			ok = a.Incident.ID < b.Incident.ID
		}
		if !ok {
			t.Errorf("sort %q: %s (%s, %s) stands before %s (%s, %s)", sort, a.Incident.ID, sa, a.Recorded, b.Incident.ID, sb, b.Recorded)
		}
	}
}

func pagingDuringWrites(t *testing.T, w *world) {
	many(w, 60)
	before := ids(mustPage(w, store.Query{Sort: store.OldestFirst, Limit: 1000}))
	var writers sync.WaitGroup
	stop := make(chan struct{})
	writers.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			_, err := w.Append(w.ctx, store.Edit{Rev: keepiton.Revision{Recorded: day0, Role: keepiton.RoleEditor, Incident: incident(fmt.Sprintf("20%02d-02-02", 14+i%8))}})
			if err != nil {
				t.Errorf("append: %v", err)
				return
			}
		}
	})
	q := store.Query{Sort: store.OldestFirst, Limit: 7}
	var got []keepiton.IncidentID
	for {
		p, err := w.List(w.ctx, q)
		if err != nil {
			t.Errorf("list: %v", err)
			break
		}
		got = append(got, ids(p)...)
		if q.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	close(stop)
	writers.Wait()
	seen := map[keepiton.IncidentID]int{}
	for _, id := range got {
		if seen[id]++; seen[id] > 1 {
			t.Errorf("%s came twice", id)
		}
	}
	for _, id := range before {
		if seen[id] != 1 {
			t.Errorf("%s, there before the first page, came %d times", id, seen[id])
		}
	}
}

func cursors(t *testing.T, w *world) {
	many(w, 20)
	p := mustPage(w, store.Query{Limit: 5})
	for name, q := range map[string]store.Query{
		"of another sort": {Limit: 5, Sort: store.ByID, Cursor: p.Next},
		"garbled":         {Limit: 5, Cursor: "_" + p.Next[1:]},
		"cut":             {Limit: 5, Cursor: p.Next[:len(p.Next)-2]},
		"made up":         {Limit: 5, Cursor: "page2"},
	} {
		_, err := w.List(w.ctx, q)
		w.wantCode("a cursor "+name, err, keepiton.Invalid)
	}
	if got, _ := w.list(store.Query{Limit: 15, Cursor: p.Next}); len(got) != 15 {
		t.Errorf("another page size gives %d items, want 15", len(got))
	}
	_, _, err := w.Changes(w.ctx, p.Next, 10)
	w.wantCode("a list's cursor for changes", err, keepiton.Invalid)
}

func badQueries(t *testing.T, w *world) {
	for name, q := range map[string]store.Query{
		"a negative limit":  {Limit: -1},
		"a huge limit":      {Limit: 1001},
		"an unknown order":  {Sort: "random"},
		"an unknown state":  {States: []keepiton.State{"gone"}},
		"a search of 1 kB":  {Text: string(make([]byte, 1000))},
		"a search no UTF-8": {Text: "\xff"},
	} {
		_, err := w.List(w.ctx, q)
		w.wantCode(name, err, keepiton.Invalid)
	}
	if got, total := w.list(store.Query{Countries: []string{"ZZ"}, Text: `"' OR 1=1 -- * ( NEAR : ^ %`}); len(got) != 0 || total != 0 {
		t.Errorf("nothing matches, got %v", got)
	}
}
