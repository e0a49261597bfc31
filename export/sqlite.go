package export

import (
	"database/sql"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"keepiton"
)

var sqliteFormat = Format{
	Name: "sqlite", Suffix: "sqlite", MediaType: "application/vnd.sqlite3",
	Summary: "database with a table each for incidents, episodes, places, sources, claims and rows",
	Write:   writeSQLite,
}

// sqliteTables are the tables beside incidents, meta and codebook. Each row
// names its incident; position keeps the order inside it.
const sqliteTables = `
create table meta (key text primary key, value text not null) without rowid;
create table codebook ("column" text primary key, type text not null, label text not null, meaning text not null, codes text not null, stop_columns text not null) without rowid;
create table episodes (incident text not null references incidents(id), position integer not null, start text not null, start_precision text not null, start_estimated integer not null, end text not null, end_precision text not null, end_estimated integer not null, end_state text not null, note text not null, primary key (incident, position)) without rowid;
create table places (incident text not null references incidents(id), position integer not null, words text not null, country text not null, region text not null, district text not null, nationwide integer not null, except_here integer not null, confidence real not null, method text not null, primary key (incident, position)) without rowid;
create table services (incident text not null references incidents(id), position integer not null, id text not null, affected text not null, words text not null, primary key (incident, position)) without rowid;
create table perpetrators (incident text not null references incidents(id), position integer not null, body text not null, name text not null, country text not null, primary key (incident, position)) without rowid;
create table sources (incident text not null references incidents(id), position integer not null, id text not null, kind text not null, url text not null, words text not null, title text not null, publisher text not null, published text not null, origin_group text not null, quote text not null, archived_url text not null, sha256 text not null, confidential integer not null, primary key (incident, position)) without rowid;
create table claims (incident text not null references incidents(id), field text not null, source text not null, note text not null, primary key (incident, field, source)) without rowid;
create table rows (incident text not null references incidents(id), position integer not null, edition text not null, file text not null, sheet text not null, row integer not null, generation integer not null, count_year integer not null, primary key (incident, position)) without rowid;
create table cells (incident text not null, position integer not null, cell integer not null, "column" text not null, key text not null, value text not null, primary key (incident, position, cell)) without rowid;
create index places_country on places(country);
create index sources_url on sources(url);
`

