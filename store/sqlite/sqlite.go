// Package sqlite is the embedded engine of the record: one file, beside it its
// write-ahead log. One connection writes, several read; a reader never waits
// for the writer. Commits are synchronous (PRAGMA synchronous = FULL): what was
// acknowledged survives a cut of power.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"keepiton"
	"keepiton/store/database"
	"keepiton/store/relational"
)

// Options of Open. The zero value is what a server wants.
type Options struct {
	Readers  int // connections that read; 0 means twice the processors, at least 4
	MaxPages int // refuse to grow beyond so many pages of 4 KiB, for tests of a full disk; 0: no bound

	// Volatile leaves it to the system when to write: a cut of power may cost
	// what was acknowledged, or all. For tests of something else.
	Volatile bool
}

// Open opens the record in the file, which is made, readable by its owner
// alone, when it does not exist.
func Open(ctx context.Context, file string, opt Options) (*relational.Store, error) {
	if err := touch(file); err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	if opt.Readers <= 0 {
		opt.Readers = max(4, 2*runtime.NumCPU())
	}
	// The words of a story that its teller took back do not stay in free pages.
	pragmas := []string{"cache_size(-16000)", "secure_delete(1)"}
	if opt.MaxPages > 0 {
		pragmas = append(pragmas, fmt.Sprintf("max_page_count(%d)", opt.MaxPages))
	}
	if opt.Volatile {
		pragmas = append(pragmas, "synchronous(OFF)")
	}
	write, read, err := handles(file, opt.Readers, pragmas, openDB)
	if err != nil {
		return nil, err
	}
	own := *dialect
	own.Forget = forget(file)
	return relational.Open(ctx, write, read, &own)
}

// handles opens the one connection that writes and those that read.
func handles(file string, readers int, pragmas []string, open func(dsn string) (*sql.DB, error)) (write, read *sql.DB, err error) {
	write, err = connect(file, "immediate", pragmas, open)
	if err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	read, err = connect(file, "deferred", []string{"query_only(1)", "cache_size(-8000)"}, open)
	if err != nil {
		_ = write.Close()
		return nil, nil, err
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return write, read, nil
}

// touch makes the file with narrow permissions: SQLite would leave them to the
// umask, and gives its log the permissions of the file.
func touch(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// busyTimeout is how long a statement waits for a lock, in milliseconds.
const busyTimeout = 10_000

func openDB(dsn string) (*sql.DB, error) { return sql.Open("sqlite", dsn) }

func connect(file, lock string, pragmas []string, open func(dsn string) (*sql.DB, error)) (*sql.DB, error) {
	q := url.Values{"_txlock": {lock}}
	q["_pragma"] = append([]string{fmt.Sprintf("busy_timeout(%d)", busyTimeout), "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)"}, pragmas...)
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: q.Encode()}).String()
	db, err := open(dsn)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	return db, nil
}

var engine = database.Engine{Name: "sqlite", Goose: goose.DialectSQLite3, Code: code}

var dialect = &relational.Dialect{
	Engine:  engine,
	Index:   putWords,
	Find:    find,
	Unindex: []string{`INSERT INTO search (search) VALUES ('delete-all')`, `INSERT INTO search_part (search_part) VALUES ('delete-all')`},
	Backup:  backup,
}

// backup copies the database as one reader sees it; writers go on meanwhile.
func backup(ctx context.Context, read *sql.DB, file string) (err error) {
	if _, err := os.Lstat(file); err == nil {
		return keepiton.Errorf(keepiton.Conflict, "%s exists already", file)
	}
	conn, err := read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// VACUUM INTO does not change the database, but counts as a write.
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	defer func() {
		_, again := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = 1`)
		err = errors.Join(err, again)
	}()
	if err := touch(file); err != nil { // an empty file is taken; this one is ours alone to read
		return keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO ?`, file)
	return err
}

// code classifies by the primary result code (sqlite.org/rescode.html). A full
// disk, a failing one and a lock that does not come free are all "we could
// not look".
func code(err error) keepiton.Code {
	var e *driver.Error
	if !errors.As(err, &e) {
		return keepiton.Internal
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY,
		lib.SQLITE_NOMEM, lib.SQLITE_INTERRUPT, lib.SQLITE_PROTOCOL, lib.SQLITE_PERM:
		return keepiton.Unavailable
	case lib.SQLITE_CONSTRAINT:
		return keepiton.Conflict
	case lib.SQLITE_TOOBIG:
		return keepiton.TooLarge
	}
	return keepiton.Internal
}
