package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/blind"
)

// sealedChildVariable makes the test binary the process that is killed; its value
// is the data folder.
const sealedChildVariable = "KEEPITON_CRASH_SEALED"

// textOf is the body with the number n. Anybody can make it again.
func textOf(n uint64) []byte {
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], n)
	r := rand.NewChaCha8(seed)
	size := 2000 + int(r.Uint64()%8000)
	switch r.Uint64() % 6 {
	case 0:
		size = 65_000 + int(r.Uint64()%2000) // about where rows end and files begin
	case 1:
		size = 100_000 + int(r.Uint64()%2_000_000)
	}
	text := make([]byte, size)
	_, _ = r.Read(text)
	return text
}

// child is the process that is killed.
type child struct {
	s *blind.Store

	mu  sync.Mutex
	out io.Writer
}

// say writes a line at once: what was said is what was acknowledged.
func (c *child) say(words ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintln(c.out, words...)
}

// sendUntilKilled accepts, destroys and uploads from several goroutines, and says
// what was acknowledged, and what it is about to destroy.
func sendUntilKilled(ctx context.Context, dir string, out io.Writer) error {
	s, err := OpenSealed(ctx, filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{})
	if err != nil {
		return err
	}
	c := &child{s: s, out: out}
	failed := make(chan error)
	for range 4 {
		go func() { failed <- c.send(ctx) }()
	}
	go func() { failed <- c.upload(ctx) }()
	go func() { failed <- c.upload(ctx) }()
	return <-failed
}

func envelopeOf(lookup uint64) keepiton.Envelope {
	day := time.Now()
	return keepiton.Envelope{
		Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, 30),
		Receipt: keepiton.ReceiptAddress{Lookup: fmt.Sprintf("%032x", lookup), Reply: "age1pq1" + strings.Repeat("x", 1952)},
	}
}

func (c *child) send(ctx context.Context) error {
	for {
		n := rand.Uint64()
		b, err := c.s.Stage(ctx)
		if err != nil {
			return err
		}
		if _, err := b.Write(textOf(n)); err != nil {
			return err
		}
		e, _, err := c.s.Accept(ctx, envelopeOf(n), b)
		if err != nil {
			return err
		}
		c.say("accepted", n, e.ID)
		if rand.IntN(6) == 0 {
			c.say("destroying", n, e.ID)
			if err := c.s.Destroy(ctx, e.ID, keepiton.EnvelopeWithdrawn, time.Now()); err != nil {
				return err
			}
			c.say("destroyed", n, e.ID)
		}
	}
}

func (c *child) upload(ctx context.Context) error {
	for {
		n := rand.Uint64()
		text := textOf(n)
		id, err := c.s.BeginUpload(ctx, int64(len(text)))
		if err != nil {
			return err
		}
		c.say("piece", n, id, 0)
		for at := int64(0); at < int64(len(text)); {
			end := min(int64(len(text)), at+1+rand.Int64N(300_000))
			if at, err = c.s.AppendUpload(ctx, id, at, bytes.NewReader(text[at:end])); err != nil {
				return err
			}
			c.say("piece", n, id, at)
		}
		c.say("finishing", n, id)
		b, err := c.s.FinishUpload(ctx, id)
		if err != nil {
			return err
		}
		e, _, err := c.s.Accept(ctx, envelopeOf(n), b)
		if err != nil {
			return err
		}
		c.say("accepted", n, e.ID)
	}
}

// said is what the killed processes have said of body n.
type said struct {
	id        keepiton.EnvelopeID
	upload    string
	end       int64
	finishing bool
	doomed    bool // about to be destroyed, which may have happened
	gone      bool
}

