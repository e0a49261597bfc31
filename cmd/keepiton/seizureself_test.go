package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake/intaketest"
)

// TestTheSearchFindsWhatIsThere plants every mark in every form, in the open,
// compressed, in a database and in names: a search that finds nothing proves
// something only if it finds what is there.
func TestTheSearchFindsWhatIsThere(t *testing.T) {
	all := &marks{}
	by := all.by("nobody")
	for _, what := range []string{"words", ofAmharic, ofArabic, ofPlace, ofPhone, ofMail, ofBytes, ofAddress} {
		by(what)
	}
	around := bytes.Repeat([]byte("so it was told "), 700)
	for _, m := range all.list() {
		for form, b := range forms(m.text) {
			s := newSearch(t, []mark{m})
			hidden := append(append(bytes.Clone(around), b...), around...)
			for how, wrapped := range map[string][]byte{
				"as it is": hidden, "gzip": gzipped(hidden), "zstd": zstandard(hidden), "zip": zipped(hidden), "gzip in zstd": zstandard(gzipped(hidden)), "at the end": b,
			} {
				if !finds(s.in("here", append([]byte{1}, wrapped...)), m, form) {
					t.Errorf("%v, %s, %s: not found", m, form, how)
				}
			}
		}
	}
	if n := len(newSearch(t, all.list()).in("here", around)); n > 0 {
		t.Errorf("found %d times where it is not", n)
	}
}

// TestTheSearchFindsAReportThatIsNotSealed stores reports in the ways that a
// mistake would: each must be found.
func TestTheSearchFindsAReportThatIsNotSealed(t *testing.T) {
	all := &marks{}
	by := all.by("form")
	rep := intaketest.Report()
	rep.Seen, rep.Place, rep.Contact = keepiton.Private(by("words")+" "+by(ofAmharic)), keepiton.Private(by(ofPlace)), keepiton.Private(by(ofMail))
	name, picture := by("file name")+".jpg", by(ofBytes)
	var plain bytes.Buffer
	w := bundle.NewWriter(&plain)
	f, err := w.File(name, "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, picture)
	if err := w.Close(rep); err != nil {
		t.Fatal(err)
	}
	for mistake, store := range map[string]func(dir string) error{
		"a bundle on its way": func(dir string) error { return os.WriteFile(filepath.Join(dir, "upload-1"), plain.Bytes(), 0o600) },
		"a compressed one": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "upload-1"), gzipped(plain.Bytes()), 0o600)
		},
		"a row over many pages": func(dir string) error { return intoDatabase(t.Context(), filepath.Join(dir, "any.db"), plain.Bytes()) },
		"a log": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "log"), []byte("cannot read the report of "+strings.ToUpper(rep.Contact.Reveal())), 0o600)
		},
	} {
		dir := t.TempDir()
		if err := store(dir); err != nil {
			t.Fatal(err)
		}
		got := map[mark]bool{}
		for _, f := range newSearch(t, all.list()).under(t, dir) {
			got[f.mark] = true
		}
		want := len(all.list())
		if mistake == "a log" {
			want = 1
		}
		if len(got) != want {
			t.Errorf("%s: %d of %d marks were found", mistake, len(got), want)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(newSearch(t, all.list()).under(t, dir)) == 0 {
		t.Error("a name of a file was not found")
	}
}

func finds(all []found, m mark, form string) bool {
	for _, f := range all {
		if f.mark == m && f.form == form {
			return true
		}
	}
	return false
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func zstandard(b []byte) []byte {
	e, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	defer e.Close()
	return e.EncodeAll(b, nil)
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, _ := w.Create("document.xml")
	f.Write(b)
	w.Close()
	return out.Bytes()
}

// intoDatabase stores a value that no page can hold, in the middle of others.
func intoDatabase(ctx context.Context, path string, b []byte) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `CREATE TABLE thing (a INTEGER, b BLOB)`); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO thing VALUES (1, ?)`, append(make([]byte, 4000), b...))
	return err
}
