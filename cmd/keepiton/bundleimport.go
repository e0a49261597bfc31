package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/mail"
	"keepiton/seal"
	"keepiton/store"
)

// imported is what import did, for programs.
type imported struct {
	Taken   int            `json:"taken"`   // new reports
	Again   int            `json:"again"`   // were there already
	Defects []importDefect `json:"defects"` // files that are none
}

type importDefect struct {
	File   string `json:"file"`
	Defect string `json:"defect"`
}

// importBundles takes sealed files into the sealed reports of the data folder.
func importBundles(ctx context.Context, e *env, s settings, paths []string, asJSON bool) (int, error) {
	files, err := sealedFiles(paths)
	if err != nil {
		return exitFailed, err
	}
	st, err := openSealed(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	known, err := envelopeIDs(ctx, st)
	if err != nil {
		return exitFailed, err
	}
	keys := seal.OpenFolder(keysFolder(s))
	road, _, err := mailRoad(s, &intake.Intake{Store: st, Sealer: keys.Sealer})
	if err != nil {
		return exitUsage, err
	}
	out := imported{Defects: []importDefect{}}
	progress := progressOn(e.stderr)
	for i, name := range files {
		progress("file %d of %d", i+1, len(files))
		envelopes, err := importFile(ctx, e, road, name)
		for _, envelope := range envelopes {
			switch {
			case envelope.ID == "":
			case known[envelope.ID]:
				out.Again++
			default:
				known[envelope.ID] = true
				out.Taken++
			}
		}
		switch code := keepiton.CodeOf(err); {
		case err == nil:
		case ctx.Err() != nil, code == keepiton.Unavailable, code == keepiton.Internal, code == keepiton.TooLarge && fullLane(err):
			// Not a fault of the file: the others would fare the same.
			return exitFailed, keepiton.Hint(fmt.Errorf("%s: %w; %d files before it are taken in", name, err, out.Taken+out.Again), "once that is mended, or there is room, import the same files again: what is there stays once")
		default:
			out.Defects = append(out.Defects, importDefect{name, err.Error()})
		}
	}
	progress("")
	code := exitGood
	if len(out.Defects) > 0 {
		code = exitDefects
	}
	if asJSON {
		return code, writeJSON(e.stdout, out)
	}
	fmt.Fprintf(e.stdout, "%d reports taken in, %d were there already, %d files have defects\n", out.Taken, out.Again, len(out.Defects))
	for _, d := range out.Defects {
		fmt.Fprintf(e.stdout, "  %s: %s\n", d.File, d.Defect)
	}
	return code, nil
}

// fullLane reports whether an error speaks of the lane and not of the file.
func fullLane(err error) bool {
	var coded *keepiton.Error
	return errors.As(err, &coded) && strings.HasPrefix(coded.Key, "intake.")
}

// importFile takes in a sealed file, a saved mail, or a mailbox with many.
func importFile(ctx context.Context, e *env, road *mail.Road, name string) ([]keepiton.Envelope, error) {
	r := e.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "%w", err)
		}
		defer f.Close()
		r = f
	}
	b := bufio.NewReaderSize(io.LimitReader(r, maxMailbox), 4096)
	first, _ := b.Peek(512)
	switch {
	case mail.IsMailbox(first):
		return importMailbox(ctx, road, b)
	case mail.IsMail(first):
		raw, err := io.ReadAll(io.LimitReader(b, mail.MaxMessage+1))
		if err != nil {
			return nil, err
		}
		t, err := road.Take(ctx, raw)
		return t.Envelopes, clearHint(err)
	}
	envelope, err := road.Intake.Take(ctx, intake.Pass{Lane: keepiton.LaneCarried}, io.LimitReader(b, store.MaxBody+1<<20))
	return []keepiton.Envelope{envelope}, err
}

// maxMailbox bounds a mailbox, in bytes; a larger one is split with any mail
// program.
const maxMailbox = 4 << 30

// importMailbox takes in what it can and says which mails it could not.
func importMailbox(ctx context.Context, road *mail.Road, r io.Reader) ([]keepiton.Envelope, error) {
	var out []keepiton.Envelope
	var left []string
	var first error
	large, err := mail.Mailbox(r, func(n int, raw []byte) error {
		t, err := road.Take(ctx, raw)
		out = append(out, t.Envelopes...)
		switch code := keepiton.CodeOf(err); {
		case err == nil:
		case ctx.Err() != nil, code == keepiton.Unavailable, code == keepiton.Internal, code == keepiton.TooLarge && fullLane(err):
			return err
		default:
			left = append(left, strconv.Itoa(n))
			first = cmp.Or(first, err)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if large > 0 {
		first = cmp.Or(first, keepiton.Errorf(keepiton.TooLarge, "%d mails are larger than %d bytes", large, mail.MaxMessage))
	}
	if len(left) > 0 {
		first = keepiton.Errorf(keepiton.Invalid, "mails %s were not taken: %w", strings.Join(left, ", "), clearHint(first))
	}
	return out, first
}

// clearHint tells what to do about a mail in the clear.
func clearHint(err error) error {
	if mail.IsClear(err) {
		return keepiton.Hint(err, "--mail-clear seal takes mail in the clear and seals it at once")
	}
	return err
}

// sealedFiles lists the files at paths: folders give all regular files in them,
// but for hidden ones, which file managers leave on every stick.
func sealedFiles(paths []string) ([]string, error) {
	var out []string
	for _, path := range paths {
		if path == "-" {
			out = append(out, path)
			continue
		}
		err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case file != path && strings.HasPrefix(d.Name(), "."):
				if d.IsDir() {
					return fs.SkipDir
				}
			case d.Type().IsRegular(), file == path && !d.IsDir():
				out = append(out, file)
			}
			return nil
		})
		if err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path")
		}
	}
	if len(out) == 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no files there"), "name sealed files, or the folder that holds them")
	}
	return out, nil
}

// envelopeIDs lists the reports that are there, gone ones included.
func envelopeIDs(ctx context.Context, st store.Sealed) (map[keepiton.EnvelopeID]bool, error) {
	ids := map[keepiton.EnvelopeID]bool{}
	err := st.Envelopes(ctx, store.EnvelopeQuery{Gone: true}, func(e keepiton.Envelope) error {
		ids[e.ID] = true
		return nil
	})
	return ids, err
}
