package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func anImport(name string, at time.Time, incidents ...store.ImportedIncident) store.Import {
	return store.Import{
		Edition: store.Edition{Name: name, Published: at.Truncate(24 * time.Hour), Covers: []int{2021, 2022}, SHA256: "ab", Payload: []byte{0, 1, 255}, Report: []byte(`{"rows":1}`)},
		Links:   []store.Link{{Edition: name, File: "f.csv", Sheet: "ሉህ", Row: 2, Incident: incidents[0].ID, Score: 0.75, Reasons: []string{"same day", "مكان"}}},
		Ambiguities: []store.Ambiguity{{
			Kind: "match", Edition: name, Incident: incidents[0].ID,
			Candidates: []store.Candidate{{Incident: "KIO-2021-0009", Score: 0.5, Reasons: []string{"near"}}},
		}},
		Unmapped:  []store.Unmapped{{Kind: "place", Column: "area_name", Country: "XA", Words: "Nowhere", Count: 3}},
		Incidents: incidents,
	}
}

func importWhole(t *testing.T, w *world) {
	bad := anImport("e", day0, imported("KIO-2022-0001", day0, incident("2022")), imported("KIO-22-1", day0, incident("2022")))
	w.wantCode("an import with a bad id", w.ApplyImport(w.ctx, bad), keepiton.Invalid)
	if eds, err := w.Store.Editions(w.ctx); err != nil || len(eds) != 0 {
		t.Errorf("half of it is there: %v %v", eds, err)
	}
	if _, total := w.list(store.Query{}); total != 0 {
		t.Errorf("%d incidents of it are there", total)
	}
	imp := anImport("e", day0, imported("KIO-2022-0001", day0, incident("2022"), with(incident("2022"), func(i *keepiton.Incident) { i.Summary = "two" })))
	w.must("import", w.ApplyImport(w.ctx, imp))
	eds, err := w.Store.Editions(w.ctx)
	w.must("editions", err)
	if !reflect.DeepEqual(eds, []store.Edition{imp.Edition}) {
		t.Errorf("editions: %+v, want %+v", eds, imp.Edition)
	}
	links, err := w.Links(w.ctx)
	w.must("links", err)
	if !reflect.DeepEqual(links, imp.Links) {
		t.Errorf("links: %+v", links)
	}
	revs, err := w.Revisions(w.ctx, "KIO-2022-0001")
	w.must("revisions", err)
	if len(revs) != 2 || revs[1].Role != keepiton.RoleImport || revs[1].Edition != "e" {
		t.Errorf("revisions: %+v", revs)
	}
}

func rewrite(t *testing.T, w *world) {
	w.must("first", w.ApplyImport(w.ctx, anImport("new", day0.AddDate(1, 0, 0),
		imported("KIO-2022-0001", day0, with(incident("2022"), func(i *keepiton.Incident) { i.Summary = "oldword" })), imported("KIO-2022-0002", day0, incident("2022")))))
	_, cursor, err := w.Changes(w.ctx, "", 100)
	w.must("changes", err)
	version, _ := w.Version(w.ctx)
	w.list(store.Query{}) // so that an index, if the engine has one, is loaded
	other := w.reopen()
	defer other.Close()
	if _, err := other.List(w.ctx, store.Query{}); err != nil {
		t.Fatal(err)
	}
	imp := anImport("old", day0, imported("KIO-2022-0001", day0, with(incident("2022"), func(i *keepiton.Incident) { i.Summary = "newword" })))
	imp.Rewrite = true
	w.must("rewrite", w.ApplyImport(w.ctx, imp))
	for _, h := range []store.Store{w.Store, other} {
		p, err := h.List(w.ctx, store.Query{})
		w.must("list", err)
		if !slices.Equal(ids(p), []keepiton.IncidentID{"KIO-2022-0001"}) || p.Items[0].Incident.Summary != "newword" || p.Items[0].N != 1 {
			t.Errorf("after the rewrite: %+v", p.Items)
		}
	}
	for text, want := range map[string]int{"oldword": 0, "newword": 1} {
		if _, total := w.list(store.Query{Text: text}); total != want {
			t.Errorf("%q is found %d times, want %d", text, total, want)
		}
	}
	_, err = w.Get(w.ctx, "KIO-2022-0002", time.Time{})
	w.wantCode("what the rewrite left out", err, keepiton.NotFound)
	if revs, _, err := w.Changes(w.ctx, cursor, 100); err != nil || len(revs) != 1 {
		t.Errorf("a follower of changes sees %d revisions of the rewrite, %v", len(revs), err)
	}
	if after, _ := w.Version(w.ctx); after <= version {
		t.Errorf("the version went from %d to %d", version, after)
	}
	eds, err := w.Store.Editions(w.ctx)
	w.must("editions", err)
	if len(eds) != 2 || eds[0].Name != "old" || eds[1].Name != "new" {
		t.Errorf("editions: %+v", eds)
	}
	if links, _ := w.Links(w.ctx); len(links) != 1 || links[0].Edition != "old" {
		t.Errorf("links: %+v", links)
	}
}

func rewritePublic(t *testing.T, w *world) {
	w.must("first", w.ApplyImport(w.ctx, anImport("a", day0, imported("KIO-2022-0001", day0, incident("2022")))))
	w.must("set", w.SetMeta(w.ctx, "ids_public_since", "2026-01-01"))
	again := anImport("b", day0, imported("KIO-2022-0001", day0, incident("2022")))
	again.Rewrite = true
	w.wantCode("rewrite", w.ApplyImport(w.ctx, again), keepiton.Conflict)
	again.Rewrite = false
	w.must("append", w.ApplyImport(w.ctx, again))
	if got := w.get("KIO-2022-0001", time.Time{}); got.N != 2 {
		t.Errorf("revision %d", got.N)
	}
}

func rewritePeople(t *testing.T, w *world) {
	w.must("first", w.ApplyImport(w.ctx, anImport("a", day0, imported("KIO-2022-0001", day0, incident("2022")))))
	w.correct(w.get("KIO-2022-0001", time.Time{}), day0.AddDate(0, 0, 1), func(i *keepiton.Incident) { i.Summary = "by a person" })
	again := anImport("b", day0, imported("KIO-2022-0001", day0, incident("2022")))
	again.Rewrite = true
	w.wantCode("rewrite", w.ApplyImport(w.ctx, again), keepiton.Conflict)
	if got := w.get("KIO-2022-0001", time.Time{}).Incident.Summary; got != "by a person" {
		t.Errorf("got %q", got)
	}
}

func editions(t *testing.T, w *world) {
	inc := imported("KIO-2022-0001", day0, incident("2022"))
	w.must("first", w.ApplyImport(w.ctx, anImport("a", day0, inc)))
	same := anImport("a", day0, inc)
	same.Edition.SHA256, same.Incidents = "cd", nil
	w.must("the same name and day", w.ApplyImport(w.ctx, same))
	eds, err := w.Store.Editions(w.ctx)
	w.must("editions", err)
	if len(eds) != 1 || eds[0].SHA256 != "cd" {
		t.Errorf("editions: %+v", eds)
	}
	w.wantCode("another day", w.ApplyImport(w.ctx, anImport("a", day0.AddDate(0, 0, 1), inc)), keepiton.Conflict)
	w.wantCode("no name", w.ApplyImport(w.ctx, anImport("", day0, inc)), keepiton.Invalid)
}
