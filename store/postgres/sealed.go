package postgres

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"keepiton"
	"keepiton/store/blind"
	"keepiton/store/database"
)

// SealedOptions of OpenSealed. The zero value is what a server wants, but for
// NewCopy, without which there are no backups.
type SealedOptions = blind.Options

// sealedSchema keeps the tables of the sealed reports apart from those of the
// record, so that a dump can leave out either.
const sealedSchema = "sealed"

// OpenSealed opens the sealed reports in the schema sealed of the database that
// url names, with the larger bodies in the folder dir, which several processes
// may share.
func OpenSealed(ctx context.Context, url, dir string, opt SealedOptions) (*blind.Store, error) {
	config, err := configOf(url)
	if err != nil {
		return nil, err
	}
	if err := makeSchema(ctx, config); err != nil {
		return nil, err
	}
	config.RuntimeParams["search_path"] = sealedSchema
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	return blind.Open(ctx, db, db, sealedDialect, dir, opt)
}

func makeSchema(ctx context.Context, config *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return keepiton.Errorf(code(err), "open the sealed reports: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	// Two processes that begin at once take turns: IF NOT EXISTS is not enough
	// for them (the catalogue's unique index may still refuse the second).
	tx, err := conn.Begin(ctx)
	if err != nil {
		return keepiton.Errorf(code(err), "open the sealed reports: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // after a commit it does nothing
	for _, statement := range []string{sealedLock, `CREATE SCHEMA IF NOT EXISTS ` + sealedSchema} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return keepiton.Errorf(code(err), "open the sealed reports: %w", err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return keepiton.Errorf(code(err), "open the sealed reports: %w", err)
	}
	return nil
}

// sealedLock is the key of the advisory lock of those who change sealed
// reports; that of the record is writerLock.
const sealedLock = `SELECT pg_advisory_xact_lock(4933456)`

var sealedDialect = &blind.Dialect{
	Engine: database.Engine{
		Name:     "postgres",
		Goose:    dialect.Goose,
		Number:   true,
		Lock:     sealedLock,
		Words:    []string{" WITHOUT ROWID", ""},
		Snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		Code:     code,
	},
	Forget: forget,
}

// forget lets the server clear the pages of removed rows. What its write-ahead
// log and its own backups keep is out of our reach: docs/data-model.md says so.
func forget(ctx context.Context, db *database.DB) error {
	_, err := db.Write.ExecContext(ctx, `VACUUM envelope, body, body_file, address, reply, upload`)
	return err
}
