// Package fetch gets what a feed's Layout names, politely: one request at a time to
// each host, with conditions, going on where a transfer broke off, waiting as long as
// the server asks. What it gets lies in the data folder and is read from there, so
// that a restart fetches nothing twice.
//
//	c := fetch.New(filepath.Join(data, "feeds"), fetch.Options{})
//	defer c.Close()
//	path, result, err := c.Get(ctx, source.Item{Feed: "bgp", URL: "https://data.ris.ripe.net/rrc00/…", Name: "rrc00/…"})
//
// A file is there whole or not at all: it is written beside its place as NAME.part,
// and moved when its length is right and it looks like what it is called. NAME.state
// says what the server told of it (validators, length, when), and neither its address
// nor a token.
package fetch

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"keepiton"
	"keepiton/dial"
	"keepiton/source"
)

// Options of a Client; the zero value of each field is its default.
type Options struct {
	Agent    string         // User-Agent; "KeepItOn (+https://www.accessnow.org/keepiton)"
	MaxBytes int64          // of one file; 2 GiB: the largest table of a collector has some 400 MB
	MaxTime  time.Duration  // for one file, waiting included; 1 hour
	Stall    time.Duration  // without a byte, before it is tried again; 1 minute
	Tries    int            // in a row that brought no byte; 6
	Progress func(Progress) // called from several goroutines when several hosts are asked
	Now      func() time.Time
	// Dial replaces the connections of first requests, for tests.
	Dial dial.Func
}

// Progress is how far a transfer is.
type Progress struct {
	Item        source.Item
	Done, Total int64     // bytes; Total is -1 where the server does not say it
	Until       time.Time // not zero: waiting until then
	Why         string    // what it waits for
}

// Result is what getting a file came to.
type Result struct {
	Status  Status
	Size    int64 // of the file, bytes
	Bytes   int64 // that came over the line
	Resumed bool  // part of it was there from an earlier time
	Tries   int   // requests that were begun
}

// Status says why the file is there.
type Status string

// The ways in which a file comes to be there.
const (
	Kept      Status = "kept"      // it was there, and stands; nobody was asked
	Unchanged Status = "unchanged" // it was there, and the server says that it stands
	Fetched   Status = "fetched"
)

// Client fetches. It is safe for concurrent use; requests to one host wait for each
// other.
type Client struct {
	dir           string
	o             Options
	open, guarded *http.Transport

	mu    sync.Mutex
	hosts map[string]*host
}

// host is a server that asks to be treated kindly.
type host struct {
	turn  chan struct{} // holds one: whose turn it is
	until time.Time     // it asked not to be asked before; guarded by turn
}

// New returns a Client that keeps files under dir, in a folder for each feed.
func New(dir string, o Options) *Client {
	if o.Agent == "" {
		o.Agent = "KeepItOn (+https://www.accessnow.org/keepiton)"
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 2 << 30
	}
	if o.MaxTime <= 0 {
		o.MaxTime = time.Hour
	}
	if o.Stall <= 0 {
		o.Stall = time.Minute
	}
	if o.Tries <= 0 {
		o.Tries = 6
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	c := &Client{dir: dir, o: o, hosts: map[string]*host{}}
	c.open, c.guarded = c.transport(o.Dial), c.transport(dial.To(dial.Public, connectTime))
	c.guarded.Proxy = nil
	return c
}

// Close ends connections that wait for the next request.
func (c *Client) Close() {
	c.open.CloseIdleConnections()
	c.guarded.CloseIdleConnections()
}

// Get fetches an item unless it is there, and returns where it lies.
//
// The error is invalid when the item itself is wrong, not_found when the server does
// not have it, forbidden when it wants a token or the way leads where it must not,
// too_large over the limit, rate_limited when the server asks to wait longer than
// MaxWait, unavailable for everything that may be better later; its hint says what to
// do. What came of a file stays as NAME.part, and the next Get goes on from there.
func (c *Client) Get(ctx context.Context, item source.Item) (path string, r Result, err error) {
	j, err := c.job(item)
	if err != nil {
		return "", r, err
	}
	if size, ok := j.stands(); ok {
		return j.path, Result{Status: Kept, Size: size}, nil
	}
	h := c.hostOf(j.at.Host)
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return "", r, ctx.Err()
	}
	if size, ok := j.stands(); ok { // somebody else was waiting for it too
		return j.path, Result{Status: Kept, Size: size}, nil
	}
	limited, cancel := context.WithTimeoutCause(ctx, c.o.MaxTime, errTooLong)
	defer cancel()
	r, err = c.try(limited, j, h)
	if err != nil {
		if ctx.Err() != nil {
			return "", r, ctx.Err()
		}
		if errors.Is(context.Cause(limited), errTooLong) {
			err = keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "longer than %s: %w", c.o.MaxTime, err), "what came is kept; the same command again goes on from there")
		}
		return "", r, keepiton.Errorf(keepiton.CodeOf(err), "fetch %s: %w", spoken(j.at), err)
	}
	return j.path, r, nil
}

var errTooLong = errors.New("took too long")

// try asks until it is there, or there is no sense in asking again.
func (c *Client) try(ctx context.Context, j *job, h *host) (r Result, err error) {
	best, idle := int64(0), 0
	for {
		if err := c.wait(ctx, j, h, h.until.Sub(c.o.Now()), "the server asks to wait"); err != nil {
			return r, err
		}
		r.Tries++
		err := c.attempt(ctx, j, &r)
		var later *later
		if err == nil || !errors.As(err, &later) {
			return r, err
		}
		if ctx.Err() != nil {
			return r, later.err
		}
		if idle++; j.got > best {
			best, idle = j.got, 1
		}
		if later.after > 0 {
			h.until = c.o.Now().Add(later.after)
		}
		if idle >= c.o.Tries {
			return r, later.err
		}
		if later.after == 0 {
			if err := c.wait(ctx, j, h, Backoff(idle), later.err.Error()); err != nil {
				return r, later.err
			}
		}
	}
}

func (c *Client) hostOf(name string) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.hosts[name]
	if h == nil {
		h = &host{turn: make(chan struct{}, 1)}
		c.hosts[name] = h
	}
	return h
}
