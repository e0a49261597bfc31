package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"keepiton/locale"
)

// companions writes the companions of one format by name.
func companions(t *testing.T, format, lang string) map[string]string {
	t.Helper()
	f, ok := ByName(format)
	if !ok {
		t.Fatal(format)
	}
	p := Package{Options: options(lang), Files: []PackageFile{{Name: "incidents.csv", Format: f, SHA256: func() string { return strings.Repeat("ab", 32) }}}, Beside: []string{"report-offline.html"}}
	p.Options.Query = "country=IN"
	out := map[string]string{}
	for _, c := range p.Companions() {
		var b bytes.Buffer
		if err := c.Write(&b); err != nil {
			t.Fatal(err)
		}
		out[c.Name] = b.String()
	}
	return out
}

// TestDataPackageDescribesTheTable reads a CSV by nothing but what the Data
// Package says of it: every cell has the type that its column claims.
func TestDataPackageDescribesTheTable(t *testing.T) {
	var d struct {
		Schema    string `json:"$schema"`
		Name      string
		Created   string
		Query     string
		Sample    bool
		Licenses  []struct{ Name, Path string }
		Resources []struct {
			Name, Path, Type, Format, MediaType, Encoding, Hash string
			Schema                                              *struct {
				Fields []struct {
					Name, Type, Title, Description, Delimiter string
					Categories                                []struct{ Value, Label string }
				}
				PrimaryKey, MissingValues []string
			}
		}
	}
	if err := json.Unmarshal([]byte(companions(t, "csv", "fr")[DataPackageFile]), &d); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[-a-z0-9._/]+$`).MatchString(d.Name) || d.Created != "2026-11-23T12:00:00Z" || d.Query != "country=IN" || !d.Sample || len(d.Licenses) != 1 || d.Licenses[0].Name != "CC-BY-4.0" || len(d.Resources) != 1 {
		t.Errorf("package %+v", d)
	}
	r := d.Resources[0]
	if r.Path != "incidents.csv" || r.Type != "table" || r.Format != "csv" || r.MediaType != "text/csv" || r.Encoding != "utf-8" || r.Hash != "sha256:"+strings.Repeat("ab", 32) || r.Schema == nil || !slices.Equal(r.Schema.PrimaryKey, []string{"id"}) || !slices.Equal(r.Schema.MissingValues, []string{""}) {
		t.Fatalf("resource %+v", r)
	}
	rows, err := csv.NewReader(bytes.NewReader(write(t, "csv", newest(), options("fr")))).ReadAll()
	if err != nil || len(rows) < 40 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	labels, checked := 0, map[string]int{}
	for i, f := range r.Schema.Fields {
		if i >= len(rows[0]) || rows[0][i] != f.Name {
			t.Fatalf("column %d is %q in the package", i, f.Name)
		}
		if f.Description == "" && f.Title == "" {
			t.Errorf("%s is not explained", f.Name)
		}
		if (f.Type == "list") != (f.Delimiter == "; ") {
			t.Errorf("%s: type %s with delimiter %q", f.Name, f.Type, f.Delimiter)
		}
		var codes []string
		for _, c := range f.Categories {
			codes = append(codes, c.Value)
			if c.Label != "" && c.Label != c.Value {
				labels++
			}
		}
		for _, row := range rows[1:] {
			cell := row[i]
			if cell == "" {
				continue
			}
			checked[f.Type]++
			var err error
			switch f.Type {
			case "integer":
				_, err = strconv.Atoi(cell)
			case "number":
				_, err = strconv.ParseFloat(cell, 64)
			case "boolean":
				if cell != "true" && cell != "false" {
					t.Errorf("%s: %q is no boolean", f.Name, cell)
				}
			case "string", "list":
			default:
				t.Fatalf("%s: type %q", f.Name, f.Type)
			}
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			if len(codes) > 0 && !slices.Contains(codes, cell) {
				t.Errorf("%s: %q is none of its categories", f.Name, cell)
			}
		}
	}
	if len(r.Schema.Fields) != len(rows[0]) || labels < 15 || checked["integer"] == 0 || checked["number"] == 0 || checked["boolean"] == 0 || checked["list"] == 0 {
		t.Errorf("%d columns of %d, %d labels, cells by type: %v", len(r.Schema.Fields), len(rows[0]), labels, checked)
	}
}

func TestDataPackageOfAnOldLayoutHasItsColumns(t *testing.T) {
	var d struct {
		Resources []struct {
			Name   string
			Schema struct{ Fields []struct{ Name, Type string } }
		}
	}
	if err := json.Unmarshal([]byte(companions(t, "stop-2025", "en")[DataPackageFile]), &d); err != nil {
		t.Fatal(err)
	}
	fields := d.Resources[0].Schema.Fields
	if len(fields) != 47 || fields[0].Name != "start_date_type" || fields[0].Type != "string" {
		t.Errorf("columns %+v", fields)
	}
	if got := companions(t, "parquet", "en")[DataPackageFile]; strings.Contains(got, `"schema":`) {
		t.Error("a file that says its own columns has others beside it")
	}
}

// TestReadmeNamesEveryFileInEveryLanguage also holds the licence and citation to
// what they must say.
func TestReadmeNamesEveryFileInEveryLanguage(t *testing.T) {
	for _, l := range locale.Languages {
		c := companions(t, "csv", l.Tag)
		p := locale.For(l.Tag)
		for _, want := range []string{"incidents.csv", "codebook.csv", "datapackage.json", "CITATION.cff", "LICENCE.txt", "report-offline.html", "country=IN", "https://example.org", p.T("export.sample"), p.T("pack.note.end"), p.T("export.as_of", "Date", now)} {
			if !strings.Contains(c[ReadmeFile], want) {
				t.Errorf("%s: the README lacks %q", l.Tag, want)
			}
		}
		if strings.Contains(c[ReadmeFile], "key.asc") || strings.Contains(c[ReadmeFile], "pack.") {
			t.Errorf("%s: the README names what is not there:\n%s", l.Tag, c[ReadmeFile])
		}
		if !strings.Contains(c[LicenceFile], "https://creativecommons.org/licenses/by/4.0/") {
			t.Errorf("%s: licence %q", l.Tag, c[LicenceFile])
		}
		if !strings.Contains(c[CitationFile], `version: "as of 2026-11-23"`) || !strings.Contains(c[CitationFile], `license: "CC-BY-4.0"`) {
			t.Errorf("%s: citation %q", l.Tag, c[CitationFile])
		}
		lines, err := csv.NewReader(strings.NewReader(c[CodebookFile])).ReadAll()
		if err != nil || len(lines) != len(columns)+1 {
			t.Errorf("%s: %d lines of codebook, %v", l.Tag, len(lines), err)
		}
	}
}