// writeSQLite makes the database in a temporary file, since SQLite writes no
// stream, and copies it to w. The file holds nothing but what is public and is
// removed in any case.
func writeSQLite(w io.Writer, in Incidents, opt Options) (err error) {
	dir, err := os.MkdirTemp("", "keepiton-export-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "record.sqlite")
	if err := fillSQLite(file, in, &opt); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

func fillSQLite(file string, in Incidents, opt *Options) (err error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() {
		if closed := db.Close(); err == nil {
			err = closed
		}
	}()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing after a commit
	s := &sqliteSheet{tx: tx, into: map[string]*sql.Stmt{}}
	s.exec(incidentsTable() + sqliteTables)
	m := newMeta(opt)
	for _, kv := range [][2]string{
		{"title", m.Title},
		{"publisher", m.Publisher},
		{"licence", m.Licence},
		{"licence_url", m.LicenceURL},
		{"as_of", m.AsOf},
		{"query", m.Query},
		{"source", m.Source},
		{"citation", m.Citation},
		{"note", m.Note},
	} {
		s.insert("meta", kv[0], kv[1])
	}
	for _, line := range codebook(opt.printer()) {
		s.insert("codebook", line[0], line[1], line[2], line[3], line[4], line[5])
	}
	err = public(in)(func(rev *keepiton.Revision) error {
		s.incident(newRecord(rev, opt))
		return s.err
	})
	if err != nil {
		return err
	}
	if s.err != nil {
		return s.err
	}
	return tx.Commit()
}

// incidentsTable declares the flat layout: lists are texts joined by "; ",
// since their parts have tables of their own.
func incidentsTable() string {
	var b strings.Builder
	b.WriteString("create table incidents (")
	for i, c := range columns {
		kind := "text"
		switch {
		case c.whole != nil, c.flag != nil:
			kind = "integer"
		case c.number != nil:
			kind = "real"
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + c.Name + `" ` + kind)
		if c.Name == "id" {
			b.WriteString(" primary key not null")
		}
	}
	b.WriteString(");")
	return b.String()
}

// sqliteSheet writes rows and keeps the first error.
type sqliteSheet struct {
	tx   *sql.Tx
	into map[string]*sql.Stmt
	err  error
}

func (s *sqliteSheet) exec(query string) {
	if s.err == nil {
		_, s.err = s.tx.Exec(query)
	}
}

func (s *sqliteSheet) insert(table string, values ...any) {
	if s.err != nil {
		return
	}
	stmt := s.into[table]
	if stmt == nil {
		stmt, s.err = s.tx.Prepare("insert into " + table + " values (" + strings.TrimSuffix(strings.Repeat("?,", len(values)), ",") + ")")
		if s.err != nil {
			return
		}
		s.into[table] = stmt
	}
	_, s.err = stmt.Exec(values...)
}

func (s *sqliteSheet) incident(r *record) {
	line := make([]any, len(columns))
	for i, c := range columns {
		line[i] = c.database(r)
	}
	s.insert("incidents", line...)
	id := string(r.inc.ID)
	for i, e := range r.inc.Episodes {
		s.insert("episodes", id, i+1, date(e.Start), precision(e.Start), e.Start.Estimated, date(e.End.At), precision(e.End.At), e.End.At.Estimated, string(e.End.State), e.Note)
	}
	for i, p := range r.inc.Places {
		s.insert("places", id, i+1, p.Words, sure(p, p.Country), sure(p, p.Region), sure(p, p.District), p.Nationwide, p.Except, p.Confidence, p.Method)
	}
	for i, x := range r.inc.Services {
		s.insert("services", id, i+1, x.ID, x.Affected.String(), x.Words)
	}
	for i, p := range r.inc.Perpetrators {
		s.insert("perpetrators", id, i+1, p.Body, p.Name, p.Country)
	}
	for i, x := range r.inc.Sources {
		s.insert("sources", id, i+1, string(x.ID), x.Kind, x.URL, x.Words, x.Title, x.Publisher, x.Published.String(), x.OriginGroup, x.Quote, x.ArchivedURL, x.SHA256, x.Confidential)
	}
	s.claims(id, r.inc.Claims)
	for i, row := range r.inc.Rows {
		s.insert("rows", id, i+1, row.Edition, row.File, row.Sheet, row.Number, row.Generation, row.CountYear)
		for j, c := range row.Cells {
			s.insert("cells", id, i+1, j+1, c.Column, c.Key, c.Value)
		}
	}
}

// claims writes one row for each field and source, in order of fields.
func (s *sqliteSheet) claims(id string, claims map[string]keepiton.Claim) {
	var fields []string
	for f := range claims {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	for _, f := range fields {
		sources := slices.Clone(claims[f].Sources)
		slices.Sort(sources)
		for _, src := range slices.Compact(sources) {
			s.insert("claims", id, f, string(src), claims[f].Note)
		}
		if len(sources) == 0 {
			s.insert("claims", id, f, "", claims[f].Note)
		}
	}
}

// sure keeps a code that is a guess out of the columns of codes.
func sure(p keepiton.Place, code string) string {
	if p.Confidence < keepiton.SurePlace {
		return ""
	}
	return code
}

// database returns the value of a column, nil for an empty cell.
func (c Column) database(r *record) any {
	switch {
	case c.whole != nil:
		if n, ok := c.whole(r); ok {
			return n
		}
	case c.number != nil:
		if n, ok := c.number(r); ok {
			return n
		}
	case c.flag != nil:
		if b, ok := c.flag(r); ok {
			return b
		}
	default:
		if s := c.cell(r); s != "" {
			return s
		}
	}
	return nil
}
