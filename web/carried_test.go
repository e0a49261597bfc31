package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/web/sealing"
)

// maxCarried is what the carried form may weigh with gzip: it travels on a
// stick, by Bluetooth, or over the last minutes of a line.
const maxCarried = 150_000

func writtenForm(t testing.TB, c Carried) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCarried(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// addresses finds what a browser would load or send to.
var addresses = regexp.MustCompile(`(?i)\b(?:src|href|action|formaction|srcset|poster|data|background|ping)=["']?([^"'\s>]*)|@import|url\(`)

func TestCarriedFormNeedsNothingElse(t *testing.T) {
	set, _ := sealtest.New(t)
	file := writtenForm(t, Carried{Recipients: set, Site: "https://keepiton.example/"})
	if again := writtenForm(t, Carried{Recipients: set, Site: "https://keepiton.example"}); again != file {
		t.Error("the same set gives another file: nobody could compare copies")
	}
	page := strings.Replace(file, sealing.Script, "", 1)
	if page == file {
		t.Fatal("the script does not stand in it as it is")
	}
	for _, m := range addresses.FindAllStringSubmatch(page, -1) {
		if a := m[1]; a != "#" && a != "#limits" && !strings.HasPrefix(a, "https://keepiton.example/") || !strings.HasPrefix(m[0], "href=") {
			t.Errorf("it would load or send: %s", m[0])
		}
	}
	for _, never := range []string{"localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker"} {
		if strings.Contains(file, never) {
			t.Errorf("it names %s", never)
		}
	}
	for _, want := range append(ageRecipients(set), "script-src &#39;"+strings.ReplaceAll(sealing.Source(), "+", "&#43;")+"&#39;", "default-src &#39;none&#39;") {
		if !strings.Contains(file, want) {
			t.Errorf("missing: %.60s", want)
		}
	}
	gz, err := compress([]byte(file), gzipped)
	if err != nil {
		t.Fatal(err)
	}
	br, _ := compress([]byte(file), brotlied)
	t.Logf("%d bytes, %d with gzip, %d with brotli", len(file), len(gz), len(br))
	if len(gz) > maxCarried {
		t.Errorf("%d bytes with gzip, at most %d", len(gz), maxCarried)
	}
}

func TestCarriedFormIsWholeInEveryLanguage(t *testing.T) {
	set, _ := sealtest.New(t)
	file := writtenForm(t, Carried{Recipients: set})
	page := strings.Replace(file, sealing.Script, "", 1)
	if key := rawKey.FindString(styleOrCode.ReplaceAllString(strings.Split(page, `<script type="application/json"`)[0], "")); key != "" {
		t.Errorf("message %s is missing", key)
	}
	_, island, _ := strings.Cut(page, `<script type="application/json" id="carried">`)
	island, _, _ = strings.Cut(island, "</script>")
	var data carriedData
	if err := json.Unmarshal([]byte(island), &data); err != nil {
		t.Fatal(err)
	}
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for _, want := range []string{`<template id="report-` + l.Tag + `">`, `<template id="story-` + l.Tag + `">`, `<template id="sealed-` + l.Tag + `">`, p.T("page.carried.needs"), p.T("page.carried.lead"), p.T("page.share.story.help"), `data-dir="` + l.Dir + `"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: missing %q", l.Tag, want)
			}
		}
		words, ok := data.Languages[l.Tag]
		if !ok || len(words.Dates.Months) != 12 || len(words.Dates.Ethiopic) != 13 {
			t.Errorf("%s: words %+v", l.Tag, words)
		}
	}
}

// TestScriptSaysOnlyWhatItIsGiven reads the sources of the script for the
// messages that they name. A key that ends in a dot is the beginning of several.
func TestScriptSaysOnlyWhatItIsGiven(t *testing.T) {
	english := newScriptWords(locale.For("en"), sendTexts).Texts
	text := sources(t)
	said := map[string]bool{}
	for _, call := range regexp.MustCompile(`\b(?:t|stop)\(((?:[^()]|\([^()]*\))*)\)`).FindAllStringSubmatch(text, -1) {
		for _, key := range regexp.MustCompile(`'([a-z][a-z_.]+)'`).FindAllStringSubmatch(call[1], -1) {
			said[key[1]] = true
		}
	}
	for key := range said {
		known := english[key] != "" || key == "none"
		for given := range english {
			known = known || strings.HasSuffix(key, ".") && strings.HasPrefix(given, key)
		}
		if !known {
			t.Errorf("the script says %q, which it is not given", key)
		}
	}
	if len(said) < 20 {
		t.Errorf("only %d messages were found in the sources", len(said))
	}
	for key, words := range english {
		begun := slices.ContainsFunc(slices.Collect(maps.Keys(said)), func(k string) bool { return strings.HasSuffix(k, ".") && strings.HasPrefix(key, k) })
		if words == "" || words == "seal."+key || !strings.Contains(text, "'"+key+"'") && !begun {
			t.Errorf("%s is %q, or nothing says it", key, words)
		}
	}
}

func TestCarriedFormIsServed(t *testing.T) {
	campaign := sealtest.NewCampaign(t)
	set := campaign.Recipients
	var failing error
	s, err := New(Options{
		Record: newMemory(sample.World(testNow)), Now: func() time.Time { return testNow }, BaseURL: "https://keepiton.example",
		Recipients: func() (*seal.Recipients, error) { return set, failing },
	})
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, s, "/report-offline.html")
	if want := writtenForm(t, Carried{Recipients: set, Site: "https://keepiton.example"}); w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("status %d, the file that is written: %v", w.Code, w.Body.String() == want)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, sealing.Source()) || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if again := get(t, s, "/report-offline.html", "If-None-Match", w.Header().Get("Etag")); again.Code != http.StatusNotModified {
		t.Errorf("asked again: status %d", again.Code)
	}
	if ar := get(t, s, "/ar/report-offline.html").Body.String(); !strings.Contains(ar, `<html lang="ar" dir="rtl">`) || !strings.Contains(ar, `{"lang":"ar"`) {
		t.Error("/ar/report-offline.html does not open in Arabic")
	}
	if w := get(t, s, "/xx/report-offline.html"); w.Code != http.StatusNotFound {
		t.Errorf("a language that is none: status %d", w.Code)
	}
	recipient, _ := sealtest.NewKeys(t)
	if set, err = campaign.Secret.Sign([]seal.Member{{Name: "new", Organization: "Org", Age: recipient, Added: sealtest.Made}}, 2, sealtest.Made); err != nil {
		t.Fatal(err)
	}
	if body := get(t, s, "/report-offline.html").Body.String(); !strings.Contains(body, recipient) {
		t.Error("the form keeps sealing to the old set")
	}
	failing = keepiton.Errorf(keepiton.NotFound, "no keys")
	if w := get(t, s, "/report-offline.html"); w.Code != http.StatusNotFound {
		t.Errorf("without keys: status %d", w.Code)
	}
	script := get(t, s, "/seal.js")
	if script.Body.String() != sealing.Script || script.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || script.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("/seal.js: %v", script.Header())
	}
}

func TestNoCarriedFormWithoutAgeKeys(t *testing.T) {
	secret, err := seal.NewCampaign("Test Campaign", "keys@campaign.example", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	public, err := secret.Public()
	if err != nil {
		t.Fatal(err)
	}
	set, err := secret.Sign([]seal.Member{{Name: "paper", Organization: "Org", OpenPGP: public, Added: sealtest.Made}}, 1, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteCarried(&bytes.Buffer{}, Carried{Recipients: set}); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
}
