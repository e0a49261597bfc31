package blind

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"keepiton"
	"keepiton/store/database"
)

// tables are those of a backup with their columns, the key first. Uploads are
// left out: what nobody has finished sending is not worth a copy of its key.
var tables = []struct {
	name    string
	columns []string
}{
	{"counter", []string{"name", "value"}},
	{"envelope", []string{"id", "lane", "state", "day", "expires", "gone", "size", "work", "digest", "lookup", "country", "open_day", "kind"}},
	{"address", []string{"id", "reply", "withdraw"}},
	{"body_key", []string{"id", "key", "file"}},
	{"body", []string{"id", "data"}},
	{"reply", []string{"lookup", "n", "sealed"}},
	{"paper", []string{"id", "kind", "version", "sealed"}},
	{"token", []string{"digest"}},
	{"lane", []string{"lane", "max_bytes", "max_count", "bytes", "count", "fresh"}},
}

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
	to.leaveTraces()
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
			columns := strings.Join(table.columns, ", ")
			rows, err := from.QueryContext(ctx, `SELECT `+columns+` FROM `+table.name+` ORDER BY `+table.columns[0])
			if err != nil {
				return s.Fail("read the tables", err)
			}
			insert := `INSERT INTO ` + table.name + ` (` + columns + `) VALUES (?` + strings.Repeat(`, ?`, len(table.columns)-1) + `)`
			if err := copyTable(t, rows, insert, len(table.columns)); err != nil {
				return err
			}
		}
		return nil
	})
}

func copyTable(t *database.Transaction, rows *sql.Rows, insert string, columns int) error {
	defer rows.Close()
	values, into := make([]any, columns), make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if _, err := t.Exec(insert, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// withFiles lists the envelopes whose body is a file.
func (s *Store) withFiles(ctx context.Context) (ids [][]byte, err error) {
	err = s.Each(ctx, "list bodies", `SELECT id FROM body_key WHERE file IS NOT NULL ORDER BY id`, nil, func(r *sql.Rows) error {
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
		err := s.One(ctx, "such report", `SELECT k.key, k.file, e.day FROM body_key k JOIN envelope e ON e.id = k.id WHERE k.id = ?`, []any{id}, []any{&key, &name, &day})
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
		return to.change(ctx, "write the copy", func(t *database.Transaction) error {
			_, err := t.Exec(`UPDATE body_key SET key = ?, file = ? WHERE id = ?`, key, name, id)
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
		err = s.folder.settle(file, day)
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
