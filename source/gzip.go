package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// unpackGzip unpacks all members of a gzip file (RFC 1952 section 2.2). Where a
// member is damaged, it goes on at the next place where one seems to begin.
func (s *Stream) unpackGzip(in *bufio.Reader) error {
	look := &lookback{src: in}
	packed := bufio.NewReaderSize(look, history) // the library is fast with this type of reader alone
	z := new(gzip.Reader)
	for {
		look.start = look.at - packed.Buffered()
		err := z.Reset(packed)
		if err == io.EOF {
			return look.err
		}
		if err == nil {
			z.Multistream(false)
			err = s.pour(z)
		}
		switch {
		case look.err != nil:
			return look.err
		case err == nil:
			continue
		case errors.Is(err, errClosed):
			return err
		case errors.Is(err, gzip.ErrChecksum):
			s.Damage[DamageChecksum]++
			continue // its end was found: the next one follows
		case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
			s.Damage[DamageCut]++
		default:
			s.Damage[DamageCorrupt]++
		}
		look.at -= packed.Buffered()
		if !look.next() {
			return look.err
		}
		packed.Reset(look)
	}
}

// history is how far back a member is looked for after damage: rubbish unpacks to
// something for a while before it is seen to be rubbish, and the head of the next
// member may have gone by.
const history = 64 << 10

// lookback is a buffered reader that remembers what went by.
type lookback struct {
	src   io.Reader
	buf   []byte
	at    int // of the next byte
	start int // of the member
	err   error
	end   bool
}

func (l *lookback) fill() bool {
	if l.end || l.err != nil {
		return false
	}
	if drop := l.at - 2*history; drop > history { // what is buffered before it was read counts as well
		l.buf = append(l.buf[:0], l.buf[drop:]...)
		l.at -= drop
		l.start = max(0, l.start-drop)
	}
	have := len(l.buf)
	l.buf = append(l.buf, make([]byte, history)...)
	n, err := l.src.Read(l.buf[have:])
	l.buf = l.buf[:have+n]
	if err == io.EOF {
		l.end = true
	} else {
		l.err = err
	}
	return n > 0 || err == nil && l.fill()
}

// Read implements io.Reader.
func (l *lookback) Read(p []byte) (int, error) {
	if l.at == len(l.buf) && !l.fill() {
		return 0, io.EOF
	}
	n := copy(p, l.buf[l.at:])
	l.at += n
	return n, nil
}

// next moves to the next place, after the beginning of the present member, that
// looks like the head of one: magic, deflate, and no reserved flags (RFC 1952
// section 2.3).
func (l *lookback) next() bool {
	const head = 18 // the least that a member takes
	for i := max(l.start+1, l.at-history, 0); ; i++ {
		for len(l.buf)-i < head {
			seen := len(l.buf)
			l.at = i // what lies before will not be asked for again
			if !l.fill() {
				l.at = len(l.buf)
				return false
			}
			if l.at != i { // the buffer was moved
				i = l.at
			}
			if len(l.buf) == seen && l.end {
				return false
			}
		}
		j := bytes.IndexByte(l.buf[i:len(l.buf)-head+1], 0x1f)
		if j < 0 {
			i = len(l.buf) - head
			continue
		}
		if i += j; l.buf[i+1] == 0x8b && l.buf[i+2] == 8 && l.buf[i+3]&0xe0 == 0 {
			l.at = i
			return true
		}
	}
}
