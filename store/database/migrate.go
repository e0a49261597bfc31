package database

import (
	"bytes"
	"context"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// Migrate brings the schema up to date. The files lie in the folder migrations:
// those in common run on every engine, the others, in a folder of its name, on
// theirs. Numbers are shared, and files are never edited once released.
func (db *DB) Migrate(ctx context.Context, files fs.FS) error {
	p, err := goose.NewProvider(db.Engine.Goose, db.Write, Migrations{files, db.Engine}, goose.WithTableName("migration"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Migrations shows the common migrations and those of an engine as one folder,
// in the words of the engine.
type Migrations struct {
	Files  fs.FS
	Engine *Engine
}

// Open implements fs.FS.
func (m Migrations) Open(name string) (fs.File, error) {
	for _, dir := range []string{"migrations/common/", "migrations/" + m.Engine.Name + "/"} {
		data, err := fs.ReadFile(m.Files, dir+name)
		if err == nil {
			text := strings.NewReplacer(m.Engine.Words...).Replace(string(data))
			return &memoryFile{name: name, Reader: bytes.NewReader([]byte(text))}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements fs.ReadDirFS. A body need not have migrations of the
// engine's own.
func (m Migrations) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	out, err := fs.ReadDir(m.Files, "migrations/common")
	if err != nil {
		return nil, err
	}
	if own, err := fs.ReadDir(m.Files, "migrations/"+m.Engine.Name); err == nil {
		out = append(out, own...)
	}
	slices.SortStableFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// memoryFile is a file whose bytes are in memory.
type memoryFile struct {
	name string
	*bytes.Reader
}

func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{f}, nil }

type memoryInfo struct{ f *memoryFile }

func (i memoryInfo) Name() string       { return i.f.name }
func (i memoryInfo) Size() int64        { return i.f.Reader.Size() }
func (i memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return false }
func (i memoryInfo) Sys() any           { return nil }
