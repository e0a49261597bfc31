package blind

import (
	"context"
	"database/sql"
	"os"

	"keepiton/store/database"
)

// sweep removes uploads that are over, and then every file that no row names
// and nobody is writing: what was begun and not accepted before a crash, and
// what was destroyed a moment before one.
func (s *Store) sweep(ctx context.Context) error {
	if err := s.sweepUploads(ctx); err != nil {
		return err
	}
	named := map[string]bool{}
	err := s.Each(ctx, "list bodies", `SELECT name FROM body_file UNION ALL SELECT name FROM upload`, nil, func(r *sql.Rows) error {
		var f []byte
		err := r.Scan(&f)
		named[string(f)] = true
		return err
	})
	if err != nil {
		return err
	}
	return s.folder.names(func(f fileName) error {
		if named[string(f)] {
			return nil
		}
		return s.sweepFile(ctx, f)
	})
}

// sweepFile removes a file unless it is in use. Whoever makes one holds its
// lock until a row names it, so once the lock is ours no row means none to come.
func (s *Store) sweepFile(ctx context.Context, f fileName) error {
	file, err := os.Open(s.folder.path(f))
	if err != nil {
		return nil // gone meanwhile
	}
	defer file.Close()
	if !lock(file) {
		return nil
	}
	if named, err := s.named(ctx, f); err != nil || named {
		return err
	}
	return s.folder.remove(f)
}

// named reports whether a row names the file.
func (s *Store) named(ctx context.Context, f fileName) (named bool, err error) {
	err = s.Each(ctx, "look for a body", `SELECT 1 FROM body_file WHERE name = ? UNION ALL SELECT 1 FROM upload WHERE name = ?`, []any{[]byte(f), []byte(f)}, func(*sql.Rows) error {
		named = true
		return nil
	})
	return named, err
}

// sweepUploads ends the uploads that were begun before yesterday. No moment is
// kept of them but their day, so they live at least one day and at most two.
func (s *Store) sweepUploads(ctx context.Context) error {
	old := false
	err := s.Each(ctx, "look for old uploads", `SELECT 1 FROM upload WHERE day < ? LIMIT 1`, []any{s.today() - 1}, func(*sql.Rows) error { old = true; return nil })
	if err != nil || !old {
		return err
	}
	s.traces.Store(true)
	return s.change(ctx, "end old uploads", func(t *database.Transaction) error {
		_, err := t.Exec(`DELETE FROM upload WHERE day < ?`, s.today()-1)
		return err
	})
}
