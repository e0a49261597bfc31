// Package postgres is the engine of the record for more than one machine:
// PostgreSQL 15 or later. It runs the SQL body of package relational; several
// processes may share one database. Writers of the record take turns by an
// advisory lock, so that revisions appear in the order of their numbers.
package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"keepiton"
	"keepiton/store/database"
	"keepiton/store/relational"
)

// maxConnections bounds what one process takes of the server's connections.
const maxConnections = 12

// Open connects to the database that url names, such as
// postgres://user@host/name, and brings its schema up to date.
func Open(ctx context.Context, url string) (*relational.Store, error) {
	config, err := configOf(url)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	return relational.Open(ctx, db, db, dialect)
}

func configOf(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// The driver's error may quote the URL, and with it a password.
		return nil, keepiton.Errorf(keepiton.Invalid, "the database URL is not one of PostgreSQL")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "keepiton"
	}
	// A commit is acknowledged when it is on disk, whatever the server's default.
	config.RuntimeParams["synchronous_commit"] = "on"
	return config, nil
}

// writerLock is the key of the advisory lock that writers take turns by: any
// number that others in the same database do not use. Ours spells "KIO".
const writerLock = `SELECT pg_advisory_xact_lock(4933455)`

var dialect = &relational.Dialect{
	Engine: database.Engine{
		Name:     "postgres",
		Goose:    goose.DialectPostgres,
		Number:   true,
		Lock:     writerLock,
		Words:    []string{"INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY"},
		Snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		Code:     code,
	},
	Index:   putWords,
	Find:    find,
	Unindex: []string{`DELETE FROM search`},
	Forget:  forgetPetitions,
}

// forgetPetitions lets the server clear the pages of closed petitions, as forget
// does for sealed reports, with the same bounds.
func forgetPetitions(ctx context.Context, db *database.DB) error {
	_, err := db.Write.ExecContext(ctx, `VACUUM petition_box, petition_signature`)
	return err
}

// code classifies by the class of SQLSTATE (PostgreSQL 15, appendix A). What
// has no SQLSTATE never reached the server.
func code(err error) keepiton.Code {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return keepiton.Unavailable
	}
	switch e.Code[:2] {
	case "08", "53", "55", "57", "58", "40": // connection, resources, state, intervention, system, rollback
		return keepiton.Unavailable
	case "23":
		return keepiton.Conflict
	case "54":
		return keepiton.TooLarge
	}
	return keepiton.Internal
}
