package web

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"

	"keepiton"
	"keepiton/kit"
)

// kitFile is the address of a piece as a file, with all that makes it another than
// the template's own.
func (v *visit) kitFile(p kit.Piece, f kit.Format, pixels int) string {
	q := url.Values{}
	for _, name := range kitParameters {
		if values := v.query[name]; len(values) > 0 && name != "shape" && name != "limit" {
			q[name] = values
		}
	}
	if pixels > 0 {
		q.Set("limit", strconv.Itoa(pixels))
	}
	return address(v.p.Lang().Tag, "/kit/"+p.Template+"/"+string(p.Shape)+"."+string(f), q)
}

// turns lets a few draw at a time: half of the processors, so that pages and the
// intake have the other half however many ask for pictures. Who would have to wait
// behind too many others is asked to come again.
type turns struct {
	slots   chan struct{}
	waiting atomic.Int32
}

// mostWaiting is how many wait for their turn: some two seconds of drawing.
const mostWaiting = 64

// drawings are the turns of this process. A picture takes a processor for up to a
// third of a second.
var drawings = &turns{slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}

// take waits for a turn, and returns how to end it.
func (t *turns) take(ctx context.Context) (done func(), err error) {
	if t.waiting.Add(1) > mostWaiting {
		t.waiting.Add(-1)
		return nil, keepiton.Errorf(keepiton.Unavailable, "too many pictures are asked for")
	}
	defer t.waiting.Add(-1)
	return t.wait(ctx)
}

// wait waits for a turn however long that takes.
func (t *turns) wait(ctx context.Context) (done func(), err error) {
	select {
	case t.slots <- struct{}{}:
		return func() { <-t.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// renderings keeps what was drawn by all that it was drawn from: when the record
// changes, most pictures do not. Those with a logo are not kept: it may be one that
// somebody handed in.
var renderings = newPageCache(16 << 20)

// render draws a piece, in turn, or returns it as it was drawn before.
func render(ctx context.Context, p kit.Piece, f kit.Format) ([]byte, error) {
	if p.Logo == nil {
		if e, ok := renderings.get(pageKey{path: p.Key(f)}, 0, 0, 0); ok {
			return e.body, nil
		}
	}
	done, err := drawings.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	data, err := rendered(p, f)
	if err == nil && p.Logo == nil {
		renderings.put(pageKey{path: p.Key(f)}, &entry{body: data})
	}
	return data, err
}

func rendered(p kit.Piece, f kit.Format) ([]byte, error) {
	var b bytes.Buffer
	err := kit.Render(&b, p, f)
	return b.Bytes(), err
}

// pictureCache is how long a picture stands where it was embedded, and how long an
// old one may while we are slow or away (RFC 5861): a correction is seen within
// ten minutes on the pages of others, and at once on ours.
var pictureCache = []string{"public, max-age=600, stale-while-revalidate=86400, stale-if-error=604800"}

// drawn answers with a piece as a file.
func drawn(v *visit, p kit.Piece, f kit.Format) (*answer, error) {
	if !slices.Contains(kit.Formats(), f) {
		return nil, keepiton.Errorf(keepiton.NotFound, "a picture is asked for as .svg, .png or .pdf")
	}
	data, err := render(v.ctx, p, f)
	if err != nil {
		return nil, err
	}
	return &answer{contentType: f.MediaType(), picture: true, write: func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}}, nil
}

// kitPicture answers with a piece as a file.
func (s *Server) kitPicture(v *visit) (*answer, error) {
	f := kit.Format(v.suffix)
	_, p, err := s.piece(v, kit.Shape(v.req.PathValue("shape")))
	if err != nil {
		return nil, err
	}
	if n, err := strconv.Atoi(v.get("limit")); err == nil && f == kit.PNG {
		p.Pixels = min(max(n, 16), p.Shape.Size().Pixels)
	}
	return drawn(v, p, f)
}
