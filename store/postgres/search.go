package postgres

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"keepiton/store/relational"
)

// maxPosition is the highest position a tsvector keeps (PostgreSQL 15, 12.11).
const maxPosition = 16383

func putWords(ctx context.Context, tx *sql.Tx, incident int64, w relational.Words) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO search (incident, present, former, present_part, former_part) VALUES ($1, $2::text::tsvector, $3::text::tsvector, $4, $5)
		ON CONFLICT (incident) DO UPDATE SET present = excluded.present, former = excluded.former, present_part = excluded.present_part, former_part = excluded.former_part`,
		incident, vector(w.Present), vector(w.Former), w.PresentPart, w.FormerPart)
	return err
}

// vector writes folded words as a tsvector, without a parser or dictionary
// that would part them differently from the other engine. The words are
// letters and digits alone.
func vector(text string) string {
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		b.WriteString("'" + word + "':" + strconv.Itoa(min(i+1, maxPosition)) + " ")
	}
	return b.String()
}

// find makes a tsquery (PostgreSQL 15, 8.11.2).
func find(t relational.Term, former bool) (string, []any) {
	var ors []string
	for _, p := range t.Phrases {
		words := make([]string, len(p.Words))
		for i, w := range p.Words {
			words[i] = "'" + w + "'"
		}
		if p.Prefix {
			words[len(words)-1] += ":*"
		}
		join := " <-> "
		if former {
			join = " & " // former words are a set without order
		}
		ors = append(ors, "("+strings.Join(words, join)+")")
	}
	query := strings.Join(ors, " | ")
	where, args := `present @@ ?::text::tsquery`, []any{query}
	if former {
		// A phrase may be found half among the former words.
		where, args = `(present || former) @@ ?::text::tsquery`, []any{query}
	}
	if t.Part != "" {
		where += ` OR present_part LIKE ?`
		args = append(args, "%"+t.Part+"%")
		if former {
			where += ` OR former_part LIKE ?`
			args = append(args, "%"+t.Part+"%")
		}
	}
	return `SELECT string_agg(incident::text, ' ') FROM search WHERE ` + where, args
}
