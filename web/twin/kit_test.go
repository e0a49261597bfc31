package twin_test

import (
	"bytes"
	"image/png"
	"os"
	"regexp"
	"strings"
	"testing"

	"keepiton/kit"
)

var carriedFile = regexp.MustCompile(`(?:href|src)="([^":]+\.(?:png|pdf|svg))"`)

// TestTheKitIsCarried opens every page of the kit in a copy: a picture to see, its
// words, and a file to print or to post, without a form that nobody would answer.
func TestTheKitIsCarried(t *testing.T) {
	_, dir := english()
	for _, tpl := range kit.Templates() {
		raw, err := os.ReadFile(dir + "/en/kit/" + tpl.ID + ".html")
		if err != nil {
			t.Fatal(err)
		}
		page, formats := string(raw), map[string]int{}
		for _, m := range carriedFile.FindAllStringSubmatch(page, -1) {
			file, err := os.ReadFile(dir + "/en/kit/" + m[1])
			suffix := m[1][strings.LastIndexByte(m[1], '.'):]
			formats[suffix]++
			switch {
			case err != nil:
				t.Errorf("%s: %v", tpl.ID, err)
			case suffix == ".pdf" && !bytes.HasPrefix(file, []byte("%PDF")), suffix == ".svg" && !bytes.HasPrefix(file, []byte("<svg")):
				t.Errorf("%s: %s is no such file", tpl.ID, m[1])
			case suffix == ".png":
				if _, err := png.Decode(bytes.NewReader(file)); err != nil {
					t.Errorf("%s: %s: %v", tpl.ID, m[1], err)
				}
			}
		}
		paper := false
		for _, shape := range tpl.Shapes {
			paper = paper || shape == kit.A4
		}
		if formats[".png"] < 1 || paper && formats[".pdf"] != 1 || strings.Contains(page, "<form method=\"post\"") || !strings.Contains(page, `alt="`) {
			t.Errorf("%s: %v", tpl.ID, formats)
		}
	}
	if _, err := os.Stat(dir + "/en/kit.zip"); err == nil {
		t.Error("the archive is in the copy beside its files")
	}
}
