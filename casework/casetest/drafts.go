package casetest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

func anIncident(words string) *keepiton.Incident {
	return &keepiton.Incident{
		Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 11, 20), End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places:   []keepiton.Place{{Words: words, Country: "ET", Confidence: 1}}, Kinds: []string{"shutdown"}, Summary: words,
		Sources: []keepiton.Source{{ID: "s1", Kind: keepiton.KindReport, Confidential: true}},
	}
}

func drafts(t *testing.T, w *World, s casework.Server) {
	inc := anIncident("መቀሌ & <b>")
	inc.ID, inc.State = "KIO-1999-0001", keepiton.Published
	rev, err := s.Draft(t.Context(), inc, "four reports")
	if err != nil || rev.Incident.State != keepiton.Draft || rev.Incident.ID == inc.ID || rev.Incident.Summary != inc.Summary || rev.N != 1 || rev.Reason != "four reports" {
		t.Fatalf("got %+v, %v", rev, err)
	}
	stored, err := w.Record.Get(t.Context(), rev.Incident.ID, time.Time{})
	if err != nil || stored.Author != "ana" || !stored.Incident.RestsOnReports() {
		t.Errorf("stored %+v, %v", stored, err)
	}
}

func storyDrafts(t *testing.T, w *World, s casework.Server) {
	st := &keepiton.Story{
		ID: "KIS-1999-0001", State: keepiton.Published, Lang: "am", Title: "ጥበቃ & <b>", Text: "ሌሊቱን ሙሉ።\n\nማንም አልደወለም።", Harms: []string{"safety"},
		Media: []keepiton.StoryMedia{{SHA256: "00", Type: "image/png", Alt: "በር"}}, Translations: []keepiton.Translation{{Lang: "en", Text: "All night.", Machine: true}},
		Basis: []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"},
	}
	_, err := s.DraftStory(t.Context(), st, "no such report")
	w.wantCode("no such report", err, keepiton.NotFound)
	e, _ := w.arrive(1, 100, nil)
	st.Basis = []keepiton.EnvelopeID{e.ID}
	rev, err := s.DraftStory(t.Context(), st, "one report")
	want := st.Clone()
	want.ID, want.State = rev.Story.ID, keepiton.Draft
	if err != nil || rev.N != 1 || rev.Reason != "one report" || rev.Story.ID == st.ID || !reflect.DeepEqual(&rev.Story, want) {
		t.Fatalf("got %+v, %v", rev, err)
	}
	stored, err := w.Record.Story(t.Context(), rev.Story.ID)
	if err != nil || stored.Author != "ana" || !reflect.DeepEqual(&stored.Story, want) {
		t.Errorf("stored %+v, %v", stored, err)
	}
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, e.Day))
	_, err = s.DraftStory(t.Context(), st, "withdrawn")
	w.wantCode("a report that was withdrawn", err, keepiton.NotFound)
}

func organizationDrafts(t *testing.T, w *World, s casework.Server) {
	o := &keepiton.Organization{Name: "ድምጽ & <b>", Standing: keepiton.StandingMember, Type: "civil_society", Country: "ET", Basis: []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"}}
	_, err := s.DraftOrganization(t.Context(), o, "no such application")
	w.wantCode("no such application", err, keepiton.NotFound)
	e, _ := w.arrive(1, 100, nil)
	o.Basis = []keepiton.EnvelopeID{e.ID}
	rev, err := s.DraftOrganization(t.Context(), o, "vetted")
	var got keepiton.Organization
	if err == nil {
		err = json.Unmarshal(rev.Doc, &got)
	}
	if err != nil || rev.ID.Kind() != keepiton.KindOrganization || rev.N != 1 || rev.State != keepiton.Draft || rev.Author != "ana" || rev.Reason != "vetted" || !reflect.DeepEqual(&got, o) {
		t.Fatalf("got %+v, %v", rev, err)
	}
	for want, q := range map[int]store.EntryQuery{
		1: {Kind: keepiton.KindOrganization, Desk: true, Facets: map[string][]string{"basis": {string(e.ID)}}},
		0: {Kind: keepiton.KindOrganization, Facets: map[string][]string{"basis": {string(e.ID)}}},
	} {
		page, err := s.Entries(t.Context(), q)
		if err != nil || len(page.Items) != want || page.Total != want || want == 1 && (page.Items[0].ID != rev.ID || !bytes.Equal(page.Items[0].Doc, rev.Doc)) {
			t.Errorf("%+v: %+v, %v", q, page, err)
		}
	}
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, e.Day))
	_, err = s.DraftOrganization(t.Context(), o, "withdrawn")
	w.wantCode("an application that was withdrawn", err, keepiton.NotFound)
}

func record(t *testing.T, w *World, s casework.Server) {
	for _, words := range []string{"Addis Ababa", "Mekelle"} {
		inc := anIncident(words)
		inc.State, inc.Sources = keepiton.Published, nil
		_, err := w.Record.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: w.Now(), Role: keepiton.RoleEditor, Incident: *inc}})
		w.must(err)
	}
	_, err := s.Draft(t.Context(), anIncident("Axum"), "x")
	w.must(err)
	for want, q := range map[int]store.Query{
		2: {Countries: []string{"ET"}},
		3: {Countries: []string{"ET"}, States: []keepiton.State{keepiton.Draft, keepiton.Published}},
		0: {Countries: []string{"KE"}},
		1: {Text: "Mekelle"},
	} {
		page, err := s.Record(t.Context(), q)
		if err != nil || page.Total != want || len(page.Items) != want {
			t.Errorf("%+v: %d of %d, %v, want %d", q, len(page.Items), page.Total, err, want)
		}
	}
	page, err := s.Record(t.Context(), store.Query{Limit: 1, Sort: store.ByID})
	w.must(err)
	next, err := s.Record(t.Context(), store.Query{Limit: 1, Sort: store.ByID, Cursor: page.Next})
	if err != nil || len(next.Items) != 1 || next.Items[0].Incident.ID <= page.Items[0].Incident.ID {
		t.Errorf("the next page: %+v, %v", next, err)
	}
	_, err = s.Record(t.Context(), store.Query{Limit: 5000})
	w.wantCode("too many", err, keepiton.Invalid)
}
