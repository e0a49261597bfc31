package api

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
	"keepiton/sample"
	"keepiton/signals"
	"keepiton/store"
	"keepiton/store/sqlite"
)

var testNow = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// open returns a store with revisions in it, in a real SQLite file.
func open(t testing.TB, revs []keepiton.Revision) store.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	imp := store.Import{Edition: store.Edition{Name: "made-up", Published: testNow.Truncate(24 * time.Hour), Covers: []int{2025}, Report: []byte(`{"rows":12,"incidents":10}`)}}
	for _, r := range revs {
		n := len(imp.Incidents)
		if n == 0 || imp.Incidents[n-1].ID != r.Incident.ID {
			imp.Incidents = append(imp.Incidents, store.ImportedIncident{ID: r.Incident.ID})
			n++
		}
		imp.Incidents[n-1].Revisions = append(imp.Incidents[n-1].Revisions, r)
	}
	if err := st.ApplyImport(t.Context(), imp); err != nil {
		t.Fatal(err)
	}
	return st
}

// site serves the API of the made-up world on loopback.
func site(t testing.TB) (*httptest.Server, *Server, store.Store) {
	t.Helper()
	st := open(t, sample.World(testNow))
	for _, d := range measured() {
		if err := st.KeepDisruption(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	return serve(t, st)
}

func serve(t testing.TB, st store.Store) (*httptest.Server, *Server, store.Store) {
	t.Helper()
	s := New(Options{Store: st, Signals: &signals.Board{Disruptions: st, Record: st, BaseURL: "https://example.org", Sample: true, Feeds: feeds, Now: func() time.Time { return testNow }}, Now: func() time.Time { return testNow }, BaseURL: "https://example.org/", Sample: true})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server, s, st
}

func get(t testing.TB, server *httptest.Server, path string, header ...string) (*http.Response, []byte) {
	t.Helper()
	return do(t, server, http.MethodGet, path, header...)
}

func do(t testing.TB, server *httptest.Server, method, path string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

func decode(t testing.TB, body []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
	return v
}

// TestEveryDocumentedExampleWorks reads the OpenAPI document over the wire,
// calls the example of each operation, and checks the answer against the schema
// that the document promises.
func TestEveryDocumentedExampleWorks(t *testing.T) {
	server, s, _ := site(t)
	res, body := get(t, server, Prefix+"/openapi.json")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("got %d for the document", res.StatusCode)
	}
	doc := decode(t, body)
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.1") {
		t.Errorf("got OpenAPI %q, want 3.1", v)
	}
	paths := doc["paths"].(map[string]any)
	if len(paths) < 11 {
		t.Errorf("got %d paths", len(paths))
	}
	for path, methods := range paths {
		for method, op := range methods.(map[string]any) {
			example, _ := op.(map[string]any)["x-example-request"].(string)
			if method != "get" || example == "" {
				t.Errorf("%s %s has no example", method, path)
				continue
			}
			res, body := get(t, server, example)
			if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s: got %d %s: %.300s", example, res.StatusCode, res.Header.Get("Content-Type"), body)
				continue
			}
			schema := documented(t, s, path)
			check := &huma.ValidateResult{}
			huma.Validate(s.openAPI.Components.Schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, decode(t, body), check)
			for _, e := range check.Errors {
				t.Errorf("%s: the answer is not what the document says: %v", example, e)
			}
		}
	}
}

func documented(t *testing.T, s *Server, path string) *huma.Schema {
	t.Helper()
	return s.openAPI.Paths[path].Get.Responses["200"].Content["application/json"].Schema
}

