package desk_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/evidence"
)

// TestMain lets this test program be the child that opens files.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == evidence.ChildCommand {
		os.Exit(evidence.RunChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// upload presses a button of the form with a file chosen, as a browser sends it.
func (b *browser) upload(do, input string, file []byte, typed url.Values) *browser {
	b.t.Helper()
	values := contents(b.form(do))
	for k, v := range typed {
		values[k] = v
	}
	values.Set("do", do)
	values.Del(input)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, v := range list {
			if err := w.WriteField(name, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile(input, "logo of Hidden Name.png")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", b.at.String(), &body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", b.o.site.URL)
	return b.do(req)
}

func TestALogoIsSeenByWhoMaySeeItsEntry(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 20))
	for i := range 20 {
		img.Set(2*i, i, color.NRGBA{200, 0, 0, 255})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "One")
	ana.get("/desk/campaign/new?kind=organization").upload("save", "file.logo", []byte("no picture"), url.Values{"e.name": {"Open Lines"}}).must(422, "A logo is a picture")
	if contents(ana.form("save")).Get("e.name") != "Open Lines" {
		t.Error("what was typed is lost with the file")
	}
	ana.upload("save", "file.logo", file.Bytes(), url.Values{"e.name": {"Open Lines"}}).must(200, "Saved")
	where := regexp.MustCompile(`/desk/media/[0-9a-f]{64}\.png`).FindString(ana.body)
	if where == "" {
		t.Fatalf("no picture on the page: %s", ana.body)
	}
	rev, err := o.store.Entry(t.Context(), "KIC-2026-0001")
	if err != nil {
		t.Fatal(err)
	}
	org, err := campaign.As[*keepiton.Organization](rev)
	if err != nil || "/desk/media/"+org.Logo+".png" != where {
		t.Errorf("the body names %q, %v", org.Logo, err)
	}
	ana.get("/desk/campaign/KIC-2026-0001/act").must(200, "A logo needs words")
	if ana.get(where); ana.status != 200 || ana.header.Get("Content-Type") != "image/png" {
		t.Errorf("the staff gets %d %s", ana.status, ana.header)
	}
	own, other := o.hire("lines", keepiton.RoleMember, "KIC-2026-0001"), o.hire("others", keepiton.RoleMember, string(o.joined("Others")))
	if own.get(where); own.status != 200 {
		t.Errorf("its own people get %d", own.status)
	}
	if other.get(where); other.status != 404 {
		t.Errorf("another organization's people get %d", other.status)
	}
	if stranger := o.browser().get(where); stranger.sees("PNG") || stranger.header.Get("Content-Type") == "image/png" {
		t.Error("who is not signed in gets the picture")
	}
	// A hash of somebody else's picture is not taken over.
	other.get("/desk/organization").upload("propose", "file.logo", nil, url.Values{"e.logo": {org.Logo}, "e.logo_alt": {"theirs"}, "e.site": {"https://others.example/"}}).must(200, "Sent.")
	stolen, err := o.store.Entry(t.Context(), "KIC-2026-0002")
	if err != nil || bytes.Contains(stolen.Doc, []byte(org.Logo)) {
		t.Errorf("%s, %v", stolen.Doc, err)
	}
	// Taken away, it is gone from the body.
	ana.get("/desk/campaign/KIC-2026-0001").upload("save", "file.logo", nil, url.Values{"drop.logo": {"1"}}).must(200, "Saved")
	if rev, err = o.store.Entry(t.Context(), "KIC-2026-0001"); err != nil || bytes.Contains(rev.Doc, []byte(org.Logo)) {
		t.Errorf("%s, %v", rev.Doc, err)
	}
}
