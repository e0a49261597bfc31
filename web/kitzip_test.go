package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/kit"
	"keepiton/locale"
)

func TestTheWholeKitIsOneArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: draws the whole kit twice")
	}
	s, _ := campaignSite(t)
	w := get(t, s, "/am/kit.zip")
	h := w.Header()
	if w.Code != http.StatusOK || h.Get("Content-Type") != "application/zip" || !strings.HasPrefix(h.Get("Etag"), `"`) || !strings.Contains(h.Get("Content-Disposition"), "keepiton-kit-am.zip") {
		t.Fatalf("%d, %v", w.Code, h)
	}
	archive := w.Body.Bytes()
	t.Logf("%d bytes", len(archive))
	if len(archive) > 8<<20 {
		t.Errorf("%d bytes are too many for a thin line", len(archive))
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		names[strings.TrimPrefix(f.Name, "keepiton-kit-am/")] = string(data)
	}
	p := locale.For("am")
	for _, want := range []string{p.T("page.kit.title"), kit.License, p.T("page.kit.zip.files"), "keepiton.example/am/kit"} {
		if !strings.Contains(names["README.txt"], want) {
			t.Errorf("the README does not say %q", want)
		}
	}
	for _, tpl := range kit.Templates() {
		for _, shape := range tpl.Shapes {
			piece := tpl.Piece(p, shape)
			if shape != kit.A3 && names["svg/"+piece.Name(kit.SVG)] == "" {
				t.Errorf("no %s", piece.Name(kit.SVG))
			}
			if paper := shape == kit.A3 || shape == kit.A4; paper && !strings.HasPrefix(names["pdf/"+piece.Name(kit.PDF)], "%PDF") || !paper && !strings.HasPrefix(names["png/"+piece.Name(kit.PNG)], "\x89PNG") {
				t.Errorf("%s: not as it is used", piece.Name(""))
			}
			if !strings.Contains(names["ALT.txt"], "keepiton-"+tpl.ID+"-"+string(shape)+"-am\n") {
				t.Errorf("no words for who does not see %s, %s", tpl.ID, shape)
			}
		}
	}
	// A download that broke off goes on, nothing is drawn again, and another server
	// makes the same bytes.
	if part := get(t, s, "/am/kit.zip", "Range", "bytes=1000-1999", "If-Range", h.Get("Etag")); part.Code != http.StatusPartialContent || !bytes.Equal(part.Body.Bytes(), archive[1000:2000]) {
		t.Errorf("a part: %d", part.Code)
	}
	if again := get(t, s, "/am/kit.zip", "If-None-Match", h.Get("Etag")); again.Code != http.StatusNotModified {
		t.Errorf("again: %d", again.Code)
	}
	other, _ := campaignSite(t)
	if w := get(t, other, "/am/kit.zip"); !bytes.Equal(w.Body.Bytes(), archive) {
		t.Error("the same record gives other bytes")
	}
	unzip, err := exec.LookPath("unzip")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("unzip is missing")
		}
		t.Skip("SKIPPED, LOUDLY: unzip is missing")
	}
	file := filepath.Join(t.TempDir(), "kit.zip")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(unzip, "-t", file).CombinedOutput(); err != nil || !strings.Contains(string(out), "No errors detected") {
		t.Errorf("unzip: %v\n%s", err, out)
	}
}

func TestTheArchiveIsBuiltAnewWhenTheRecordChanges(t *testing.T) {
	s, _ := campaignSite(t)
	v := &visit{ctx: t.Context(), p: locale.For("en"), now: testNow, today: testNow, sample: true}
	_, before, err := s.kitContents(v)
	if err != nil {
		t.Fatal(err)
	}
	if _, again, err := s.kitContents(v); err != nil || again != before {
		t.Errorf("%s, then %s: %v", before, again, err)
	}
	later := *v
	later.now = testNow.AddDate(1, 0, 0)
	if _, after, err := s.kitContents(&later); err != nil || after == before {
		t.Errorf("a year later it is the same: %v", err)
	}
}