func TestListPagesThroughEverythingOnce(t *testing.T) {
	server, _, st := site(t)
	want, err := st.List(t.Context(), store.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	next := Prefix + "/incidents?limit=3&sort=id"
	for pages := 0; next != ""; pages++ {
		res, body := get(t, server, next)
		var page listBody
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatalf("%s: %v: %.200s", next, err, body)
		}
		if page.Total != want.Total || pages > page.Total {
			t.Fatalf("got total %d, want %d", page.Total, want.Total)
		}
		for _, d := range page.Incidents {
			if seen[string(d.ID)] {
				t.Errorf("%s came twice", d.ID)
			}
			seen[string(d.ID)] = true
			if d.Sentence == "" || d.Links.Page != "https://example.org/incidents/"+string(d.ID) || len(d.Rows) > 0 {
				t.Errorf("got %+v", d.Links)
			}
		}
		link := res.Header.Get("Link")
		next = ""
		for _, part := range strings.Split(link, ", ") {
			if target, ok := strings.CutSuffix(part, `>; rel="next"`); ok {
				next = strings.TrimPrefix(target, "<https://example.org")
			}
		}
		if (next == "") != (page.Next == "") {
			t.Errorf("Link %q and next %q disagree", link, page.Next)
		}
	}
	if len(seen) != want.Total {
		t.Errorf("got %d incidents, want %d", len(seen), want.Total)
	}
}

func TestFiltersNarrow(t *testing.T) {
	server, _, st := site(t)
	for query, q := range map[string]store.Query{
		"kind=throttling":                       {Kinds: []string{"throttling"}},
		"status=ongoing":                        {Status: []keepiton.EndState{keepiton.Ongoing}},
		"extent=service_based&q=exam":           {Extents: []string{"service_based"}, Text: "exam"},
		"state=withdrawn,merged":                {States: []keepiton.State{keepiton.Withdrawn, keepiton.Merged}},
		"state=withdrawn&state=merged&country=": {States: []keepiton.State{keepiton.Withdrawn, keepiton.Merged}},
		"as_of=2026-06-30":                      {AsOf: keepiton.AsOf(time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC))},
	} {
		want, err := st.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		res, body := get(t, server, Prefix+"/incidents?"+query)
		if got := decode(t, body); res.StatusCode != http.StatusOK || int(got["total"].(float64)) != want.Total {
			t.Errorf("%s: got %d, total %v, want %d", query, res.StatusCode, got["total"], want.Total)
		}
	}
}

func TestErrorsAreProblemsThatNameTheParameter(t *testing.T) {
	server, _, _ := site(t)
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/incidents?year=abc":                           {422, "query.year"},
		"/incidents?year=12":                            {422, "query.year"},
		"/incidents?cause=protest":                      {422, "query.cause"},
		"/incidents?country=India":                      {422, "query.country"},
		"/incidents?place=x":                            {422, "query.place"},
		"/incidents?as_of=yesterday":                    {422, "query.as_of"},
		"/incidents?limit=5000":                         {422, "query.limit"},
		"/incidents?state=draft":                        {422, "query.state"},
		"/incidents?cursor=%21":                         {422, "cursor"},
		"/incidents?contry=IN":                          {422, "contry"},
		"/incidents?lang=de":                            {422, "query.lang"},
		"/incidents/KIO-1999-0001":                      {404, "KIO-1999-0001"},
		"/incidents/x":                                  {404, "path.id"},
		"/incidents/KIO-1999-0001/revisions":            {404, "KIO-1999-0001"},
		"/incidents/KIO-1999-0001/diff":                 {422, "query.from"},
		"/counts?rule=guess":                            {422, "query.rule"},
		"/counts?by=colour":                             {422, "query.by"},
		"/changes?cursor=%21":                           {422, "query.cursor"},
		"/nothing":                                      {404, "openapi.json"},
		"/../v2/incidents":                              {404, ""},
		"/incidents?q=" + strings.Repeat("x", maxQuery): {414, "4096"},
	} {
		res, body := get(t, server, Prefix+path)
		if res.StatusCode != want.status || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.60s: got %d %s, want %d: %.300s", path, res.StatusCode, res.Header.Get("Content-Type"), want.status, body)
			continue
		}
		if p := decode(t, body); int(p["status"].(float64)) != want.status || p["title"] == "" || !strings.Contains(string(body), want.text) {
			t.Errorf("%.60s: the problem does not name %q: %s", path, want.text, body)
		}
		if res.Header.Get("ETag") != "" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%.60s: an error with ETag %q and Cache-Control %q", path, res.Header.Get("ETag"), res.Header.Get("Cache-Control"))
		}
	}
}

