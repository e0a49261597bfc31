// Package courier takes a sealed file to a server over a bad line: in pieces
// when it is large, going on where it stopped, through a proxy where one is
// given. It shows the server nothing but the file: no name of it, no program, no
// cookie. The same file twice is one report there, so sending again is safe.
//
//	c := &courier.Courier{Server: server, Client: courier.NewClient(proxy)}
//	err := c.Send(ctx, file, size)
package courier

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"keepiton"
	"keepiton/patience"
	"keepiton/seal/work"
)

// Sizes in bytes.
const (
	Piece     = 256 << 10 // of a large file, sent and acknowledged at a time
	Large     = 1 << 20   // a file of more goes in pieces
	maxAnswer = 64 << 10  // of an answer that is read
)

const (
	workHeader  = "X-Keepiton-Work" // as package http spells X-KeepItOn-Work
	tokenHeader = "X-Keepiton-Token"
)

// hardWork is the work that is offered, in zero bits: half a second of a
// computer, sixteen times what a phone is asked for. More is looked at earlier.
const hardWork = work.DefaultBits + 4

// Courier sends files to one server. Set the fields before the first use; it is
// for one goroutine.
type Courier struct {
	Server *url.URL // address of the site, such as https://shutdowns.example
	Client *http.Client

	// Token is a partner's token, for the lane of partners; empty: work is done
	// for the server.
	Token string

	// Work is the work that is offered, in zero bits; 0: half a second of a computer.
	Work int

	// Upload is the id of an upload to go on with; empty: begin one. Send sets it,
	// so that after an error it tells what to go on with within a day.
	Upload string

	Progress func(done, all int64)                            // called after each piece; nil: nobody looks
	Waiting  func(d time.Duration, why error)                 // called before a pause; nil: nobody looks
	Pause    func(ctx context.Context, d time.Duration) error // nil: a real one
}

// waits are the pauses between attempts of one step, some five minutes in all.
var waits = []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, time.Minute, time.Minute, time.Minute}

// Send sends a sealed file of size bytes, which it may read several times. It
// returns nil once the server said that it has it. Errors: Unavailable when the
// server could not be reached or was busy all the time, else what the server
// says of the file (Invalid, TooLarge) or of us (Forbidden, NotFound).
func (c *Courier) Send(ctx context.Context, file io.ReaderAt, size int64) error {
	if size <= Large && c.Upload == "" {
		return c.persist(ctx, func() error { return c.whole(ctx, file, size) })
	}
	for again := false; ; again = true {
		err := c.pieces(ctx, file, size)
		// An upload that is gone: too old, or taken in, and the answer was lost.
		if keepiton.CodeOf(err) != keepiton.NotFound || c.Upload == "" || again {
			return err
		}
		c.Upload = ""
	}
}

// whole sends a small file in one request.
func (c *Courier) whole(ctx context.Context, file io.ReaderAt, size int64) error {
	h, err := c.proof(ctx)
	if err != nil {
		return err
	}
	h.Set("Content-Type", "application/octet-stream")
	if _, err := c.ask(ctx, http.MethodPost, "/intake/sealed", h, io.NewSectionReader(file, 0, size), size); err != nil {
		return err
	}
	c.progress(size, size)
	return nil
}

