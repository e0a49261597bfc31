package source

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"keepiton"
)

// Limits of a file of rows.
const (
	maxRow     = 1 << 20 // bytes of a row, with all the lines that quotes hold together
	maxColumns = 1000
)

// ReadRows reads CSV (RFC 4180): head gets the names of the first row, then row gets
// each of the others with its byte offset; both may stop it with an error. The fields
// are only valid until row returns. Rows are as long as they are: some may have
// fewer fields than the first. A quote inside of a field that did not begin with one
// is a character like any other; one that is never closed costs its own line, not the
// rest of the file. Rows are counted in sum, and those that cannot be read are stepped
// over. The error is that of r, head or row; invalid when the file is empty.
func ReadRows(r io.Reader, comma byte, sum *Summary, head func([]string) error, row func(int64, []string) error) error {
	in := rowReader{in: bufio.NewReaderSize(r, maxRow), comma: comma}
	for first := true; ; {
		offset := in.offset
		raw, defect, err := in.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		switch {
		case len(raw) == 0 && defect == "" && err != nil && first:
			return keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", sum.File)
		case len(raw) == 0 && defect == "" && err != nil:
			return nil
		case defect != "":
			sum.Records++
			sum.Skip(Defect{Kind: defect, Offset: offset})
		case strings.TrimSpace(raw) == "":
		case first:
			fields := in.split(strings.TrimPrefix(raw, "\ufeff"))
			if len(fields) > maxColumns {
				return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d columns", sum.File, maxColumns)
			}
			for i := range fields {
				fields[i] = strings.TrimSpace(fields[i])
			}
			first = false
			if err := head(append([]string(nil), fields...)); err != nil {
				return err
			}
		default:
			sum.Records++
			if err := row(offset, in.split(raw)); err != nil {
				return err
			}
		}
	}
}

type rowReader struct {
	in     *bufio.Reader
	comma  byte
	offset int64
	fields []string
}

// next returns the next row without the end of its line, or what is wrong with it.
func (r *rowReader) next() (raw string, defect string, err error) {
	var (
		at     int
		line   = -1 // where the first line ends
		quoted bool
		begins = true // of a field
	)
	for want := 4096; ; want = min(2*want, maxRow) {
		b, err := r.in.Peek(max(want, min(r.in.Buffered(), maxRow)))
		for ; at < len(b); at++ {
			switch c := b[at]; {
			case c == '\n':
				if line < 0 {
					line = at
				}
				if !quoted {
					return r.take(at), "", nil
				}
			case quoted && c == '"':
				if at+1 == len(b) && err == nil {
					goto more // what follows decides
				}
				if at+1 < len(b) && b[at+1] == '"' {
					at++
				} else if at+1 >= len(b) || b[at+1] == r.comma || b[at+1] == '\n' || b[at+1] == '\r' {
					quoted = false
				}
			case !quoted:
				quoted = begins && c == '"'
				begins = c == r.comma
			}
		}
	more:
		switch {
		case err == nil && len(b) < maxRow:
			continue
		case errors.Is(err, io.EOF) && !quoted:
			return r.take(len(b)), "", io.EOF
		case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull):
			return "", "", err
		case line >= 0: // a quote that is not closed
			r.take(line)
			return "", "open_quote", nil
		case errors.Is(err, io.EOF):
			r.take(len(b))
			return "", "open_quote", nil
		}
		return "", "long_row", r.pass()
	}
}

// take returns n bytes and steps over them, and over the end of the line behind them.
func (r *rowReader) take(n int) string {
	b, _ := r.in.Peek(n + 1)
	raw := string(b[:n])
	k, _ := r.in.Discard(len(b))
	r.offset += int64(k)
	return strings.TrimSuffix(raw, "\r")
}

// pass steps over the rest of a line.
func (r *rowReader) pass() error {
	for {
		b, err := r.in.ReadSlice('\n')
		r.offset += int64(len(b))
		if !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// split returns the fields of a row.
func (r *rowReader) split(raw string) []string {
	r.fields = r.fields[:0]
	for {
		if strings.HasPrefix(raw, `"`) {
			var field string
			field, raw = r.unquote(raw[1:])
			r.fields = append(r.fields, field)
			if raw == "" {
				return r.fields
			}
			raw = raw[1:]
			continue
		}
		field, rest, more := strings.Cut(raw, string(r.comma))
		if r.fields = append(r.fields, field); !more {
			return r.fields
		}
		raw = rest
	}
}

// unquote returns a field whose first quote is gone, and what follows: nothing, or a
// comma first.
func (r *rowReader) unquote(s string) (field, rest string) {
	var out strings.Builder
	for {
		i := strings.IndexByte(s, '"')
		switch {
		case i < 0:
			out.WriteString(s)
			return out.String(), ""
		case i+1 < len(s) && s[i+1] == '"':
			out.WriteString(s[:i+1])
			s = s[i+2:]
		case i+1 == len(s) || s[i+1] == r.comma:
			out.WriteString(s[:i])
			return out.String(), s[i+1:]
		default:
			out.WriteString(s[:i+1])
			s = s[i+1:]
		}
	}
}
