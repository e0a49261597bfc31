package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"keepiton"
)

// Read reads a bundle and returns its report. file is called for each file in
// order, before the report is known: with its name and type as the sender's
// program said them, and a reader of its bytes, which ends in an error instead
// of io.EOF when size or hash do not fit. What file does not read is skipped,
// and checked all the same; file may be nil. Until Read returns without an
// error, nothing it gave is complete.
//
// The error is Invalid for bytes that break the format, TooLarge over a limit,
// otherwise what r or file returned. When the fault stands behind the report
// (padding, what follows the end), the report is returned together with the
// error: it is whole, and would be lost for a trifle.
//
// Memory: one frame, whatever r holds; r is read to its end, at most [MaxSize]
// and one byte.
func Read(r io.Reader, file func(keepiton.ReportFile, io.Reader) error) (*keepiton.Report, error) {
	d := &decoder{frames: frameReader{r: r}}
	f, err := d.frames.next()
	if err != nil {
		return nil, err
	}
	if f.typ != frameMagic || string(f.content) != magic {
		return nil, keepiton.Hint(d.frames.fault("not a bundle of version 1"), "a newer program may have made it; a sealed file must be opened first")
	}
	for {
		f, err := d.frames.next()
		if err != nil {
			return nil, err
		}
		switch f.typ {
		case frameFile:
			if err := d.file(f, file); err != nil {
				return nil, err
			}
		case frameReport:
			rep, err := d.report(f)
			if err != nil {
				return nil, err
			}
			return rep, d.rest()
		default:
			return nil, d.frames.fault("a frame %v where a file or the report begins", f.typ)
		}
	}
}

// decoder is the state of one Read.
type decoder struct {
	frames frameReader
	files  []keepiton.ReportFile
	total  int64 // bytes of files
}

// file hands one file over and reads on to its end.
func (d *decoder) file(head frame, yield func(keepiton.ReportFile, io.Reader) error) error {
	if len(d.files) == MaxFiles {
		return d.frames.tooLarge("more than %d files", MaxFiles)
	}
	var wire wireFileHead
	if err := decode(head.content, &wire, nil); err != nil {
		return d.frames.fault("file %d: %w", len(d.files)+1, err)
	}
	if len(wire.Name) > MaxName || len(wire.Type) > MaxType {
		return d.frames.tooLarge("file %d: its name has %d bytes and its type %d; at most %d and %d", len(d.files)+1, len(wire.Name), len(wire.Type), MaxName, MaxType)
	}
	f := &fileReader{d: d, file: keepiton.ReportFile{Name: keepiton.Private(wire.Name), Type: wire.Type}, hash: sha256.New()}
	if yield != nil {
		if err := yield(f.file, f); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, f); err != nil {
		return err
	}
	d.files = append(d.files, f.file)
	return nil
}

// fileReader reads the frames of one file.
type fileReader struct {
	d    *decoder
	file keepiton.ReportFile
	hash hash.Hash
	left []byte // of the frame that was read last
	err  error  // io.EOF after a checked end
}

// Read implements io.Reader.
func (f *fileReader) Read(p []byte) (int, error) {
	for len(f.left) == 0 && f.err == nil {
		f.err = f.advance()
	}
	if f.err != nil {
		return 0, f.err
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

// advance reads the next frame of the file: bytes, or its end, which is io.EOF.
func (f *fileReader) advance() error {
	d := f.d
	next, err := d.frames.next()
	if err != nil {
		return err
	}
	switch next.typ {
	case frameData:
		f.file.Size += int64(len(next.content))
		if d.total += int64(len(next.content)); d.total > MaxFileBytes {
			return d.frames.tooLarge("files of more than %d bytes together", MaxFileBytes)
		}
		f.hash.Write(next.content)
		f.left = next.content
		return nil
	case frameEnd:
		var tail wireFileTail
		if err := decode(next.content, &tail, nil); err != nil {
			return d.frames.fault("end of file %d: %w", len(d.files)+1, err)
		}
		f.file.SHA256 = hex.EncodeToString(f.hash.Sum(nil))
		if tail.Size != f.file.Size || tail.SHA256 != f.file.SHA256 {
			return d.frames.fault("file %d is not what was sent: its size or SHA-256 differs", len(d.files)+1)
		}
		return io.EOF
	}
	return d.frames.fault("a frame %v inside file %d", next.typ, len(d.files)+1)
}

// report reads the frame R and compares its list of files with those read.
func (d *decoder) report(f frame) (*keepiton.Report, error) {
	rep, err := DecodeReport(f.content)
	if err != nil {
		return nil, d.frames.fault("%w", err)
	}
	if len(rep.Files) != len(d.files) {
		return nil, d.frames.fault("the report lists %d files; the bundle holds %d", len(rep.Files), len(d.files))
	}
	for i := range d.files {
		if rep.Files[i] != d.files[i] {
			return nil, d.frames.fault("the report's file %d is not that of the bundle", i+1)
		}
	}
	return rep, nil
}

// zeros is what padding looks like.
var zeros [MaxFrame]byte

// rest reads padding and end.
func (d *decoder) rest() error {
	for {
		f, err := d.frames.next()
		if err != nil {
			return err
		}
		switch f.typ {
		case framePad:
			if !bytes.Equal(f.content, zeros[:len(f.content)]) {
				return d.frames.fault("padding that is not zero")
			}
		case frameLast:
			return d.end(f)
		default:
			return d.frames.fault("a frame %v after the report", f.typ)
		}
	}
}

// end checks that nothing follows the frame Z and that the length is a bucket.
func (d *decoder) end(f frame) error {
	if len(f.content) > 0 {
		return d.frames.fault("the last frame is not empty")
	}
	var one [1]byte
	switch n, err := io.ReadFull(d.frames.r, one[:]); {
	case n > 0:
		return d.frames.fault("bytes after the end")
	case !errors.Is(err, io.EOF):
		return d.frames.broken(err)
	}
	if Bucket(d.frames.n) != d.frames.n {
		return d.frames.fault("a length of %d bytes, which is no size that bundles are padded to", d.frames.n)
	}
	return nil
}
