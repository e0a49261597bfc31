package relational

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"keepiton"
	"keepiton/store"
)

// Store is an engine of package store on an SQL database.
type Store struct {
	write *sql.DB // one connection where the engine has one writer
	read  *sql.DB
	d     *Dialect

	statements sync.Map // query text -> *sql.Stmt, on read
	index      index
	docs       docCache
	searches   searchCache
}

var _ store.Store = (*Store)(nil)

// Open brings the schema up to date and returns the store. It takes over the
// two handles, which may be one, and closes them.
func Open(ctx context.Context, write, read *sql.DB, d *Dialect) (*Store, error) {
	s := &Store{write: write, read: read, d: d}
	if err := migrate(ctx, write, d); err != nil {
		_ = s.Close()
		return nil, s.fail("open the record", err)
	}
	return s, nil
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.statements.Range(func(_, v any) bool { _ = v.(*sql.Stmt).Close(); return true })
	err := s.read.Close()
	if s.write != s.read {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Backup writes a consistent copy of the whole record to a new file while
// others read and write. Invalid when the engine has its own tools for it.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.d.Backup == nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is not backed up to a file by us", s.d.Name), "use the tools of the database, such as pg_dump")
	}
	return s.fail("back up", s.d.Backup(ctx, s.read, file))
}

// fail gives a driver's error its code and says what was being done.
func (s *Store) fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *keepiton.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone), errors.Is(err, sql.ErrTxDone):
		return keepiton.Errorf(keepiton.Unavailable, "%s: %w", doing, err)
	}
	return keepiton.Errorf(s.d.Code(err), "%s: %w", doing, err)
}

// prepared returns a statement on the readers, kept for the next call.
func (s *Store) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := s.statements.Load(query); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := s.read.PrepareContext(ctx, s.d.bind(query))
	if err != nil {
		return nil, err
	}
	if old, loaded := s.statements.LoadOrStore(query, st); loaded {
		_ = st.Close()
		return old.(*sql.Stmt), nil
	}
	return st, nil
}

// each runs query on the readers and calls scan for each row of the answer.
func (s *Store) each(ctx context.Context, doing, query string, args []any, scan func(*sql.Rows) error) error {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return s.fail(doing, err)
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return s.fail(doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return s.fail(doing, err)
		}
	}
	return s.fail(doing, rows.Err())
}

// one runs query for a single row; NotFound, with what was sought, if none.
func (s *Store) one(ctx context.Context, sought, query string, args, dest []any) error {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return s.fail("read "+sought, err)
	}
	err = st.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return keepiton.Errorf(keepiton.NotFound, "there is no %s", sought)
	}
	return s.fail("read "+sought, err)
}

// transaction runs do as the only writer. What do returns without an error is
// durable when transaction returns.
func (s *Store) transaction(ctx context.Context, doing string, do func(*transaction) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.fail(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := &transaction{ctx: ctx, tx: tx, d: s.d, statements: map[string]*sql.Stmt{}}
	if s.d.Lock != "" {
		if _, err := tx.ExecContext(ctx, s.d.Lock); err != nil {
			return s.fail(doing, err)
		}
	}
	if err := do(t); err != nil {
		return s.fail(doing, err)
	}
	return s.fail(doing, tx.Commit())
}

// transaction is a write under way.
type transaction struct {
	ctx        context.Context
	tx         *sql.Tx
	d          *Dialect
	statements map[string]*sql.Stmt
}

func (t *transaction) prepared(query string) (*sql.Stmt, error) {
	if st := t.statements[query]; st != nil {
		return st, nil
	}
	st, err := t.tx.PrepareContext(t.ctx, t.d.bind(query))
	t.statements[query] = st
	return st, err
}

// exec runs a statement and returns how many rows it touched.
func (t *transaction) exec(query string, args ...any) (int64, error) {
	st, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// get reads one row into dest and reports whether there was one.
func (t *transaction) get(query string, args, dest []any) (bool, error) {
	st, err := t.prepared(query)
	if err != nil {
		return false, err
	}
	err = st.QueryRowContext(t.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (t *transaction) each(query string, args []any, scan func(*sql.Rows) error) error {
	st, err := t.prepared(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(t.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// count adds n to the counter and returns its new value.
func (t *transaction) count(name string, n int64) (value int64, err error) {
	_, err = t.get(`INSERT INTO counter (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value`, []any{name, n}, []any{&value})
	return value, err
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

// yearSpan parts the years in an incident's key.
const yearSpan = 1_000_000_000

func keyOf(id keepiton.IncidentID) (int64, error) {
	year, n, err := id.Parse()
	if err != nil {
		return 0, err
	}
	if n >= yearSpan {
		return 0, keepiton.Errorf(keepiton.Invalid, "the number of %s is too large", id)
	}
	return int64(year)*yearSpan + int64(n), nil
}

func idOf(key int64) keepiton.IncidentID {
	return keepiton.NewIncidentID(int(key/yearSpan), int(key%yearSpan))
}

func notFound(id keepiton.IncidentID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no incident %s", id)
}

var errBroken = fmt.Errorf("the stored bytes are damaged")
