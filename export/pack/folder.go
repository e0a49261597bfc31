package pack

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keepiton"
)

// folder is a tree as a folder.
type folder struct {
	path string // where it will stand
	work string // where it is written
	made map[string]bool
}

// CreateFolder begins a tree as the folder at path. What stands there may be
// nothing, an empty folder, or a tree of ours without a file that its manifest
// does not name: everything else is Conflict, so that nothing is lost.
func CreateFolder(path string) (*Tree, error) {
	path = filepath.Clean(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if err := replaceable(path); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, unwritable(path, err)
	}
	if err := os.Chmod(work, 0o755); err != nil {
		os.Remove(work)
		return nil, unwritable(path, err)
	}
	return &Tree{into: &folder{path: path, work: work, made: map[string]bool{".": true}}}, nil
}

// replaceable reports whether the folder at path may be replaced.
func replaceable(path string) error {
	if isMount(path) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%s is a whole disk or stick, which cannot be put in the place of another", path), "name a folder inside it")
	}
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritable(path, err)
	case len(entries) == 0:
		return nil
	}
	conflict := func(what string) error {
		return keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%s holds %s", path, what), "name a folder that does not exist yet, or move what is yours out of it")
	}
	tree, err := OpenFolder(path)
	if err != nil {
		return conflict("files that are not of a copy: nothing is replaced")
	}
	defer tree.Close()
	foreign := ""
	err = tree.each(func(f file) error {
		if _, ours := tree.Manifest.Find(f.name); !ours && foreign == "" {
			foreign = f.name
		}
		return nil
	})
	if err != nil {
		return err
	}
	if foreign != "" {
		return conflict("a file that is not of the copy there: " + foreign)
	}
	return nil
}

func (d *folder) squeeze(body []byte) (Piece, error) { return Piece{body: body}, nil }

func (d *folder) add(name string, p Piece) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(p.body); err != nil {
		f.Close()
		return unwritable(d.path, err)
	}
	return f.Close()
}

func (d *folder) stream(name string) (io.WriteCloser, error) { return d.create(name) }

// create makes a new file and the folders that it stands in.
func (d *folder) create(name string) (*os.File, error) {
	place := filepath.Join(d.work, filepath.FromSlash(name))
	if dir := filepath.Dir(filepath.FromSlash(name)); !d.made[dir] {
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return nil, unwritable(d.path, err)
		}
		d.made[dir] = true
	}
	f, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, unwritable(d.path, err)
	}
	return f, nil
}

// finish brings everything to the disk, for sticks are pulled out, and then puts
// the folder in its place. Where the system can, the old and the new folder
// change places in one step; where it cannot, there is a moment without either.
func (d *folder) finish() error {
	if err := settle(d.work); err != nil {
		return unwritable(d.path, err)
	}
	if _, err := os.Lstat(d.path); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(d.work, d.path); err != nil {
			return unwritable(d.path, err)
		}
		return settle(filepath.Dir(d.path))
	}
	if err := exchange(d.work, d.path); err == nil {
		return os.RemoveAll(d.work) // the old one
	}
	old := d.work + ".old"
	if err := os.Rename(d.path, old); err != nil {
		return unwritable(d.path, err)
	}
	if err := os.Rename(d.work, d.path); err != nil {
		return errors.Join(unwritable(d.path, err), os.Rename(old, d.path))
	}
	return os.RemoveAll(old)
}

func (d *folder) abort() { os.RemoveAll(d.work) }
