package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/sample"
)

// TestConfidentialSourceLeaksNowhere plants a source that was open at first
// and became confidential, and reads every page and form that could name it.
func TestConfidentialSourceLeaksNowhere(t *testing.T) {
	const secret = "planted-witness"
	m := newMemory(sample.World(testNow))
	var id keepiton.IncidentID
	for _, candidate := range m.ids {
		if rev, _ := m.at(candidate, time.Time{}); rev.Incident.State == keepiton.Published {
			id = candidate
			break
		}
	}
	last, _ := m.at(id, time.Time{})
	open := last
	open.N, open.Recorded, open.Incident = last.N+1, testNow.AddDate(0, 0, -20), *last.Incident.Clone()
	open.Incident.Sources = append(open.Incident.Sources, keepiton.Source{ID: "s99", Kind: "partner", URL: "https://" + secret + ".example/post", Title: "told by " + secret})
	open.Changes = keepiton.Diff(&last.Incident, &open.Incident)
	closed := open
	closed.N, closed.Recorded, closed.Incident = open.N+1, testNow.AddDate(0, 0, -10), *open.Incident.Clone()
	closed.Incident.Sources[len(closed.Incident.Sources)-1].Confidential = true
	closed.Changes = keepiton.Diff(&open.Incident, &closed.Incident)
	m.revs[id] = append(m.revs[id], open, closed)
	s, err := New(Options{Record: m, Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	base := "/en/incidents/" + string(id)
	past := "?as_of=" + open.Recorded.Format(time.DateOnly)
	days := "?from=2026-06-01&to=2026-06-28"
	n, after := itoa(open.N), itoa(closed.N)
	read := 0
	for _, path := range []string{
		base, base + past, base + "/revisions", base + "/revisions.json", base + "/revisions/" + n, base + "/revisions/" + n + ".json", base + "/revisions/" + after,
		base + "/diff?from=" + itoa(last.N) + "&to=" + n, base + "/diff.json?from=" + itoa(last.N) + "&to=" + n, base + "/diff?from=" + n + "&to=" + after, base + "/rows",
		base + ".json", base + ".json" + past, base + ".csv" + past, base + ".txt" + past, base + ".bib" + past,
		"/en/incidents.json", "/en/incidents.json" + past, "/en/incidents.csv" + past, "/en/incidents.ndjson" + past, "/en/incidents.atom" + past,
		"/en/corrections" + days, "/en/corrections.json" + days, "/en/corrections.csv" + days, "/en/corrections" + days + "&year=" + itoa(open.Incident.Start().At.Year()) + "&field=sources",
	} {
		w := get(t, s, path)
		if w.Code == http.StatusOK {
			read++
		} else {
			t.Errorf("%s: status %d", path, w.Code)
		}
		if i := strings.Index(w.Body.String(), secret); i >= 0 {
			t.Errorf("%s names the source: …%s…", path, w.Body.String()[max(0, i-60):min(w.Body.Len(), i+60)])
		}
	}
	if read == 0 {
		t.Error("nothing was read")
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
