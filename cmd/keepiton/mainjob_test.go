package main

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"keepiton"
	"keepiton/count"
	"keepiton/store/postgres/pgtest"
)

// editionOf is a real edition as a person imports it.
type editionOf struct{ file, name, day string }

// realEditions are the editions there are, in order of publication.
var realEditions = []editionOf{
	{"stop_2019_edition.dev.csv", "STOP 2019", "2020-02-15"},
	{"stop_2016_2022_edition.dev.xlsx", "STOP 2016-2022", "2023-03-01"},
	{"stop_combined_2016_2025.dev.csv", "STOP 2016-2025", "2026-05-20"},
}

// take imports the editions in the order given into the record that where
// names: --data DIR or --db URL.
func take(t *testing.T, editions []editionOf, where ...string) {
	t.Helper()
	for _, e := range editions {
		args := append([]string{"import", "stop", stopFile(t, e.file), "--edition", e.name, "--published", e.day}, where...)
		mustRun(t, exitDefects, args...)
	}
}

func reversed(editions []editionOf) []editionOf {
	out := slices.Clone(editions)
	slices.Reverse(out)
	return out
}

// numbers asks for the counts of every rule at the day of each edition and on
// days before one, and for what changed between the editions.
func numbers(t *testing.T, where ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ask := func(line string) {
		out[line] = mustRun(t, exitGood, append(strings.Fields(line), where...)...)
	}
	for _, day := range []string{"2020-02-14", "2020-02-15", "2023-03-01", "2026-05-19", "2026-05-20"} {
		for _, rule := range count.Rules() {
			ask("count --format csv --by year,country,cause --rule " + rule.Name + " --as-of " + day)
		}
		ask("count --format csv --days --by year --as-of " + day)
	}
	ask("diff --format csv --from 2020-02-15 --to 2023-03-01")
	ask("diff --format json --from 2023-03-01 --to 2026-05-20")
	return out
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if len(want) == 0 {
		t.Fatal("nothing to compare")
	}
	for key, w := range want {
		if got[key] != w {
			t.Errorf("%s, %s:\n got %d bytes, %.300q\nwant %d bytes, %.300q", what, key, len(got[key]), got[key], len(w), w)
		}
	}
}

