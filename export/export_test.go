package export

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/stop"
)

var now = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// layouts joins package stop to the exports, as cmd does.
type layouts struct{}

func (layouts) Header(generation int) []string { return stop.Header(stop.Layout(generation)) }
func (layouts) View(generation int, inc *keepiton.Incident, now time.Time) [][]string {
	return stop.ViewAt(stop.Layout(generation), inc, now)
}

func options(lang string) Options {
	return Options{AsOf: now, Lang: locale.For(lang), BaseURL: "https://example.org", Sample: true, STOP: layouts{}}
}

// newest returns the newest revision of each incident of the made-up world,
// drafts included: writers must keep them out themselves.
func newest() []keepiton.Revision {
	var out []keepiton.Revision
	for _, rev := range sample.World(now) {
		if n := len(out); n > 0 && out[n-1].Incident.ID == rev.Incident.ID {
			out[n-1] = rev
			continue
		}
		out = append(out, rev)
	}
	return out
}

func incidents(revs []keepiton.Revision) Incidents {
	return func(yield func(rev *keepiton.Revision) error) error {
		for i := range revs {
			if err := yield(&revs[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func write(t *testing.T, name string, revs []keepiton.Revision, opt Options) []byte {
	t.Helper()
	f, ok := ByName(name)
	if !ok {
		t.Fatalf("no format %q", name)
	}
	var b bytes.Buffer
	if err := f.Write(&b, incidents(revs), opt); err != nil {
		t.Fatalf("write %s: %v", name, err)
	}
	return b.Bytes()
}

func publicOnes(revs []keepiton.Revision) int {
	n := 0
	for _, r := range revs {
		if r.Incident.State.Public() {
			n++
		}
	}
	return n
}

func TestSameRecordGivesSameBytes(t *testing.T) {
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			a, b := write(t, f.Name, newest(), options("ar")), write(t, f.Name, newest(), options("ar"))
			if !bytes.Equal(a, b) {
				t.Error("two exports of the same record differ")
			}
			if len(a) == 0 {
				t.Error("the export is empty")
			}
		})
	}
}

func TestEmptyRecordMakesAWholeFile(t *testing.T) {
	for _, f := range Formats() {
		if data := write(t, f.Name, nil, options("en")); len(data) == 0 {
			t.Errorf("%s: got no bytes for an empty record", f.Name)
		}
	}
}

// marked is an incident whose confidential source says MARKED in every field,
// in its row and in the texts that quote it.
func marked() keepiton.Revision {
	rev := newest()[0]
	inc := rev.Incident.Clone()
	const link = "https://example.org/MARKED"
	inc.State, inc.InfoSource = keepiton.Published, keepiton.Confidential
	inc.Sources = []keepiton.Source{{
		ID: "s1", Kind: "partner", URL: link, Words: "MARKED words", Title: "MARKED title", Publisher: "MARKED publisher",
		Quote: "MARKED quote", ArchivedURL: link + "/archived", OriginGroup: "MARKED", SHA256: "MARKED0123456789",
		Published: keepiton.On(2022, 1, 2),
	}}
	inc.Claims = map[string]keepiton.Claim{"causes": {Sources: []keepiton.SourceID{"s1"}, Note: "MARKED says so"}}
	inc.Verification = keepiton.Verification{Level: keepiton.Verified, By: "desk", On: []keepiton.SourceID{"s1"}, Note: "MARKED note"}
	inc.Summary = "See " + link
	inc.Signals = []keepiton.SignalLink{{Feed: "ooni", URL: link}}
	row := keepiton.Row{Edition: "e", File: "f.csv", Number: 2, Generation: 4, CountYear: 2022}
	for _, c := range [][2]string{{"info_source", "Confidential"}, {"info_source_link", "https://example.org/row/MARKED\nMARKED person"}, {"event", "from https://example.org/row/MARKED"}, {"country", "Testland"}} {
		row.Cells = append(row.Cells, keepiton.Cell{Column: c[0], Key: c[0], Value: c[1]})
	}
	old := row
	old.Generation = 1
	old.Cells = []keepiton.Cell{{Column: "info_source", Key: "info_source", Value: "Confidential "}, {Column: "news_link", Value: "MARKED elsewhere"}}
	inc.Rows = []keepiton.Row{row, old}
	return keepiton.Revision{
		N: 3, Recorded: now, Role: keepiton.RoleEditor, Author: "MARKED author", Reason: "as " + link + " says", Incident: *inc,
		Changes: []keepiton.Change{{Field: "sources", From: []string{"partner " + link}, To: []string{"partner s1"}}},
	}
}

func TestConfidentialSourcesLeakInNoFormat(t *testing.T) {
	draft := marked()
	draft.Incident.State, draft.Incident.InfoSource, draft.Incident.Summary = keepiton.InReview, "news", "MARKED draft"
	for _, f := range Formats() {
		for _, lang := range []string{"en", "ar"} {
			data := write(t, f.Name, []keepiton.Revision{marked(), draft}, options(lang))
			if !bytes.Contains(data, []byte("KIO-")) && f.Name != "parquet" && f.Name != "xlsx" && !strings.HasPrefix(f.Name, "stop-") {
				t.Errorf("%s: the incident is not in the file: the test would prove nothing", f.Name)
			}
			for where, text := range opened(t, f.Name, data) {
				if i := bytes.Index(text, []byte("MARKED")); i >= 0 {
					t.Errorf("%s %s: tells the source: …%s…", f.Name, where, text[max(0, i-60):min(len(text), i+60)])
				}
			}
		}
	}
	for _, kind := range CiteKinds {
		rev := marked()
		if text, err := Cite(kind.Name, &rev, "https://example.org"); err != nil || strings.Contains(text, "MARKED") {
			t.Errorf("cite %s: %v, %s", kind.Name, err, text)
		}
	}
}

// opened returns the bytes of a file and, for a zip, of each file inside.
func opened(t *testing.T, name string, data []byte) map[string][]byte {
	out := map[string][]byte{"": data}
	if name == "parquet" { // its pages are compressed
		_, rows := parquetCells(t, data)
		text := fmt.Sprint(rows)
		if !strings.Contains(text, "KIO-") {
			t.Error("parquet: the incident is not in the file: the test would prove nothing")
		}
		out["rows"] = []byte(text)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return out
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[f.Name] = text
	}
	return out
}

func TestCSVHasAColumnForEveryName(t *testing.T) {
	revs := newest()
	lines, err := csv.NewReader(bytes.NewReader(write(t, "csv", revs, options("en")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(lines)-1, publicOnes(revs); got != want {
		t.Errorf("got %d lines, want %d: drafts stay out and nothing else", got, want)
	}
	for i, c := range Columns() {
		if lines[0][i] != c.Name {
			t.Errorf("column %d is %q, want %q", i+1, lines[0][i], c.Name)
		}
		if c.Field != "" {
			if _, ok := keepiton.FieldByName(c.Field); !ok {
				t.Errorf("column %s is read from %q, which is no field", c.Name, c.Field)
			}
		} else if c.Help == "" {
			t.Errorf("column %s has neither field nor help", c.Name)
		}
	}
}

func TestEveryFieldIsExported(t *testing.T) {
	for _, f := range keepiton.Fields {
		if f.Name == "claims" { // json, ndjson and sqlite have them; one cell cannot
			continue
		}
		if !slices.ContainsFunc(Columns(), func(c Column) bool { return c.Field == f.Name }) {
			t.Errorf("field %s has no column", f.Name)
		}
	}
}

func TestByteOrderMarkOnlyWhenAsked(t *testing.T) {
	opt := options("en")
	if bytes.HasPrefix(write(t, "csv", nil, opt), []byte(bom)) {
		t.Error("a byte-order mark nobody asked for")
	}
	opt.BOM = true
	if !bytes.HasPrefix(write(t, "csv", nil, opt), []byte(bom+"id,")) {
		t.Error("no byte-order mark")
	}
}

func TestFormulasAreNeutralised(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+3": "'+3", "-44138": "'-44138", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"'=1": "''=1", "''-1": "'''-1", "'tis": "'tis", "a=b": "a=b", "": "", "'": "'", "2022-01-01": "2022-01-01",
	} {
		if got := neutral(cell); got != want {
			t.Errorf("neutral(%q) = %q, want %q", cell, got, want)
		}
	}
	rev := marked()
	rev.Incident.Area, rev.Incident.Country, rev.Incident.Causes = "=cmd|' /C calc'!A0", "@SUM(1)", []string{"-1"}
	rev.Incident.InfoSource = "news"
	for _, name := range []string{"csv", "stop-2016", "stop-2019", "stop-2020", "stop-2025"} {
		lines, err := csv.NewReader(bytes.NewReader(write(t, name, []keepiton.Revision{rev}, options("en")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for i, cell := range line {
				if cell != "" && strings.IndexByte(formula, cell[0]) >= 0 {
					t.Errorf("%s: column %s would run %q", name, lines[0][i], cell)
				}
			}
		}
	}
}

func TestDocumentsAreJSON(t *testing.T) {
	revs := newest()
	var doc struct {
		Meta      meta
		Incidents []Document
		Total     int
	}
	if err := json.Unmarshal(write(t, "json", revs, options("en")), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Total != publicOnes(revs) || len(doc.Incidents) != doc.Total || doc.Total == 0 {
		t.Errorf("got %d incidents and total %d, want %d", len(doc.Incidents), doc.Total, publicOnes(revs))
	}
	if doc.Meta.Licence != Licence || doc.Meta.AsOf != "2026-11-23T12:00:00Z" || !doc.Meta.Sample || !strings.HasPrefix(doc.Meta.Note, sampleNote) {
		t.Errorf("got meta %+v", doc.Meta)
	}
	lines := strings.Split(strings.TrimSpace(string(write(t, "ndjson", revs, options("en")))), "\n")
	if len(lines) != doc.Total+1 {
		t.Errorf("got %d lines, want %d and one for the meta", len(lines), doc.Total)
	}
	for i, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("line %d is no JSON", i+1)
		}
	}
}

func TestFeedIsAtom(t *testing.T) {
	type feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	revs := newest()
	revs[0].N, revs[0].Reason, revs[0].Changes = 2, "a <better> source", []keepiton.Change{{Field: "causes"}}
	read := func(opt Options) feed {
		var f feed
		if err := xml.Unmarshal(write(t, "atom", revs, opt), &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := read(options("am"))
	if f.Lang != "am" || len(f.Entries) != publicOnes(revs) {
		t.Errorf("got language %q and %d entries", f.Lang, len(f.Entries))
	}
	var latest time.Time
	for _, r := range revs {
		if r.Incident.State.Public() && r.Recorded.After(latest) {
			latest = r.Recorded
		}
	}
	if f.Updated != stamp(latest) {
		t.Errorf("the feed was updated %s, want that of its latest entry, %s", f.Updated, stamp(latest))
	}
	other := options("am")
	other.BaseURL = "http://example.onion"
	g := read(other)
	ids := map[string]bool{}
	for i := range f.Entries {
		if f.Entries[i].ID != g.Entries[i].ID || ids[f.Entries[i].ID] || !strings.HasPrefix(f.Entries[i].ID, "urn:uuid:") {
			t.Errorf("entry %d: id %q is not permanent and its own", i, f.Entries[i].ID)
		}
		ids[f.Entries[i].ID] = true
	}
	en := read(options("en"))
	if want := "Changed: Causes"; !strings.Contains(en.Entries[0].Content, "a <better> source") {
		t.Errorf("the correction is not told (%s): %q", want, en.Entries[0].Content)
	}
}

func TestPermanentIDIsAUUIDOfVersion5(t *testing.T) {
	id := FeedID("incident KIO-2022-0001")
	if len(id) != len("urn:uuid:")+36 || id[len("urn:uuid:")+14] != '5' || !strings.ContainsRune("89ab", rune(id[len("urn:uuid:")+19])) {
		t.Errorf("got %s", id)
	}
	if id == FeedID("incident KIO-2022-0002") {
		t.Error("two incidents share an id")
	}
}

func TestPlainTextNamesEveryIncidentAndTheSample(t *testing.T) {
	revs := newest()
	text := string(write(t, "txt", revs, options("en")))
	if !strings.HasPrefix(text, "SAMPLE DATA") {
		t.Errorf("sample data is not marked: %.80s", text)
	}
	for _, r := range revs {
		if got := strings.Contains(text, "\n"+string(r.Incident.ID)+"\n"); got != r.Incident.State.Public() {
			t.Errorf("%s (%s) in the list: %v", r.Incident.ID, r.Incident.State, got)
		}
	}
	if !strings.HasSuffix(text, fmt.Sprintf("\n%d incidents.\n", publicOnes(revs))) {
		t.Errorf("the list does not say how many: %q", text[max(0, len(text)-40):])
	}
}

func TestPastExportsKeepWhatIsConfidentialToday(t *testing.T) {
	today, before := marked(), marked()
	before.Incident.InfoSource = "news"
	before.Incident.Sources[0].Words, before.Incident.Sources[0].Publisher, before.Incident.Sources[0].OriginGroup = "", "", ""
	before.Incident.Rows, before.Incident.Claims, before.Incident.Verification.Note = nil, nil, ""
	before.Changes = nil
	in := Past(incidents([]keepiton.Revision{before}), incidents([]keepiton.Revision{today}))
	for range 2 {
		var b bytes.Buffer
		if err := jsonFormat.Write(&b, in, options("en")); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "MARKED") || !strings.Contains(b.String(), `"confidential":true`) {
			t.Errorf("the past tells the source: %s", b.String())
		}
	}
}