func TestAnswersAreKeptUntilTheRecordChanges(t *testing.T) {
	server, _, st := site(t)
	path := Prefix + "/incidents?limit=2"
	res, first := get(t, server, path)
	tag := res.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || res.Header.Get("Cache-Control") == "" {
		t.Fatalf("got ETag %q", tag)
	}
	if res, body := get(t, server, path, "If-None-Match", `"other", W/`+tag); res.StatusCode != http.StatusNotModified || len(body) > 0 {
		t.Errorf("got %d and %d bytes, want 304 without any", res.StatusCode, len(body))
	}
	if res, again := get(t, server, path); res.Header.Get("ETag") != tag || string(again) != string(first) {
		t.Error("the same tag for other bytes")
	}
	if res, _ := get(t, server, Prefix+"/incidents?limit=3"); res.Header.Get("ETag") == tag {
		t.Error("two URLs share a tag")
	}
	page, err := st.List(t.Context(), store.Query{Limit: 1, Rows: true})
	if err != nil {
		t.Fatal(err)
	}
	rev := page.Items[0]
	rev.Incident.Summary = "Corrected."
	rev.Recorded, rev.Role, rev.Reason = testNow, keepiton.RoleEditor, "a test"
	if _, err := st.Append(t.Context(), store.Edit{ID: rev.Incident.ID, Base: rev.N, Rev: rev}); err != nil {
		t.Fatal(err)
	}
	if res, _ := get(t, server, path, "If-None-Match", tag); res.StatusCode != http.StatusOK || res.Header.Get("ETag") == tag {
		t.Errorf("got %d after a correction, want the new answer", res.StatusCode)
	}
}

func TestAnyOriginMayReadAndNobodyMayWrite(t *testing.T) {
	server, _, _ := site(t)
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204, "POST": 405, "PUT": 405, "DELETE": 405} {
		res, body := do(t, server, method, Prefix+"/incidents", "Origin", "https://elsewhere.example")
		if res.StatusCode != want || res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: got %d, origin %q", method, res.StatusCode, res.Header.Get("Access-Control-Allow-Origin"))
		}
		if method == "HEAD" && (len(body) > 0 || res.Header.Get("ETag") == "") {
			t.Errorf("HEAD: got %d bytes, ETag %q", len(body), res.Header.Get("ETag"))
		}
		if want == 405 && res.Header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", method)
		}
		if len(res.Cookies()) > 0 || res.Header.Get("X-Sample-Data") != "true" {
			t.Errorf("%s: got headers %v", method, res.Header)
		}
	}
}

func TestDraftsDoNotExistAndMergedIncidentsPointOn(t *testing.T) {
	server, _, _ := site(t)
	newest := map[keepiton.IncidentID]keepiton.Incident{}
	for _, r := range sample.World(testNow) {
		newest[r.Incident.ID] = r.Incident
	}
	kinds := map[keepiton.State]int{}
	for id, inc := range newest {
		kinds[inc.State]++
		res, body := get(t, server, Prefix+"/incidents/"+string(id))
		switch {
		case !inc.State.Public():
			for _, more := range []string{"", "/revisions", "/revisions/1", "/diff?from=1&to=1"} {
				if res, body := get(t, server, Prefix+"/incidents/"+string(id)+more); res.StatusCode != http.StatusNotFound {
					t.Errorf("%s%s is %s and answers %d: %.200s", id, more, inc.State, res.StatusCode, body)
				}
			}
		case res.StatusCode != http.StatusOK:
			t.Errorf("%s: got %d: %.200s", id, res.StatusCode, body)
		case inc.State == keepiton.Merged:
			if want := "<https://example.org" + Prefix + "/incidents/" + string(inc.MergedInto) + `>; rel="canonical"`; res.Header.Get("Link") != want {
				t.Errorf("%s: got Link %q, want %q", id, res.Header.Get("Link"), want)
			}
		case inc.State == keepiton.Withdrawn:
			if v := decode(t, body); v["state"] != "withdrawn" || v["reason"] != inc.Reason {
				t.Errorf("%s: got %v, %v", id, v["state"], v["reason"])
			}
		}
	}
	for _, s := range []keepiton.State{keepiton.Draft, keepiton.Merged, keepiton.Withdrawn, keepiton.Published} {
		if kinds[s] == 0 {
			t.Errorf("the world has no %s incident: the test would prove nothing", s)
		}
	}
}

