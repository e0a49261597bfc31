package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"keepiton/store/relational"
)

func putWords(ctx context.Context, tx *sql.Tx, incident int64, w relational.Words) error {
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO search (rowid, present, former) VALUES (?, ?, ?)`, incident, w.Present, w.Former); err != nil {
		return err
	}
	if w.PresentPart == "" && w.FormerPart == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM search_part WHERE rowid = ?`, incident)
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO search_part (rowid, present, former) VALUES (?, ?, ?)`, incident, w.PresentPart, w.FormerPart)
	return err
}

// find makes a query of FTS5 (sqlite.org/fts5.html, section 3). Words are
// folded: letters and digits alone, so that a quoted one cannot break out.
func find(t relational.Term, former bool) (string, []any) {
	var ors []string
	for _, p := range t.Phrases {
		s := `"` + strings.Join(p.Words, " ") + `"`
		if former && len(p.Words) > 1 {
			// Former words are a set without order: ask for each.
			s = `("` + strings.Join(p.Words, `" AND "`) + `"`
			if p.Prefix {
				s += " *"
			}
			ors = append(ors, s+")")
			continue
		}
		if p.Prefix {
			s += " *"
		}
		ors = append(ors, s)
	}
	column := "present : "
	if former {
		column = "{present former} : "
	}
	words := column + "(" + strings.Join(ors, " OR ") + ")"
	if t.Part == "" {
		return `SELECT group_concat(rowid, ' ') FROM search WHERE search MATCH ?`, []any{words}
	}
	return `SELECT group_concat(id, ' ') FROM (
		SELECT rowid AS id FROM search WHERE search MATCH ? UNION SELECT rowid FROM search_part WHERE search_part MATCH ?)`,
		[]any{words, column + `"` + t.Part + `"`}
}
