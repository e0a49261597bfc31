package blind

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"

	"keepiton"
	"keepiton/store/database"
)

// BackupSealed implements store.Sealed. The folder must not exist yet. The copy
// holds the keys of that moment: a report withdrawn later can be opened from it
// until the copy is destroyed. Whatever the engine, the copy is one of SQLite.
func (s *Store) BackupSealed(ctx context.Context, dir string) (err error) {
	if s.opt.NewCopy == nil {
		return keepiton.Errorf(keepiton.Invalid, "%s was opened without a form for backups", s.d.Name)
	}
	if err := os.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
		return keepiton.Errorf(keepiton.Conflict, "the folder for the backup exists already")
	} else if err != nil {
		return failed("make the folder for the backup", err)
	}
	to, err := s.opt.NewCopy(ctx, dir)
	if err == nil {
		err = errors.Join(s.copyTo(ctx, to), to.Close())
	}
	if err != nil {
		return s.Fail("back up the sealed reports", errors.Join(err, os.RemoveAll(dir)))
	}
	return nil
}

func (s *Store) copyTo(ctx context.Context, to *Store) error {
	if err := s.copyRows(ctx, to); err != nil {
		return err
	}
	ids, err := to.withFiles(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.copyFile(ctx, to, id); err != nil {
			return err
		}
	}
	if err := to.folder.sync(); err != nil {
		return err
	}
	to.traces.Store(true)
	return to.cover(ctx)
}

// copyRows copies one state of all tables.
func (s *Store) copyRows(ctx context.Context, to *Store) error {
	from, err := s.Read.BeginTx(ctx, s.d.Snapshot)
	if err != nil {
		return s.Fail("read the tables", err)
	}
	defer from.Rollback() //nolint:errcheck // it has changed nothing
	return to.Transaction(ctx, "write the copy", func(t *database.Transaction) error {
		for _, table := range tables {
			rows, err := from.QueryContext(ctx, table.selection()+` ORDER BY `+table.columns[0])
			if err != nil {
				return s.Fail("read the tables", err)
			}
			if err := copyTable(t, &table, rows); err != nil {
				return err
			}
		}
		return nil
	})
}

func copyTable(t *database.Transaction, table *table, rows *sql.Rows) error {
	defer rows.Close()
	for rows.Next() {
		values, err := table.scan(rows)
		if err != nil {
			return err
		}
		if err := table.put(t, values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// withFiles lists the envelopes whose body is a file.
func (s *Store) withFiles(ctx context.Context) (ids [][]byte, err error) {
	err = s.Each(ctx, "list bodies", `SELECT id FROM body_file ORDER BY id`, nil, func(r *sql.Rows) error {
		var id []byte
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// copyFile copies a body as it is now: it may have been wrapped anew since its
// row was copied, or destroyed, and then the copy has its tombstone.
func (s *Store) copyFile(ctx context.Context, to *Store, id []byte) error {
	for attempt := 0; ; attempt++ {
		var key, name []byte
		var day int64
		err := s.One(ctx, "such report", `SELECT b.key, f.name, e.day FROM body b JOIN body_file f ON f.id = b.id JOIN envelope e ON e.id = b.id WHERE b.id = ?`, []any{id}, []any{&key, &name, &day})
		if keepiton.CodeOf(err) == keepiton.NotFound {
			return s.copyTombstone(ctx, to, id)
		}
		if err != nil {
			return err
		}
		from, err := os.Open(s.folder.path(name))
		if errors.Is(err, fs.ErrNotExist) && attempt < 3 {
			continue
		}
		if err != nil {
			return failed("read a body", err)
		}
		err = to.takeFile(from, name, day)
		_ = from.Close()
		if err != nil {
			return err
		}
		return to.Transaction(ctx, "write the copy", func(t *database.Transaction) error {
			if _, err := t.Exec(`UPDATE body SET key = ? WHERE id = ?`, key, id); err != nil {
				return err
			}
			_, err := t.Exec(`UPDATE body_file SET name = ? WHERE id = ?`, name, id)
			return err
		})
	}
}

func (s *Store) takeFile(from io.Reader, name fileName, day int64) error {
	file, err := os.OpenFile(s.folder.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return failed("copy a body", err)
	}
	if _, err = io.Copy(file, from); err != nil {
		err = failed("copy a body", err)
	} else {
		err = s.folder.secure(file, day)
	}
	return errors.Join(err, file.Close())
}

func (s *Store) copyTombstone(ctx context.Context, to *Store, id []byte) error {
	var state string
	var gone int64
	if err := s.One(ctx, "such report", `SELECT state, gone FROM envelope WHERE id = ? AND gone <> 0`, []any{id}, []any{&state, &gone}); err != nil {
		return err
	}
	return to.destroy(ctx, [][]byte{id}, keepiton.EnvelopeState(state), dayOf(gone))
}
