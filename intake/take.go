package intake

import (
	"bufio"
	"context"
	"io"

	"keepiton"
	"keepiton/bundle"
	"keepiton/store"
)

// Take lets in a container that was sealed elsewhere: in a browser, by the
// carried form, by another program. Its header becomes the envelope's fields and
// what is sealed its body, taken out of its armor, so that the same file by two
// roads is one envelope, and the stored one is returned. Invalid when it is
// neither an age nor an OpenPGP file, sealed with a passphrase, cut off, or,
// under a header of ours, not padded; TooLarge beyond store.MaxBody or when the
// lane is full; RateLimited when it has no place, or the place was lost ([Lost],
// [CutBy]).
func (in *Intake) Take(ctx context.Context, p Pass, container io.Reader) (keepiton.Envelope, error) {
	return in.take(ctx, p, container, (*Intake).arrive)
}

func (in *Intake) take(ctx context.Context, p Pass, container io.Reader, enter func(*Intake, context.Context, *lane, io.Reader) (*arrival, error)) (keepiton.Envelope, error) {
	in.init()
	if err := in.spare(ctx, p); err != nil {
		return keepiton.Envelope{}, err
	}
	lane, err := in.lane(p.Lane)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	line, err := enter(in, ctx, lane, container)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	defer line.leave()
	body, err := in.Store.Stage(ctx)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	defer body.Discard()
	header, err := unpack(body, line)
	if err := line.place.gone(err); err != nil {
		return keepiton.Envelope{}, err
	}
	if err := line.arrived(); err != nil {
		return keepiton.Envelope{}, err
	}
	if err := ctx.Err(); err != nil {
		return keepiton.Envelope{}, err
	}
	return in.accept(ctx, p, header, body)
}

// unpack writes the sealed part of a container to w and returns its header.
func unpack(w io.Writer, container io.Reader) (bundle.Header, error) {
	line := &source{Reader: container}
	r := bufio.NewReaderSize(line, 16<<10)
	start, _ := r.Peek(len(containerName))
	ours := string(start) == containerName
	header, err := bundle.ReadHeader(r)
	if err != nil {
		return bundle.Header{}, err
	}
	sealed, armored, err := unarmor(r)
	if err != nil {
		return bundle.Header{}, err
	}
	look := &shape{}
	n, err := io.CopyBuffer(io.MultiWriter(w, look), io.LimitReader(sealed, store.MaxBody+1), make([]byte, 32<<10))
	switch {
	case line.err != nil:
		return bundle.Header{}, line.err
	case err != nil && armored && keepiton.CodeOf(err) == keepiton.Internal:
		return bundle.Header{}, keepiton.Errorf(keepiton.Invalid, "the armor cannot be read after %d bytes of what it holds", n)
	case err != nil:
		return bundle.Header{}, err
	case n > store.MaxBody:
		return bundle.Header{}, keepiton.Errorf(keepiton.TooLarge, "a sealed report has at most %d bytes", store.MaxBody)
	}
	padded, err := look.end()
	if err != nil {
		return bundle.Header{}, err
	}
	if ours && !padded {
		return bundle.Header{}, keepiton.Errorf(keepiton.Invalid, "the sealed part is not padded to one of the sizes of a bundle: it was cut off, or sealed by a program that forgot to")
	}
	return header, nil
}

// source keeps the error of a line that broke, apart from errors of what came
// over it.
type source struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// containerName begins a container with a header (docs/design/004-voices.md).
const containerName = "keepiton-sealed "
