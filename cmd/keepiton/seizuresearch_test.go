package main

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	_ "modernc.org/sqlite" // to read every value as whoever has the disk would
)

// search looks for many marks in all their forms at once.
type search struct {
	forms []soughtForm
	begin map[uint32][]int // the first four bytes of a form -> which
	maybe [1 << 16]bool    // the first two
	zstd  *zstd.Decoder
	seen  int64 // bytes that were looked through
	deep  int   // compressed pieces that were
}

type soughtForm struct {
	of    mark
	form  string
	bytes []byte
}

// found is a mark at a place.
type found struct {
	mark  mark
	form  string
	place string
}

func (f found) String() string { return fmt.Sprintf("%v stands in %s (%s)", f.mark, f.place, f.form) }

func newSearch(t testing.TB, all []mark) *search {
	t.Helper()
	s := &search{begin: map[uint32][]int{}}
	for _, m := range all {
		for form, b := range forms(m.text) {
			s.begin[binary.LittleEndian.Uint32(b)] = append(s.begin[binary.LittleEndian.Uint32(b)], len(s.forms))
			s.maybe[binary.LittleEndian.Uint16(b)] = true
			s.forms = append(s.forms, soughtForm{m, form, b})
		}
	}
	// Documents of the record are compressed with a dictionary of their own.
	dictionary, err := os.ReadFile(filepath.Join(top, "store", "relational", "dictionary", "1.json"))
	if err == nil {
		s.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(8<<20), zstd.WithDecoderDictRaw(1, dictionary))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.zstd.Close)
	return s
}

// in looks through bytes, and through what is compressed in them.
func (s *search) in(place string, b []byte) []found { return s.level(place, b, 0) }

func (s *search) level(place string, b []byte, depth int) (out []found) {
	s.seen += int64(len(b))
	for at := 0; at+4 <= len(b); at++ {
		two := binary.LittleEndian.Uint16(b[at:])
		if s.maybe[two] {
			for _, i := range s.begin[binary.LittleEndian.Uint32(b[at:])] {
				if f := s.forms[i]; bytes.HasPrefix(b[at:], f.bytes) {
					out = append(out, found{f.of, f.form, place})
				}
			}
		}
		if depth > 1 {
			continue
		}
		if plain := s.unpacked(two, b[at:]); len(plain) > 0 {
			s.deep++
			out = append(out, s.level(place+", unpacked", plain, depth+1)...)
		}
	}
	return out
}

// unpacked reads what begins like gzip, zlib, zstd or an entry of a ZIP file,
// as far as it goes.
func (s *search) unpacked(two uint16, b []byte) []byte {
	var r io.Reader
	switch {
	case two == 0x8b1f && b[2] == 8:
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil
		}
		r = z
	case two == 0x0178 || two == 0x9c78 || two == 0xda78:
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil
		}
		r = z
	case two == 0xb528 && b[2] == 0x2f && b[3] == 0xfd:
		if s.zstd.Reset(bytes.NewReader(b)) != nil {
			return nil
		}
		r = s.zstd
	case two == 0x4b50 && len(b) > 30 && b[2] == 3 && b[3] == 4 && b[8] == 8:
		from := 30 + int(binary.LittleEndian.Uint16(b[26:])) + int(binary.LittleEndian.Uint16(b[28:]))
		if from >= len(b) {
			return nil
		}
		r = flate.NewReader(bytes.NewReader(b[from:]))
	default:
		return nil
	}
	var out bytes.Buffer
	_, _ = io.Copy(&out, io.LimitReader(r, 4<<20)) // cut off or damaged: what came out before counts
	return out.Bytes()
}

// under looks through everything below a folder: the names, the bytes, and
// every value of each SQLite file, since a value that is longer than a page lies
// in pieces. Copies of databases are opened, which changes nothing in place.
func (s *search) under(t testing.TB, dir string) (out []found) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		short, _ := filepath.Rel(dir, path)
		out = append(out, s.in("the name "+short, []byte(short+"    "))...)
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out = append(out, s.in(short, b)...)
		if bytes.HasPrefix(b, []byte("SQLite format 3\x00")) {
			eachValue(t, path, func(table, column string, v any) {
				switch v := v.(type) {
				case string:
					out = append(out, s.in(short+", "+table+"."+column, []byte(v))...)
				case []byte:
					out = append(out, s.in(short+", "+table+"."+column, v)...)
				}
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// eachValue reads every value of every table of an SQLite file, those that make
// up an index of words included.
func eachValue(t testing.TB, path string, yield func(table, column string, v any)) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy.db")
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(copied+end, b, 0o600)
		}
		if err != nil && !(end != "" && os.IsNotExist(err)) {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: copied}).EscapedPath())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' AND (sql NOT LIKE 'CREATE VIRTUAL%') ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	rows.Close()
	if len(tables) == 0 {
		t.Fatalf("%s has no tables: the search is blind", path)
	}
	for _, table := range tables {
		if err := eachRow(t, db, table, yield); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

func eachRow(t testing.TB, db *sql.DB, table string, yield func(table, column string, v any)) error {
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			yield(table, columns[i], v)
		}
	}
	return rows.Err()
}
