package twin

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"keepiton"
)

// maxAnswer bounds one page or picture, in bytes; what is larger is handed over
// as one of Options.Files.
const maxAnswer = 64 << 20

// answer is what the site said.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	overflow bool
}

func (a *answer) isPage() bool {
	return strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || a.status >= 300 && a.status < 400
}

// fetch asks the site, as a reader without a session does.
func (c *copier) fetch(ctx context.Context, a address) (_ *answer, err error) {
	ask := c.ask(a)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	u, err := url.Parse("http://localhost" + ask)
	if err != nil {
		return nil, err
	}
	r := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	rec := &recorder{answer: answer{status: http.StatusOK, header: http.Header{}}}
	defer func() {
		if cause := recover(); cause != nil {
			if cause != http.ErrAbortHandler {
				panic(cause)
			}
			err = keepiton.Errorf(keepiton.Internal, "page %s broke off", ask)
		}
	}()
	c.opt.Site.ServeHTTP(rec, r)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rec.body = rec.buf.Bytes()
	switch {
	case rec.overflow:
		return nil, keepiton.Errorf(keepiton.TooLarge, "page %s has more than %d bytes", ask, maxAnswer)
	case rec.status >= 500 && a.path != carriedPath+".html": // which says so that there is none
		return nil, keepiton.Errorf(keepiton.Internal, "page %s: status %d", ask, rec.status)
	}
	return &rec.answer, nil
}

// recorder keeps what the site writes.
type recorder struct {
	answer
	buf bytes.Buffer
}

func (r *recorder) Header() http.Header    { return r.header }
func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(b []byte) (int, error) {
	if r.buf.Len()+len(b) > maxAnswer {
		r.overflow = true
		return 0, fmt.Errorf("larger than %d bytes", maxAnswer)
	}
	return r.buf.Write(b)
}