func TestChangesTellEveryRevisionOnceWithTombstones(t *testing.T) {
	server, _, _ := site(t)
	type entry struct {
		ID        string
		Revision  int
		State     string
		Tombstone bool
	}
	seen, cursor, tombstones := map[entry]bool{}, "", 0
	for range 1000 {
		_, body := get(t, server, Prefix+"/changes?limit=4&cursor="+url.QueryEscape(cursor))
		var page struct {
			Changes []entry
			Next    string
			End     bool
		}
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatalf("%v: %.200s", err, body)
		}
		for _, e := range page.Changes {
			if seen[e] {
				t.Errorf("%+v came twice", e)
			}
			seen[e] = true
			if e.Tombstone != (e.State != "published") {
				t.Errorf("got %+v", e)
			}
			if e.Tombstone {
				tombstones++
			}
		}
		if cursor = page.Next; page.End {
			break
		}
	}
	want, public := 0, map[keepiton.IncidentID]bool{}
	revs := sample.World(testNow)
	for _, r := range slices.Backward(revs) {
		if r.Incident.State.Public() {
			public[r.Incident.ID] = true
		}
	}
	for _, r := range revs {
		if public[r.Incident.ID] && r.Incident.State.Public() {
			want++
		}
	}
	if len(seen) != want || tombstones == 0 {
		t.Errorf("got %d revisions and %d tombstones, want %d and some", len(seen), tombstones, want)
	}
	_, body := get(t, server, Prefix+"/changes?cursor="+url.QueryEscape(cursor))
	if v := decode(t, body); len(v["changes"].([]any)) != 0 || v["next"] != cursor || v["end"] != true {
		t.Errorf("after the end: got %.200s", body)
	}
}

func TestConfidentialSourcesLeakNowhere(t *testing.T) {
	const link = "https://example.org/MARKED"
	first := sample.World(testNow)[0]
	first.N, first.Changes, first.Incident.State = 1, nil, keepiton.Published
	first.Incident.InfoSource = "news"
	first.Incident.Sources = []keepiton.Source{{ID: "s1", Kind: "news", URL: link, Title: "MARKED title", Quote: "MARKED quote"}}
	first.Incident.Verification, first.Incident.Claims = keepiton.Verification{}, nil
	first.Incident.Rows = []keepiton.Row{{Edition: "e", File: "f", Number: 2, CountYear: 2025, Cells: []keepiton.Cell{{Column: "info_source_link", Key: "info_source_link", Value: link}, {Column: "event", Key: "event", Value: "see " + link}}}}
	second := first
	second.N, second.Incident = 2, *first.Incident.Clone()
	second.Recorded = first.Recorded.Add(time.Hour)
	second.Author, second.Reason = "MARKED author", "hide "+link
	second.Incident.InfoSource = keepiton.Confidential
	second.Incident.Sources[0].Kind = "partner"
	second.Changes = keepiton.Diff(&first.Incident, &second.Incident)
	server, _, _ := serve(t, open(t, []keepiton.Revision{first, second}))
	one := Prefix + "/incidents/" + string(first.Incident.ID)
	between := first.Recorded.Add(time.Minute).Format(time.RFC3339)
	for _, path := range []string{
		one, one + "?as_of=" + between, one + "/revisions", one + "/revisions/1", one + "/revisions/2", one + "/diff?from=1&to=2", one + "/diff?from=2&to=1",
		Prefix + "/incidents", Prefix + "/incidents?as_of=" + between, Prefix + "/changes", Prefix + "/editions",
	} {
		res, body := get(t, server, path)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d: %.200s", path, res.StatusCode, body)
		}
		if strings.Contains(string(body), "MARKED") {
			t.Errorf("%s tells the source: %s", path, body)
		}
		if strings.HasPrefix(path, one) && !strings.Contains(string(body), string(first.Incident.ID)) {
			t.Errorf("%s does not name the incident: the test would prove nothing", path)
		}
	}
}

