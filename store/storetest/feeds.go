package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/store"
)

// story stores incidents on several shelves, with histories, and returns the
// times at which something changed.
func story(w *world) []time.Time {
	var times []time.Time
	var revs []keepiton.Revision
	for i := range 150 {
		inc := with(fullIncident(), func(inc *keepiton.Incident) {
			inc.State, inc.MergedInto = keepiton.Published, ""
			if i%10 == 9 {
				inc.State = keepiton.Draft
			}
			inc.Episodes[0].Start = keepiton.On(2018+i%2, 1, 1)
		})
		revs = append(revs, w.create(day0.Add(time.Duration(i%7)*time.Hour), inc))
	}
	for step := 1; step <= 3; step++ {
		at := day0.AddDate(0, 0, step)
		times = append(times, at.Add(-time.Second), at)
		for i := range revs {
			if i%(step+1) == 0 {
				revs[i] = w.correct(revs[i], at, func(inc *keepiton.Incident) {
					inc.Summary, inc.Causes = fmt.Sprint("step ", step), []string{"conflict"}
					if i%10 == 0 && step == 3 {
						inc.State, inc.Reason = keepiton.Withdrawn, "an error"
					}
				})
			}
		}
	}
	return append(times, day0.Add(-time.Second), day0, day0.Add(3*time.Hour), time.Time{})
}

func cases(t *testing.T, w *world) {
	for _, at := range story(w) {
		want := map[keepiton.IncidentID]count.Case{}
		q := store.Query{AsOf: at, States: keepiton.States, Sort: store.ByID, Limit: 1000, Rows: true}
		for _, rev := range mustPage(w, q).Items {
			if rev.Incident.State.Public() {
				want[rev.Incident.ID] = count.CaseOf(&rev.Incident)
			}
		}
		var last keepiton.IncidentID
		n := 0
		err := w.Cases(w.ctx, at, func(c *count.Case) error {
			if c.ID <= last {
				t.Errorf("%s came after %s", c.ID, last)
			}
			last = c.ID
			n++
			if wanted := want[c.ID]; !sameCase(t, *c, wanted) {
				t.Errorf("as of %s, %s: got  %+v\nwant %+v", at, c.ID, *c, wanted)
			}
			return nil
		})
		w.must("cases", err)
		if n != len(want) {
			t.Errorf("as of %s: %d cases, want %d", at, n, len(want))
		}
	}
	stop := errors.New("enough")
	if err := w.Cases(w.ctx, time.Time{}, func(*count.Case) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error comes back as %v", err)
	}
}

// sameCase compares by the encoding, which has one form for each case.
func sameCase(t *testing.T, a, b count.Case) bool {
	x, err1 := a.AppendBinary(nil)
	y, err2 := b.AppendBinary(nil)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return slices.Equal(x, y)
}

func between(t *testing.T, w *world) {
	times := story(w)
	slices.SortFunc(times, time.Time.Compare)
	times = times[1:] // the zero time is now
	at := func(when time.Time) map[keepiton.IncidentID]keepiton.Revision {
		out := map[keepiton.IncidentID]keepiton.Revision{}
		for _, rev := range mustPage(w, store.Query{AsOf: when, States: keepiton.States, Limit: 1000}).Items {
			if rev.Incident.State.Public() {
				out[rev.Incident.ID] = rev
			}
		}
		return out
	}
	for i, from := range times {
		for _, to := range times[i:] {
			old, new := at(from), at(to)
			var last keepiton.IncidentID
			n := 0
			w.must("between", w.Between(w.ctx, from, to, func(before, after *keepiton.Revision) error {
				id := after.Incident.ID
				if id <= last {
					t.Errorf("%s came after %s", id, last)
				}
				last = id
				n++
				if !reflect.DeepEqual(*after, new[id]) {
					t.Errorf("%s after: %+v", id, *after)
				}
				if prev, existed := old[id]; existed != (before != nil) || existed && !reflect.DeepEqual(*before, prev) {
					t.Errorf("%s before: %+v", id, before)
				}
				return nil
			}))
			want := 0
			for id, rev := range new {
				if old[id].N != rev.N {
					want++
				}
			}
			if n != want {
				t.Errorf("between %s and %s: %d, want %d", from, to, n, want)
			}
		}
	}
}

func changes(t *testing.T, w *world) {
	draft := w.create(day0, with(incident("2022"), func(i *keepiton.Incident) { i.State, i.Summary = keepiton.Draft, "not yet" }))
	a := w.create(day0.AddDate(0, 1, 0), incident("2022"))
	b := w.create(day0, incident("2022"))
	w.correct(draft, day0, func(i *keepiton.Incident) { i.State, i.Summary = keepiton.Published, "now" })
	w.correct(a, day0.AddDate(0, 2, 0), func(i *keepiton.Incident) { i.State, i.MergedInto = keepiton.Merged, b.Incident.ID })
	w.correct(b, day0, func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Withdrawn, "no" })
	want := []string{"KIO-2022-0002 1 published", "KIO-2022-0003 1 published", "KIO-2022-0001 2 published", "KIO-2022-0002 2 merged", "KIO-2022-0003 2 withdrawn"}
	for _, limit := range []int{1, 2, 5, 100} {
		var got []string
		cursor := ""
		for {
			revs, next, err := w.Changes(w.ctx, cursor, limit)
			w.must("changes", err)
			for _, r := range revs {
				got = append(got, fmt.Sprint(r.Incident.ID, " ", r.N, " ", r.Incident.State))
				if r.N > 1 && len(r.Changes) == 0 {
					t.Errorf("%s revision %d: nothing changed", r.Incident.ID, r.N)
				}
				if text := fmt.Sprint(r.Changes); strings.Contains(text, "not yet") {
					t.Errorf("%s revision %d tells of the draft: %s", r.Incident.ID, r.N, text)
				}
			}
			if len(revs) == 0 {
				if next != cursor {
					t.Errorf("the cursor moved from %q to %q at the end", cursor, next)
				}
				break
			}
			cursor = next
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: got %q, want %q", limit, got, want)
		}
		if limit == 100 {
			w.create(day0, incident("2022"))
			if revs, _, err := w.Changes(w.ctx, cursor, 10); err != nil || len(revs) != 1 {
				t.Errorf("after the end: %d changes, %v", len(revs), err)
			}
		}
	}
}
