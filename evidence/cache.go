package evidence

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// Cache keeps the machine code of the decoders for PDF and HEIC, which spares
// their compilation for each file: some 2.5 seconds of a processor for a PDF.
// It is a folder that is made when the first file of such a kind comes, and
// removed by Close; nothing of a file is ever in it.
//
// A child runs what is in it, so no child that is given a file writes there. The
// code is compiled by one that is given none and ends; then this process notes
// the SHA-256 of what lies there, and compares it before each child: what was
// changed is not used again. The zero value is ready; it is safe for many
// goroutines.
type Cache struct {
	// Under is the folder in which that of the cache is made; empty: that of the
	// system for temporary files.
	Under string

	mu     sync.Mutex
	folder string
	kinds  map[Kind]*shelf
	closed bool
}

// shelf is the folder of one kind.
type shelf struct {
	folder string
	sums   map[string][sha256.Size]byte // of its files, by path
	spoilt bool
}

// folderFor returns the folder with the decoder for a kind, in which everything
// is as the compiling child left it; empty when there is none to be had.
func (c *Cache) folderFor(ctx context.Context, child Child, k Kind) string {
	if c == nil || k != PDF && k != HEIC {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ""
	}
	s := c.kinds[k]
	if s == nil {
		var err error
		if s, err = c.fill(ctx, child, k); err != nil {
			if ctx.Err() != nil {
				return "" // the next file tries again
			}
			s = &shelf{spoilt: true} // no room, no right: each child compiles for itself
		}
		if c.kinds == nil {
			c.kinds = map[Kind]*shelf{}
		}
		c.kinds[k] = s
	}
	if s.spoilt {
		return ""
	}
	if now, err := sumsOf(s.folder); err != nil || !maps.Equal(now, s.sums) {
		s.spoilt = true
		return ""
	}
	return s.folder
}

// fill has a child compile a decoder, and takes the right to write away.
func (c *Cache) fill(ctx context.Context, child Child, k Kind) (*shelf, error) {
	if c.folder == "" {
		folder, err := os.MkdirTemp(c.Under, "keepiton-decoders-")
		if err != nil {
			return nil, err
		}
		c.folder = folder
	}
	s := &shelf{folder: filepath.Join(c.folder, string(k))}
	if err := os.Mkdir(s.folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if _, err := child.run(ctx, job{Do: compile, Kind: k, Cache: s.folder}, nil); err != nil {
		return nil, err
	}
	if err := chmod(s.folder, 0o500, 0o400); err != nil {
		return nil, err
	}
	var err error
	if s.sums, err = sumsOf(s.folder); err == nil && len(s.sums) == 0 {
		err = errors.New("the child has kept nothing")
	}
	return s, err
}

// Close removes the folder. Children that come later compile for themselves.
func (c *Cache) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	folder := c.folder
	if c.folder, c.closed = "", true; folder == "" {
		return nil
	}
	return errors.Join(chmod(folder, 0o700, 0o600), os.RemoveAll(folder))
}

// chmod sets the rights of a folder and of all that is in it.
func chmod(folder string, folders, files fs.FileMode) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if d == nil {
			return err
		}
		mode := files
		if d.IsDir() {
			mode = folders
		}
		return errors.Join(err, os.Chmod(path, mode))
	})
}

// sumsOf hashes the files of a folder.
func sumsOf(folder string) (map[string][sha256.Size]byte, error) {
	sums := map[string][sha256.Size]byte{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !d.Type().IsRegular() {
			return errors.New("it is no file")
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		sums[path] = [sha256.Size]byte(h.Sum(nil))
		return nil
	})
	return sums, err
}
