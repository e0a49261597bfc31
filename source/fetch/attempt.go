package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"keepiton"
)

// attempt asks once, and takes what comes.
func (c *Client) attempt(ctx context.Context, j *job, r *Result) error {
	p, err := j.openPart()
	if err != nil {
		return err
	}
	defer p.close()
	j.got = p.size
	if p.size > 0 && p.size == p.state.Size { // all of it came, and then the program was ended
		return j.finish(p, r)
	}
	header := http.Header{}
	kept, have := j.validators()
	switch {
	case p.size > 0:
		header.Set("Range", fmt.Sprintf("bytes=%d-", p.size))
		header.Set("If-Range", p.state.validator())
	case have && kept.ETag != "":
		header.Set("If-None-Match", kept.ETag)
	case have && kept.Modified != "":
		header.Set("If-Modified-Since", kept.Modified)
	}
	ctx, stalled := context.WithCancelCause(ctx)
	defer stalled(nil)
	watch := time.AfterFunc(answerTime+c.o.Stall, func() { stalled(errStalled) })
	defer watch.Stop()
	resp, err := c.ask(ctx, j, header)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && have {
		kept.Fetched = c.o.Now().UTC()
		r.Status, r.Size = Unchanged, kept.Size
		return kept.write(j.path)
	}
	if err := j.answered(resp, p); err != nil {
		return err
	}
	r.Resumed = r.Resumed || p.size > 0 && r.Tries == 1
	watch.Reset(c.o.Stall)
	n, err := c.pour(p, resp.Body, j, func() { watch.Reset(c.o.Stall) })
	r.Bytes += n
	if err != nil {
		if errors.Is(context.Cause(ctx), errStalled) {
			err = &later{err: keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "not a byte came for %s, after %d", c.o.Stall, p.size), "what came is kept; the same command again goes on from there")}
		}
		return err
	}
	return j.finish(p, r)
}

var errStalled = errors.New("stalled")

// answered looks at the head of an answer, and makes the part ready for its body.
func (j *job) answered(resp *http.Response, p *part) error {
	now := j.c.o.Now()
	if modified, err := http.ParseTime(resp.Header.Get("Last-Modified")); err == nil && resp.StatusCode < 300 && modified.After(now.Add(24*time.Hour)) {
		p.drop()
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "the server says that it was written at %s: here it is %s", modified.UTC().Format(clock), now.UTC().Format(clock)),
			"one of the two clocks is wrong; set this machine's if it is its")
	}
	switch resp.StatusCode {
	case http.StatusOK:
		if p.size > 0 { // it changed, or the server cannot go on in the middle
			p.drop()
		}
		p.contentType = resp.Header.Get("Content-Type")
		return p.begin(stateOf(resp, resp.ContentLength, j.at))
	case http.StatusPartialContent:
		from, total, ok := contentRange(resp.Header.Get("Content-Range"))
		if p.size == 0 || !ok || from != p.size || p.state.Size >= 0 && total >= 0 && total != p.state.Size {
			p.drop()
			return &later{err: keepiton.Errorf(keepiton.Unavailable, "the server sends another part (%s) than the one that was asked for", clip(resp.Header.Get("Content-Range")))}
		}
		if p.state.Size < 0 {
			p.state.Size = total
		}
		return p.reopen()
	case http.StatusRequestedRangeNotSatisfiable:
		p.drop()
		return &later{err: keepiton.Errorf(keepiton.Unavailable, "the server has less than what is there")}
	}
	return refused(resp, now)
}

// refused is the error of an answer that is no file.
func refused(resp *http.Response, now time.Time) error {
	s := statusText(resp.StatusCode)
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		return keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "the server does not have it: %s", s), "archives publish a file some minutes after its end, and have gaps; is the collector or the place spelled as the archive does?")
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "the server refuses: %s", s), "does the feed want a token, and is it right?")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		code := keepiton.Unavailable
		if resp.StatusCode == http.StatusTooManyRequests {
			code = keepiton.RateLimited
		}
		return &later{err: keepiton.Hint(keepiton.Errorf(code, "the server is busy: %s", s), "try again later; what came is kept"), after: retryAfter(resp.Header, now)}
	}
	err := keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "the server answers %s", s), "does a browser get it? If so, try again later")
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusRequestTimeout || resp.StatusCode == http.StatusTooEarly {
		return &later{err: err, after: retryAfter(resp.Header, now)}
	}
	return err
}

// pour writes a body into the part. It looks at the first bytes before any is kept.
func (c *Client) pour(p *part, body io.Reader, j *job, alive func()) (n int64, err error) {
	buf, checked := make([]byte, 64<<10), p.size > 0
	var head []byte
	for {
		got, err := body.Read(buf)
		b := buf[:got]
		if n += int64(got); got > 0 {
			alive()
		}
		if p.size+int64(len(head)+got) > c.o.MaxBytes {
			p.drop()
			return n, keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "more than %d bytes", c.o.MaxBytes), "is it the right file?")
		}
		if !checked {
			if head = append(head, b...); len(head) < sniffed && err == nil {
				continue
			}
			if len(head) < sniffed && err != io.EOF {
				return n, cutAfter(0, err)
			}
			if wrong := disguised(j.item.Name, p.contentType, head); wrong != nil {
				p.drop()
				return n, wrong
			}
			b, head, checked = head, nil, true
		}
		if wrote := p.write(b); wrote != nil {
			return n, wrote
		}
		if j.got = p.size; len(b) > 0 {
			c.o.Progress(Progress{Item: j.item, Done: p.size, Total: p.state.Size})
		}
		switch {
		case err == io.EOF && p.state.Size >= 0 && p.size != p.state.Size:
			if p.size > p.state.Size {
				p.drop()
			}
			return n, &later{err: keepiton.Errorf(keepiton.Unavailable, "%d bytes came where %d were announced", p.size, p.state.Size)}
		case err == io.EOF:
			return n, nil
		case err != nil:
			return n, cutAfter(p.size, err)
		}
	}
}

func cutAfter(n int64, err error) error {
	return &later{err: keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "cut after %d bytes: %w", n, bare(err)), "what came is kept; the same command again goes on from there")}
}

// contentRange reads "bytes 500-999/1000" (RFC 9110 section 14.4); total is -1 for *.
func contentRange(text string) (from, total int64, ok bool) {
	unit, rest, found := strings.Cut(strings.TrimSpace(text), " ")
	span, whole, slash := strings.Cut(rest, "/")
	var to int64
	if n, err := fmt.Sscanf(span, "%d-%d", &from, &to); !found || !slash || unit != "bytes" || err != nil || n != 2 || from < 0 || to < from {
		return 0, 0, false
	}
	if whole == "*" {
		return from, -1, true
	}
	n, err := fmt.Sscanf(whole, "%d", &total)
	return from, total, err == nil && n == 1 && total > to
}

func clip(s string) string {
	if len(s) > 60 {
		s = s[:60] + "…"
	}
	return s
}
