package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func aStory(country string) keepiton.StoryRevision {
	return keepiton.StoryRevision{
		Recorded: day0, Role: keepiton.RoleAnalyst, Author: "ana", Reason: "first draft",
		Story: keepiton.Story{
			State: keepiton.Draft, Lang: "am", Title: "ስምንት ሞት", Text: "ዜናውን ከቀናት በኋላ ሰማሁ።", Harms: []string{"family", "health"},
			Places: []keepiton.Place{{Words: "መቐለ", Country: country, Confidence: 1}}, Incidents: []keepiton.IncidentID{"KIO-2020-0001"},
			Translations: []keepiton.Translation{{Lang: "en", Title: "Eight deaths", Text: "I learned of it days later."}},
			Basis:        []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"},
		},
	}
}

func stories(t *testing.T, w *world) {
	first, err := w.AppendStory(w.ctx, 0, aStory("XA"))
	w.must("create", err)
	if first.Story.ID != "KIS-2023-0001" || first.N != 1 {
		t.Errorf("the first story is %s, revision %d", first.Story.ID, first.N)
	}
	before, err := w.Version(w.ctx)
	w.must("version", err)
	next := first
	next.Recorded, next.Story.State, next.Story.Title = day0.Add(-time.Hour), keepiton.Published, "ስምንት"
	next, err = w.AppendStory(w.ctx, 1, next)
	w.must("publish", err)
	if next.N != 2 || next.Recorded.Before(first.Recorded) {
		t.Errorf("a clock set back hides an edit: %+v", next)
	}
	if after, err := w.Version(w.ctx); err != nil || after <= before {
		t.Errorf("the version did not grow: %d, %d, %v", before, after, err)
	}
	got, err := w.Story(w.ctx, first.Story.ID)
	if err != nil || !reflect.DeepEqual(got, next) {
		t.Errorf("got %+v, want %+v, %v", got, next, err)
	}
	all, err := w.StoryRevisions(w.ctx, first.Story.ID)
	if err != nil || len(all) != 2 || all[0].Story.Title != "ስምንት ሞት" {
		t.Errorf("revisions: %+v, %v", all, err)
	}
	_, err = w.AppendStory(w.ctx, 1, next)
	w.wantCode("an old base", err, keepiton.Conflict)
	next.Story.State = keepiton.Draft
	_, err = w.AppendStory(w.ctx, 2, next)
	w.wantCode("back to a draft", err, keepiton.Conflict)
	_, err = w.Story(w.ctx, "KIS-2023-0009")
	w.wantCode("no such story", err, keepiton.NotFound)
	_, err = w.Story(w.ctx, "KIO-2023-0001")
	w.wantCode("an incident is no story", err, keepiton.NotFound)
}

