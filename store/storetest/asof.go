package storetest

import (
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func asOfEdges(t *testing.T, w *world) {
	say := func(s string) func(*keepiton.Incident) { return func(i *keepiton.Incident) { i.Summary = s } }
	a := w.create(day0, with(incident("2022"), say("one")))
	b := w.correct(a, day0.Add(time.Hour), say("two"))
	c := w.correct(b, day0.Add(time.Hour), say("three")) // within the same second
	w.correct(c, day0.Add(2*time.Hour), say("four"))
	for _, q := range []struct {
		at   time.Time
		want string
	}{
		{day0, "one"},
		{day0.Add(time.Hour - time.Second), "one"},
		{day0.Add(time.Hour), "three"},
		{day0.Add(2*time.Hour - time.Second), "three"},
		{day0.Add(2 * time.Hour), "four"},
		{day0.AddDate(100, 0, 0), "four"},
		{time.Time{}, "four"},
	} {
		if got := w.get(a.Incident.ID, q.at).Incident.Summary; got != q.want {
			t.Errorf("as of %s: got %q, want %q", q.at, got, q.want)
		}
		p := mustPage(w, store.Query{AsOf: q.at})
		if len(p.Items) != 1 || p.Total != 1 || p.Items[0].Incident.Summary != q.want {
			t.Errorf("list as of %s: got %+v, want %q", q.at, p.Items, q.want)
		}
	}
	before := day0.Add(-time.Second)
	_, err := w.Get(w.ctx, a.Incident.ID, before)
	w.wantCode("a second before it was there", err, keepiton.NotFound)
	if _, total := w.list(store.Query{AsOf: before}); total != 0 {
		t.Errorf("%d incidents before the first", total)
	}
	for _, id := range []keepiton.IncidentID{"KIO-2022-0002", "nonsense", ""} {
		_, err := w.Get(w.ctx, id, time.Time{})
		w.wantCode("get "+string(id), err, keepiton.NotFound)
	}
}

func lateOlder(t *testing.T, w *world) {
	say := func(s string) keepiton.Incident {
		return with(incident("2022"), func(i *keepiton.Incident) { i.Summary = s })
	}
	put := func(at time.Time, s string) {
		t.Helper()
		w.must("import "+s, w.ApplyImport(w.ctx, store.Import{
			Edition:   store.Edition{Name: s, Published: at},
			Incidents: []store.ImportedIncident{imported("KIO-2022-0001", at, say(s))},
		}))
	}
	d := func(n int) time.Time { return day0.AddDate(0, 0, n) }
	put(d(10), "ten")
	put(d(30), "thirty")
	put(d(20), "twenty")
	put(d(0), "zero")
	for n, want := range map[int]string{0: "zero", 9: "zero", 10: "ten", 19: "ten", 20: "twenty", 29: "twenty", 30: "thirty", 99: "thirty"} {
		if got := w.get("KIO-2022-0001", d(n)).Incident.Summary; got != want {
			t.Errorf("as of day %d: %q, want %q", n, got, want)
		}
	}
	revs, err := w.Revisions(w.ctx, "KIO-2022-0001")
	w.must("revisions", err)
	var numbers []int
	for i, r := range revs {
		numbers = append(numbers, r.N)
		wants := []string{"zero", "ten", "twenty", "thirty"}
		if i == 0 && r.Changes != nil {
			t.Errorf("the first revision changed %v", r.Changes)
		}
		if i > 0 && (len(r.Changes) != 1 || r.Changes[0].From[0] != wants[i-1] || r.Changes[0].To[0] != wants[i]) {
			t.Errorf("revision %d changed %v, want from %s to %s", r.N, r.Changes, wants[i-1], wants[i])
		}
	}
	if !slices.Equal(numbers, []int{4, 1, 3, 2}) {
		t.Errorf("revisions in order of time are %v, want 4 1 3 2", numbers)
	}
	// The one in force is revision 2; it is what a person edits.
	w.correct(w.get("KIO-2022-0001", time.Time{}), d(40), func(i *keepiton.Incident) { i.Summary = "forty" })
	if got := w.get("KIO-2022-0001", time.Time{}); got.N != 5 || got.Incident.Summary != "forty" {
		t.Errorf("revision %d %q stands", got.N, got.Incident.Summary)
	}
}

func otherHandle(t *testing.T, w *world) {
	other := w.reopen()
	defer other.Close()
	a := w.create(day0, incident("2022"))
	for step, want := range []string{"", "again", "and again"} {
		if step > 0 {
			a = w.correct(a, day0.Add(time.Duration(step)*time.Hour), func(i *keepiton.Incident) { i.Summary = want })
		}
		p, err := other.List(w.ctx, store.Query{})
		w.must("list by the other", err)
		if len(p.Items) != 1 || p.Items[0].Incident.Summary != want {
			t.Errorf("step %d: the other sees %+v", step, p.Items)
		}
	}
	revs, err := other.Append(w.ctx, edit(a, day0.AddDate(1, 0, 0), func(i *keepiton.Incident) { i.Summary = "by the other" }))
	w.must("append by the other", err)
	if got, _ := w.list(store.Query{Text: "other"}); !slices.Equal(got, []keepiton.IncidentID{revs[0].Incident.ID}) {
		t.Errorf("the first handle finds %v", got)
	}
}
