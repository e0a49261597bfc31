package all

import (
	"context"
	"path/filepath"
	"strings"

	"keepiton/store"
	"keepiton/store/blind"
	"keepiton/store/postgres"
	"keepiton/store/sqlite"
)

// OpenSealed opens the sealed reports that belong to the record at url, in the
// data folder: the larger bodies lie in its subfolder sealed, the rows in its
// file sealed.db, or in the database of url when that is PostgreSQL. Uploads that
// are under way may come to so many bytes together; 0: see blind.Options.
func OpenSealed(ctx context.Context, url, data string, uploads int64) (store.Sealed, error) {
	opt := blind.Options{MaxUploadBytes: uploads}
	bodies := filepath.Join(data, "sealed")
	if strings.HasPrefix(url, "postgres:") || strings.HasPrefix(url, "postgresql:") {
		opt.NewCopy = sqlite.NewSealedCopy
		return openedSealed(postgres.OpenSealed(ctx, url, bodies, opt))
	}
	return openedSealed(sqlite.OpenSealed(ctx, filepath.Join(data, "sealed.db"), bodies, sqlite.SealedOptions{Options: opt}))
}

// openedSealed keeps a nil engine from becoming a non-nil store.
func openedSealed[S store.Sealed](s S, err error) (store.Sealed, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
