package blind

import (
	"bufio"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"keepiton"
)

// A wrapped body is one byte, the version 1, and then chunks:
//
//	bytes  what
//	4      n, the length of the text in this chunk, at most 65,536, big endian;
//	       the highest bit is set in the last chunk
//	24     a random nonce
//	n      the text, encrypted with XChaCha20-Poly1305
//	       (draft-irtf-cfrg-xchacha-03, as golang.org/x/crypto has it)
//	16     its tag
//
// Authenticated beside the text is wrapLabel, the number of the chunk (8 bytes,
// big endian, from 0) and the first four bytes of the chunk. So chunks cannot be
// left out, repeated or moved, and the end cannot be cut off, as in the STREAM
// construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), which age uses too.
// Nonces are random where STREAM counts, because an upload that breaks off writes
// some chunk a second time, and the same nonce must not seal two texts. With 192
// bits no two are ever the same.
const (
	wrapVersion = 1
	wrapLabel   = "keepiton body 1\n"
	chunkSize   = 64 << 10
	lastChunk   = 1 << 31
	frontSize   = 4 + chacha20poly1305.NonceSizeX
	overhead    = frontSize + chacha20poly1305.Overhead
)

// wrapper makes chunks. The zero number begins a body.
type wrapper struct {
	aead   cipher.AEAD
	number uint64 // of the next chunk
}

// appendChunk adds a chunk with text, at most chunkSize, to dst.
func (w *wrapper) appendChunk(dst, text []byte, last bool) []byte {
	if w.number == 0 {
		dst = append(dst, wrapVersion)
	}
	n := uint32(len(text))
	if last {
		n |= lastChunk
	}
	at := len(dst)
	dst = binary.BigEndian.AppendUint32(dst, n)
	dst = append(dst, make([]byte, chacha20poly1305.NonceSizeX)...)
	_, _ = rand.Read(dst[at+4:])
	dst = w.aead.Seal(dst, dst[at+4:at+frontSize], text, beside(w.number, dst[at:at+4]))
	w.number++
	return dst
}

func beside(number uint64, front []byte) []byte {
	b := make([]byte, 0, len(wrapLabel)+12)
	b = append(b, wrapLabel...)
	b = binary.BigEndian.AppendUint64(b, number)
	return append(b, front...)
}

// unwrapper reads a wrapped body. It hands out nothing that it has not
// authenticated.
type unwrapper struct {
	r      *bufio.Reader
	aead   cipher.AEAD
	number uint64
	chunks uint64 // without a last chunk, how many there are; 0: up to the last
	buf    []byte
	text   []byte // read and not handed out
	err    error
}

func newUnwrapper(r io.Reader, key *bodyKey) *unwrapper {
	return &unwrapper{r: bufio.NewReaderSize(r, chunkSize+overhead), aead: key.aead()}
}

// Read implements io.Reader. The error names the chunk that is damaged.
func (u *unwrapper) Read(p []byte) (int, error) {
	for len(u.text) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.text, u.err = u.chunk()
	}
	n := copy(p, u.text)
	u.text = u.text[n:]
	return n, nil
}

// chunk reads the next one; io.EOF comes with the text of the last.
func (u *unwrapper) chunk() ([]byte, error) {
	if u.chunks > 0 && u.number == u.chunks {
		return nil, io.EOF
	}
	if u.number == 0 {
		if v, err := u.r.ReadByte(); err != nil || v != wrapVersion {
			return nil, u.damaged("it is of another version or empty", err)
		}
	}
	var front [frontSize]byte
	if _, err := io.ReadFull(u.r, front[:]); err != nil {
		return nil, u.damaged("it is cut off", err)
	}
	n := binary.BigEndian.Uint32(front[:4])
	last := n&lastChunk != 0
	n &^= lastChunk
	if n > chunkSize {
		return nil, u.damaged("it is too long", nil)
	}
	if u.buf == nil {
		u.buf = make([]byte, chunkSize+chacha20poly1305.Overhead)
	}
	sealed := u.buf[:n+chacha20poly1305.Overhead]
	if _, err := io.ReadFull(u.r, sealed); err != nil {
		return nil, u.damaged("it is cut off", err)
	}
	text, err := u.aead.Open(sealed[:0], front[4:], sealed, beside(u.number, front[:4]))
	if err != nil {
		return nil, u.damaged("it was changed", nil)
	}
	u.number++
	if !last {
		return text, nil
	}
	if _, err := u.r.ReadByte(); err != io.EOF {
		return nil, u.damaged("bytes follow the end", err)
	}
	return text, io.EOF
}

// damaged tells bytes that are wrong from a disk that could not be read.
func (u *unwrapper) damaged(how string, err error) error {
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return failed("read a body", err)
	}
	return keepiton.Errorf(keepiton.Internal, "chunk %d of the body: %s", u.number, how)
}