// pieces sends a large file from where the server has it, and has it taken in.
func (c *Courier) pieces(ctx context.Context, file io.ReaderAt, size int64) error {
	at := int64(-1) // nobody knows how much arrived
	if c.Upload == "" {
		if err := c.persist(ctx, func() error { return c.begin(ctx, size) }); err != nil {
			return err
		}
		at = 0
	}
	for at < size {
		err := c.persist(ctx, func() (err error) {
			if at < 0 {
				if at, err = c.end(ctx); err != nil || at >= size {
					return err
				}
			}
			from := at
			at = -1 // until this piece is answered
			n := min(Piece, size-from)
			h := http.Header{"Upload-Offset": {strconv.FormatInt(from, 10)}, "Content-Type": {"application/octet-stream"}}
			_, err = c.ask(ctx, http.MethodPatch, "/intake/uploads/"+c.Upload, h, io.NewSectionReader(file, from, n), n)
			if keepiton.CodeOf(err) == keepiton.Conflict {
				return errMoved
			}
			if err != nil {
				return err
			}
			at = from + n
			return nil
		})
		if err != nil {
			return err
		}
		c.progress(at, size)
	}
	return c.persist(ctx, func() error {
		h, err := c.proof(ctx)
		if err != nil {
			return err
		}
		_, err = c.ask(ctx, http.MethodPost, "/intake/uploads/"+c.Upload, h, nil, 0)
		return err
	})
}

// begin asks for an upload.
func (c *Courier) begin(ctx context.Context, size int64) error {
	h, err := c.proof(ctx) // opens a lane of its own to all pieces
	if err != nil {
		return err
	}
	h.Set("Content-Type", "application/json")
	body := fmt.Appendf(nil, `{"size":%d}`, size)
	answer, err := c.ask(ctx, http.MethodPost, "/intake/uploads", h, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	var out struct{ ID string }
	if json.Unmarshal(answer.body, &out) != nil || out.ID == "" || url.PathEscape(out.ID) != out.ID {
		return errStrange
	}
	c.Upload = out.ID
	return nil
}

// end asks how much of the upload has arrived.
func (c *Courier) end(ctx context.Context) (int64, error) {
	answer, err := c.ask(ctx, http.MethodHead, "/intake/uploads/"+c.Upload, http.Header{}, nil, 0)
	if err != nil {
		return -1, err
	}
	at, err := strconv.ParseInt(answer.header.Get("Upload-Offset"), 10, 64)
	if err != nil || at < 0 {
		return -1, errStrange
	}
	return at, nil
}

// proof does the work that the server asks for, anew for each attempt: each
// solution counts once. A server that asks for none gets none.
func (c *Courier) proof(ctx context.Context) (http.Header, error) {
	if c.Token != "" {
		return http.Header{tokenHeader: {c.Token}}, nil
	}
	answer, err := c.ask(ctx, http.MethodGet, "/intake/challenge?bits="+strconv.Itoa(cmp.Or(c.Work, hardWork)), http.Header{}, nil, 0)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%s takes no reports at this address", c.Server.Host), "is the address that of the site, without a page behind it?")
	}
	if err != nil {
		return nil, err
	}
	var out struct {
		Challenge string
		Bits      int
	}
	if json.Unmarshal(answer.body, &out) != nil {
		return nil, errStrange
	}
	if out.Challenge == "" {
		return http.Header{}, nil
	}
	solution, err := work.Solve(ctx, out.Challenge)
	if err != nil {
		return nil, err
	}
	return http.Header{workHeader: {solution}}, nil
}

// persist repeats a step while the line is bad or the server busy.
func (c *Courier) persist(ctx context.Context, step func() error) error {
	for _, d := range waits {
		err := step()
		if err == nil || ctx.Err() != nil || !passing(err) {
			return err
		}
		if c.Waiting != nil {
			c.Waiting(d, err)
		}
		if err := c.pause(ctx, d); err != nil {
			return err
		}
	}
	return step()
}

// passing reports whether asking again may help.
func passing(err error) bool {
	var coded *keepiton.Error
	if errors.As(err, &coded) && coded.Key == noKeys {
		return false
	}
	code := keepiton.CodeOf(err)
	return code == keepiton.Unavailable || code == keepiton.RateLimited
}

func (c *Courier) pause(ctx context.Context, d time.Duration) error {
	if c.Pause != nil {
		return c.Pause(ctx, d)
	}
	return patience.Wait(ctx, d)
}

func (c *Courier) progress(done, all int64) {
	if c.Progress != nil {
		c.Progress(done, all)
	}
}
