package door_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/store"
	"keepiton/web/door"
)

// network is one of this process: its deadlines follow the clock of the bubble
// that a test runs in.
type network struct{ conns chan net.Conn }

func (l *network) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l *network) Close() error   { return nil }
func (l *network) Addr() net.Addr { return &net.IPAddr{} }

// slowSite answers at the doors, with the limits of keepiton serve.
type slowSite struct {
	*network
	t  *testing.T
	in *intake.Intake
}

// newSlowSite is for a bubble; desk is of outside, where its keys were made.
func newSlowSite(t *testing.T, desk *intaketest.Desk) *slowSite {
	s := &slowSite{network: &network{make(chan net.Conn)}, t: t, in: &intake.Intake{Store: desk.Store, Sealer: desk.Sealer}}
	server := &http.Server{
		Handler:           door.New(door.Options{Intake: s.in, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 10 * time.Minute,
	}
	go server.Serve(s)
	t.Cleanup(func() {
		close(s.conns)
		server.Close()
	})
	return s
}

// answered is what came back, and when.
type answered struct {
	status int
	header http.Header
	key    string // of a problem
	after  time.Duration
}

// send sends a request of so many bytes as write brings them, and hands over the
// answer when there is one.
func (s *slowSite) send(ctx context.Context, method, path string, header map[string]string, size int, write func(line io.Writer) error) <-chan answered {
	client, conn := net.Pipe()
	s.conns <- conn
	begun, out := time.Now(), make(chan answered, 1)
	go func() {
		defer client.Close()
		r, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			out <- answered{after: time.Since(begun)}
			return
		}
		var p struct{ Key string }
		b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		json.Unmarshal(b, &p)
		out <- answered{r.StatusCode, r.Header, p.Key, time.Since(begun)}
	}()
	go func() {
		<-ctx.Done()
		client.Close()
	}()
	go func() {
		fmt.Fprintf(client, "%s %s HTTP/1.1\r\nHost: keepiton.example\r\nContent-Length: %d\r\n", method, path, size)
		for k, v := range header {
			fmt.Fprintf(client, "%s: %s\r\n", k, v)
		}
		io.WriteString(client, "\r\n")
		write(client) // an error means that the server has hung up
	}()
	return out
}

// dripping brings a beginning at once, and then a byte now and then.
func dripping(ctx context.Context, beginning []byte, pause time.Duration) func(io.Writer) error {
	return func(line io.Writer) error {
		_, err := line.Write(beginning)
		for err == nil && rest(ctx, pause) {
			_, err = line.Write([]byte{0})
		}
		return err
	}
}

// paced brings all, so many bytes a second.
func paced(ctx context.Context, all []byte, perSecond int) func(io.Writer) error {
	return func(line io.Writer) (err error) {
		for len(all) > 0 && err == nil {
			n := min(perSecond, len(all))
			if _, err = line.Write(all[:n]); !rest(ctx, time.Second) {
				return nil
			}
			all = all[n:]
		}
		return err
	}
}

func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// TestDrippingLinesKeepNobodyOut holds every place of the open lane with lines
// that brought enough to need one and then a byte now and then. People report
// meanwhile: words, a photo, and somebody at the edge of a 2G cell.
func TestDrippingLinesKeepNobodyOut(t *testing.T) {
	desk := intaketest.New(t)
	_, words := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	_, photo := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, map[string][]byte{"photo": make([]byte, 900_000)})
	_, edge := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, map[string][]byte{"screenshot": make([]byte, 100_000)})
	const lines = 64
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newSlowSite(t, desk)
		slow := s.send(ctx, "POST", "/intake/sealed", nil, len(edge), paced(ctx, edge, 200))
		for rest(ctx, time.Second); s.in.UnderWay(keepiton.LaneOpen) == 0; rest(ctx, time.Second) { // its head is as long as a report of words
		}
		var drips []<-chan answered
		for i := range lines - 1 {
			drips = append(drips, s.send(ctx, "POST", "/intake/sealed", nil, 50_000_000, dripping(ctx, photo[:70_000], time.Duration(5+i%40)*time.Second)))
		}
		rest(ctx, 20*time.Second)
		if n := s.in.UnderWay(keepiton.LaneOpen); n != lines {
			t.Fatalf("%d of %d places are held", n, lines)
		}
		if a := <-s.send(ctx, "POST", "/intake/sealed", nil, len(words), paced(ctx, words, len(words))); a.status != http.StatusOK || a.after > 2*time.Second {
			t.Errorf("words: status %d after %v", a.status, a.after)
		}
		if a := <-s.send(ctx, "POST", "/intake/sealed", nil, len(photo), paced(ctx, photo, 100_000)); a.status != http.StatusOK || a.after > time.Duration(len(photo)/100_000+15)*time.Second {
			t.Errorf("a photo: status %d after %v", a.status, a.after)
		}
		if a := <-slow; a.status != http.StatusOK {
			t.Errorf("somebody on a bad line, after %v: status %d %s", a.after, a.status, a.key)
		}
		cut := 0
		for _, d := range drips {
			select {
			case a := <-d:
				if cut++; a.status != http.StatusTooManyRequests || a.key != "page.refused.lost" || a.header.Get("Retry-After") == "" {
					t.Errorf("a line that was cut hears %d %q", a.status, a.key)
				}
			default:
			}
		}
		if cut == 0 {
			t.Error("no dripping line was cut")
		}
		t.Logf("%d of %d dripping lines were cut", cut, len(drips))
	})
	count := 0
	if err := desk.Store.Envelopes(t.Context(), store.EnvelopeQuery{}, func(keepiton.Envelope) error { count++; return nil }); err != nil || count != 3 {
		t.Errorf("%d envelopes, %v", count, err)
	}
}

// TestAnUploadThatLostItsPlaceGoesOn sends a piece over a line that drips, lets
// others push it out, and goes on with what was kept.
func TestAnUploadThatLostItsPlaceGoesOn(t *testing.T) {
	desk := intaketest.New(t)
	_, photo := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, map[string][]byte{"photo": make([]byte, 400_000)})
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newSlowSite(t, desk)
		s.in.Slots = map[keepiton.Lane]int{keepiton.LaneOpen: 1}
		id, err := s.in.BeginUpload(ctx, intake.Pass{Lane: keepiton.LaneOpen}, int64(len(photo)))
		if err != nil {
			t.Fatal(err)
		}
		at := func(n int) map[string]string { return map[string]string{"Upload-Offset": strconv.Itoa(n)} }
		piece := s.send(ctx, "PATCH", "/intake/uploads/"+id, at(0), len(photo), dripping(ctx, photo[:200_000], 30*time.Second))
		rest(ctx, 20*time.Second)
		other := <-s.send(ctx, "POST", "/intake/sealed", nil, len(photo), paced(ctx, bytes.Clone(photo), len(photo)))
		if other.status != http.StatusOK || other.after > 20*time.Second {
			t.Errorf("who waited: status %d after %v", other.status, other.after)
		}
		a := <-piece
		kept, err := strconv.Atoi(a.header.Get("Upload-Offset"))
		if a.status != http.StatusTooManyRequests || a.key != "page.refused.lost" || err != nil || kept < 200_000 {
			t.Fatalf("the piece: %d %q, %d bytes are kept, %v", a.status, a.key, kept, err)
		}
		if a := <-s.send(ctx, "PATCH", "/intake/uploads/"+id, at(kept), len(photo)-kept, paced(ctx, photo[kept:], len(photo))); a.status != http.StatusNoContent {
			t.Errorf("the rest: status %d", a.status)
		}
	})
}
