package storetest

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func numbered(t *testing.T, w *world) {
	for _, c := range []struct {
		start string
		want  keepiton.IncidentID
	}{
		{"2022-03-01", "KIO-2022-0001"}, {"2022-01-01", "KIO-2022-0002"}, {"2019", "KIO-2019-0001"}, {"2022-12-31T23Z", "KIO-2022-0003"},
	} {
		if got := w.create(day0, incident(c.start)); got.Incident.ID != c.want || got.N != 1 {
			t.Errorf("an incident from %s became %s revision %d, want %s revision 1", c.start, got.Incident.ID, got.N, c.want)
		}
	}
	undated := with(incident("2022"), func(i *keepiton.Incident) { i.Episodes = nil })
	if got := w.create(day0, undated).Incident.ID; got != "KIO-2023-0001" {
		t.Errorf("an incident without a date became %s, want the year it was recorded in", got)
	}
}

func numbersOnce(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	w.correct(a, day0, func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Withdrawn, "twice" })
	w.must("import", w.ApplyImport(w.ctx, store.Import{
		Edition:   store.Edition{Name: "e", Published: day0},
		Incidents: []store.ImportedIncident{imported("KIO-2022-0041", day0, incident("2022"))},
	}))
	seen := map[keepiton.IncidentID]bool{a.Incident.ID: true, "KIO-2022-0041": true}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				revs, err := w.Append(w.ctx, store.Edit{Rev: keepiton.Revision{Recorded: day0, Role: keepiton.RoleAnalyst, Incident: incident("2022")}})
				mu.Lock()
				switch {
				case err != nil:
					t.Errorf("append: %v", err)
				case seen[revs[0].Incident.ID]:
					t.Errorf("%s was given twice", revs[0].Incident.ID)
				default:
					seen[revs[0].Incident.ID] = true
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if !seen["KIO-2022-0042"] {
		t.Error("numbers do not go on after those of an import")
	}
}

func imported(id keepiton.IncidentID, at time.Time, incs ...keepiton.Incident) store.ImportedIncident {
	out := store.ImportedIncident{ID: id}
	for i, inc := range incs {
		out.Revisions = append(out.Revisions, keepiton.Revision{Recorded: at.AddDate(0, 0, i), Role: keepiton.RoleImport, Edition: "e", Incident: inc})
	}
	return out
}

func allOrNothing(t *testing.T, w *world) {
	a, b := w.create(day0, incident("2022")), w.create(day0, incident("2022"))
	version, _ := w.Version(w.ctx)
	change := func(i *keepiton.Incident) { i.Summary = "changed" }
	stale := edit(b, day0, change)
	stale.Base = 7
	_, err := w.Append(w.ctx, edit(a, day0, change), store.Edit{Rev: keepiton.Revision{Recorded: day0, Incident: incident("2022")}}, stale)
	w.wantCode("a group with one stale edit", err, keepiton.Conflict)
	if rev := w.get(a.Incident.ID, time.Time{}); rev.N != 1 {
		t.Errorf("half of the group was stored: revision %d", rev.N)
	}
	if _, total := w.list(store.Query{}); total != 2 {
		t.Errorf("there are %d incidents, want 2", total)
	}
	if after, _ := w.Version(w.ctx); after != version {
		t.Errorf("the version moved from %d to %d", version, after)
	}
	revs, err := w.Append(w.ctx, edit(a, day0, change), edit(b, day0, change))
	w.must("a good group", err)
	if len(revs) != 2 || revs[0].Incident.ID != a.Incident.ID || revs[1].Incident.ID != b.Incident.ID || revs[0].N != 2 || revs[1].N != 2 {
		t.Errorf("got %+v", revs)
	}
	if after, _ := w.Version(w.ctx); after <= version {
		t.Errorf("the version did not grow: %d, then %d", version, after)
	}
}

func conflict(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	w.correct(a, day0.Add(time.Hour), func(i *keepiton.Incident) { i.Summary = "first" })
	_, err := w.Append(w.ctx, edit(a, day0.Add(2*time.Hour), func(i *keepiton.Incident) { i.Summary = "second" }))
	w.wantCode("an edit of revision 1 after 2", err, keepiton.Conflict)
	if keepiton.HintOf(err) == "" {
		t.Error("the conflict says no next step")
	}
	_, err = w.Append(w.ctx, store.Edit{ID: "KIO-2022-0099", Base: 1, Rev: keepiton.Revision{Recorded: day0, Incident: incident("2022")}})
	w.wantCode("an edit of an incident that is not there", err, keepiton.NotFound)
	if got := w.get(a.Incident.ID, time.Time{}).Incident.Summary; got != "first" {
		t.Errorf("the summary is %q", got)
	}
}

