// Package database is what the SQL bodies of package store share: how an engine
// is described, how it is read and written, and how its schema grows. Package
// relational keeps the record on it, package blind the sealed reports.
package database

import (
	"database/sql"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"keepiton"
)

// Engine is what every SQL body needs to know of an SQL engine.
type Engine struct {
	Name   string        // folder of its own migrations: sqlite or postgres
	Goose  goose.Dialect // what goose calls it
	Number bool          // placeholders are $1, $2 … instead of ?
	Lock   string        // statement at the start of every write; may be empty
	// Words are those of the common migrations that the engine spells another
	// way, old and new by turns, as for strings.NewReplacer.
	Words []string
	// Snapshot begins a transaction that sees one state of the database.
	Snapshot *sql.TxOptions

	// Code classifies an error of the driver.
	Code func(error) keepiton.Code
}

// Bind writes the placeholders of query the way the engine wants them.
func (e *Engine) Bind(query string) string {
	if !e.Number {
		return query
	}
	var b strings.Builder
	n := 0
	for _, part := range strings.SplitAfter(query, "?") {
		if before, ok := strings.CutSuffix(part, "?"); ok {
			n++
			b.WriteString(before + "$" + strconv.Itoa(n))
			continue
		}
		b.WriteString(part)
	}
	return b.String()
}
