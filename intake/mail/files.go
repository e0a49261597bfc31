package mail

import (
	"bufio"
	"bytes"
	"io"

	"keepiton"
)

// IsMailbox reports whether a file begins like an mbox (RFC 4155).
func IsMailbox(first []byte) bool { return bytes.HasPrefix(first, []byte("From ")) }

// IsMail reports whether a file begins like a mail: with a field of a header.
func IsMail(first []byte) bool {
	line, _, ok := bytes.Cut(first, []byte("\n"))
	name, _, colon := bytes.Cut(line, []byte(":"))
	if !ok || !colon || len(name) == 0 {
		return false
	}
	for _, c := range name { // RFC 5322 section 2.2
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Mailbox calls yield for each mail of an mbox file in order, lines that begin
// with >From as they were (mboxrd). A mail beyond MaxMessage is passed over and
// counted.
func Mailbox(r io.Reader, yield func(n int, raw []byte) error) (tooLarge int, err error) {
	b := bufio.NewReaderSize(r, 64<<10)
	var mail bytes.Buffer
	n, over := 0, false
	flush := func() error {
		if n == 0 {
			return nil
		}
		if over {
			tooLarge++
			return nil
		}
		return yield(n, bytes.Clone(mail.Bytes()))
	}
	start := true // the line before was empty, or there is none
	for {
		line, err := b.ReadSlice('\n')
		long := err == bufio.ErrBufferFull
		if err != nil && err != io.EOF && !long {
			return tooLarge, keepiton.Errorf(keepiton.Unavailable, "read the mailbox: %w", err)
		}
		if len(line) > 0 {
			switch quoted := bytes.TrimLeft(line, ">"); {
			case start && bytes.HasPrefix(line, []byte("From ")):
				if err := flush(); err != nil {
					return tooLarge, err
				}
				n, over = n+1, false
				mail.Reset()
			default:
				if len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
					line = line[1:]
				}
				if over = over || mail.Len()+len(line) > MaxMessage; !over {
					mail.Write(line)
				}
			}
			start = !long && len(bytes.TrimRight(line, "\r\n")) == 0
		}
		if err == io.EOF {
			return tooLarge, flush()
		}
	}
}
