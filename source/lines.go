package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// ReadLines reads JSON lines, or others: line gets each that is not blank with its byte
// offset, valid until it returns; it may stop with an error. Lines are counted in sum;
// those with as many bytes as longest or more are counted as long_line and stepped over. A
// byte-order mark before the first is no part of it. The error is that of r or of line.
func ReadLines(r io.Reader, longest int, sum *Summary, line func(int64, []byte) error) error {
	in := bufio.NewReaderSize(r, longest)
	var offset int64
	for {
		text, err := in.ReadSlice('\n')
		begin := offset
		offset += int64(len(text))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			sum.Records++
			sum.Skip(Defect{Kind: "long_line", Offset: begin})
			for errors.Is(err, bufio.ErrBufferFull) {
				text, err = in.ReadSlice('\n')
				offset += int64(len(text))
			}
		case begin == 0 && bytes.HasPrefix(text, []byte("\ufeff")):
			if text = text[3:]; len(bytes.TrimSpace(text)) == 0 {
				break
			}
			fallthrough
		case len(bytes.TrimSpace(text)) > 0:
			sum.Records++
			if stop := line(begin, text); stop != nil {
				return stop
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
