package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"keepiton"
)

// Opened is a tree that was found somewhere. Nothing in it is trusted.
type Opened struct {
	Manifest  *Manifest
	List      []byte // the manifest as it stands in the tree
	Signature []byte // of List, armored; nil where there is none

	walked func(yield func(file) error) error
	close  func() error
}

// file is one file of a tree: what it is called inside it, and its bytes. plain
// is false for what is no file.
type file struct {
	name  string
	plain bool
	size  int64
	open  func() (io.ReadCloser, error)
}

// Limits of a tree that is read.
const (
	maxSignature = 64 << 10 // bytes
	maxTree      = 64 << 30 // bytes of all files together: a ZIP may unpack to anything
)

// OpenFolder opens the tree in a folder. NotFound where there is no manifest.
func OpenFolder(dir string) (*Opened, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	o := &Opened{close: root.Close}
	o.walked = func(yield func(file) error) error {
		return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			f := file{name: name, plain: entry.Type().IsRegular(), open: func() (io.ReadCloser, error) { return root.Open(name) }}
			if info, err := entry.Info(); err == nil {
				f.size = info.Size()
			}
			return yield(f)
		})
	}
	if err := o.read(dir); err != nil {
		root.Close()
		return nil, err
	}
	return o, nil
}

// OpenZip opens the tree in a ZIP file, whose names may all stand in one folder.
// NotFound where there is no manifest, Invalid when it is no ZIP.
func OpenZip(name string) (*Opened, error) {
	r, err := zip.OpenReader(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: not a whole ZIP: %w", name, err)
	}
	o := &Opened{close: r.Close}
	top := ""
	for _, f := range r.File {
		if path.Base(f.Name) == ManifestFile && strings.Count(f.Name, "/") <= 1 {
			top = strings.TrimSuffix(f.Name, ManifestFile)
			break
		}
	}
	o.walked = func(yield func(file) error) error {
		for _, f := range r.File {
			if strings.HasSuffix(f.Name, "/") {
				continue
			}
			inside, ok := strings.CutPrefix(f.Name, top)
			if !ok {
				inside = f.Name
			}
			if err := yield(file{name: inside, plain: ok && f.Mode().IsRegular(), size: int64(min(f.UncompressedSize64, maxTree+1)), open: f.Open}); err != nil {
				return err
			}
		}
		return nil
	}
	if err := o.read(name); err != nil {
		r.Close()
		return nil, err
	}
	return o, nil
}

// Close ends the reading.
func (o *Opened) Close() error { return o.close() }

// each calls yield for every file but the manifest and its signature.
func (o *Opened) each(yield func(file) error) error {
	return o.walked(func(f file) error {
		if f.plain && (f.name == ManifestFile || f.name == SignatureFile) {
			return nil
		}
		return yield(f)
	})
}

// read reads the manifest and the signature.
func (o *Opened) read(from string) error {
	err := o.walked(func(f file) (err error) {
		switch {
		case !f.plain:
		case f.name == ManifestFile && o.List == nil:
			o.List, err = f.bytes(maxManifest)
		case f.name == SignatureFile && o.Signature == nil:
			o.Signature, err = f.bytes(maxSignature)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	if o.List == nil {
		return keepiton.Errorf(keepiton.NotFound, "%s: there is no %s", from, ManifestFile)
	}
	o.Manifest, err = ReadManifest(bytes.NewReader(o.List))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return nil
}

// bytes returns the whole file.
func (f *file) bytes(most int64) ([]byte, error) {
	r, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	if int64(len(b)) > most {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s has more than %d bytes", f.name, most)
	}
	return b, nil
}

// File returns the bytes of one file of the tree, at most so many; NotFound when
// it is not there.
func (o *Opened) File(name string, most int64) ([]byte, error) {
	var out []byte
	found := errors.New("found")
	err := o.walked(func(f file) (err error) {
		if f.plain && f.name == name {
			if out, err = f.bytes(most); err == nil {
				err = found
			}
		}
		return err
	})
	if err == found {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, keepiton.Errorf(keepiton.NotFound, "there is no %s", name)
}

// Check compares every file with the manifest and calls fault for each that
// differs, is missing, is there twice or is not listed, in order of name. It
// returns the number of files that are as listed. An error means that it could
// not look at all; what cannot be read of one file is a fault of that file.
func (o *Opened) Check(progress func(files int), fault func(name, problem string)) (good int, err error) {
	type found struct{ name, problem string }
	var faults []found
	seen := make([]bool, len(o.Manifest.Files))
	var total int64
	err = o.each(func(f file) error {
		i, listed := o.Manifest.index(f.name)
		problem := ""
		switch total += f.size; {
		case total > maxTree:
			return keepiton.Errorf(keepiton.TooLarge, "the tree unpacks to more than %d bytes", int64(maxTree))
		case !f.plain:
			problem = "is no plain file"
		case !listed:
			problem = "is not listed"
		case seen[i]:
			problem = "is there twice"
		default:
			seen[i] = true
			if sum, err := f.hash(); err != nil {
				problem = fmt.Sprintf("cannot be read: %v", err)
			} else if sum != o.Manifest.Files[i].Sum {
				problem = "differs"
			}
		}
		if problem == "" {
			good++
		} else {
			faults = append(faults, found{f.name, problem})
		}
		progress(good + len(faults))
		return nil
	})
	if err != nil {
		return good, err
	}
	for i, there := range seen {
		if !there {
			faults = append(faults, found{o.Manifest.Files[i].Name, "is missing"})
		}
	}
	slices.SortStableFunc(faults, func(a, b found) int { return strings.Compare(a.name, b.name) })
	for _, f := range faults {
		fault(f.name, f.problem)
	}
	return good, nil
}

// hash reads the file to its end, and no further than it says of itself.
func (f *file) hash() (sum [sha256.Size]byte, err error) {
	r, err := f.open()
	if err != nil {
		return sum, err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(r, f.size+1)); err != nil {
		return sum, err
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}