// versionOf is the version of the record: it grows with every change.
func versionOf(t *testing.T, data string) uint64 {
	t.Helper()
	st, err := openStore(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	v, err := st.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestMainJob is what the program is for, as a person does it with the real
// editions: import them, count, serve, read, write and correct.
func TestMainJob(t *testing.T) {
	dir := t.TempDir()
	forth, back := filepath.Join(dir, "forth"), filepath.Join(dir, "back")
	take(t, realEditions, "--data", forth)
	if testing.Short() { // as under the race detector: only what runs at the same time
		readAndCorrect(t, "--data", forth)
		return
	}
	take(t, reversed(realEditions), "--data", back)
	counted := numbers(t, "--data", forth)

	// Subtests share the record and stand in the order of a working day.
	t.Run("OrderOfImportDoesNotMatter", func(t *testing.T) {
		same(t, "imported backwards", numbers(t, "--data", back), counted)
		for _, of := range []string{"ndjson --as-of 2023-03-01", "ndjson --as-of 2026-06-01", "json --as-of 2026-06-01"} {
			args := append([]string{"export"}, append(strings.Fields(of), "-o", "-", "--data")...)
			a, b := mustRun(t, exitGood, append(args, forth)...), mustRun(t, exitGood, append(args, back)...)
			if a != b || strings.Count(a, "KIO-") < 700 {
				t.Errorf("export %s: %d bytes forwards, %d bytes backwards", of, len(a), len(b))
			}
		}
	})
	t.Run("ImportedTwiceNothingChanges", func(t *testing.T) {
		before := versionOf(t, forth)
		take(t, reversed(realEditions), "--data", forth)
		if after := versionOf(t, forth); after != before {
			t.Errorf("the record's version was %d and is %d", before, after)
		}
	})
	t.Run("EveryNumberOfTheOracle", func(t *testing.T) { oracle(t, forth) })
	t.Run("PostgreSQLDoesTheSame", func(t *testing.T) {
		db := pgtest.Database(t)
		take(t, realEditions, "--db", db)
		same(t, "in PostgreSQL", numbers(t, "--db", db), counted)
		a := mustRun(t, exitGood, "export", "ndjson", "-o", "-", "--as-of", "2026-06-01", "--data", forth)
		if b := mustRun(t, exitGood, "export", "ndjson", "-o", "-", "--as-of", "2026-06-01", "--db", db); a != b {
			t.Errorf("the export of PostgreSQL has %d bytes and differs, that of SQLite %d", len(b), len(a))
		}
		readAndCorrect(t, "--db", db)
	})
	t.Run("PeopleReadAndCorrect", func(t *testing.T) { readAndCorrect(t, "--data", forth) })
}

// oracle compares every number that was counted in the combined sheet by other
// means with what the program says.
func oracle(t *testing.T, data string) {
	text, err := os.ReadFile(stopFile(t, "oracles.dev.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]json.RawMessage
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	const day = "2026-05-20"
	checked := 0
	check := func(what string, got int, want json.RawMessage) {
		t.Helper()
		checked++
		if strconv.Itoa(got) != string(want) {
			t.Errorf("%s: got %d, want %s", what, got, want)
		}
	}
	counts := func(rule, by string) [][]string {
		t.Helper()
		return lines(t, mustRun(t, exitGood, "count", "--rule", rule, "--by", by, "--as-of", day, "--format", "csv", "--data", data))
	}
	var years map[string]map[string]json.RawMessage
	if err := json.Unmarshal(want["by_year"], &years); err != nil {
		t.Fatal(err)
	}
	delete(want, "by_year") // below
	total, countries, inYear := 0, map[string]bool{}, map[string]map[string]bool{}
	byColumn := map[string]map[string]map[string]int{} // column, year, words
	for _, column := range append(slices.Collect(maps.Keys(years["2019"])), "rows") {
		if column == "rows" || column == "countries" {
			continue
		}
		byColumn[column] = map[string]map[string]int{}
		for _, l := range counts("rows", "year,"+column) {
			year, n := l[0], number(t, l[2])
			if byColumn[column][year] == nil {
				byColumn[column][year] = map[string]int{}
			}
			byColumn[column][year][l[1]] = n
			if column == "country" {
				total += n
				for name := range strings.SplitSeq(l[1], ";") { // a cell may name several
					name = strings.TrimSpace(name)
					countries[name] = true
					if inYear[year] == nil {
						inYear[year] = map[string]bool{}
					}
					inYear[year][name] = true
				}
			}
		}
	}
	for year, columns := range years {
		for column, raw := range columns {
			switch column {
			case "rows":
				n := 0
				for _, rows := range byColumn["country"][year] {
					n += rows
				}
				check(year+" rows", n, raw)
			case "countries":
				check(year+" countries", len(inYear[year]), raw)
			default:
				var values map[string]int
				if err := json.Unmarshal(raw, &values); err != nil {
					t.Fatal(err)
				}
				checked += len(values)
				if got := byColumn[column][year]; !maps.Equal(got, values) {
					t.Errorf("%s %s:\n got %v\nwant %v", year, column, got, values)
				}
			}
		}
	}
	check("rows", total, want["rows"])
	check("countries", len(countries), want["countries"])
	events := 0
	for _, l := range counts("events", "year") {
		events += number(t, l[1])
	}
	check("events", events, want["distinct_country_start_area_extent"])

	sheet := lines(t, mustRun(t, exitGood, "export", "stop-2025", "-o", "-", "--as-of", day, "--data", data), "start_date", "count_year")
	tally := map[string]int{}
	columns := sheet[0]
	for _, l := range sheet[1:] {
		for i, cell := range l {
			if cell == "Yes" {
				tally[columns[i]+"_yes"]++
			}
		}
		if y := l[slices.Index(columns, "count_year")]; !strings.HasPrefix(l[slices.Index(columns, "start_date")], y) {
			tally["start_year_differs_from_count_year"]++
		}
	}
	report := filepath.Join(t.TempDir(), "report.json")
	last := realEditions[2]
	mustRun(t, exitDefects, "import", "stop", stopFile(t, last.file), "--edition", last.name, "--published", last.day, "--report", report, "--data", data)
	var found struct {
		Defects []struct {
			Kind  string
			Count int
		}
	}
	if err := json.Unmarshal([]byte(readText(t, report)), &found); err != nil {
		t.Fatal(err)
	}
	for _, d := range found.Defects {
		switch d.Kind {
		case "negative_duration":
			tally["duration_negative"] = d.Count
		case "textual_duration":
			tally["duration_unparseable"] = d.Count
		}
	}
	for name, raw := range want {
		switch name {
		case "rows", "countries", "distinct_country_start_area_extent": // above
		case "duration_present", "end_date_present":
			// Cells of the sheet, which the pages show; no count asks for them.
		default:
			check(name, tally[name], raw)
		}
	}
	t.Logf("%d numbers of the oracle checked", checked)
	if checked < 800 {
		t.Errorf("only %d numbers of the oracle were checked", checked)
	}
}

// lines reads CSV and drops the header, except when it must hold some columns.
func lines(t *testing.T, text string, columns ...string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("not CSV with a header: %v: %.200q", err, text)
	}
	if len(columns) == 0 {
		return all[1:]
	}
	for _, c := range columns {
		if !slices.Contains(all[0], c) {
			t.Fatalf("no column %s in %v", c, all[0])
		}
	}
	return all
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// readAndCorrect serves the record, reads it as a visitor does, and corrects
// it as the desk does.
func readAndCorrect(t *testing.T, where ...string) {
	at := func(line string) []string { return append(strings.Fields(line), where...) }
	const secret = "four quiet words here"
	for name, role := range map[string]keepiton.Role{"ana": keepiton.RoleAnalyst, "ed": keepiton.RoleEditor} {
		if code, _, errs := runUserHere(t, t.TempDir(), secret+"\n", append([]string{"add", name, "--role", string(role), "--organization", "Org One", "--password-stdin"}, where...)...); code != exitGood {
			t.Fatalf("user add %s: exit %d: %s", name, code, errs)
		}
	}
	site := served(t, where...)
	reader := visitor(t, site)

	// A record of the year 2022 that both later editions have.
	reader.get("/en/incidents.json?country=IN&year=2022&cause=protests&as_of=2026-05-20").must(200)
	id := ""
	for _, field := range strings.FieldsFunc(reader.body, func(r rune) bool { return !strings.ContainsRune("KIO-0123456789", r) }) {
		if strings.HasPrefix(field, "KIO-2022-") && strings.Contains(visitor(t, site).get("/en/incidents/"+field+".json?as_of=2023-03-01").body, `"protests"`) {
			id = field
			break
		}
	}
	if id == "" {
		t.Fatal("no incident of 2022 whose cause was protests in both editions")
	}
	page := "/en/incidents/" + id
	for _, p := range []struct {
		path, kind string
		says       []string
	}{
		{"/en/", "text/html", []string{"internet shutdown"}},
		{"/ar/", "text/html", nil},
		{"/en/incidents", "text/html", []string{"incidents in the record fit"}},
		{"/en/incidents?country=IN&year=2022&cause=protests", "text/html", []string{"India"}},
		{"/en/incidents?as_of=2023-03-01", "text/html", []string{"2023"}},
		{"/en/incidents.csv?year=2016", "text/csv", []string{"KIO-2016-0001"}},
		{"/en/incidents.geojson?country=IN&year=2022", "application/geo+json", []string{"FeatureCollection"}},
		{"/en/incidents.atom?year=2024", "application/atom+xml", []string{"<feed"}},
		{"/en/incidents.txt?year=2016", "text/plain", []string{"KIO-2016-0001"}},
		{"/en/incidents.xlsx?year=2016", "application/vnd.openxml", nil},
		{page, "text/html", []string{id, "Protests"}},
		{page + ".json", "application/json", []string{id}},
		{page + ".bib", "application/x-bibtex", []string{id}},
		{page + "/rows", "text/html", []string{"actual_cause"}},
		{page + "/revisions", "text/html", []string{"STOP 2016-2025"}},
		{"/en/countries", "text/html", []string{"India"}},
		{"/en/countries/IN", "text/html", []string{"India"}},
		{"/en/countries/IN.svg", "image/svg+xml", []string{"<svg"}},
		{"/en/years/2022", "text/html", []string{"2022"}},
		{"/en/trends", "text/html", []string{"stop-2024"}},
		{"/en/corrections", "text/html", []string{"2022"}},
		{"/en/corrections.csv?from=2023-03-01&to=2026-05-20", "text/csv", []string{"KIO-"}},
		{"/en/methodology", "text/html", []string{"stop-2024"}},
		{"/en/data", "text/html", []string{"csv", "STOP 2016-2025"}},
		{"/en/codebook", "text/html", []string{"actual_cause"}},
		{"/healthz", "text/plain", []string{"good"}},
		{"/api/v1/incidents?country=IN&year=2022", "application/json", []string{"KIO-2022-"}},
		{"/api/v1/incidents/" + id, "application/json", []string{id}},
		{"/api/v1/counts?rule=rows&by=year&as_of=2023-03-01", "application/json", []string{"128"}},
		{"/api/v1/openapi.json", "", []string{`"3.1.0"`}},
	} {
		reader.get(p.path).must(200, p.says...)
		if kind := reader.header.Get("Content-Type"); !strings.HasPrefix(kind, p.kind) {
			t.Errorf("%s is %q, want %s", p.path, kind, p.kind)
		}
		if c := reader.header.Values("Set-Cookie"); len(c) > 0 {
			t.Errorf("%s sets a cookie: %v", p.path, c)
		}
	}
	reader.get("/en/incidents/KIO-1999-0001").must(404)
	reader.get("/en/incidents?as_of=soon").must(400, "soon")
	reader.get("/en/incidents/" + id + "?as_of=2015-01-01").must(404)

	ana, ed := signedIn(t, site, "ana", secret), signedIn(t, site, "ed", secret)
	wrong := visitor(t, site)
	wrong.get("/desk/sign-in").press("/desk/sign-in", "", url.Values{"name": {"ana"}, "password": {"not the password"}})
	if wrong.status == 200 || wrong.get("/desk/").at.Path != "/desk/sign-in" {
		t.Errorf("a wrong password leads to %s", wrong.at)
	}

	// An analyst writes a new incident; an editor publishes it.
	ana.get("/desk/incidents/new").must(200).press("", "submit", url.Values{
		"episodes.0.start": {"2022-03-01"}, "episodes.0.end_state": {"ended"}, "episodes.0.end": {"2022-03-03"},
		"places.0.words": {"Nationwide"}, "places.0.country": {"UG"}, "places.0.nationwide": {"1"},
		"f.kinds": {"shutdown"}, "f.extents": {"full_network"}, "f.causes": {"elections"}, "f.mobile": {"yes"}, "f.summary": {"Lines were cut on the eve of the vote."},
		"sources.0.kind": {"news"}, "sources.0.url": {"https://news.example/cut"}, "claim.episodes": {"s1"},
	}).must(200, "Submitted for review")
	fresh := filepath.Base(ana.at.Path)
	reader.get("/en/incidents/" + fresh).must(404)
	ana.get("/desk/incidents/" + fresh + "/act").must(200)
	if ana.form("", "publish") != nil {
		t.Error("an analyst is offered to publish")
	}
	ed.get("/desk/incidents/"+fresh+"/act").press("", "publish", nil).must(200, "Published")
	reader.get("/en/incidents/"+fresh).must(200, "Lines were cut on the eve of the vote.", "news.example")
	reader.get("/en/incidents.json?country=UG&year=2022").must(200, fresh)
	reader.get("/api/v1/incidents/"+fresh).must(200, "eve of the vote")

	// The editor corrects both: the new one, and one that STOP published.
	correct(ed, fresh, url.Values{"f.summary": {"Lines were cut on the day of the vote."}}, "the order gives another day")
	reader.get("/en/incidents/"+fresh).must(200, "day of the vote").mustNot("eve of the vote")
	correct(ed, id, url.Values{"f.causes": {"exam_cheating"}, "f.impact": {"Sheep market closed."}}, "the district's order was found")
	reader.get(page).must(200, "Exam cheating", "Sheep market closed.")
	reader.get(page+"/revisions").must(200, "the district's order was found")
	reader.get("/api/v1/incidents/"+id).must(200, "exam_cheating", "Sheep market closed.")
	reader.get("/api/v1/incidents/"+id+"/revisions").must(200, "the district's order was found")
	reader.get(page+".json").must(200, "exam_cheating")
	reader.get("/en/corrections.csv?from=2026-05-21").must(200, id, "exam_cheating")
	for _, path := range []string{page + "?as_of=2023-03-01", page + "?as_of=2026-05-19", page + ".json?as_of=2023-03-01", "/api/v1/incidents/" + id + "?as_of=2023-03-01"} {
		reader.get(path).must(200).mustNot("Sheep market", "Exam cheating", "exam_cheating")
		if !strings.Contains(strings.ToLower(reader.text), "protests") {
			t.Errorf("%s lost what it said then: %.2000s", path, reader.text)
		}
	}
	out := mustRun(t, exitGood, at("diff --from 2026-05-20 --format csv --id "+id)...)
	if !strings.Contains(out, "exam_cheating") {
		t.Errorf("diff does not list the correction: %s", out)
	}
	if got := mustRun(t, exitGood, at("count --rule rows --by year --year 2022 --as-of 2023-03-01 --format csv")...); got != "year,count\n2022,128\n" {
		t.Errorf("the past has changed: %q", got)
	}
}

func signedIn(t *testing.T, site, name, secret string) *person {
	t.Helper()
	p := visitor(t, site)
	p.get("/desk/sign-in").must(200).press("/desk/sign-in", "", url.Values{"name": {name}, "password": {secret}}).must(200)
	if p.at.Path != "/desk/" {
		t.Fatalf("%s signed in and came to %s", name, p.at)
	}
	return p
}

// correct changes a published incident with a reason: compared first, then
// published.
func correct(p *person, id string, change url.Values, reason string) {
	p.t.Helper()
	p.get("/desk/incidents/" + id).must(200)
	if p.form("", "correct") != nil {
		p.t.Error("a correction is offered before it was compared")
	}
	p.press("", "preview", change).must(200, "What saving would change")
	p.press("", "correct", url.Values{"reason": {""}}).must(422)
	p.press("", "correct", url.Values{"reason": {reason}}).must(200, "The correction is published")
}
