package all

import (
	"context"
	"path/filepath"
	"strings"

	"keepiton/store"
	"keepiton/store/postgres"
	"keepiton/store/sqlite"
)

// OpenSealed opens the sealed reports that belong to the record at url, in the
// data folder: the larger bodies lie in its subfolder sealed, the rows in its
// file sealed.db, or in the database of url when that is PostgreSQL.
func OpenSealed(ctx context.Context, url, data string) (store.Sealed, error) {
	bodies := filepath.Join(data, "sealed")
	if strings.HasPrefix(url, "postgres:") || strings.HasPrefix(url, "postgresql:") {
		return openedSealed(postgres.OpenSealed(ctx, url, bodies, postgres.SealedOptions{NewCopy: sqlite.NewSealedCopy}))
	}
	return openedSealed(sqlite.OpenSealed(ctx, filepath.Join(data, "sealed.db"), bodies, sqlite.SealedOptions{}))
}

// openedSealed keeps a nil engine from becoming a non-nil store.
func openedSealed[S store.Sealed](s S, err error) (store.Sealed, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