func noWayBack(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	_, err := w.Append(w.ctx, edit(a, day0, func(i *keepiton.Incident) { i.State = keepiton.Draft }))
	w.wantCode("published to draft", err, keepiton.Conflict)
	b := w.correct(a, day0, func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Withdrawn, "r" })
	w.correct(b, day0, func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Published, "" })
}

func clockSetBack(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	b := w.correct(a, day0.Add(-time.Hour), func(i *keepiton.Incident) { i.Summary = "later" })
	if !b.Recorded.Equal(a.Recorded) {
		t.Errorf("recorded %s, want it raised to %s", b.Recorded, a.Recorded)
	}
	if got := w.get(a.Incident.ID, time.Time{}); got.N != 2 || got.Incident.Summary != "later" {
		t.Errorf("revision %d %q stands, want the edit", got.N, got.Incident.Summary)
	}
}

func roundTrip(t *testing.T, w *world) {
	full := fullIncident()
	made := w.create(day0.Add(500*time.Millisecond), full)
	full.ID = made.Incident.ID
	got := w.get(full.ID, time.Time{})
	if !reflect.DeepEqual(got.Incident, full) {
		t.Errorf("got  %+v\nwant %+v", got.Incident, full)
	}
	if !got.Recorded.Equal(day0) || got.Recorded.Location() != time.UTC {
		t.Errorf("recorded %v, want %v in UTC, cut to the second", got.Recorded, day0)
	}
	if got.Role != keepiton.RoleEditor || got.Author != "ana" || got.Reason != "new" || got.N != 1 || got.Changes != nil {
		t.Errorf("got %+v", got)
	}
	bare := full
	bare.Rows = []keepiton.Row{full.Rows[0]}
	bare.Rows[0].Cells = nil
	for rows, want := range map[bool]keepiton.Incident{false: bare, true: full} {
		p, err := w.List(w.ctx, store.Query{Rows: rows, States: keepiton.States})
		w.must("list", err)
		if len(p.Items) != 1 || !reflect.DeepEqual(p.Items[0].Incident, want) {
			t.Errorf("rows %v: got  %+v\nwant %+v", rows, p.Items, want)
		}
	}
	changed := w.correct(got, day0.Add(time.Hour), func(i *keepiton.Incident) { i.Rows[0].CountYear, i.Summary = 2020, "other" })
	two, err := w.Revision(w.ctx, full.ID, 2)
	w.must("revision 2", err)
	if !reflect.DeepEqual(two, changed) {
		t.Errorf("revision 2 is %+v, was returned as %+v", two, changed)
	}
	var fields []string
	for _, c := range two.Changes {
		fields = append(fields, c.Field)
	}
	if !slices.Equal(fields, []string{"summary", "count_years"}) {
		t.Errorf("changed fields: %v", fields)
	}
	revs, err := w.Revisions(w.ctx, full.ID)
	w.must("revisions", err)
	if len(revs) != 2 || revs[0].N != 1 || !reflect.DeepEqual(revs[1].Changes, two.Changes) || !reflect.DeepEqual(revs[1].Incident, keepiton.Incident{}) {
		t.Errorf("revisions: %+v", revs)
	}
	_, err = w.Revision(w.ctx, full.ID, 3)
	w.wantCode("revision 3", err, keepiton.NotFound)
	_, err = w.Revisions(w.ctx, "KIO-1999-0001")
	w.wantCode("revisions of nothing", err, keepiton.NotFound)
}

// fullIncident has something in every field, in scripts of every kind.
func fullIncident() keepiton.Incident {
	var inc keepiton.Incident
	n := 0
	fill(reflect.ValueOf(&inc).Elem(), &n)
	inc.ID, inc.MergedInto = "", "KIO-2021-0007"
	inc.State = keepiton.Merged
	return inc
}

var scriptTexts = []string{
	"plain", "Ünïcode – “quotes”", "الإنترنت مقطوع", "ኢንተርኔት ተቋረጠ", "e\u0301 combining", "日本語", "😀\u200d🌍", "tab\tline\nend ", "<b>&amp;</b>", `back\slash "quoted" \ufffd`, " spaces ", "\u202eright to left\u202c",
}

