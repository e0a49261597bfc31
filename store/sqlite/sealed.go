package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"keepiton"
	"keepiton/store/blind"
)

// SealedOptions of OpenSealed. The zero value is what a server wants.
type SealedOptions struct {
	blind.Options
	Readers  int // as in Options
	MaxPages int // as in Options
}

// OpenSealed opens the sealed reports in a database of their own, file, with
// the larger bodies in the folder dir. Both are made, readable by their owner
// alone, when they do not exist.
func OpenSealed(ctx context.Context, file, dir string, opt SealedOptions) (*blind.Store, error) {
	if err := touch(file); err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "open %s: %w", file, err)
	}
	if opt.Readers <= 0 {
		opt.Readers = max(4, 2*runtime.NumCPU())
	}
	// auto_vacuum stays off: a file that shrinks hands blocks with keys in them
	// back to the file system, where nothing overwrites them.
	pragmas := []string{"secure_delete(1)", "auto_vacuum(0)", "trusted_schema(0)", "cache_size(-16000)"}
	if opt.MaxPages > 0 {
		pragmas = append(pragmas, fmt.Sprintf("max_page_count(%d)", opt.MaxPages))
	}
	write, read, err := handles(file, opt.Readers, pragmas, keepingLog)
	if err != nil {
		return nil, err
	}
	if opt.NewCopy == nil {
		opt.NewCopy = NewSealedCopy
	}
	return blind.Open(ctx, write, read, &blind.Dialect{Engine: engine, Forget: forget(file)}, dir, opt.Options)
}

// NewSealedCopy makes the empty store of a backup, as OpenSealed finds it in a data
// folder.
func NewSealedCopy(ctx context.Context, dir string) (*blind.Store, error) {
	return OpenSealed(ctx, filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{})
}
