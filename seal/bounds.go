package seal

import (
	"errors"
	"io"
	"strings"

	"keepiton"
)

// errHeader says that the data behind a header did not come in time.
var errHeader = keepiton.Errorf(keepiton.TooLarge, "the header is too long")

// headerReader ends with an error when a header goes on for too long. A
// negative left is no bound.
type headerReader struct {
	r    io.Reader
	left int
}

func (h *headerReader) Read(p []byte) (int, error) {
	if h.left < 0 {
		return h.r.Read(p)
	}
	if h.left == 0 {
		return 0, errHeader
	}
	n, err := h.r.Read(p[:min(len(p), h.left)])
	h.left -= n
	return n, err
}

// short cuts the text of an error, which may repeat a line of a hostile file.
type short struct{ error }

func (s short) Error() string {
	const most = 200
	text := strings.ToValidUTF8(s.error.Error(), "?")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func (s short) Unwrap() error { return s.error }

// broken gives errors of a reader the code Invalid: the file was cut or changed.
type broken struct {
	r    io.Reader
	what string
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && keepiton.CodeOf(err) == keepiton.Internal {
		err = keepiton.Errorf(keepiton.Invalid, "%s is cut or changed: %w", b.what, err)
	}
	return n, err
}
