package export

import (
	"encoding/json"
	"io"
	"path"
	"strings"
	"time"

	"keepiton"
)

// dataPackage is a Data Package, version 2.0 (https://datapackage.org/standard),
// as far as we have something to say.
type dataPackage struct {
	Schema       string        `json:"$schema"`
	Name         string        `json:"name"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Homepage     string        `json:"homepage,omitempty"`
	Version      string        `json:"version"`
	Created      string        `json:"created"`
	Licenses     []licenseJSON `json:"licenses"`
	Contributors []contributor `json:"contributors"`
	Resources    []resource    `json:"resources"`
	Query        string        `json:"query,omitempty"`  // our own: the filter
	Sample       bool          `json:"sample,omitempty"` // our own: made-up data
	Keywords     []string      `json:"keywords"`
}

type licenseJSON struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Title string `json:"title"`
}

type contributor struct {
	Title string   `json:"title"`
	Roles []string `json:"roles"`
}

type resource struct {
	Name      string       `json:"name"`
	Path      string       `json:"path"`
	Title     string       `json:"title"`
	Type      string       `json:"type,omitempty"` // table, for those with a schema
	Format    string       `json:"format"`
	MediaType string       `json:"mediatype"`
	Encoding  string       `json:"encoding,omitempty"`
	Hash      string       `json:"hash,omitempty"`
	Schema    *tableSchema `json:"schema,omitempty"`
}

// tableSchema is a Table Schema, version 2.0.
type tableSchema struct {
	Fields        []tableField `json:"fields"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	MissingValues []string     `json:"missingValues"`
}

type tableField struct {
	Name        string     `json:"name"`
	Type        string     `json:"type"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Delimiter   string     `json:"delimiter,omitempty"` // of a list
	Categories  []category `json:"categories,omitempty"`
}

type category struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// fieldTypes are what a Table Schema calls the types of columns.
var fieldTypes = map[string]string{"text": "string", "list": "list", "whole number": "integer", "number": "number", "true or false": "boolean"}

func (p *Package) dataPackage(w io.Writer) error {
	m := newMeta(&p.Options)
	d := dataPackage{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Name: "keepiton-shutdowns", Title: m.Title, Description: m.Note,
		Homepage: m.Source, Version: p.Options.AsOf.UTC().Format(time.DateOnly), Created: m.AsOf,
		Licenses:     []licenseJSON{{LicenceSPDX, LicenceURL, Licence}},
		Contributors: []contributor{{Publisher, []string{"publisher"}}},
		Query:        m.Query, Sample: m.Sample, Keywords: []string{"internet shutdown", "censorship", "human rights"},
	}
	for _, f := range p.Files {
		d.Resources = append(d.Resources, p.resource(f))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(d)
}

func (p *Package) resource(f PackageFile) resource {
	media, _, _ := strings.Cut(f.Format.MediaType, ";")
	name := strings.TrimSuffix(path.Base(f.Name), "."+f.Format.Suffix)
	if !strings.HasPrefix(f.Format.Name, "stop-") {
		name += "-" + f.Format.Name
	}
	r := resource{Name: name, Path: f.Name, Title: f.Format.Summary, Format: f.Format.Suffix, MediaType: media}
	if strings.Contains(f.Format.MediaType, "charset=utf-8") || strings.Contains(media, "json") {
		r.Encoding = "utf-8"
	}
	if f.SHA256 != nil {
		if sum := f.SHA256(); sum != "" {
			r.Hash = "sha256:" + sum
		}
	}
	if r.Schema = p.schema(f.Format.Name); r.Schema != nil {
		r.Type = "table"
	}
	return r
}

// schema returns the columns of a format that is a CSV table; nil for others.
func (p *Package) schema(format string) *tableSchema {
	s := &tableSchema{MissingValues: []string{""}}
	if format == csvFormat.Name {
		for _, c := range columns {
			s.Fields = append(s.Fields, p.field(c))
		}
		s.PrimaryKey = []string{"id"}
		return s
	}
	for i, f := range []Format{stop2016Format, stop2019Format, stop2020Format, stop2025Format} {
		if f.Name == format && p.Options.STOP != nil {
			for _, name := range p.Options.STOP.Header(i + 1) {
				s.Fields = append(s.Fields, tableField{Name: name, Type: "string"}) // as the sheets have them: words
			}
			return s
		}
	}
	return nil
}

func (p *Package) field(c Column) tableField {
	l := p.Options.printer()
	out := tableField{Name: c.Name, Type: fieldTypes[c.Type()], Description: c.Help}
	if out.Type == "list" {
		out.Delimiter = "; "
	}
	f, ok := keepiton.FieldByName(c.Field)
	if !ok {
		return out
	}
	if out.Title = l.T("field." + f.Name); out.Description == "" {
		out.Description = l.T("field." + f.Name + ".help")
	}
	if out.Type == "string" {
		for _, t := range c.codes(f) {
			out.Categories = append(out.Categories, category{t.Code, CodeWords(l, f.Name, t.Code)})
		}
	}
	return out
}
