package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
)

// createBundle joins a report and files into a bundle that is not sealed.
func createBundle(e *env, report string, files []string, name string) error {
	r, err := readReport(e, report)
	if err != nil {
		return err
	}
	if err := checkAttached(files); err != nil {
		return err
	}
	out, done, err := createSealed(e, name)
	if err != nil {
		return err
	}
	w := bundle.NewWriter(out)
	for _, path := range files {
		if err := attach(w, path); err != nil {
			return done(err)
		}
	}
	if err := done(w.Close(r)); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "Not sealed: whoever finds it can read it. It has no receipt; keepiton report seal gives one.\n")
	return nil
}

// opened is what came out of one file, for programs. Names of the sender's files
// stand in report.json alone.
type opened struct {
	File   string              `json:"file"`
	Folder string              `json:"folder,omitempty"`
	ID     string              `json:"id,omitempty"`
	Kind   keepiton.ReportKind `json:"kind,omitempty"`
	Files  []openedFile        `json:"files"`
	Notes  []string            `json:"notes,omitempty"`
	Defect string              `json:"defect,omitempty"`
}

type openedFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// openBundles opens each file into a folder of its own.
func openBundles(e *env, files []string, f bundleFlags) (int, error) {
	keys := &seal.Keys{}
	if f.keys.given() {
		var err error
		if keys, err = f.keys.load(e); err != nil {
			return exitFailed, err
		}
	}
	var all []opened
	code := exitGood
	for _, name := range files {
		o, err := openFile(e, name, keys, f.out)
		if err != nil {
			if !f.keys.given() && keepiton.CodeOf(err) == keepiton.NotFound && o.Folder == "" && len(files) == 1 {
				err = hinted(err, "--keys names your private keys")
			}
			if len(files) == 1 && o.Folder == "" && !f.json {
				return exitFailed, fmt.Errorf("%s: %w", name, err)
			}
			o.Defect, code = err.Error(), exitDefects
		}
		all = append(all, o)
	}
	if f.json {
		return code, writeJSON(e.stdout, all)
	}
	for _, o := range all {
		o.print(e.stdout)
	}
	return code, nil
}

func (o opened) print(w io.Writer) {
	if o.Folder != "" {
		fmt.Fprintf(w, "%s: opened into %s: %d files\n", o.File, o.Folder, len(o.Files))
	}
	for _, note := range o.Notes {
		fmt.Fprintf(w, "%s: %s\n", o.File, note)
	}
	if o.Defect != "" {
		fmt.Fprintf(w, "%s: defect: %s\n", o.File, o.Defect)
	}
}

// openFile opens one file into a new folder. When the file has a defect, what is
// whole stays, and the folder is taken away if that is nothing.
func openFile(e *env, name string, keys *seal.Keys, folder string) (opened, error) {
	o := opened{File: name, Files: []openedFile{}}
	plain, header, closer, err := openPlain(e, name, keys)
	if err != nil {
		return o, err
	}
	defer closer.Close()
	folder, err = newFolder(folder)
	if err != nil {
		return o, err
	}
	r, err := bundle.Read(plain, func(_ keepiton.ReportFile, in io.Reader) error { return o.keep(folder, in) })
	if r != nil {
		o.ID, o.Kind = r.ID, r.Kind
		if header.Receipt != (keepiton.ReceiptAddress{}) && header.Receipt != r.Receipt {
			o.Notes = append(o.Notes, "the receipt outside of the seal is not the one inside: answer to the one inside, the other may be somebody else's")
		}
		for i, f := range r.Files {
			o.Files[i].SHA256 = f.SHA256
		}
		if werr := writeOpened(filepath.Join(folder, "report.json"), r); err == nil {
			err = werr
		}
	}
	if err != nil && r == nil && len(o.Files) == 0 {
		os.RemoveAll(folder)
		return o, err
	}
	o.Folder = folder
	return o, err
}

// keep writes one file of a report under a name that tells nothing. It stays
// only when it is whole.
func (o *opened) keep(folder string, in io.Reader) error {
	name := fmt.Sprintf("file-%02d", len(o.Files)+1)
	path := filepath.Join(folder, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	n, err := io.Copy(f, in)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(path)
		return err
	}
	o.Files = append(o.Files, openedFile{Name: name, Size: n})
	return nil
}

// openPlain returns the bundle in a file: sealed, or opened by another program.
func openPlain(e *env, name string, keys *seal.Keys) (io.Reader, bundle.Header, io.Closer, error) {
	in, closer := e.stdin, io.NopCloser(nil)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, bundle.Header{}, nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path")
		}
		in, closer = f, f
	}
	r := bufio.NewReaderSize(in, 64<<10)
	if bundle.IsBundle(r) {
		return r, bundle.Header{}, closer, nil
	}
	header, err := bundle.ReadHeader(r)
	if err != nil {
		closer.Close()
		return nil, header, nil, err
	}
	plain, err := keys.Open(r)
	if err != nil {
		closer.Close()
		return nil, header, nil, err
	}
	return plain, header, closer, nil
}

// newFolder makes the folder that is asked for, or one with a number.
func newFolder(name string) (string, error) {
	given := name != ""
	for try := 1; ; try++ {
		if !given {
			name = fmt.Sprintf("opened-%d", try)
		}
		err := os.Mkdir(name, 0o700)
		if err == nil {
			return name, nil
		}
		if given || !errors.Is(err, os.ErrExist) {
			return "", keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%w", err), "name a new folder with -o")
		}
	}
}

// writeOpened writes a report in the clear, for its analyst alone.
func writeOpened(path string, r *keepiton.Report) error {
	text, err := bundle.EncodeReport(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	return seal.WriteNew(path, out.Bytes(), 0o600)
}
