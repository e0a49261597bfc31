package web

import (
	"context"
	"encoding/json"
	"html/template"
	"net/http/httptest"
	"strings"
	"testing"

	"keepiton"
	"keepiton/sample"
	"keepiton/store"
)

// noEntries is a campaign in which nothing is public.
type noEntries struct{}

func (noEntries) PublicEntry(_ context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error) {
	return keepiton.EntryRevision{}, keepiton.Errorf(keepiton.NotFound, "there is no %s", id)
}

func (noEntries) EntryRevisions(_ context.Context, id keepiton.EntryID) ([]keepiton.EntryRevision, error) {
	return nil, keepiton.Errorf(keepiton.NotFound, "there is no %s", id)
}

func (noEntries) ListEntries(context.Context, store.EntryQuery) (store.EntryPage, error) {
	return store.EntryPage{}, nil
}

func (noEntries) CountEntries(context.Context, store.EntryQuery, string) (map[string]int, error) {
	return map[string]int{}, nil
}

// Each kind whose page is there is shown as it would be, and stays hidden.
func TestPreviewIsThePageOfADraftAndHidesItFromReaders(t *testing.T) {
	s, _ := sampleSite(t)
	s.opt.Campaign = noEntries{}
	seen := map[keepiton.EntryKind]bool{}
	for _, rev := range sample.Entries(testNow) {
		kind := rev.ID.Kind()
		if path := "/en" + EntryPath(rev.ID); seen[kind] || !s.known(path) {
			continue
		} else if w := get(t, s, path); w.Code != 404 {
			t.Errorf("%s: readers get %d of a draft", path, w.Code)
		}
		seen[kind] = true
		e := keepiton.NewEntry(kind)
		if err := json.Unmarshal(rev.Doc, e); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		if err := s.Preview(w, httptest.NewRequest("GET", "/desk/x?n=2", nil), "en", rev); err != nil {
			t.Fatal(rev.ID, err)
		}
		body := w.Body.String()
		if w.Code != 200 || !strings.Contains(body, template.HTMLEscapeString(e.Index().Title)) || !strings.Contains(body, "Only the desk sees this") {
			t.Errorf("%s: %d, without its title or the band:\n%.2000s", rev.ID, w.Code, body)
		}
		if !strings.Contains(body, `href="/desk/x?lang=ar&amp;n=2"`) || strings.Contains(body, `href="/ar`+EntryPath(rev.ID)+`"`) {
			t.Errorf("%s: another language leads out of the preview", rev.ID)
		}
		if strings.Contains(body, `"/media/`) {
			t.Errorf("%s: a picture is asked for where nobody may see it yet", rev.ID)
		}
		if c := w.Header().Get("Cache-Control"); c != "no-store" {
			t.Errorf("%s may be kept: %q", rev.ID, c)
		}
	}
}

func TestPreviewOfWhatIsNoPage(t *testing.T) {
	s, _ := sampleSite(t)
	s.opt.Campaign = noEntries{}
	for lang, id := range map[string]keepiton.EntryID{"en": "KIX-2026-0001", "xx": "KIP-2026-0001"} {
		err := s.Preview(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), lang, keepiton.EntryRevision{ID: id})
		if keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%s %s: %v", lang, id, err)
		}
	}
}
