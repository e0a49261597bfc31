package web

import (
	"bytes"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/kit"
	"keepiton/locale"
	"keepiton/store"
)

func TestTheKitIsShownInEveryLanguage(t *testing.T) {
	s, _ := campaignSite(t)
	for _, l := range locale.Languages {
		body := get(t, s, "/"+l.Tag+"/kit").Body.String()
		for _, tmpl := range kit.Templates() {
			if !strings.Contains(body, `"/`+l.Tag+`/kit/`+tmpl.ID+`"`) {
				t.Errorf("%s: no link to %s", l.Tag, tmpl.ID)
			}
		}
		if strings.Contains(body, "page.kit") || strings.Contains(body, "kit.kind") {
			t.Errorf("%s: a message is missing", l.Tag)
		}
	}
}

var kitImage = regexp.MustCompile(`<img src="([^"]+)"`)

func TestEveryPictureOfTheGalleryIsThere(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: draws a page of pictures")
	}
	s, _ := campaignSite(t)
	found := kitImage.FindAllStringSubmatch(get(t, s, "/am/kit").Body.String(), -1)
	if len(found) < 10 {
		t.Fatalf("%d pictures", len(found))
	}
	for _, m := range found {
		w := get(t, s, strings.ReplaceAll(m[1], "&amp;", "&"))
		img, err := png.Decode(w.Body)
		if w.Code != 200 || err != nil || img.Bounds().Dx() != previewPixels {
			t.Errorf("%s: %d, %v", m[1], w.Code, err)
		}
	}
}

func TestAPieceIsFilledWithOnesOwnWords(t *testing.T) {
	s, _ := campaignSite(t)
	words := "ባሕር ዳር ያለ ኢንተርኔት"
	q := url.Values{"title": {words}, "org": {"Open Lines"}, "utm_source": {"x"}}.Encode()
	page := get(t, s, "/am/kit/line?"+q).Body.String()
	if !strings.Contains(page, words) || strings.Contains(page, "utm_source") {
		t.Error("the form does not keep the words, or keeps what nobody asked for")
	}
	if band := locale.For("am").T("page.preview.title"); strings.Contains(page, band) {
		t.Errorf("the page says %q: it is no draft of the desk", band)
	}
	own, plain := get(t, s, "/am/kit/line/square.svg?"+q), get(t, s, "/am/kit/line/square.svg")
	if own.Code != 200 || !strings.Contains(own.Body.String(), words) || bytes.Equal(own.Body.Bytes(), plain.Body.Bytes()) {
		t.Errorf("the picture answers %d, without its words in the description", own.Code)
	}
	pdf := get(t, s, "/ar/kit/line/a4.pdf?tone=dark")
	if pdf.Code != 200 || !strings.HasPrefix(pdf.Body.String(), "%PDF") || pdf.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("the poster answers %d", pdf.Code)
	}
}

func TestWhatCannotBeDrawnSaysWhy(t *testing.T) {
	s, _ := campaignSite(t)
	page := get(t, s, "/en/kit/line?"+url.Values{"title": {"日本"}}.Encode())
	if page.Code != 200 || !strings.Contains(page.Body.String(), "cannot be drawn") {
		t.Errorf("%d: the page does not say what is wrong", page.Code)
	}
	for path, want := range map[string]int{
		"/en/kit/line/square.png?" + url.Values{"title": {"日本"}}.Encode(): 400,
		"/en/kit/nothing": 404, "/en/kit/line/round.png": 404, "/en/kit/line/square": 404, "/en/kit/line/square.csv": 404,
		"/en/kit/counter?incident=KIO-1999-0001": 404,
	} {
		if w := get(t, s, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestAPieceTakesItsNumberFromTheRecord(t *testing.T) {
	s, _ := campaignSite(t)
	list, err := s.opt.Record.List(t.Context(), store.Query{Status: []keepiton.EndState{keepiton.Ended}, Limit: 1})
	if err != nil || len(list.Items) == 0 {
		t.Fatal(err)
	}
	inc := &list.Items[0].Incident
	svg := get(t, s, "/en/kit/counter/wide.svg?incident="+string(inc.ID)).Body.String()
	n := daysTouched(testNow, &list.Items[0]).Days()
	if n == 0 || !strings.Contains(svg, string(inc.ID)) || !strings.Contains(svg, locale.For("en").Number(n)) {
		t.Errorf("%d days: the picture names neither number nor incident", n)
	}
}

func TestPagesOfTheKitWeighAtMost13000Bytes(t *testing.T) {
	s, _ := campaignSite(t)
	weigh(t, s, []string{"/kit", "/kit/line", "/kit/country"})
}

// A press page of a country of which the record has nothing draws it all the same.
func TestACountryWithoutShutdownsIsNotRed(t *testing.T) {
	s, _ := campaignSite(t)
	w := get(t, s, "/en/kit/country/wide.svg?country=FR")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "France") || strings.Contains(w.Body.String(), "#b3261e") {
		t.Errorf("%d, or it is marked", w.Code)
	}
}