func storyLists(t *testing.T, w *world) {
	for i := range 5 {
		rev := aStory([]string{"XA", "XB"}[i%2])
		rev.Story.Title = fmt.Sprint("story ", i)
		rev.Story.State = []keepiton.State{keepiton.Published, keepiton.Published, keepiton.Draft}[i%3]
		_, err := w.AppendStory(w.ctx, 0, rev)
		w.must("create", err)
	}
	titles := func(q store.StoryQuery) (out []string) {
		for {
			page, err := w.ListStories(w.ctx, q)
			w.must("list", err)
			for _, rev := range page.Items {
				out = append(out, rev.Story.Title)
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				if page.Total != len(out) {
					t.Errorf("total %d, listed %v", page.Total, out)
				}
				return out
			}
		}
	}
	for _, c := range []struct {
		q    store.StoryQuery
		want []string
	}{
		{store.StoryQuery{Limit: 2}, []string{"story 4", "story 3", "story 1", "story 0"}},
		{store.StoryQuery{States: []keepiton.State{keepiton.Draft}}, []string{"story 2"}},
		{store.StoryQuery{Countries: []string{"XB"}}, []string{"story 3", "story 1"}},
		{store.StoryQuery{Countries: []string{"XA", "XB"}, Harms: []string{"health"}, Langs: []string{"en"}}, []string{"story 4", "story 3", "story 1", "story 0"}},
		{store.StoryQuery{Incidents: []keepiton.IncidentID{"KIO-2020-0002"}}, nil},
		{store.StoryQuery{Basis: []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"}, Limit: 1}, []string{"story 4", "story 3", "story 1", "story 0"}},
	} {
		if got := titles(c.q); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: got %v, want %v", c.q, got, c.want)
		}
	}
	_, err := w.ListStories(w.ctx, store.StoryQuery{Limit: 1000})
	w.wantCode("a limit too large", err, keepiton.Invalid)
	_, err = w.ListStories(w.ctx, store.StoryQuery{Cursor: "x"})
	w.wantCode("a strange cursor", err, keepiton.Invalid)
}

func media(t *testing.T, w *world) {
	data := []byte("\x89PNG made up")
	sum := sha256.Sum256(data)
	m := store.MediaFile{SHA256: hex.EncodeToString(sum[:]), Type: "image/png", Subjects: []string{"KIS-2023-0001"}, Bytes: data}
	w.must("put", w.PutMedia(w.ctx, m))
	m.Subjects = []string{"KIO-2023-0001"}
	w.must("put again", w.PutMedia(w.ctx, m))
	m.Subjects = []string{"KIO-2023-0001", "KIS-2023-0001"}
	if got, err := w.Media(w.ctx, m.SHA256); err != nil || !reflect.DeepEqual(got, m) {
		t.Errorf("got %+v, %v", got, err)
	}
	w.must("drop", w.DropMedia(w.ctx, m.SHA256, "KIO-2023-0001"))
	if got, err := w.Media(w.ctx, m.SHA256); err != nil || len(got.Subjects) != 1 {
		t.Errorf("after the first drop: %+v, %v", got, err)
	}
	w.must("drop", w.DropMedia(w.ctx, m.SHA256, "KIS-2023-0001"))
	w.must("drop twice", w.DropMedia(w.ctx, m.SHA256, "KIS-2023-0001"))
	_, err := w.Media(w.ctx, m.SHA256)
	w.wantCode("dropped", err, keepiton.NotFound)
	other := m
	other.SHA256 = hex.EncodeToString(make([]byte, 32))
	w.wantCode("another hash", w.PutMedia(w.ctx, other), keepiton.Invalid)
	other = m
	other.Type = "image/svg+xml"
	w.wantCode("a drawing that may run", w.PutMedia(w.ctx, other), keepiton.Invalid)
}

func storyTakenBack(t *testing.T, w *world) {
	first, err := w.AppendStory(w.ctx, 0, aStory("XA"))
	w.must("create", err)
	other, err := w.AppendStory(w.ctx, 0, aStory("XA"))
	w.must("another", err)
	next := first
	next.Story.State = keepiton.Published
	_, err = w.AppendStory(w.ctx, 1, next)
	w.must("publish", err)
	before, err := w.Version(w.ctx)
	w.must("version", err)

	bare := keepiton.StoryRevision{Recorded: day0.Add(-time.Hour), Role: keepiton.RoleReader, Reason: "taken back", Story: keepiton.Story{ID: first.Story.ID, Title: "must not stay", Reason: "taken back"}}
	gone, err := w.EraseStory(w.ctx, bare)
	w.must("erase", err)
	want := keepiton.Story{ID: first.Story.ID, State: keepiton.Withdrawn, Reason: "taken back", TakenBack: true}
	if gone.N != 3 || !reflect.DeepEqual(gone.Story, want) || gone.Recorded.Before(first.Recorded) {
		t.Errorf("got %+v", gone)
	}
	again, err := w.EraseStory(w.ctx, bare)
	if err != nil || !reflect.DeepEqual(again, gone) {
		t.Errorf("twice is not once: %+v, %v", again, err)
	}
	all, err := w.StoryRevisions(w.ctx, first.Story.ID)
	w.must("revisions", err)
	for i, rev := range all {
		state := []keepiton.State{keepiton.Draft, keepiton.Published, keepiton.Withdrawn}[i]
		bare := keepiton.Story{ID: first.Story.ID, State: state, Reason: rev.Story.Reason, TakenBack: i == 2}
		if len(all) != 3 || !reflect.DeepEqual(rev.Story, bare) {
			t.Errorf("revision %d still holds %+v", rev.N, rev.Story)
		}
	}
	if after, err := w.Version(w.ctx); err != nil || after <= before {
		t.Errorf("the version did not grow: %d, %d, %v", before, after, err)
	}
	for what, q := range map[string]store.StoryQuery{
		"report": {Basis: first.Story.Basis}, "country": {Countries: []string{"XA"}}, "incident": {Incidents: first.Story.Incidents}, "harm": {Harms: []string{"family"}}, "language": {Langs: []string{"am"}},
	} {
		q.States = keepiton.States
		page, err := w.ListStories(w.ctx, q)
		if err != nil || len(page.Items) != 1 || page.Items[0].Story.ID != other.Story.ID || page.Items[0].Story.Text == "" {
			t.Errorf("found by its %s: %+v, %v", what, page.Items, err)
		}
	}
	bare.Story.ID = "KIS-1999-0001"
	_, err = w.EraseStory(w.ctx, bare)
	w.wantCode("no such story", err, keepiton.NotFound)
}