func TestCountsNameRuleVersionAndMoment(t *testing.T) {
	server, _, _ := site(t)
	_, body := get(t, server, Prefix+"/counts?rule=events&by=year,country&as_of=2026-06-30")
	v := decode(t, body)
	if v["rule"] != "events" || v["version"] == "" || v["as_of"] != "2026-06-30T23:59:59Z" || v["total"].(float64) == 0 {
		t.Errorf("got %.300s", body)
	}
	sum := 0
	for _, row := range v["rows"].([]any) {
		r := row.(map[string]any)
		sum += int(r["count"].(float64))
		if len(r["keys"].([]any)) != 2 {
			t.Errorf("got keys %v", r["keys"])
		}
	}
	if sum != int(v["total"].(float64)) {
		t.Errorf("rows sum to %d, total is %v", sum, v["total"])
	}
}

func TestAQueryHasOneSpelling(t *testing.T) {
	for in, want := range map[string]string{
		"country=IN&country=SD":         "country=IN%2CSD",
		"country=IN,SD":                 "country=IN%2CSD",
		"year=&country=IN":              "country=IN",
		"q=a,b&q=c":                     "q=a%2Cb",
		"lang=fr&cause=protests&cause=": "cause=protests&lang=fr",
	} {
		values, err := url.ParseQuery(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := joined(values); got != want {
			t.Errorf("joined(%s) = %s, want %s", in, got, want)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"country=IN&year=2022", "cursor=%00", "limit=-1", "q=%F0%9F%94%A5", "as_of=2022-13-45", "sort=start;drop", "a=b&%zz", "year=2022,,2023", "cursor=eyJ9"} {
		f.Add("incidents", seed)
		f.Add("counts", seed)
	}
	f.Add("changes", "cursor=1&limit=2")
	server, _, _ := site(f)
	f.Fuzz(func(t *testing.T, path, query string) {
		req := httptest.NewRequest(http.MethodGet, Prefix+"/incidents", nil)
		req.URL.Path, req.URL.RawQuery = Prefix+"/"+path, query
		w := httptest.NewRecorder()
		server.Config.Handler.ServeHTTP(w, req)
		if w.Code >= 500 {
			t.Errorf("%s?%s: got %d: %s", path, query, w.Code, w.Body)
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s?%s: got %d without a problem", path, query, w.Code)
		}
	})
}

func TestCodebookSpeaksTheLanguageAskedFor(t *testing.T) {
	server, _, _ := site(t)
	for lang, want := range map[string]string{"en": "Communal violence", "fr": "", "ar": ""} {
		_, body := get(t, server, Prefix+"/codebook?lang="+lang)
		for _, f := range decode(t, body)["fields"].([]any) {
			field := f.(map[string]any)
			if field["label"] == "" || strings.HasPrefix(field["label"].(string), "field.") {
				t.Errorf("%s: field %v has no label", lang, field["name"])
			}
			for _, c := range field["codes"].([]any) {
				code := c.(map[string]any)
				if code["code"] == "communal_violence" && (code["label"] == code["code"] || want != "" && code["label"] != want) {
					t.Errorf("%s: got label %v", lang, code["label"])
				}
			}
		}
	}
}
