package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Package is a data file, or several, with what explains them: what travels
// together, so that somebody who has only this can read, cite and check it.
type Package struct {
	Files   []PackageFile
	Options Options
	Beside  []string // names of other files that the README explains: see besides
}

// PackageFile is one data file of a package.
type PackageFile struct {
	Name   string // in the package
	Format Format
	// SHA256 returns the file's hash in hexadecimal once it is written; nil or
	// empty: the package names none.
	SHA256 func() string
}

// Companion is a file that explains a data file.
type Companion struct {
	Name  string
	Write func(w io.Writer) error
}

// Names of the companions.
const (
	ReadmeFile      = "README.txt"
	LicenceFile     = "LICENCE.txt"
	CitationFile    = "CITATION.cff"
	CodebookFile    = "codebook.csv"
	DataPackageFile = "datapackage.json"
)

// besides are the files that may stand beside data, with their messages.
var besides = []struct{ name, key string }{
	{ReadmeFile, "pack.readme"},
	{"signals.csv", "pack.signals"},
	{"signals.json", "pack.signals"},
	{CodebookFile, "pack.codebook"},
	{DataPackageFile, "pack.datapackage"},
	{CitationFile, "pack.citation"},
	{LicenceFile, "pack.licence"},
	{"report-offline.html", "pack.form"},
	{"key.asc", "pack.key"},
	{"MANIFEST.txt", "pack.manifest"},
}

// Companions lists the files that go with the data, in the language of the
// options: README, licence, citation, codebook and a Data Package for programs.
// They are written after the data, whose hashes they name.
func (p *Package) Companions() []Companion {
	return []Companion{
		{ReadmeFile, p.readme},
		{LicenceFile, p.Licence},
		{CitationFile, p.citation},
		{CodebookFile, p.codebook},
		{DataPackageFile, p.dataPackage},
	}
}

// readme says in plain words what the package is.
func (p *Package) readme(w io.Writer) error {
	var b strings.Builder
	opt, l := &p.Options, p.Options.printer()
	line := func(text string) { b.WriteString(text + "\n") }
	line(l.T("export.title"))
	if opt.Sample {
		line(l.T("export.sample"))
	}
	if !opt.AsOf.IsZero() {
		line(l.T("export.as_of", "Date", opt.AsOf))
	}
	if opt.Query != "" {
		line(l.T("pack.only", "What", opt.Query))
	}
	if opt.BaseURL != "" {
		line(l.T("copy.site") + " " + opt.BaseURL)
	}
	line("\n" + l.T("pack.files"))
	for _, f := range p.Files {
		line("  " + f.Name + ": " + f.Format.Summary)
	}
	companions := p.Companions()
	for _, o := range besides {
		there := slices.Contains(p.Beside, o.name)
		if there || slices.ContainsFunc(companions, func(c Companion) bool { return c.Name == o.name }) {
			line("  " + o.name + ": " + l.T(o.key))
		}
	}
	line("\n" + l.T("pack.notes"))
	for _, key := range []string{"pack.note.instance", "pack.note.empty", "pack.note.end"} {
		line("- " + l.T(key))
	}
	line("\n" + l.T("page.data.cite"))
	line(l.T("page.data.cite.example", "Day", opt.AsOf))
	_, err := io.WriteString(w, b.String())
	return err
}

// Licence says in the language of the options what may be done with the record.
func (p *Package) Licence(w io.Writer) error {
	l := p.Options.printer()
	_, err := fmt.Fprintf(w, "%s\n\n%s %s\n%s\n\n%s\n", l.T("export.title"), l.T("page.data.licence.text"), Licence, LicenceURL, l.T("pack.licence.form"))
	return err
}

// citation is of the whole record, as of the moment of the package.
func (p *Package) citation(w io.Writer) error {
	opt := &p.Options
	m := newMeta(opt)
	c := citation{
		title: m.Title, publisher: Publisher, version: "as of " + opt.AsOf.UTC().Format(time.DateOnly), url: opt.BaseURL,
		licence: Licence, note: m.Note, issued: opt.AsOf.UTC(),
	}
	_, err := io.WriteString(w, c.cff())
	return err
}

func (p *Package) codebook(w io.Writer) error {
	t := csv.NewWriter(w)
	t.Write(codebookHeader)
	for _, line := range codebook(p.Options.printer()) {
		for i := range line {
			line[i] = neutral(line[i])
		}
		t.Write(line)
	}
	t.Flush()
	return t.Error()
}
