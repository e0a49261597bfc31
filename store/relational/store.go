package relational

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// Store is an engine of package store on an SQL database.
type Store struct {
	*database.DB
	d *Dialect

	index    index
	docs     docCache
	searches searchCache
}

var _ store.Store = (*Store)(nil)

// Open brings the schema up to date and returns the store. It takes over the
// two handles, which may be one, and closes them.
func Open(ctx context.Context, write, read *sql.DB, d *Dialect) (*Store, error) {
	s := &Store{DB: &database.DB{Write: write, Read: read, Engine: &d.Engine}, d: d}
	if err := s.Migrate(ctx, migrations); err != nil {
		_ = s.Close()
		return nil, s.Fail("open the record", err)
	}
	return s, nil
}

// Backup writes a consistent copy of the whole record to a new file while
// others read and write. Invalid when the engine has its own tools for it.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.d.Backup == nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is not backed up to a file by us", s.d.Name), "use the tools of the database, such as pg_dump")
	}
	return s.Fail("back up", s.d.Backup(ctx, s.Read, file))
}

// transaction is a write of the record under way.
type transaction struct {
	*database.Transaction
	d *Dialect
}

// transaction runs do as the only writer.
func (s *Store) transaction(ctx context.Context, doing string, do func(*transaction) error) error {
	return s.Transaction(ctx, doing, func(t *database.Transaction) error { return do(&transaction{t, s.d}) })
}

// stamp is how a moment is stored: Unix seconds, 0 for the zero time.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func unstamp(sec int64) time.Time {
	if sec == 0 {
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}

// yearSpan parts the years in the key of what is numbered by years.
const yearSpan = 1_000_000_000

func keyOf(id keepiton.IncidentID) (int64, error) {
	year, n, err := id.Parse()
	return numbered(year, n, err)
}

// numbered is the key of an id with that year and number, or what is wrong with
// the id.
func numbered(year, n int, err error) (int64, error) {
	if err == nil && n >= yearSpan {
		err = keepiton.Errorf(keepiton.Invalid, "the number %d is too large", n)
	}
	return int64(year)*yearSpan + int64(n), err
}

func idOf(key int64) keepiton.IncidentID {
	return keepiton.NewIncidentID(int(key/yearSpan), int(key%yearSpan))
}

func notFound(id keepiton.IncidentID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no incident %s", id)
}

var errBroken = fmt.Errorf("the stored bytes are damaged")
