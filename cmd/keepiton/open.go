package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"keepiton"
	"keepiton/intake"
	"keepiton/store"
	"keepiton/store/all"
)

// openStore opens the record that the settings name: that at DB when it is
// given, else the file record.db inside the data folder, which is made,
// readable by its owner alone, if it is missing. The caller closes it.
func openStore(ctx context.Context, s settings) (store.Store, error) {
	path, file := recordFile(s)
	if s.DB == "" {
		if err := os.MkdirAll(s.Data, 0o700); err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "data folder: %w", err), "name a folder that you may write to with --data")
		}
	}
	if file {
		st, err := all.Open(ctx, "sqlite:"+path)
		if err != nil {
			return nil, hinted(keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", path, err), "is it a record of this program, may you read and write it, and is there room on the disk?")
		}
		return st, nil
	}
	st, err := all.Open(ctx, s.DB)
	if err != nil {
		return nil, hinted(err, "does the server that --db or KEEPITON_DB names answer, and may its user open that database?")
	}
	return st, nil
}

// openRecord opens a record that is there already, for commands that only read:
// a mistyped folder is not an empty record.
func openRecord(ctx context.Context, s settings) (store.Store, error) {
	if path, file := recordFile(s); file {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "there is no record at %s", path), "make one with keepiton import stop FILE..., or name the folder of another with --data")
		}
	}
	return openStore(ctx, s)
}

// recordFile is the file that holds the record, if a file does.
func recordFile(s settings) (path string, file bool) {
	if s.DB == "" {
		return filepath.Join(s.Data, "record.db"), true
	}
	path, file = strings.CutPrefix(s.DB, "sqlite:")
	return strings.TrimPrefix(path, "//"), file || !strings.Contains(path, ":")
}

// hinted adds a hint where there is none.
func hinted(err error, hint string) error {
	if keepiton.HintOf(err) != "" {
		return err
	}
	return keepiton.Hint(err, hint)
}

// openSealed opens the sealed reports that belong to the record of the
// settings, in the data folder, which is made if it is missing. The caller
// closes it.
func openSealed(ctx context.Context, s settings) (store.Sealed, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "data folder: %w", err), "name a folder that you may write to with --data")
	}
	disk, err := intakeDisk(s)
	if err != nil {
		return nil, err
	}
	sealed, err := all.OpenSealed(ctx, s.DB, s.Data, intake.UploadBytes(disk))
	if err != nil {
		return nil, hinted(err, "may you read and write the data folder and the database, and is there room on the disk?")
	}
	return sealed, nil
}
