package web

import (
	"context"
	"html"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/kit"
	"keepiton/locale"
	"keepiton/store"
)

var metaTag = regexp.MustCompile(`<meta (?:property|name)="([^"]+)" content="([^"]*)">`)

// metaOf returns what the head of a page says.
func metaOf(body string) map[string]string {
	out := map[string]string{}
	for _, m := range metaTag.FindAllStringSubmatch(body, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

// firstIncident is a published incident of one country that ended.
func firstIncident(t *testing.T, s *Server) keepiton.Revision {
	t.Helper()
	list, err := s.opt.Record.List(t.Context(), store.Query{Status: []keepiton.EndState{keepiton.Ended}, Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, rev := range list.Items {
		if rev.Incident.State == keepiton.Published && len(rev.Incident.Countries()) == 1 {
			return rev
		}
	}
	t.Fatal("no incident")
	return keepiton.Revision{}
}

func TestPagesNameTheirShareCardInEveryLanguage(t *testing.T) {
	pageAfterPage(t)
	s, st := campaignSite(t)
	inc := firstIncident(t, s).Incident
	pledge, _ := entryWith(t, st, keepiton.KindPledge, func(*keepiton.Pledge) bool { return true })
	watch, _ := entryWith(t, st, keepiton.KindWatch, func(*keepiton.Watch) bool { return true })
	letter, _ := entryWith(t, st, keepiton.KindLetter, func(*keepiton.Letter) bool { return true })
	petition, _ := entryWith(t, st, keepiton.KindPetition, func(*keepiton.Petition) bool { return true })
	statement, _ := entryWith(t, st, keepiton.KindStatement, func(s *keepiton.Statement) bool { return s.Embargo.IsZero() })
	paths := []string{"/incidents/" + string(inc.ID), "/countries/" + inc.Countries()[0], "/years/2025", EntryPath(pledge), EntryPath(watch), EntryPath(letter), EntryPath(petition), EntryPath(statement)}
	for _, l := range locale.Languages {
		for _, path := range paths {
			body := get(t, s, "/"+l.Tag+path).Body.String()
			meta, image := metaOf(body), "/"+l.Tag+path+"/card.png"
			if meta["og:image"] != "https://keepiton.example"+image || meta["og:image:width"] != "1200" || meta["og:image:height"] != "630" || meta["twitter:card"] != "summary_large_image" || meta["og:title"] == "" {
				t.Fatalf("/%s%s: %v", l.Tag, path, meta)
			}
			if !strings.Contains(body, `href="`+image+`"`) || !strings.Contains(body, `href="`+strings.TrimSuffix(image, "png")+`svg"`) {
				t.Errorf("/%s%s: does not offer its card", l.Tag, path)
			}
			svg := get(t, s, strings.TrimSuffix(image, "png")+"svg")
			if desc := html.EscapeString(meta["og:image:alt"]); svg.Code != http.StatusOK || len(meta["og:image:alt"]) < 40 || !strings.Contains(html.UnescapeString(svg.Body.String()), html.UnescapeString(desc)) {
				t.Errorf("/%s%s: the drawing (%d) does not say %q", l.Tag, path, svg.Code, meta["og:image:alt"])
			}
			w := get(t, s, image)
			img, err := png.Decode(w.Body)
			if w.Code != http.StatusOK || err != nil || img.Bounds().Dx() != 1200 || img.Bounds().Dy() != 630 {
				t.Errorf("%s: %d, %v", image, w.Code, err)
			}
		}
	}
}

func TestAShareCardIsCachedUnderAStrongTag(t *testing.T) {
	s, _ := campaignSite(t)
	path := "/am/incidents/" + string(firstIncident(t, s).Incident.ID) + "/card.png"
	w := get(t, s, path)
	tag := w.Header().Get("Etag")
	if !strings.HasPrefix(tag, `"`) || !strings.HasPrefix(w.Header().Get("Cache-Control"), "public, max-age=600") || w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("%v", w.Header())
	}
	if again := get(t, s, path, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Header().Get("Cache-Control") != w.Header().Get("Cache-Control") {
		t.Errorf("asked again: %d, %v", again.Code, again.Header())
	}
	// It stands in the cache of pictures, where it drives no page out.
	if _, ok := s.pictures.items[pageKey{path: path}]; !ok || len(s.cache.items) != 0 {
		t.Error("the card is not kept apart from pages")
	}
}

func TestWhatIsNotPublishedHasNoShareCard(t *testing.T) {
	s, revs := sampleSite(t)
	for _, rev := range revs {
		path := "/en/incidents/" + string(rev.Incident.ID)
		now, _ := s.opt.Record.Get(t.Context(), rev.Incident.ID, testNow)
		if now.Incident.State == keepiton.Published {
			continue
		}
		if w := get(t, s, path+"/card.png"); w.Code != http.StatusNotFound {
			t.Errorf("%s (%s): its card answers %d", path, now.Incident.State, w.Code)
		}
		if w := get(t, s, path); strings.Contains(w.Body.String(), "og:image") {
			t.Errorf("%s (%s): its page names a card", path, now.Incident.State)
		}
	}
	s.opt.BaseURL = ""
	some := firstIncident(t, s)
	if body := get(t, s, "/en/countries/"+some.Incident.Countries()[0]).Body.String(); strings.Contains(body, "og:image") || !strings.Contains(body, "/card.png") {
		t.Error("a site that does not know its address names a picture by half of one, or offers none")
	}
}

func TestANameThatCannotBeDrawnLeavesAPageWithItsPicture(t *testing.T) {
	s, _ := sampleSite(t)
	rev := firstIncident(t, s)
	rev.Incident.Country, rev.Incident.Places, rev.Incident.Area = "ထားဝယ်", nil, "ထားဝယ်"
	v := &visit{p: locale.For("en"), path: "/incidents/" + string(rev.Incident.ID), now: testNow, today: testNow}
	if p := s.incidentPiece(v, &rev); kit.Check(p) != nil || p.Template != "line" {
		t.Errorf("%+v: %v", p, kit.Check(p))
	}
}

func TestAFloodOfPicturesHasABound(t *testing.T) {
	turns := &turns{slots: make(chan struct{}, 1)}
	done, err := turns.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	left := make(chan error, mostWaiting)
	for range mostWaiting {
		go func() {
			_, err := turns.take(gone)
			left <- err
		}()
	}
	for turns.waiting.Load() < mostWaiting {
		// they come
	}
	if _, err := turns.take(t.Context()); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("one more than may wait hears %v", err)
	}
	leave() // whoever leaves makes room
	for range mostWaiting {
		if err := <-left; err != context.Canceled {
			t.Errorf("%v", err)
		}
	}
	done()
	if done, err := turns.take(t.Context()); err != nil {
		t.Errorf("after all of them left: %v", err)
	} else {
		done()
	}
}
