package blind

import (
	"context"
	"database/sql"
	"embed"
	"sync"
	"sync/atomic"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

//go:embed migrations
var migrations embed.FS

// Dialect is what an engine does differently for sealed reports.
type Dialect struct {
	database.Engine

	// Forget overwrites what removed rows left behind where the engine can
	// reach it: its log, its dead rows. It runs after something was destroyed.
	Forget func(ctx context.Context, db *database.DB) error
}

// Options of Open. The zero value is what a server wants.
type Options struct {
	Now            func() time.Time // the clock, of which only the day is used; nil: time.Now
	MaxUploads     int              // open uploads; 0: 4096
	MaxUploadBytes int64            // bytes in open uploads; 0: 8 GiB

	// NewCopy makes an empty store in a new folder, for BackupSealed.
	NewCopy func(ctx context.Context, folder string) (*Store, error)
}

// Store is an engine of store.Sealed on an SQL database and a folder.
type Store struct {
	*database.DB
	d       *Dialect
	opt     Options
	folder  folder
	commits *committer

	covering sync.Mutex  // one cover at a time
	traces   atomic.Bool // of something destroyed are left to overwrite
}

var _ store.Sealed = (*Store)(nil)

// Open brings the schema up to date, sweeps the folder, which is made,
// readable by its owner alone, if it is missing, and returns the store. It
// takes over the two handles, which may be one, and closes them.
func Open(ctx context.Context, write, read *sql.DB, d *Dialect, dir string, opt Options) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.MaxUploads == 0 {
		opt.MaxUploads = 4096
	}
	if opt.MaxUploadBytes == 0 {
		opt.MaxUploadBytes = 8 << 30
	}
	s := &Store{
		DB: &database.DB{Write: write, Read: read, Engine: &d.Engine}, d: d, opt: opt,
		folder: folder{dir: dir, now: opt.Now},
	}
	s.commits = newCommitter(s)
	err := s.Migrate(ctx, migrations)
	if err == nil {
		err = s.folder.make()
	}
	if err == nil {
		err = s.sweep(ctx)
	}
	if err != nil {
		_ = s.Close()
		return nil, s.Fail("open the sealed reports", err)
	}
	s.traces.Store(true) // those of a process that was killed
	_ = s.cover(ctx)     // another process may be reading; then Expire does it, or tells
	return s, nil
}

// Close ends the goroutine that commits, after what it has begun, and closes
// the database. Calls under way fail with Unavailable.
func (s *Store) Close() error {
	s.commits.close()
	return s.DB.Close()
}

// change runs do as the only writer, in a transaction that it may share with
// the changes of others. do may run more than once; an error with a code that it
// returns before it has written anything fails this change alone. What change
// has returned is durable.
func (s *Store) change(ctx context.Context, doing string, do func(*database.Transaction) error) error {
	return s.commits.submit(ctx, &job{doing: doing, do: do})
}

// changeWithFile is change for what names a file that was made in the folder:
// the folder is synced before the row is.
func (s *Store) changeWithFile(ctx context.Context, doing string, do func(*database.Transaction) error) error {
	return s.commits.submit(ctx, &job{doing: doing, do: do, file: true})
}

// SealedVersion implements store.Sealed. It counts commits, each of one change
// or of some that came together: it tells roughly how many there were.
func (s *Store) SealedVersion(ctx context.Context) (uint64, error) {
	var v int64
	err := s.One(ctx, "version", `SELECT value FROM counter WHERE name = 'version'`, nil, []any{&v})
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return 0, nil
	}
	return uint64(v), err
}

// today is the current UTC day.
func (s *Store) today() int64 { return dayNumber(s.opt.Now()) }

// dayNumber counts days from 1970-01-01; 0 for the zero time.
func dayNumber(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UTC().Unix() / 86400
}

func dayOf(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n*86400, 0).UTC()
}
