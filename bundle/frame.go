package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"keepiton"
)

// magic is the content of the first frame: the format and its version.
const magic = "keepiton-bundle 1"

// headBytes is the length of a frame's head: type and length.
const headBytes = 5

// frameType is the first byte of a frame.
type frameType byte

// The types of frames.
const (
	frameMagic  frameType = 'K'
	frameFile   frameType = 'F'
	frameData   frameType = 'D'
	frameEnd    frameType = 'E'
	frameReport frameType = 'R'
	framePad    frameType = 'P'
	frameLast   frameType = 'Z'
)

func (t frameType) String() string {
	if t >= 'A' && t <= 'Z' {
		return string(rune(t))
	}
	return fmt.Sprintf("0x%02x", byte(t))
}

// frameWriter writes frames and counts bytes. The head and the content go out
// in one Write.
type frameWriter struct {
	w   io.Writer
	n   int64
	buf []byte // head and content of the frame that is being written
}

func (fw *frameWriter) write(t frameType, content []byte) error {
	fw.buf = append(append(fw.buf[:0], byte(t), 0, 0, 0, 0), content...)
	binary.BigEndian.PutUint32(fw.buf[1:headBytes], uint32(len(content)))
	n, err := fw.w.Write(fw.buf)
	fw.n += int64(n)
	if err == nil && n < len(fw.buf) {
		err = io.ErrShortWrite
	}
	return err
}

// frame is one frame as it was read. Its content is overwritten by the next.
type frame struct {
	typ     frameType
	content []byte
}

// frameReader reads frames one by one into one buffer.
type frameReader struct {
	r     io.Reader
	n     int64 // bytes read so far
	index int   // of the frame that was read last, from 1
	at    int64 // offset at which that frame begins
	head  [headBytes]byte
	buf   [MaxFrame]byte
}

// next reads a frame. An end between two frames is an error as well: a bundle
// ends with its frame Z.
func (fr *frameReader) next() (frame, error) {
	fr.index++
	fr.at = fr.n
	if fr.n+headBytes > MaxSize {
		return frame{}, fr.tooLarge("longer than %d bytes", MaxSize)
	}
	if err := fr.fill(fr.head[:]); err != nil {
		return frame{}, err
	}
	f := frame{typ: frameType(fr.head[0])}
	size := binary.BigEndian.Uint32(fr.head[1:])
	switch f.typ {
	case frameMagic, frameFile, frameData, frameEnd, frameReport, framePad, frameLast:
	default:
		return f, fr.fault("no frame has the type %v", f.typ)
	}
	if size > MaxFrame {
		return f, fr.tooLarge("a frame of %d bytes; at most %d", size, MaxFrame)
	}
	if fr.n+int64(size) > MaxSize {
		return f, fr.tooLarge("longer than %d bytes", MaxSize)
	}
	f.content = fr.buf[:size]
	return f, fr.fill(f.content)
}

func (fr *frameReader) fill(p []byte) error {
	n, err := io.ReadFull(fr.r, p)
	fr.n += int64(n)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return fr.fault("cut off after %d bytes", fr.n)
	}
	return fr.broken(err)
}

// fault, tooLarge and broken say where: what the bytes say is wrong, passes a
// limit, or could not be read.
func (fr *frameReader) fault(format string, v ...any) error {
	return keepiton.Errorf(keepiton.Invalid, "bundle: frame %d at byte %d: %w", fr.index, fr.at, fmt.Errorf(format, v...))
}

func (fr *frameReader) tooLarge(format string, v ...any) error {
	return keepiton.Errorf(keepiton.TooLarge, "bundle: frame %d at byte %d: %w", fr.index, fr.at, fmt.Errorf(format, v...))
}

func (fr *frameReader) broken(err error) error {
	var coded *keepiton.Error
	if errors.As(err, &coded) {
		return keepiton.Errorf(coded.Code, "bundle: byte %d: %w", fr.n, err)
	}
	return keepiton.Errorf(keepiton.Unavailable, "bundle: byte %d: %w", fr.n, err)
}
