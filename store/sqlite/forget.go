package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"

	sqlite "modernc.org/sqlite"

	"keepiton"
	"keepiton/store/database"
)

// The write-ahead log holds older states of pages, and with them keys that were
// destroyed since. Truncating it, or letting SQLite remove it when the last
// connection closes, would hand its blocks back to the file system with those
// keys in them. So the log of sealed reports is never removed, and only shortened
// after it was written over.

// noiseRow is how many random bytes a row of the table noise has.
const noiseRow = 64 << 10

// forget writes over the log: every older state in it is copied to the database
// (a restarting checkpoint), as many random bytes as the log is long are written
// from its beginning, and then it is emptied. Unavailable while a reader holds an
// older state.
func forget(file string) func(ctx context.Context, db *database.DB) error {
	return func(ctx context.Context, db *database.DB) error {
		conn, err := db.Write.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		// Whoever waits here for readers keeps writers waiting: senders go first.
		if _, err := conn.ExecContext(ctx, `PRAGMA busy_timeout = 200`); err != nil {
			return err
		}
		defer conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf(`PRAGMA busy_timeout = %d`, busyTimeout)) //nolint:errcheck // it cannot fail
		if err := checkpoint(ctx, conn, `PRAGMA wal_checkpoint(RESTART)`); err != nil {
			return err
		}
		log, err := os.Stat(file + "-wal")
		if err != nil || log.Size() == 0 {
			return nil // nothing was written since the log was last emptied
		}
		if err := noise(ctx, conn, int(log.Size()/noiseRow)+1); err != nil {
			return err
		}
		return checkpoint(ctx, conn, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
}

func checkpoint(ctx context.Context, conn *sql.Conn, pragma string) error {
	var busy, frames, done int
	if err := conn.QueryRowContext(ctx, pragma).Scan(&busy, &frames, &done); err != nil {
		return err
	}
	if busy != 0 {
		return keepiton.Errorf(keepiton.Unavailable, "a reader holds the log of the database")
	}
	return nil
}

// noise gives so many rows new random bytes, in their place.
func noise(ctx context.Context, conn *sql.Conn, rows int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	for n := range rows {
		if _, err := tx.ExecContext(ctx, `INSERT INTO noise (n, data) VALUES (?, randomblob(?)) ON CONFLICT (n) DO UPDATE SET data = excluded.data`, n, noiseRow); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// keepLog opens connections that leave the log where it is when the last of
// them closes.
type keepLog struct {
	driver driver.Driver
	dsn    string
}

// Connect implements driver.Connector.
func (k keepLog) Connect(context.Context) (driver.Conn, error) {
	conn, err := k.driver.Open(k.dsn)
	if err != nil {
		return nil, err
	}
	if _, err := conn.(sqlite.FileControl).FileControlPersistWAL("main", 1); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// Driver implements driver.Connector.
func (k keepLog) Driver() driver.Driver { return k.driver }

// keepingLog opens a database in that way.
func keepingLog(dsn string) (*sql.DB, error) {
	known, err := openDB(dsn) // only for its driver: it connects to nothing
	if err != nil {
		return nil, err
	}
	defer known.Close()
	return sql.OpenDB(keepLog{known.Driver(), dsn}), nil
}
