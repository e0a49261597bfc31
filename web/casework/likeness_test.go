package casework_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"keepiton"
	work "keepiton/casework"
	"keepiton/evidence"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/seal"
	face "keepiton/web/casework"
)

// compared lets the desk open pictures, as every desk does, and returns a
// function that waits until all that was opened is compared.
func (w *world) compared() (wait func()) {
	w.desk.Glancer = evidence.Child{}
	w.Cleanup(w.desk.Close)
	return func() {
		w.Helper()
		for w.desk.Comparing().Reports > 0 {
			w.must(w.Context().Err())
			runtime.Gosched()
		}
	}
}

// smaller saves a picture again, as somebody does who passes it on.
func smaller(t *testing.T, original []byte) []byte {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(original))
	if err != nil {
		t.Fatal(err)
	}
	small := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx()*2/3, img.Bounds().Dy()*2/3))
	draw.BiLinear.Scale(small, small.Rect, img, img.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// beside is another run of a desk at the same server, of an analyst who opened
// nothing yet.
func (w *world) beside() *world {
	o := *w
	o.desk = &work.Desk{Server: w.desk.Server, Keys: w.server.Campaign.Keys[1], Sealer: w.desk.Sealer, Now: w.desk.Now}
	o.who.Desk = o.desk
	o.face = face.New(face.Options{Who: func(*http.Request) (face.Session, error) { return o.who, nil }, Prefix: "/desk/reports", Queue: intake.Queue, Evidence: evidence.Child{}, Now: w.server.Clock.Now})
	return &o
}

// TestAPictureThatWentAroundIsShownBesideItsLike is what an analyst sees of two
// reports that came with one picture, in two sizes and days.
func TestAPictureThatWentAroundIsShownBesideItsLike(t *testing.T) {
	w := newWorld(t)
	wait := w.compared()
	picture := hills(t)
	w.send("Bole", "the bank's page says offline, in this picture", "2026-11-25T06:00Z", map[string][]byte{"a.png": picture})
	w.send("Gondar", "somebody sent me this, it is from here", "2026-11-20T06:00Z", map[string][]byte{"b.jpg": smaller(t, picture)})
	w.send("Piassa", "no picture", "2026-11-23T06:00Z", nil)
	w.post("/desk/reports/open", url.Values{})
	wait()
	page := w.get("/desk/reports/")
	if n := strings.Count(page, "has a picture like one of report"); n != 2 {
		t.Errorf("%d reports of the queue have the hint: %s", n, page)
	}
	if !strings.Contains(page, "Pictures compared: 2 of 2.") || strings.Contains(page, "Stop comparing") {
		t.Error("the queue does not say how far the comparing is")
	}
	if n := len(chosen.FindAllString(page, -1)); n != 3 {
		t.Errorf("%d groups: a likeness has grouped reports", n)
	}
	var with []string // reports with a picture
	for _, m := range regexp.MustCompile(`href="(/desk/reports/reports/[0-9a-f]{32})/files/1"`).FindAllStringSubmatch(page, -1) {
		with = append(with, m[1])
	}
	if len(with) != 2 {
		t.Fatalf("the hints lead to %v", with)
	}
	short := func(path string) string { id := path[strings.LastIndex(path, "/")+1:]; return id[:8] }
	pair := func(page, mine, other string) {
		t.Helper()
		for _, want := range []string{
			`src="` + mine + `/files/1/glance" alt="File 1 of report ` + short(mine) + `"`, `src="` + other + `/files/1/glance" alt="File 1 of report ` + short(other) + `"`,
			"File 1 looks like file 1 of report " + short(other) + ".",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		if !regexp.MustCompile(`They can hardly be told apart|Very likely one picture|Likely one picture`).MatchString(page) {
			t.Error("the page does not say how alike they are")
		}
	}
	pair(w.get(with[0]), with[0], with[1])
	pair(w.get(with[1]+"/files/1"), with[1], with[0])
	rec := w.do("GET", with[0]+"/files/1/glance", nil)
	img, err := jpeg.Decode(rec.Body)
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "image/jpeg" || err != nil || max(img.Bounds().Dx(), img.Bounds().Dy()) != evidence.SmallSide {
		t.Errorf("the small picture: %d %v %v", rec.Code, rec.Header(), err)
	}
	for _, l := range locale.Languages {
		w.lang = l.Tag
		for _, path := range []string{"/desk/reports/", with[0], with[0] + "/files/1"} {
			if page := w.get(path); strings.Contains(page, "casework.") {
				t.Errorf("%s in %s shows the name of a message", path, l.Tag)
			}
		}
	}

	// Another analyst, who has opened one of the two.
	ben := w.beside()
	ben.lang = "en"
	page = ben.get(with[0])
	if !strings.Contains(page, "File 1 looks like file 1 of report "+short(with[1])) || !strings.Contains(page, "not open here") || strings.Contains(page, "/glance") {
		t.Errorf("what was found at another desk: %s", page)
	}
	if rec := ben.do("GET", with[1]+"/files/1/glance", nil); rec.Code != 404 || ben.desk.Known(keepiton.EnvelopeID(with[1][len(with[1])-32:])) != nil {
		t.Errorf("a small picture opened a report: %d", rec.Code)
	}
}

// hills is a picture with something to see on it.
func hills(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 480, 360))
	for y := range 360 {
		for x := range 480 {
			// Hills of light on a grid of ten by ten, each of its own brightness.
			c := uint8(40 + (x/48*37+y/36*71+x/48*y/36*13)%190)
			i := img.PixOffset(x, y)
			copy(img.Pix[i:], []byte{c, c / 2, 255 - c, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAPictureThatWasLookedAtIsKept also where nothing is compared in the
// background.
func TestAPictureThatWasLookedAtIsKept(t *testing.T) {
	w := newWorld(t)
	w.send("Bole", "cut", "2026-11-25T06:00Z", map[string][]byte{"a.png": hills(t)})
	_, page := w.post("/desk/reports/open", url.Values{})
	id := keepiton.EnvelopeID(chosen.FindStringSubmatch(page)[1])
	for range 2 {
		w.get("/desk/reports/reports/" + string(id) + "/files/1")
		shelf, err := w.desk.Shelf(t.Context())
		w.must(err)
		if l := shelf.Judged[id]; l == nil || l.Looked == nil || len(l.Looked.Prints) != 1 || l.Looked.Prints[0].File != 1 {
			t.Errorf("kept: %+v", l)
		}
	}
}

func TestComparingIsStoppedFromTheQueue(t *testing.T) {
	w := newWorld(t)
	wait := w.compared()
	w.post("/desk/reports/comparing", url.Values{"do": {"stop"}})
	w.send("Bole", "cut", "2026-11-25T06:00Z", map[string][]byte{"a.png": hills(t)})
	w.post("/desk/reports/open", url.Values{})
	wait()
	page := w.get("/desk/reports/")
	if !strings.Contains(page, "Pictures compared: 0 of 1.") || !strings.Contains(page, `value="go"`) {
		t.Errorf("while it is stopped: %s", page)
	}
	w.post("/desk/reports/comparing", url.Values{"do": {"go"}})
	wait()
	if page = w.get("/desk/reports/"); !strings.Contains(page, "Pictures compared: 1 of 1.") || strings.Contains(page, `value="go"`) {
		t.Errorf("after it went on: %s", page)
	}
}

// add sends words through a receipt.
func (w *world) add(r seal.Receipt, rep keepiton.Report) {
	w.Helper()
	s, err := w.server.Add(w.Context(), intake.Pass{Lane: keepiton.LaneOpen}, r)
	w.must(err)
	defer s.Cancel()
	_, err = s.Finish(&rep, keepiton.OpenFields{})
	w.must(err)
}

// TestWhatIsUnopenedIsSaidBeforeADraft: an addition that takes pictures back
// binds before anybody drafts, or the analyst was told that it could be there.
func TestWhatIsUnopenedIsSaidBeforeADraft(t *testing.T) {
	w := newWorld(t)
	receipt := w.send("Bole", "cut", "2026-11-25T06:00Z", map[string][]byte{"a.png": screenshot(t)})
	_, page := w.post("/desk/reports/open", url.Values{})
	id := chosen.FindStringSubmatch(page)[1]
	where, _ := w.post("/desk/reports/group", url.Values{"report": {id}, "do": {"new"}, "title": {"a case"}})
	casePath, _, _ := strings.Cut(where, "?")
	w.post("/desk/reports/reports/"+id+"/files/1/exhibit", url.Values{"do": {"public"}, "boxes": {""}, "alt": {"a page"}})
	draft, story := casePath+"/draft", "/desk/reports/reports/"+id+"/story"
	for _, path := range []string{draft, story} {
		if page := w.get(path); strings.Contains(page, "unopened") {
			t.Errorf("%s warns of nothing", path)
		}
	}
	w.add(receipt, keepiton.Report{Seen: "please no picture", Consent: keepiton.Consent{Publish: true, Version: keepiton.ConsentVersion}})
	w.send("Piassa", "another", "2026-11-25T07:00Z", nil)
	for _, l := range locale.Languages {
		w.lang = l.Tag
		for _, path := range []string{draft, story} {
			page := w.get(path)
			if !strings.Contains(page, `action="/desk/reports/unopened"`) || !strings.Contains(page, `name="anyway"`) || strings.Contains(page, "casework.") {
				t.Errorf("%s in %s does not say that reports are unopened", path, l.Tag)
			}
		}
	}
	w.lang = "en"
	if page := w.get(draft); !strings.Contains(page, "2 reports are unopened; one of them could narrow a consent.") {
		t.Errorf("the draft: %s", page)
	}
	told := url.Values{"lang": {"en"}, "title": {"x"}, "text": {"x"}, "named": {""}, "reason": {"why"}}
	for path, form := range map[string]url.Values{draft: {"reason": {"why"}, "summary": {"my words"}}, story: told} {
		rec := w.do("POST", path, form)
		if rec.Code != 409 || !strings.Contains(rec.Body.String(), "Unopened reports: 2.") || path == draft && !strings.Contains(rec.Body.String(), "my words") {
			t.Errorf("%s was sent while reports are unopened: %d %s", path, rec.Code, rec.Body)
		}
	}
	for _, back := range []string{"", "//evil.example/", "/cases/../../x", "https://evil.example/cases/" + strings.Repeat("0", 32) + "/draft"} {
		if rec := w.do("POST", "/desk/reports/unopened", url.Values{"back": {back}}); rec.Code != 422 {
			t.Errorf("back to %q: %d %v", back, rec.Code, rec.Header())
		}
	}
	where, page = w.post("/desk/reports/unopened", url.Values{"back": {strings.TrimPrefix(draft, "/desk/reports")}})
	if where != draft+"?done=opened" || strings.Contains(page, "unopened") {
		t.Errorf("%s %s", where, page)
	}
	// The addition is open now, though nobody put it into the case: it binds.
	if !strings.Contains(page, "Public copies of pictures</dt><dd>0</dd>") {
		t.Errorf("the picture that was taken back goes with the draft: %s", page)
	}
	w.post(draft, url.Values{"reason": {"why"}})

	// What these keys do not open is said, and drafted over when somebody knows.
	if _, err := w.server.Take(t.Context(), intake.Pass{Lane: keepiton.LaneOpen}, bytes.NewReader(sealedToOthers(t))); err != nil {
		t.Fatal(err)
	}
	w.post("/desk/reports/unopened", url.Values{"back": {strings.TrimPrefix(story, "/desk/reports")}})
	if page := w.get(story); !strings.Contains(page, "1 report is unopened") || !strings.Contains(page, "1 of them cannot be opened with your keys") || strings.Contains(page, "Open up to") {
		t.Errorf("one that these keys do not open: %s", page)
	}
	told.Set("anyway", "1")
	where, _ = w.post(story, told)
	if !strings.Contains(where, "done=story") {
		t.Errorf("it was not sent: %s", where)
	}
}

// sealedToOthers is a report to a campaign that is not ours.
func sealedToOthers(t *testing.T) []byte {
	t.Helper()
	_, container := intaketest.New(t).Container(t, &keepiton.Report{ID: fmt.Sprintf("%032x", 7), Kind: keepiton.ReportShutdown}, keepiton.OpenFields{}, nil)
	return container
}

// TestANameThatWasTakenBackIsNotOffered: the form of a story begins with the
// name that consent gives today.
func TestANameThatWasTakenBackIsNotOffered(t *testing.T) {
	w := newWorld(t)
	s, err := w.server.Begin(t.Context(), intake.Pass{Lane: keepiton.LaneOpen})
	w.must(err)
	receipt, err := s.Finish(&keepiton.Report{
		Kind: keepiton.ReportStory, Country: "ET", Lang: "en", Story: &keepiton.StoryWords{Title: "x", Text: "We stood guard."},
		Consent: keepiton.Consent{Publish: true, Naming: keepiton.NamedName, Name: "Abeba Tesfaye", Version: keepiton.ConsentVersion},
	}, keepiton.OpenFields{})
	w.must(err)
	_, page := w.post("/desk/reports/open", url.Values{})
	story := reportLink.FindStringSubmatch(page)[1] + "/story"
	_, form, _ := strings.Cut(w.get(story), `<form method="post" action="`+story)
	if !strings.Contains(form, `value="Abeba Tesfaye"`) {
		t.Fatal("the name is not offered at all")
	}
	w.add(receipt, keepiton.Report{Consent: keepiton.Consent{Publish: true, Naming: keepiton.NamedRolePlace, Name: "a nurse", Version: keepiton.ConsentVersion}})
	w.post("/desk/reports/open", url.Values{})
	_, form, _ = strings.Cut(w.get(story), `<form method="post" action="`+story)
	if strings.Contains(form, "Abeba") || !strings.Contains(form, `value="a nurse"`) {
		t.Errorf("the form offers the name that was taken back: %s", form)
	}
}
