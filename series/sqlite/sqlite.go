// Package sqlite keeps series in one SQLite file beside the record's: it holds only
// what the feeds gave and can be deleted and made again. One connection writes,
// several read. A bin takes some 1.2 to 2 bytes.
package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"sync"

	_ "modernc.org/sqlite" // the engine

	"keepiton"
)

// schema is version 1 of the file. Times are seconds since 1970; a block is what
// series.AppendBlock writes, and span its number: its beginning divided by the span
// of its step.
const schema = `
CREATE TABLE IF NOT EXISTS series (
	id      INTEGER PRIMARY KEY,
	feed    TEXT NOT NULL,
	metric  TEXT NOT NULL,
	entity  TEXT NOT NULL,
	country TEXT NOT NULL,
	step    INTEGER NOT NULL,
	first   INTEGER NOT NULL, -- beginning of the first bin that is not silent
	until   INTEGER NOT NULL, -- end of the last one
	UNIQUE (feed, metric, entity)
);
CREATE INDEX IF NOT EXISTS series_country ON series (country, feed, metric);
CREATE TABLE IF NOT EXISTS block (
	series INTEGER NOT NULL REFERENCES series (id),
	span   INTEGER NOT NULL,
	data   BLOB NOT NULL,
	PRIMARY KEY (series, span)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sighting ( -- the witnesses behind a bin that counts them: series.AppendWitnesses
	series INTEGER NOT NULL REFERENCES series (id),
	at     INTEGER NOT NULL, -- beginning of the bin
	data   BLOB NOT NULL,
	PRIMARY KEY (series, at)
) WITHOUT ROWID;
PRAGMA user_version = 1;
`

// Store is a series.Store in a SQLite file.
type Store struct {
	write, read *sql.DB
	mu          sync.Mutex       // of writers: one at a time, without waiting in the database
	known       map[string]known // by keepiton.SeriesKey.String; guarded by mu
}

type known struct {
	id           int64
	step         int64 // seconds
	first, until int64
}

// Open opens the file, which is made, readable by its owner alone, when it does not
// exist. What was acknowledged survives the end of the process; after a cut of power
// the last seconds may have to be ingested again (PRAGMA synchronous = NORMAL).
func Open(ctx context.Context, file string) (*Store, error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	s := &Store{known: map[string]known{}}
	if s.write, err = connect(file, "immediate"); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = connect(file, "deferred"); err != nil {
		_ = s.write.Close()
		return nil, err
	}
	s.read.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	var version int
	if err = s.write.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err == nil && version > 1 {
		err = keepiton.Hint(fmt.Errorf("it is of version %d, and this program knows 1", version), "use the newer program, or delete the file and ingest again")
	}
	if err == nil {
		_, err = s.write.ExecContext(ctx, schema)
	}
	if err != nil {
		_ = s.Close()
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	return s, nil
}

func connect(file, lock string) (*sql.DB, error) {
	q := url.Values{"_txlock": {lock}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "temp_store(MEMORY)", "cache_size(-16000)"}}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: q.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	return db, nil
}

// Close closes the file.
func (s *Store) Close() error {
	err := s.read.Close()
	if again := s.write.Close(); err == nil {
		err = again
	}
	return err
}
