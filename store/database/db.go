package database

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"keepiton"
)

// DB is an open database.
type DB struct {
	Write  *sql.DB // one connection where the engine has one writer
	Read   *sql.DB // may be Write
	Engine *Engine

	statements sync.Map // query text -> *sql.Stmt, on Read
}

// Close closes both handles.
func (db *DB) Close() error {
	db.statements.Range(func(_, v any) bool { _ = v.(*sql.Stmt).Close(); return true })
	err := db.Read.Close()
	if db.Write != db.Read {
		err = errors.Join(err, db.Write.Close())
	}
	return err
}

// Fail gives a driver's error its code and says what was being done. An error
// that has a code already is returned as it is, nil as nil.
func (db *DB) Fail(doing string, err error) error {
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
	return keepiton.Errorf(db.Engine.Code(err), "%s: %w", doing, err)
}

// Prepared returns a statement on the readers, kept for the next call.
func (db *DB) Prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := db.statements.Load(query); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := db.Read.PrepareContext(ctx, db.Engine.Bind(query))
	if err != nil {
		return nil, err
	}
	if old, loaded := db.statements.LoadOrStore(query, st); loaded {
		_ = st.Close()
		return old.(*sql.Stmt), nil
	}
	return st, nil
}

// Each runs query on the readers and calls scan for each row of the answer.
func (db *DB) Each(ctx context.Context, doing, query string, args []any, scan func(*sql.Rows) error) error {
	st, err := db.Prepared(ctx, query)
	if err != nil {
		return db.Fail(doing, err)
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return db.Fail(doing, err)
	}
	return db.Fail(doing, scanAll(rows, scan))
}

// One runs query for a single row; NotFound, with what was sought, if none.
func (db *DB) One(ctx context.Context, sought, query string, args, dest []any) error {
	st, err := db.Prepared(ctx, query)
	if err != nil {
		return db.Fail("read "+sought, err)
	}
	err = st.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return keepiton.Errorf(keepiton.NotFound, "there is no %s", sought)
	}
	return db.Fail("read "+sought, err)
}

func scanAll(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
