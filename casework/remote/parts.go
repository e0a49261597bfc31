package remote

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"keepiton"
	"keepiton/store"
)

// part is a store.Part on a line of its own. The last line has End alone, so
// that a list that was cut short is known as such.
type part[T any] struct {
	N    int    `json:"n"`
	Mark uint64 `json:"mark,string"`
	All  []T    `json:"all"`
	End  bool   `json:"end,omitempty"`
}

// paperVersion is a store.PaperVersion in JSON.
type paperVersion struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

func (w paperVersion) fromWire() (store.PaperVersion, error) { return store.PaperVersion(w), nil }

// marksSize is what marks take in a request: eight bytes each, the first first.
const marksSize = 8 * store.Parts

func encodeMarks(m store.Marks) []byte {
	b := make([]byte, 0, marksSize)
	for _, mark := range m {
		b = binary.BigEndian.AppendUint64(b, mark)
	}
	return b
}

func decodeMarks(b []byte) (m store.Marks, err error) {
	if len(b) != marksSize {
		return m, keepiton.Errorf(keepiton.Invalid, "the marks have %d bytes, not %d", len(b), marksSize)
	}
	for n := range m {
		m[n] = binary.BigEndian.Uint64(b[8*n:])
	}
	return m, nil
}

// changed asks for what changed since known. Parts that came whole before the
// line broke are not asked for again.
func changed[W, T any](ctx context.Context, c *Client, path string, known store.Marks, from func(W) (T, error), yield func(store.Part[T]) error) error {
	var came [store.Parts]bool // so that a server cannot keep us with one part for ever
	return c.resume(ctx, func() (brought bool, err error) {
		res, err := c.send(ctx, http.MethodPost, path, nil, encodeMarks(known), "application/octet-stream", nil)
		if err != nil {
			return false, err
		}
		defer res.Body.Close()
		in := bufio.NewScanner(res.Body)
		in.Buffer(nil, maxAnswer)
		for next := 0; ; {
			var w part[W]
			switch {
			case in.Scan():
				err = json.Unmarshal(in.Bytes(), &w)
			case errors.Is(in.Err(), bufio.ErrTooLong):
				return brought, keepiton.Errorf(keepiton.TooLarge, "a part of the list is larger than %d bytes", maxAnswer)
			default:
				err = cmp.Or(in.Err(), io.ErrUnexpectedEOF)
			}
			switch {
			case err != nil:
				return brought, keepiton.Errorf(keepiton.Unavailable, "the list was cut: %w", err)
			case w.End:
				return brought, nil
			case w.N < next || w.N >= store.Parts:
				return brought, keepiton.Errorf(keepiton.Internal, "after part %d came part %d", next-1, w.N)
			}
			next = w.N + 1
			p := store.Part[T]{N: w.N, Mark: w.Mark, All: make([]T, len(w.All))}
			for i := range w.All {
				if p.All[i], err = from(w.All[i]); err != nil {
					return brought, err
				}
			}
			if err := yield(p); err != nil {
				return true, stopped{err}
			}
			brought = brought || !came[p.N]
			came[p.N], known[p.N] = true, p.Mark
		}
	})
}

// stopped is an error of who was given something, not of the line.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// resume goes on after the line broke, as long as each try brings something. do
// goes on where it stopped.
func (c *Client) resume(ctx context.Context, do func() (brought bool, err error)) error {
	for {
		var late error
		err := c.retry(ctx, func() error {
			brought, err := do()
			if brought {
				late, err = err, nil
			}
			return err
		})
		var stop stopped
		switch {
		case err != nil:
			return err
		case errors.As(late, &stop):
			return stop.error
		case keepiton.CodeOf(late) != keepiton.Unavailable || ctx.Err() != nil:
			return late
		}
	}
}

// lines writes values, a line each, compressed where the client takes it, and
// the last line. Nothing is sent before the first, so that a refusal is one.
func (a *ask) lines(write func(line func(v any) error) error) error {
	var z *gzip.Writer
	begun, packed := false, strings.Contains(a.r.Header.Get("Accept-Encoding"), "gzip")
	line := func(v any) error {
		if h := a.w.Header(); !begun {
			h.Set("Content-Type", "application/x-ndjson")
			if packed {
				h.Set("Content-Encoding", "gzip")
				z = gzip.NewWriter(a.w)
			}
			begun = true
		}
		if !packed {
			return json.NewEncoder(a.w).Encode(v)
		}
		// Flushed, so that what came before a line broke counts.
		return errors.Join(json.NewEncoder(z).Encode(v), z.Flush())
	}
	err := write(line)
	if err != nil && begun {
		panic(http.ErrAbortHandler) // the client must see that it was cut
	}
	if err == nil {
		err = line(part[struct{}]{End: true})
	}
	if err == nil && packed {
		err = z.Close()
	}
	return err
}

func (a *ask) marks() (store.Marks, error) {
	b, err := a.octets(marksSize)
	if err != nil {
		return store.Marks{}, err
	}
	return decodeMarks(b)
}

func envelopesChanged(a *ask) error {
	known, err := a.marks()
	if err != nil {
		return err
	}
	return a.lines(func(line func(v any) error) error {
		return a.Envelopes(a.r.Context(), known, func(p store.Part[keepiton.Envelope]) error {
			w := part[envelope]{N: p.N, Mark: p.Mark, All: make([]envelope, len(p.All))}
			for i, e := range p.All {
				w.All[i] = toWire(e)
			}
			return line(w)
		})
	})
}

func papersChanged(a *ask) error {
	known, err := a.marks()
	if err != nil {
		return err
	}
	return a.lines(func(line func(v any) error) error {
		return a.PaperParts(a.r.Context(), known, func(p store.Part[store.PaperVersion]) error {
			w := part[paperVersion]{N: p.N, Mark: p.Mark, All: make([]paperVersion, len(p.All))}
			for i, v := range p.All {
				w.All[i] = paperVersion(v)
			}
			return line(w)
		})
	})
}
