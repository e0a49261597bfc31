package main

import (
	"context"
	"os"
	"path/filepath"

	"keepiton"
	"keepiton/store"
	"keepiton/store/all"
)

// openStore opens the record that the settings name: that at DB when it is
// given, else the file record.db inside the data folder, which is made,
// readable by its owner alone, if it is missing. The caller closes it.
func openStore(ctx context.Context, s settings) (store.Store, error) {
	if s.DB != "" {
		return all.Open(ctx, s.DB)
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "data folder: %w", err), "name a folder that you may write to with --data")
	}
	return all.Open(ctx, "sqlite:"+filepath.Join(s.Data, "record.db"))
}
