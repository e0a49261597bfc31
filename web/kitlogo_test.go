package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"keepiton"
	"keepiton/evidence"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/store"
)

// TestMain lets this test program be the child that opens files.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == evidence.ChildCommand {
		os.Exit(evidence.RunChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// green is a logo of one colour that no template has.
var green = color.NRGBA{0, 0xa0, 0x40, 0xff}

func greenLogo(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 200, 100))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []byte{green.R, green.G, green.B, green.A})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// holds reports whether a picture has the colour.
func holds(img image.Image, c color.NRGBA) bool {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) == c {
				return true
			}
		}
	}
	return false
}

func TestAPictureIsDrawnWithALogoThatIsHandedIn(t *testing.T) {
	s, _ := campaignSite(t)
	words := url.Values{"title": {"لا خدمة.\nبأمر رسمي."}, "org": {"شبكة"}, "shape": {"square"}, "tone": {"dark"}}
	w := send(s, "/ar/kit/line", words, []upload{{"Hidden Name.png", greenLogo(t)}}, "")
	img, err := png.Decode(w.Body)
	if w.Code != http.StatusOK || err != nil || !holds(img, green) {
		t.Fatalf("%d, %v: the logo is not on it", w.Code, err)
	}
	h := w.Header()
	if !strings.Contains(h.Get("Content-Disposition"), `"keepiton-line-square-ar-dark.png"`) || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", h)
	}
	words.Set("format", "pdf")
	if w := send(s, "/ar/kit/line", words, []upload{{"a.png", greenLogo(t)}}, ""); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "%PDF") || strings.Contains(w.Body.String(), "Hidden") {
		t.Errorf("as PDF: %d", w.Code)
	}
}

func TestWhatIsNoLogoIsRefusedInWords(t *testing.T) {
	s, _ := campaignSite(t)
	for _, l := range locale.Languages {
		w := send(s, "/"+l.Tag+"/kit/line", url.Values{"org": {"Open Lines"}}, []upload{{"a.png", []byte("<svg onload=alert(1)>")}}, "")
		if want := locale.For(l.Tag).T("campaign.error.logo"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), `value="Open Lines"`) {
			t.Errorf("%s: %d, without the reason or what was filled in", l.Tag, w.Code)
		}
	}
	w := send(s, "/en/kit/line", nil, []upload{{"a.png", bytes.Repeat([]byte("x"), 3<<20)}}, "")
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "at most 2 MB") {
		t.Errorf("three megabytes: %d", w.Code)
	}
	w = send(s, "/en/kit/line", url.Values{"title": {"日本"}}, []upload{{"a.png", greenLogo(t)}}, "")
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "cannot be drawn") {
		t.Errorf("words that cannot be drawn: %d", w.Code)
	}
	if w := send(s, "/en/kit/candle", url.Values{"shape": {"round"}}, nil, ""); w.Code != http.StatusNotFound {
		t.Errorf("a shape that is not there: %d", w.Code)
	}
}

func TestAMembersLogoIsChosen(t *testing.T) {
	s, st := campaignSite(t)
	id, o := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return o.Logo != "" })
	shelf := sampleShelf()
	shelf.media[o.Logo] = store.MediaFile{SHA256: o.Logo, Type: "image/png", Bytes: sample.Logo(), Subjects: []string{string(id)}}
	s.opt.Media = shelf
	page := get(t, s, "/en/kit/line?logo="+string(id)).Body.String()
	if !strings.Contains(page, `<option value="`+string(id)+`" selected>`) || !strings.Contains(page, `value="`+o.Name+`"`) {
		t.Error("the form does not offer the member, or does not name it")
	}
	with, without := get(t, s, "/en/kit/line/square.svg?logo="+string(id)), get(t, s, "/en/kit/line/square.svg")
	if with.Code != http.StatusOK || !strings.Contains(with.Body.String(), "data:image/png") || strings.Contains(without.Body.String(), "data:image/png") {
		t.Errorf("%d: the picture has no logo", with.Code)
	}
	none, _ := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return o.Logo == "" })
	if w := get(t, s, "/en/kit/line?logo="+string(none)); w.Code != http.StatusNotFound {
		t.Errorf("a member without a logo: %d", w.Code)
	}
}
