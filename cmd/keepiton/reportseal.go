package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/locale"
	"keepiton/seal"
)

// sealed is what keepiton report seal did, for programs.
type sealed struct {
	File    string `json:"file"`    // "-" is standard output
	Size    int64  `json:"size"`    // bytes
	Receipt string `json:"receipt"` // the digits: a secret of whoever sent
	Members int    `json:"members"` // who can open it
	Key     string `json:"key"`     // fingerprint of the campaign's key
	OpenPGP bool   `json:"openpgp,omitempty"`
}

// sealReport seals the report in the file called name.
func sealReport(e *env, name string, f reportFlags) error {
	r, err := readReport(e, name)
	if err != nil {
		return err
	}
	set, err := loadRecipients(f.recipients)
	if err != nil {
		return err
	}
	if err := checkAttached(f.attach); err != nil {
		return err
	}
	receipt := seal.NewReceipt()
	r.Receipt = receipt.Address()
	out, done, err := createSealed(e, f.out)
	if err != nil {
		return err
	}
	err = writeSealed(out, set.Sealer(), r, f)
	if err := done(err); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	_, key := set.CampaignID()
	tellWhen(e.stderr, "beginning", r.Began)
	tellWhen(e.stderr, "end", r.Ended)
	told := sealed{File: out.name, Size: out.n, Receipt: receipt.String(), Members: len(set.Live()), Key: key, OpenPGP: f.openpgp}
	to := e.stdout
	if out.name == "-" {
		to = e.stderr
	}
	if f.json {
		return writeJSON(to, told)
	}
	told.print(to, name)
	return nil
}

// tellWhen says how words of a date were read, so that their writer can mend
// them; the words themselves are kept in any case.
func tellWhen(w io.Writer, what string, when keepiton.When) {
	switch {
	case !when.At.IsZero():
		fmt.Fprintf(w, "The %s is read as %s (year-month-day, UTC).\n", what, when.At)
	case when.Date+when.Time != "":
		fmt.Fprintf(w, "The %s could not be read as a date; your words are kept as they are.\n", what)
	}
}

// loadRecipients reads the campaign's public keys: from a folder, from the folder
// of the file that was named, or from the one file that a site offers at
// /key.json. The campaign's signature is checked in any case.
func loadRecipients(path string) (*seal.Recipients, error) {
	set, err := recipientsAt(path)
	if err != nil {
		return nil, hinted(fmt.Errorf("%s: %w", path, err), "--recipients names the file that the site offers at /key.json, or a folder with "+seal.CampaignFile+", "+seal.RecipientsFile+" and "+seal.SignatureFile)
	}
	return set, nil
}

func recipientsAt(path string) (*seal.Recipients, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return seal.LoadRecipients(path)
	}
	b, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	var key struct{ OpenPGP, Set, Signature string } // web: keyDocument
	if json.Unmarshal(b, &key) == nil && key.Set != "" {
		return seal.DecodeRecipients([]byte(key.OpenPGP), []byte(key.Set), []byte(key.Signature))
	}
	return seal.LoadRecipients(filepath.Dir(path))
}

// readReport reads a filled-in form or JSON, and completes it.
func readReport(e *env, name string) (*keepiton.Report, error) {
	in := e.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "keepiton report new -o FILE writes a form")
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, bundle.MaxForm+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%s: %w", name, err)
	}
	r, err := bundle.ReadForm(text)
	if err != nil {
		return nil, hinted(fmt.Errorf("%s: %w", name, err), "keepiton report new -o FILE writes an empty form")
	}
	r.Road = keepiton.RoadCarried
	for _, when := range []*keepiton.When{&r.Began, &r.Ended} {
		if when.At.IsZero() && when.Date+when.Time != "" {
			*when = locale.ReadWhen(*when, r.Lang, time.Now())
		}
	}
	if r.Consent != (keepiton.Consent{}) {
		r.Consent.Version = keepiton.ConsentVersion
	}
	return r, nil
}

// checkAttached looks at all files before the first is sealed.
func checkAttached(paths []string) error {
	var total int64
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path behind --attach")
		}
		if !info.Mode().IsRegular() {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is not a file", path), "name the files one by one, each behind --attach")
		}
		total += info.Size()
	}
	if len(paths) > bundle.MaxFiles || total > bundle.MaxFileBytes {
		return keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "%d files with %d bytes; a report takes %d files with %d bytes", len(paths), total, bundle.MaxFiles, bundle.MaxFileBytes), "send the others with a second report")
	}
	return nil
}