// fill sets every field that reflection can reach.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(scriptTexts[*n%len(scriptTexts)])
	case reflect.Int:
		v.SetInt(int64(2000 + *n%30))
	case reflect.Uint8:
		v.SetUint(uint64(*n%2) + 2)
	case reflect.Float64:
		v.SetFloat(0.95)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		if v.Type() == reflect.TypeFor[[]keepiton.Row]() {
			v.SetLen(1)
		}
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		elem := reflect.New(v.Type().Elem()).Elem()
		fill(elem, n)
		v.SetMapIndex(reflect.ValueOf("causes"), elem)
	case reflect.Struct:
		switch v.Type() {
		case reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(day0.AddDate(0, 0, *n)))
		case reflect.TypeFor[keepiton.Moment]():
			v.Set(reflect.ValueOf(keepiton.Moment{At: time.Date(2021, 2, 3, 4, *n%60, 0, 0, time.UTC), Precision: keepiton.Minute, Estimated: true}))
		default:
			for i := range v.NumField() {
				fill(v.Field(i), n)
			}
		}
	}
}

func ownCopies(t *testing.T, w *world) {
	inc := fullIncident()
	made := w.create(day0, inc)
	inc.Causes[0] = "scribbled"
	made.Incident.Sources[0].URL = "scribbled"
	first := w.get(made.Incident.ID, time.Time{})
	first.Incident.Causes[0], first.Incident.Claims["causes"] = "scribbled", keepiton.Claim{Note: "scribbled"}
	p, err := w.List(w.ctx, store.Query{States: keepiton.States})
	w.must("list", err)
	p.Items[0].Incident.Places[0].Words = "scribbled"
	p.Items[0].Incident.Rows[0].File = "scribbled"
	for _, rev := range []keepiton.Revision{w.get(made.Incident.ID, time.Time{}), mustPage(w, store.Query{States: keepiton.States}).Items[0]} {
		for _, f := range keepiton.Fields {
			if strings.Contains(strings.Join(f.Values(&rev.Incident), " "), "scribbled") {
				t.Errorf("a caller's change of %s reached the record", f.Name)
			}
		}
		if rev.Incident.Rows[0].File == "scribbled" {
			t.Error("a caller's change of a row reached the record")
		}
	}
}

func mustPage(w *world, q store.Query) store.Page {
	w.Helper()
	p, err := w.List(w.ctx, q)
	w.must("list", err)
	return p
}

func badTexts(t *testing.T, w *world) {
	for name, spoil := range map[string]func(*keepiton.Revision){
		"a summary that is no UTF-8": func(r *keepiton.Revision) { r.Incident.Summary = "a\xffb" },
		"a cell that is no UTF-8": func(r *keepiton.Revision) {
			r.Incident.Rows = []keepiton.Row{{Cells: []keepiton.Cell{{Value: "\xc3"}}}}
		},
		"a reason with a NUL":        func(r *keepiton.Revision) { r.Reason = "a\x00b" },
		"an author that is no UTF-8": func(r *keepiton.Revision) { r.Author = "\xff" },
		"no time":                    func(r *keepiton.Revision) { r.Recorded = time.Time{} },
		"no state":                   func(r *keepiton.Revision) { r.Incident.State = "" },
	} {
		rev := keepiton.Revision{Recorded: day0, Role: keepiton.RoleEditor, Incident: incident("2022")}
		spoil(&rev)
		_, err := w.Append(w.ctx, store.Edit{Rev: rev})
		w.wantCode(name, err, keepiton.Invalid)
	}
	huge := keepiton.Revision{Recorded: day0, Incident: with(incident("2022"), func(i *keepiton.Incident) { i.Summary = strings.Repeat("long ", 1<<20) })}
	_, err := w.Append(w.ctx, store.Edit{Rev: huge})
	w.wantCode("a summary of 5 MB", err, keepiton.TooLarge)
	if _, total := w.list(store.Query{}); total != 0 {
		t.Errorf("%d of them were stored", total)
	}
	kept := w.create(day0, with(incident("2022"), func(i *keepiton.Incident) { i.Summary = "NUL \x00 in a document" }))
	if got := w.get(kept.Incident.ID, time.Time{}).Incident.Summary; got != "NUL \x00 in a document" {
		t.Errorf("got %q", got)
	}
}
