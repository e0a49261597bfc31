package blind

import (
	"database/sql"
	"strings"

	"keepiton/store/database"
)

// table is one with its columns, the key first.
type table struct {
	name    string
	columns []string
}

// The tables of what is kept for good. Uploads are not among them: what nobody
// has finished sending is not worth a copy of its key.
var (
	envelopes = table{"envelope", []string{"id", "lane", "state", "day", "expires", "gone", "size", "work", "digest", "lookup", "country", "open_day", "kind", "version", "settled"}}
	addresses = table{"address", []string{"id", "reply", "withdraw"}}
	bodies    = table{"body", []string{"id", "key", "data"}}
	bodyFiles = table{"body_file", []string{"id", "name"}}
	tables    = []table{
		{"counter", []string{"name", "value"}},
		envelopes, addresses, bodies, bodyFiles,
		{"reply", []string{"lookup", "n", "sealed"}},
		{"paper", []string{"id", "kind", "version", "about", "sealed"}},
		{"token", []string{"digest"}},
		{"lane", []string{"lane", "max_bytes", "max_count", "bytes", "count", "fresh"}},
	}
)

func (t *table) selection() string {
	return `SELECT ` + strings.Join(t.columns, ", ") + ` FROM ` + t.name
}

// put stores a row.
func (t *table) put(tx *database.Transaction, values []any) error {
	_, err := tx.Exec(`INSERT INTO `+t.name+` (`+strings.Join(t.columns, ", ")+`) VALUES (?`+strings.Repeat(`, ?`, len(t.columns)-1)+`)`, values...)
	return err
}

// take removes the row of a key and returns it, nil if there is none.
func (t *table) take(tx *database.Transaction, key []byte) (values []any, err error) {
	err = tx.Each(t.selection()+` WHERE `+t.columns[0]+` = ?`, []any{key}, func(r *sql.Rows) (err error) {
		values, err = t.scan(r)
		return err
	})
	if err != nil || values == nil {
		return nil, err
	}
	_, err = tx.Exec(`DELETE FROM `+t.name+` WHERE `+t.columns[0]+` = ?`, key)
	return values, err
}

func (t *table) scan(r *sql.Rows) ([]any, error) {
	values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	return values, r.Scan(into...)
}
