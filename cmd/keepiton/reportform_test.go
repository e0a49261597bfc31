package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/seal"
	"keepiton/web"
)

// TestReportFormWritesWhatTheSiteServes writes the carried form and compares it
// with that of a site with the same keys and address.
func TestReportFormWritesWhatTheSiteServes(t *testing.T) {
	a := newAnalyst(t)
	file := filepath.Join(t.TempDir(), "page.html")
	code, out, errs := runWith(t, nil, "report", "form", "-o", file, "--recipients", a.public, "--server", "https://keepiton.example/", "--json")
	if code != exitGood {
		t.Fatalf("exit %d: %s", code, errs)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var told carriedCopy
	if err := json.Unmarshal(out, &told); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	if told.SHA256 != hex.EncodeToString(sum[:]) || told.Size != len(text) || told.Serial != 1 || told.Members != 1 || told.Key == "" {
		t.Errorf("told %+v of %d bytes", told, len(text))
	}
	record, err := openStore(t.Context(), settings{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	s, err := web.New(web.Options{Record: record, BaseURL: "https://keepiton.example", Recipients: seal.OpenFolder(a.public).Recipients})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/report-offline.html", nil))
	if w.Body.String() != string(text) {
		t.Errorf("the site serves other bytes: %d of %d", w.Body.Len(), len(text))
	}
	if code, _, errs := runWith(t, nil, "report", "form", "-o", file, "--recipients", a.public); code != exitFailed || !strings.Contains(errs, "not overwritten") {
		t.Errorf("written over: exit %d, %s", code, errs)
	}
	code, out, errs = runWith(t, nil, "report", "form", "-o", "-", "--recipients", a.public, "--lang", "ar")
	if code != exitGood || !strings.HasPrefix(string(out), "<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">") || !strings.Contains(errs, "SHA-256: ") || !strings.Contains(errs, "--server") {
		t.Errorf("to standard output: exit %d, %s", code, errs)
	}
	for _, args := range [][]string{{"report", "form"}, {"report", "form", "x", "-o", "-"}, {"report", "form", "-o", "-", "--lang", "xx"}} {
		if code, _, errs := runWith(t, nil, args...); code != exitUsage || !strings.Contains(errs, "hint: ") {
			t.Errorf("%v: exit %d, %s", args, code, errs)
		}
	}
	if code, _, errs := runWith(t, nil, "report", "form", "-o", "-", "--recipients", t.TempDir()); code != exitFailed || !strings.Contains(errs, "hint: ") {
		t.Errorf("without keys: exit %d, %s", code, errs)
	}
}