// TestAKilledIntakeLosesNothingAcknowledged kills the process at random points,
// many times over on one data folder, and looks for everything that it said.
// KEEPITON_CRASHES sets how often.
func TestAKilledIntakeLosesNothingAcknowledged(t *testing.T) {
	rounds := 15
	if testing.Short() {
		rounds = 4
	}
	if text := os.Getenv("KEEPITON_CRASHES"); text != "" {
		if _, err := fmt.Sscan(text, &rounds); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	all := map[uint64]*said{}
	lines, strays := 0, 0
	for range rounds {
		lines += killOnce(t, dir, all)
		strays += strayFiles(t, dir)
		checkAfterKill(t, dir, all)
		if t.Failed() {
			return
		}
	}
	t.Logf("killed %d times after %d acknowledgements of %d bodies, all there; %d files that were begun were swept", rounds, lines, len(all), strays)
	if lines < rounds || rounds >= 15 && strays == 0 {
		t.Error("the process never got to work, or was never killed in the middle of it")
	}
}

// killOnce runs the process, kills it while it works, and notes what it said.
func killOnce(t *testing.T, dir string, all map[uint64]*said) (n int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), sealedChildVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killAfter := 1 + rand.IntN(60)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what, id string
		var seed uint64
		var end int64
		if _, err := fmt.Sscan(lines.Text(), &what, &seed, &id, &end); what != "piece" && err != io.ErrUnexpectedEOF && err != io.EOF && err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		note(all, what, seed, id, end)
		if n++; n == killAfter {
			time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == 1 {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return n
}

func note(all map[uint64]*said, what string, seed uint64, id string, end int64) {
	a := all[seed]
	if a == nil {
		a = &said{}
		all[seed] = a
	}
	switch what {
	case "accepted":
		a.id, a.upload = keepiton.EnvelopeID(id), ""
	case "destroying":
		a.doomed = true
	case "destroyed":
		a.gone = true
	case "piece":
		a.upload, a.end = id, end
	case "finishing":
		a.finishing = true
	}
}

// strayFiles counts the files that the killed process had begun, before the
// next start sweeps them.
func strayFiles(t *testing.T, dir string) int {
	t.Helper()
	db, err := openDB("file:" + filepath.Join(dir, "sealed.db") + "?_pragma=query_only(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var named int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM body_file) + (SELECT count(*) FROM upload)`).Scan(&named); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < named {
		t.Errorf("%d bodies and uploads have files, there are %d", named, len(entries))
	}
	return len(entries) - named
}

func checkAfterKill(t *testing.T, dir string, all map[uint64]*said) {
	t.Helper()
	ctx := t.Context()
	s := openAt(t, dir)
	defer s.Close()
	for n, a := range all {
		switch {
		case a.upload != "":
			checkUpload(t, s, n, a)
		case a.id == "":
			t.Fatalf("body %d: nothing was said of it", n)
		default:
			e, err := s.Envelope(ctx, a.id)
			if err != nil {
				t.Errorf("body %d was acknowledged: %v", n, err)
				continue
			}
			switch {
			case a.gone && e.Gone.IsZero():
				t.Errorf("body %d was destroyed, and is there", n)
			case !a.doomed && !e.Gone.IsZero():
				t.Errorf("body %d is gone", n)
			case e.Gone.IsZero() && e.Digest != sha256.Sum256(textOf(n)):
				t.Errorf("body %d is another one", n)
			}
		}
	}
	// Bodies are compared with their digests, lanes with what they hold; files
	// that were begun are swept by now.
	if err := s.VerifySealed(ctx, func(p string) { t.Errorf("verify: %s", p) }); err != nil {
		t.Fatal(err)
	}
	// What is there without having been acknowledged is there whole.
	if err := s.Envelopes(ctx, store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		var n uint64
		if _, err := fmt.Sscanf(e.Receipt.Lookup, "%x", &n); err != nil || sha256.Sum256(textOf(n)) != e.Digest {
			t.Errorf("what was never sent whole is there: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// checkUpload looks whether an upload goes on where it was said to end, or
// later. One that was being finished may have become a report.
func checkUpload(t *testing.T, s *blind.Store, n uint64, a *said) {
	t.Helper()
	end, size, err := s.UploadEnd(t.Context(), a.upload)
	if keepiton.CodeOf(err) == keepiton.NotFound && a.finishing {
		e, err := s.EnvelopeByLookup(t.Context(), envelopeOf(n).Receipt.Lookup)
		if err != nil || e.Digest != sha256.Sum256(textOf(n)) {
			t.Errorf("upload of body %d was being finished, and is neither here nor there: %v", n, err)
		}
		return
	}
	text := textOf(n)
	if err != nil || size != int64(len(text)) || end < a.end {
		t.Errorf("upload of body %d ends at %d of %d, %v; %d were acknowledged", n, end, size, err, a.end)
		return
	}
	r, err := s.OpenUpload(t.Context(), a.upload)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text[:end]) {
		t.Errorf("upload of body %d: %d bytes are there, %v, not the first %d that were sent", n, len(got), err, end)
	}
}
