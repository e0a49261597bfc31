package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// TestAWithdrawnReportTakesItsStoryWithIt walks the whole way: a sealed report
// comes in, a story that rests on it is public with its picture, the receipt
// withdraws the report, and nothing of the story is left.
func TestAWithdrawnReportTakesItsStoryWithIt(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	receipt, sealed := container(t, c, "we stood guard", nil)
	if code, text, err := send(s.address+"/intake/sealed", "POST", nil, bytes.NewReader(sealed)); err != nil || code != 200 {
		t.Fatalf("door: %d %s, %v", code, text, err)
	}
	envelope, err := openSealedIn(t, dir).EnvelopeByLookup(t.Context(), receipt.Address().Lookup)
	if err != nil {
		t.Fatal(err)
	}
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	picture := []byte("\x89PNG made up")
	sum := sha256.Sum256(picture)
	name := hex.EncodeToString(sum[:])
	story := keepiton.Story{
		State: keepiton.Published, Lang: "en", Title: "Guard duty", Text: "MARKEDSTORY: nobody could call.", Quote: "nobody could call.",
		Media: []keepiton.StoryMedia{{SHA256: name, Type: "image/png", Alt: "a gate"}}, Basis: []keepiton.EnvelopeID{envelope.ID},
	}
	rev, err := st.AppendStory(t.Context(), 0, keepiton.StoryRevision{Recorded: time.Now(), Role: keepiton.RoleEditor, Story: story})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.PutMedia(t.Context(), store.MediaFile{SHA256: name, Type: "image/png", Subjects: []string{string(rev.Story.ID)}, Bytes: picture}); err != nil {
		t.Fatal(err)
	}
	page, image := s.address+"/en/stories/"+string(rev.Story.ID), s.address+"/media/"+name+".png"
	if code, body := fetch(t, page); code != http.StatusOK || !strings.Contains(body, "MARKEDSTORY") || strings.Contains(body, string(envelope.ID)) {
		t.Fatalf("the story is not there, or names its report: %d", code)
	}
	if code, body := fetch(t, image); code != http.StatusOK || body != string(picture) {
		t.Errorf("its picture: %d", code)
	}
	ask, err := json.Marshal(map[string]any{"lookup": receipt.Address().Lookup, "signature": hex.EncodeToString(receipt.Withdrawal())})
	if err != nil {
		t.Fatal(err)
	}
	if code, text, err := send(s.address+"/intake/withdraw", "POST", nil, bytes.NewReader(ask)); err != nil || code != 200 {
		t.Fatalf("withdrawal: %d %s, %v", code, text, err)
	}
	if code, body := fetch(t, page); code != http.StatusGone || strings.Contains(body, "MARKEDSTORY") || !strings.Contains(body, "took it back") {
		t.Errorf("the story after the withdrawal: %d", code)
	}
	if code, _ := fetch(t, image); code != http.StatusNotFound {
		t.Errorf("its picture after the withdrawal: %d", code)
	}
	if code, body := fetch(t, s.address+"/en/stories.json"); code != http.StatusOK || strings.Contains(body, "MARKEDSTORY") {
		t.Errorf("the list after the withdrawal: %d", code)
	}
	all, err := st.StoryRevisions(t.Context(), rev.Story.ID)
	if err != nil || len(all) != 2 || all[0].Story.Text != "" || all[1].Story.Text != "" {
		t.Errorf("the record keeps %+v, %v", all, err)
	}
	if code := s.stop(); code != exitGood {
		t.Errorf("exit code %d", code)
	}
}
