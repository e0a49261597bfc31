package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Compression is how a file is packed, as its first bytes show; its name does not
// count.
type Compression string

// The ways that archives are packed.
const (
	Plain Compression = "plain"
	Gzip  Compression = "gzip"  // RFC 1952; of one member or several
	Bzip2 Compression = "bzip2" // one stream or several
	Zstd  Compression = "zstd"  // RFC 8878
)

// Stream is the uncompressed content of a file. It unpacks on goroutines of its own,
// ahead of whoever reads; Close ends them. Damage ends what cannot be unpacked, and
// not the file: where another member or block begins, its content follows.
type Stream struct {
	Compression Compression
	// Damage counts what could not be unpacked, by kind: cut, checksum, corrupt. It is
	// complete once Read has returned io.EOF.
	Damage map[string]int64

	chunks chan []byte // filled by the unpacking goroutine, which closes it
	done   chan struct{}
	free   chan []byte
	now    []byte
	whole  []byte // of now, to be given back
	err    error  // of the source; valid once chunks is closed
}

// The kinds of damage of packing.
const (
	DamageCut      = "compression_cut"      // the file ends inside what is packed
	DamageChecksum = "compression_checksum" // unpacked, and not what was packed: a bit may be wrong anywhere in it
	DamageCorrupt  = "compression_corrupt"  // cannot be unpacked from here on
)

const (
	chunkSize = 256 << 10
	ahead     = 4 // chunks that are unpacked before they are read
)

// Open returns the content of r, unpacked. It reads the first bytes at once.
func Open(r io.Reader) *Stream {
	in := bufio.NewReaderSize(r, 64<<10)
	s := &Stream{Damage: map[string]int64{}, chunks: make(chan []byte, ahead), free: make(chan []byte, ahead+2), done: make(chan struct{})}
	head, _ := in.Peek(4)
	unpack := s.copyPlain
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}):
		s.Compression, unpack = Gzip, s.unpackGzip
	case len(head) == 4 && bytes.HasPrefix(head, []byte("BZh")) && head[3] >= '1' && head[3] <= '9':
		s.Compression, unpack = Bzip2, s.unpackBzip2
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		s.Compression, unpack = Zstd, s.unpackZstd
	default:
		s.Compression = Plain
	}
	go func() {
		defer close(s.chunks)
		s.err = unpack(in)
	}()
	return s
}

// Read implements io.Reader.
func (s *Stream) Read(p []byte) (int, error) {
	for len(s.now) == 0 {
		if s.whole != nil {
			select {
			case s.free <- s.whole[:0]:
			default:
			}
			s.whole = nil
		}
		next, ok := <-s.chunks
		if !ok {
			if s.err != nil {
				return 0, s.err
			}
			return 0, io.EOF
		}
		s.now, s.whole = next, next
	}
	n := copy(p, s.now)
	s.now = s.now[n:]
	return n, nil
}

// Close ends the unpacking. The source itself is the caller's to close, afterwards.
func (s *Stream) Close() {
	close(s.done)
	for range s.chunks { // until the goroutine has ended
	}
}

// errClosed ends the unpacking of a stream that nobody reads any more.
var errClosed = errors.New("closed")

// send hands a chunk over.
func (s *Stream) send(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	select {
	case s.chunks <- b:
		return nil
	case <-s.done:
		return errClosed
	}
}

func (s *Stream) chunk() []byte {
	select {
	case b := <-s.free:
		if cap(b) >= chunkSize {
			return b[:chunkSize]
		}
	default:
	}
	return make([]byte, chunkSize)
}

// pour sends all of r; the error is that of r, nil at its end. What came before an
// error is sent.
func (s *Stream) pour(r io.Reader) error {
	for {
		b, filled := s.chunk(), 0
		var err error
		for filled < len(b) && err == nil {
			var n int
			n, err = r.Read(b[filled:])
			filled += n
		}
		if sent := s.send(b[:filled]); sent != nil {
			return sent
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *Stream) copyPlain(in *bufio.Reader) error { return s.pour(in) }

// unpackZstd limits the window to 128 MiB, as the zstd program does.
func (s *Stream) unpackZstd(in *bufio.Reader) error {
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		return err
	}
	defer z.Close()
	return s.unpacked(s.pour(z), in)
}

// unpacked turns an error of unpacking into damage, and leaves one of the source.
func (s *Stream) unpacked(err error, in *bufio.Reader) error {
	switch {
	case err == nil || err == errClosed:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		s.Damage[DamageCut]++
	default:
		if _, again := in.Peek(1); again != nil && again != io.EOF {
			return again // the source, not what is packed
		}
		s.Damage[DamageCorrupt]++
	}
	return nil
}
