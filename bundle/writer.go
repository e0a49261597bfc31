package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"keepiton"
)

// Writer writes a bundle: files first, one after the other, then the report.
// It holds one frame in memory, whatever the files weigh. After an error of a
// limit the writer may go on without that file's rest; after an error of the
// writer below it every call returns that error. It is for one goroutine.
type Writer struct {
	out    frameWriter
	err    error // of the writer below, or after Close
	total  int64 // bytes of files
	files  []keepiton.ReportFile
	open   *fileWriter // the file that is being written, or nil
	filled []byte      // of the next frame D
}

// NewWriter begins a bundle on w, which the caller closes after [Writer.Close].
func NewWriter(w io.Writer) *Writer {
	bw := &Writer{out: frameWriter{w: w, buf: make([]byte, 0, headBytes+MaxFrame)}, filled: make([]byte, 0, MaxFrame)}
	bw.frame(frameMagic, []byte(magic))
	return bw
}

// File begins a file and ends the one before. name and mediaType are kept as
// they are given and trusted by nobody. What is written to the result is the
// file; it must not be used after the next call of File or Close. TooLarge when
// it is one file too many or its name is too long; the writer of a file returns
// TooLarge when all files together would pass [MaxFileBytes].
func (w *Writer) File(name, mediaType string) (io.Writer, error) {
	if err := w.endFile(); err != nil {
		return nil, err
	}
	switch {
	case len(w.files) >= MaxFiles:
		return nil, keepiton.Errorf(keepiton.TooLarge, "bundle: more than %d files", MaxFiles)
	case len(name) > MaxName:
		return nil, keepiton.Errorf(keepiton.TooLarge, "bundle: file %d: its name has %d bytes; at most %d", len(w.files)+1, len(name), MaxName)
	case len(mediaType) > MaxType:
		return nil, keepiton.Errorf(keepiton.TooLarge, "bundle: file %d: its media type has %d bytes; at most %d", len(w.files)+1, len(mediaType), MaxType)
	}
	head, err := encode(wireFileHead{Name: name, Type: mediaType})
	if err != nil {
		return nil, err
	}
	if err := w.frame(frameFile, head); err != nil {
		return nil, err
	}
	w.open = &fileWriter{w: w, file: keepiton.ReportFile{Name: keepiton.Private(name), Type: mediaType}, hash: sha256.New()}
	return w.open, nil
}

// Close ends the last file, sets rep.Files, writes the report and pads the
// bundle to its bucket. Invalid when the report breaks a rule of [EncodeReport],
// TooLarge when it is too long; after either, the report may be mended and Close
// called again. It does not close the writer below.
func (w *Writer) Close(rep *keepiton.Report) error {
	if err := w.endFile(); err != nil {
		return err
	}
	rep.Files = w.files
	text, err := EncodeReport(rep)
	if err != nil {
		return err
	}
	if err := w.frame(frameReport, text); err != nil {
		return err
	}
	if err := w.pad(); err != nil {
		return err
	}
	if err := w.frame(frameLast, nil); err != nil {
		return err
	}
	w.err = errClosed
	return nil
}

var errClosed = errors.New("bundle: written to after it was closed")

// pad writes zeros until the frame Z ends the bucket. A frame needs five bytes
// of its own, so a gap of one to four bytes takes the next bucket.
func (w *Writer) pad() error {
	end := w.out.n + headBytes
	size := Bucket(end)
	if gap := size - end; gap > 0 && gap < headBytes {
		size = Bucket(size + 1)
	}
	if size == 0 {
		return keepiton.Errorf(keepiton.TooLarge, "bundle: longer than %d bytes", MaxSize)
	}
	for gap := size - end; gap > 0; {
		n := min(gap, headBytes+MaxFrame)
		if left := gap - n; left > 0 && left < headBytes {
			n -= headBytes // so that the rest is long enough for a frame
		}
		if err := w.frame(framePad, zeros[:n-headBytes]); err != nil {
			return err
		}
		gap -= n
	}
	return nil
}

func (w *Writer) frame(t frameType, content []byte) error {
	if w.err == nil {
		w.err = w.out.write(t, content)
	}
	return w.err
}

// endFile writes what is left of the open file and its end.
func (w *Writer) endFile() error {
	if w.err != nil || w.open == nil {
		return w.err
	}
	f := w.open
	if err := f.flush(); err != nil {
		return err
	}
	f.file.SHA256 = hex.EncodeToString(f.hash.Sum(nil))
	tail, err := encode(wireFileTail{Size: f.file.Size, SHA256: f.file.SHA256})
	if err != nil {
		return err
	}
	if err := w.frame(frameEnd, tail); err != nil {
		return err
	}
	w.files = append(w.files, f.file)
	w.open = nil
	return nil
}

// fileWriter gathers the bytes of one file into full frames.
type fileWriter struct {
	w    *Writer
	file keepiton.ReportFile
	hash hash.Hash
}

// Write implements io.Writer. Nothing of p is taken when it passes the limit.
func (f *fileWriter) Write(p []byte) (int, error) {
	w := f.w
	switch {
	case w.err != nil:
		return 0, w.err
	case w.open != f:
		return 0, keepiton.Errorf(keepiton.Internal, "bundle: a file written to after its end")
	case int64(len(p)) > MaxFileBytes-w.total:
		return 0, keepiton.Errorf(keepiton.TooLarge, "bundle: files of more than %d bytes together", MaxFileBytes)
	}
	f.hash.Write(p)
	f.file.Size += int64(len(p))
	w.total += int64(len(p))
	n := len(p)
	for len(p) > 0 {
		take := min(len(p), MaxFrame-len(w.filled))
		w.filled = append(w.filled, p[:take]...)
		p = p[take:]
		if len(w.filled) == MaxFrame {
			if err := f.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (f *fileWriter) flush() error {
	if len(f.w.filled) == 0 {
		return nil
	}
	err := f.w.frame(frameData, f.w.filled)
	f.w.filled = f.w.filled[:0]
	return err
}
