package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"keepiton"
	"keepiton/patience"
	"keepiton/source/fetch"
)

// RISLive is where RIPE RIS tells live what its collectors hear
// (https://ris-live.ripe.net/manual/).
const RISLive = "wss://ris-live.ripe.net/v1/ws/"

const (
	stretch = 5 * time.Minute // as long as a file of RIS
	// grace is how long after the end of a stretch its last messages may come.
	grace = 15 * time.Second
	// silence is how long a connection may say nothing: one collector alone tells some
	// hundred messages a second.
	silence    = time.Minute
	maxMessage = 1 << 20
)

// RecorderOptions of a Recorder.
type RecorderOptions struct {
	Dir        string   // where files are kept: DIR/rrc00/updates.20260108.0805.jsonl.gz
	Address    string   // RISLive when empty
	Agent      string   // who we are
	Collectors []string // rrc00 and the like; others are none of RIS
	Now        func() time.Time
	// Tell hears why a connection ended; the next try follows by itself. nil: nobody.
	Tell func(error)

	wait func(tries int) time.Duration // between tries; for tests
}

// Recorder keeps what collectors of RIS tell live, in files of five minutes that are as
// good as those of the archive, and there seven minutes earlier. A stretch in which the
// connection broke off is not kept: the archive has it. It reads as fast as it can,
// since RIS drops who is slow, and keeps one line in memory.
type Recorder struct {
	o RecorderOptions

	mu     sync.Mutex
	since  map[string]time.Time // of each collector: since when it is heard without a break
	newest map[string]time.Time // of each collector: the newest that it told since then
	open   map[string]map[time.Time]*recording
}

// NewRecorder returns a Recorder; Run makes it listen.
func NewRecorder(o RecorderOptions) *Recorder {
	if o.Address == "" {
		o.Address = RISLive
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tell == nil {
		o.Tell = func(error) {}
	}
	if o.wait == nil {
		o.wait = fetch.Backoff
	}
	return &Recorder{o: o, since: map[string]time.Time{}, newest: map[string]time.Time{}, open: map[string]map[time.Time]*recording{}}
}

// Run listens until ctx ends. What breaks off is begun again, after a second, two, four
// … five minutes.
func (r *Recorder) Run(ctx context.Context) {
	for tries := 1; ; tries++ {
		begun := r.o.Now()
		err := r.listen(ctx)
		r.forget()
		if ctx.Err() != nil {
			return
		}
		r.o.Tell(err)
		if r.o.Now().Sub(begun) > stretch { // it worked for a while
			tries = 1
		}
		if patience.Wait(ctx, r.o.wait(tries)) != nil {
			return
		}
	}
}

// listen is one connection.
func (r *Recorder) listen(ctx context.Context) error {
	trouble := func(format string, args ...any) error {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "RIS Live: "+format, args...), "it is tried again; meanwhile the archive is read, some minutes later")
	}
	connect, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	conn, _, err := websocket.Dial(connect, r.o.Address+"?client="+url.QueryEscape(r.o.Agent), &websocket.DialOptions{HTTPHeader: http.Header{"User-Agent": {r.o.Agent}}})
	if err != nil {
		return trouble("connect: %w", err)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxMessage)
	for _, name := range r.o.Collectors {
		var ask struct {
			Type string `json:"type"`
			Data struct {
				Host string `json:"host"`
			} `json:"data"`
		}
		ask.Type, ask.Data.Host = "ris_subscribe", name
		text, err := json.Marshal(ask)
		if err == nil {
			err = conn.Write(connect, websocket.MessageText, text)
		}
		if err != nil {
			return trouble("subscribe: %w", err)
		}
	}
	for {
		patience, done := context.WithTimeout(ctx, silence)
		_, text, err := conn.Read(patience)
		done()
		if err != nil {
			if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
				return trouble("nothing was told for %s", silence)
			}
			return trouble("broke off: %w", err)
		}
		if err := r.take(text); err != nil {
			return trouble("%w", err)
		}
	}
}

// take keeps a message. The error is one that RIS tells, or of the disk.
func (r *Recorder) take(text []byte) error {
	var m struct {
		Type string `json:"type"`
		Data struct {
			Timestamp float64 `json:"timestamp"`
			Host      string  `json:"host"`
			Message   string  `json:"message"` // of ris_error
		} `json:"data"`
	}
	if json.Unmarshal(text, &m) != nil {
		return nil // who reads the file could not read it either
	}
	if m.Type == "ris_error" {
		return keepiton.Errorf(keepiton.Unavailable, "it answers: %.200s", m.Data.Message)
	}
	now := r.o.Now()
	host, _, _ := strings.Cut(m.Data.Host, ".")
	told := time.Unix(int64(m.Data.Timestamp), 0).UTC()
	at := told.Truncate(stretch)
	if m.Type != "ris_message" || over(at, now) || at.After(now) { // what comes too late would begin a kept file anew
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	files := r.open[host]
	if files == nil {
		if !slices.Contains(r.o.Collectors, host) {
			return nil
		}
		files = map[time.Time]*recording{}
		r.open[host], r.since[host] = files, now
	}
	r.newest[host] = keepiton.Later(r.newest[host], told)
	f := files[at]
	if f == nil {
		if at.Before(r.since[host]) { // the beginning of it was not heard
			return nil
		}
		var err error
		if f, err = record(r.path(host, at)); err != nil {
			return err
		}
		files[at] = f
	}
	_, err := f.z.Write(append(text, '\n'))
	return err
}
