package database

import (
	"context"
	"database/sql"
	"errors"
)

// Transaction runs do as the only writer. What do returns without an error is
// durable when Transaction returns.
func (db *DB) Transaction(ctx context.Context, doing string, do func(*Transaction) error) error {
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		return db.Fail(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := &Transaction{Ctx: ctx, Tx: tx, engine: db.Engine, statements: map[string]*sql.Stmt{}}
	if lock := db.Engine.Lock; lock != "" {
		if _, err := tx.ExecContext(ctx, lock); err != nil {
			return db.Fail(doing, err)
		}
	}
	if err := do(t); err != nil {
		return db.Fail(doing, err)
	}
	return db.Fail(doing, tx.Commit())
}

// Transaction is a write under way.
type Transaction struct {
	Ctx    context.Context
	Tx     *sql.Tx
	Writes int // calls that may have changed something

	engine     *Engine
	statements map[string]*sql.Stmt
}

func (t *Transaction) prepared(query string) (*sql.Stmt, error) {
	if st := t.statements[query]; st != nil {
		return st, nil
	}
	st, err := t.Tx.PrepareContext(t.Ctx, t.engine.Bind(query))
	t.statements[query] = st
	return st, err
}

// Exec runs a statement and returns how many rows it touched.
func (t *Transaction) Exec(query string, args ...any) (int64, error) {
	t.Writes++
	st, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(t.Ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Get reads one row into dest and reports whether there was one.
func (t *Transaction) Get(query string, args, dest []any) (bool, error) {
	st, err := t.prepared(query)
	if err != nil {
		return false, err
	}
	err = st.QueryRowContext(t.Ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Each runs query and calls scan for each row of the answer.
func (t *Transaction) Each(query string, args []any, scan func(*sql.Rows) error) error {
	st, err := t.prepared(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(t.Ctx, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, scan)
}

// Count adds n to the number of that name in the table counter, which each body
// has, and returns its new value.
func (t *Transaction) Count(name string, n int64) (value int64, err error) {
	t.Writes++
	_, err = t.Get(`INSERT INTO counter (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value`, []any{name, n}, []any{&value})
	return value, err
}
