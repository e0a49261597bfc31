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
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the engine

	"keepiton"
)

// schema is version 2 of the file. Times are seconds since 1970; a block is what
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
	grown  INTEGER NOT NULL DEFAULT 0, -- day since 1970 on which the last witness came
	PRIMARY KEY (series, at)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pruned (day INTEGER PRIMARY KEY); -- the last day on which sightings were pruned
PRAGMA user_version = 2;
`

// upgrade makes version 2 of version 1, whose sightings did not tell when they grew: they
// did today.
const upgrade = `
ALTER TABLE sighting ADD COLUMN grown INTEGER NOT NULL DEFAULT 0;
UPDATE sighting SET grown = unixepoch() / 86400;
PRAGMA user_version = 2;
`

// Store is a series.Store in a SQLite file.
type Store struct {
	write, read *sql.DB
	mu          sync.Mutex       // of writers: one at a time, without waiting in the database
	known       map[string]known // by keepiton.SeriesKey.String; guarded by mu
	now         func() time.Time
	closed      atomic.Int64 // see Closed
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
	s := &Store{known: map[string]known{}, now: time.Now}
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
	if err = s.write.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err == nil && version > 2 {
		err = keepiton.Hint(fmt.Errorf("it is of version %d, and this program knows 2", version), "use the newer program, or delete the file and ingest again")
	}
	if err == nil {
		err = s.setUp(ctx)
	}
	if err != nil {
		_ = s.Close()
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	return s, nil
}

// setUp makes the tables, or those of an older version new. Two processes may do it at
// once.
func (s *Store) setUp(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil) // immediate: whoever comes second sees what the first did
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var version int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if version == 1 {
		if _, err := tx.ExecContext(ctx, upgrade); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	return tx.Commit()
}

func connect(file, lock string) (*sql.DB, error) {
	q := url.Values{"_txlock": {lock}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "temp_store(MEMORY)", "secure_delete(FAST)", "cache_size(-16000)"}}
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
