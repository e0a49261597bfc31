package pack

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"

	"keepiton"
)

// deflateLevel is a middle one: pages come out 4 per cent larger than at the
// best, in a third of the time.
const deflateLevel = 6

// archive is a tree as a ZIP (APPNOTE 6.3.10), every name under one folder, so
// that unpacking it somewhere scatters nothing.
type archive struct {
	path, top string
	file      *os.File
	buffer    *bufio.Writer
	zip       *zip.Writer
	head      zip.FileHeader // what all files have in common
	deflaters sync.Pool
}

// CreateZip begins a tree as the ZIP file at path, with all names inside the
// folder top. at is the time that its files are given.
func CreateZip(path, top string, at time.Time) (*Tree, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, unwritable(path, err)
	}
	a := &archive{path: path, top: top, file: f, buffer: bufio.NewWriterSize(f, 256<<10)}
	a.zip = zip.NewWriter(a.buffer)
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, deflateLevel) })
	a.deflaters.New = func() any {
		w, err := flate.NewWriter(io.Discard, deflateLevel)
		if err != nil {
			panic(err) // the level is a constant
		}
		return w
	}
	a.head.SetMode(0o644)
	a.stamp(at)
	return &Tree{into: a}, nil
}

// stamp sets the time of all files: that of MS-DOS (2 seconds, from 1980 on) and
// the extended timestamp of Info-ZIP (extra field 0x5455), both in UTC.
func (a *archive) stamp(at time.Time) {
	at = at.UTC()
	if first := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(first) {
		at = first
	}
	//lint:ignore SA1019 CreateRaw takes these fields as they are and does not look at Modified
	a.head.ModifiedDate = uint16(at.Day() + int(at.Month())<<5 + (at.Year()-1980)<<9)
	//lint:ignore SA1019 as above
	a.head.ModifiedTime = uint16(at.Second()/2 + at.Minute()<<5 + at.Hour()<<11)
	a.head.Extra = binary.LittleEndian.AppendUint32([]byte{0x55, 0x54, 5, 0, 1}, uint32(at.Unix()))
}

func (a *archive) header(name string) *zip.FileHeader {
	h := a.head
	h.Name, h.Extra = a.top+"/"+name, bytes.Clone(a.head.Extra)
	h.CreatorVersion, h.ReaderVersion = h.CreatorVersion&0xff00|20, 20
	return &h
}

func (a *archive) squeeze(body []byte) (Piece, error) {
	p := Piece{body: body, crc: crc32.ChecksumIEEE(body)}
	w := a.deflaters.Get().(*flate.Writer)
	defer a.deflaters.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	if _, err := w.Write(body); err != nil {
		return p, err
	}
	if err := w.Close(); err != nil {
		return p, err
	}
	if out.Len() < len(body) {
		p.body, p.packed = out.Bytes(), true
	}
	return p, nil
}

func (a *archive) add(name string, p Piece) error {
	h := a.header(name)
	h.CRC32, h.UncompressedSize64, h.CompressedSize64 = p.crc, uint64(p.size), uint64(len(p.body))
	if p.packed {
		h.Method = zip.Deflate
	}
	w, err := a.zip.CreateRaw(h)
	if err == nil {
		_, err = w.Write(p.body)
	}
	return a.trouble(err)
}

func (a *archive) stream(name string) (io.WriteCloser, error) {
	h := a.header(name)
	h.Method = zip.Deflate
	w, err := a.zip.CreateHeader(h)
	return unclosed{w}, a.trouble(err)
}

// unclosed ends with the next file of the ZIP.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func (a *archive) finish() error {
	err := a.zip.Close()
	if err == nil {
		err = a.buffer.Flush()
	}
	if err == nil {
		err = a.file.Chmod(0o644)
	}
	if err == nil {
		err = a.file.Sync()
	}
	if err == nil {
		err = a.file.Close()
	}
	if err == nil {
		err = os.Rename(a.file.Name(), a.path)
	}
	return a.trouble(err)
}

func (a *archive) abort() {
	a.file.Close()
	os.Remove(a.file.Name())
}

func (a *archive) trouble(err error) error {
	if err == nil {
		return nil
	}
	return keepiton.Errorf(keepiton.Unavailable, "write %s: %w", a.path, err)
}

// unwritable says that nothing can be written at path. The name of the
// temporary file would only puzzle.
func unwritable(path string, err error) error {
	if cause := new(os.PathError); errors.As(err, &cause) {
		err = cause.Err
	}
	return keepiton.Hint(fmt.Errorf("write %s: %w", path, err), "name a place in a folder that exists and that you may write to")
}
