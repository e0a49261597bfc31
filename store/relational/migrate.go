package relational

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// The migrations: those in common run on every engine, the others on theirs.
// Numbers are shared, files are never edited once released (see
// TestReleasedMigrationsAreNeverEdited).
//
//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date.
func migrate(ctx context.Context, db *sql.DB, d *Dialect) error {
	p, err := goose.NewProvider(d.Goose, db, migrationFiles{d}, goose.WithTableName("migration"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// migrationFiles shows the common migrations and those of the dialect as one
// folder. The type of 64-bit primary keys is the one word that differs.
type migrationFiles struct{ d *Dialect }

const keyType = "INTEGER PRIMARY KEY"

// Open implements fs.FS.
func (m migrationFiles) Open(name string) (fs.File, error) {
	for _, dir := range []string{"migrations/common/", "migrations/" + m.d.Name + "/"} {
		data, err := migrations.ReadFile(dir + name)
		if err == nil {
			text := strings.ReplaceAll(string(data), keyType, m.d.Key)
			return &memoryFile{name: name, Reader: bytes.NewReader([]byte(text))}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements fs.ReadDirFS.
func (m migrationFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	var out []fs.DirEntry
	for _, dir := range []string{"common", m.d.Name} {
		entries, err := migrations.ReadDir("migrations/" + dir)
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
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

var _ io.Reader = (*memoryFile)(nil)
