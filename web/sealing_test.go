package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/web/sealing"
)

func sealingSite(t testing.TB) (*intaketest.Desk, *Server) {
	t.Helper()
	desk := intaketest.New(t)
	s, err := New(Options{
		Record: newMemory(sample.World(testNow)), Now: func() time.Time { return testNow }, Sample: true, Intake: desk.Intake,
		Recipients: func() (*seal.Recipients, error) { return desk.Campaign.Recipients, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk, s
}

var sealingPages = []string{"/report", "/receipt", "/stories/share", "/coalition/join", "/report/sealed"}

func TestFormsThatSealWeighAtMost13000Bytes(t *testing.T) {
	_, s := sealingSite(t)
	weigh(t, s, sealingPages)
}

// TestScriptIsNamedByItsHash reads the pages with forms: each names the script
// by its hash, allows it and nothing else, and holds no script of its own.
func TestScriptIsNamedByItsHash(t *testing.T) {
	_, s := sealingSite(t)
	for _, l := range locale.Languages {
		for _, path := range sealingPages {
			w := get(t, s, "/"+l.Tag+path)
			body, policy := w.Body.String(), w.Header().Get("Content-Security-Policy")
			if w.Code != http.StatusOK || strings.Count(body, "<script") != 1 || !strings.Contains(body, `<script src="/seal.js" integrity="`+strings.ReplaceAll(sealing.Source(), "+", "&#43;")+`" defer></script>`) {
				t.Errorf("/%s%s: status %d, or the script is not named", l.Tag, path, w.Code)
			}
			if !strings.Contains(body, `="/`+l.Tag+`/seal.json"`) {
				t.Errorf("/%s%s: the script would not find its words", l.Tag, path)
			}
			if !strings.Contains(policy, "script-src 'self' '"+sealing.Source()+"'") || !strings.Contains(policy, "connect-src 'self'") || strings.Contains(policy, "unsafe") {
				t.Errorf("/%s%s: policy %s", l.Tag, path, policy)
			}
		}
	}
	for _, path := range []string{"/", "/incidents", "/key"} {
		if policy := get(t, s, "/en"+path).Header().Get("Content-Security-Policy"); strings.Contains(policy, "script-src") {
			t.Errorf("%s allows script: %s", path, policy)
		}
	}
}

func TestSealWordsHaveTheKeysOfToday(t *testing.T) {
	desk, s := sealingSite(t)
	for _, l := range locale.Languages {
		w := get(t, s, "/"+l.Tag+"/seal.json")
		var data sealData
		if err := json.Unmarshal(w.Body.Bytes(), &data); err != nil {
			t.Fatalf("%s: %v", l.Tag, err)
		}
		if data.Lang != l.Tag || data.Serial != 1 || strings.Join(data.Recipients, " ") != strings.Join(ageRecipients(desk.Campaign.Recipients), " ") || data.Texts["on"] != locale.For(l.Tag).T("seal.on") || len(data.Zones["CD"]) < 2 {
			t.Errorf("%s: %+v", l.Tag, data)
		}
		gz, err := compress(w.Body.Bytes(), gzipped)
		if err != nil || len(gz) > 16_000 {
			t.Errorf("%s: %d bytes with gzip, %v", l.Tag, len(gz), err)
		}
	}
	if w := get(t, s, "/xx/seal.json"); w.Code != http.StatusNotFound {
		t.Errorf("no such language: status %d", w.Code)
	}
	none, err := New(Options{Record: newMemory(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if w := get(t, none, "/en/seal.json"); w.Code != http.StatusNotFound {
		t.Errorf("a site that takes no reports: status %d", w.Code)
	}
}