// writeSealed writes header, seal and bundle.
func writeSealed(out io.Writer, to *seal.Sealer, r *keepiton.Report, f reportFlags) error {
	open, begin := keepiton.OpenFields{}, to.Seal
	if f.open {
		open = r.OpenFields()
	}
	if f.openpgp {
		begin = to.SealOpenPGP
	} else if err := bundle.WriteHeader(out, bundle.Header{Receipt: r.Receipt, Open: open}); err != nil {
		return err
	}
	closed, err := begin(out)
	if err != nil {
		return err
	}
	w := bundle.NewWriter(closed)
	for _, path := range f.attach {
		if err := attach(w, path); err != nil {
			return err
		}
	}
	if err := w.Close(r); err != nil {
		return err
	}
	return closed.Close()
}

// attach adds a file, with its name but without its folder.
func attach(w *bundle.Writer, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	defer in.Close()
	r := bufio.NewReaderSize(in, 64<<10)
	start, err := r.Peek(512) // all that DetectContentType looks at
	if err != nil && !errors.Is(err, io.EOF) {
		return keepiton.Errorf(keepiton.Unavailable, "%s: %w", path, err)
	}
	out, err := w.File(filepath.Base(path), http.DetectContentType(start))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if _, err := io.Copy(out, r); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// sealedFile is the file that is being written.
type sealedFile struct {
	io.Writer
	name string
	n    int64
}

// Write implements io.Writer and counts.
func (s *sealedFile) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	s.n += int64(n)
	return n, err
}

// createSealed makes the file that is asked for, or one whose name tells
// nothing. done ends it, and takes it away after an error.
func createSealed(e *env, name string) (out *sealedFile, done func(error) error, err error) {
	if name == "-" {
		return &sealedFile{Writer: e.stdout, name: name}, func(err error) error { return err }, nil
	}
	given := name != ""
	var file *os.File
	for try := 0; ; try++ {
		if !given {
			name = plainName()
		}
		file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil || given || !errors.Is(err, os.ErrExist) || try == 100 {
			break
		}
	}
	if err != nil {
		return nil, nil, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%w", err), "name a new file with -o, in a folder that you may write to")
	}
	return &sealedFile{Writer: file, name: name}, func(err error) error {
		if err == nil {
			err = file.Sync()
		}
		if cerr := file.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(name)
		}
		return err
	}, nil
}

// plainNames are words that anybody's files begin with.
var plainNames = []string{"notes", "copy", "draft", "list", "scan", "index", "cache", "export", "table", "backup"}

// plainName returns a name that tells nothing: not what the file is, nor when
// it was made (notes/intake.md 5, courier searched).
func plainName() string {
	n := func(max int64) int64 {
		i, err := rand.Int(rand.Reader, big.NewInt(max))
		if err != nil {
			panic(err) // crypto/rand does not fail
		}
		return i.Int64()
	}
	return fmt.Sprintf("%s-%d.dat", plainNames[n(int64(len(plainNames)))], 1000+n(9000))
}

// print tells a person what was done, and gives the receipt.
func (s sealed) print(w io.Writer, form string) {
	what := "analysts"
	if s.Members == 1 {
		what = "analyst"
	}
	fmt.Fprintf(w, "Sealed: %s (%d bytes), to %d %s and nobody else.\nThe campaign's key is %s:\ncompare that with what the campaign says on another way.\n", s.File, s.Size, s.Members, what, s.Key)
	fmt.Fprintf(w, "\nYour receipt. It is shown this once; write it down or learn it:\n\n    %.19s\n    %.19s\n\n", s.Receipt, s.Receipt[20:])
	fmt.Fprint(w, "With these digits you see what becomes of the report, read answers, add to it and\nwithdraw it, on the site's page “receipt”. Whoever has them can do the same.\n")
	if s.OpenPGP {
		fmt.Fprint(w, "An OpenPGP message does not tell a server its receipt: the digits work from when an\nanalyst has opened it.\n")
	}
	if form != "-" {
		fmt.Fprintf(w, "\n%s can still be read by anybody: delete it.\n", form)
	}
	if s.File != "-" {
		fmt.Fprintf(w, "Next: keepiton report send %s --server URL, or give the file to somebody who can.\n", s.File)
	}
}
