package sqlite

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store/blind"
)

// trace is something that must be found nowhere.
type trace struct {
	what  string
	bytes []byte
}

// TestADestroyedReportLeavesNothingOnTheDisk stores many reports, destroys some,
// and reads every file of the store, as one who has seized it would, for the keys
// and bodies of those that were destroyed. Keys of others are found, or the search
// would prove nothing.
func TestADestroyedReportLeavesNothingOnTheDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine that writes much: nothing for the race detector")
	}
	dir := t.TempDir()
	s := openAt(t, dir)
	day := time.Now()
	var traces, kept []trace
	var withdrawn []keepiton.EnvelopeID
	const reports = 1500 // enough for the pages of every table to split many times
	for i := range reports {
		size := 64 + i%40
		switch {
		case i%100 == 0:
			size = 100_000
		case i%10 == 0:
			size = 4200 + 97*(i%40)
		}
		text := make([]byte, size)
		_, _ = rand.Read(text)
		days := 30
		if i%3 == 0 {
			days = 1 + i%60/57*29
		}
		e := acceptAt(t, s, day, days, text)
		key, data := keyOf(t, s, e.ID), []byte(nil)
		if err := s.One(t.Context(), "body", `SELECT data FROM body WHERE hex(id) = upper(?)`, []any{string(e.ID)}, []any{&data}); err != nil {
			t.Fatal(err)
		}
		if i%3 != 0 {
			kept = append(kept, trace{"a key", key})
			continue
		}
		if days > 1 {
			withdrawn = append(withdrawn, e.ID)
		}
		traces = append(traces, trace{"a key", key}, trace{"a body", text[len(text)-64:]})
		if data != nil {
			traces = append(traces, trace{"a wrapped body", data[:64]}, trace{"a wrapped body", data[len(data)-64:]})
		}
	}
	if n, err := s.Expire(t.Context(), day.AddDate(0, 0, 2)); err != nil || n != reports/3-len(withdrawn) {
		t.Fatalf("%d expired, %v", n, err)
	}
	for _, id := range withdrawn { // each of which covers its traces
		if err := s.Destroy(t.Context(), id, keepiton.EnvelopeWithdrawn, day); err != nil {
			t.Fatal(err)
		}
	}
	look := func(when string) {
		t.Helper()
		found := search(everything(t, dir), append(slices.Clone(traces), kept...))
		for i, tr := range traces {
			if found[i] > 0 {
				t.Errorf("%s: %s that was destroyed is there %d times", when, tr.what, found[i])
			}
		}
		if slices.Contains(found[len(traces):], 0) {
			t.Errorf("%s: a key that was kept is not found: the search is blind", when)
		}
	}
	look("while open")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	look("closed")
}

// keyOf reads the key of a body, as one who has the disk could.
func keyOf(t *testing.T, s *blind.Store, id keepiton.EnvelopeID) []byte {
	t.Helper()
	var column []byte
	if err := s.One(t.Context(), "key", `SELECT key FROM body WHERE hex(id) = upper(?)`, []any{string(id)}, []any{&column}); err != nil {
		t.Fatal(err)
	}
	return column[len(column)-32:]
}

func openAt(t *testing.T, dir string) *blind.Store {
	t.Helper()
	s, err := OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func acceptAt(t *testing.T, s *blind.Store, day time.Time, days int, text []byte) keepiton.Envelope {
	t.Helper()
	b, err := s.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write(text); err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	e := keepiton.Envelope{
		Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, days),
		Receipt: keepiton.ReceiptAddress{Lookup: fmt.Sprintf("%x", id), Reply: fmt.Sprintf("age1pq1%01952d", 7), Withdraw: fmt.Sprintf("%064x", id)},
	}
	e, again, err := s.Accept(t.Context(), e, b)
	if err != nil || again {
		t.Fatalf("accept: %v, %v", again, err)
	}
	return e
}

// search counts how often each trace stands on the disk, in one pass.
func search(disk []byte, traces []trace) []int {
	begin := map[uint64][]int{} // the first eight bytes of a trace -> which
	for i, tr := range traces {
		first := binary.LittleEndian.Uint64(tr.bytes)
		begin[first] = append(begin[first], i)
	}
	found := make([]int, len(traces))
	for at := 0; at+8 <= len(disk); at++ {
		for _, i := range begin[binary.LittleEndian.Uint64(disk[at:])] {
			if bytes.HasPrefix(disk[at:], traces[i].bytes) {
				found[i]++
			}
		}
	}
	return found
}

// everything reads all files below dir into one.
func everything(t *testing.T, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all = append(append(all, b...), "\n--\n"...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTheLogIsWrittenOverAndNeverRemoved looks at the log between the steps of
// forget: a file system does not clear the blocks that a shorter file gives back.
func TestTheLogIsWrittenOverAndNeverRemoved(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	var keys [][]byte
	for range 60 {
		text := make([]byte, 40_000)
		_, _ = rand.Read(text)
		keys = append(keys, keyOf(t, s, acceptAt(t, s, time.Now(), 30, text).ID))
	}
	name := filepath.Join(dir, "sealed.db-wal")
	log, err := os.ReadFile(name)
	if err != nil || !bytes.Contains(log, keys[len(keys)-1]) {
		t.Fatalf("a log of %d bytes does not hold what was just written, %v", len(log), err)
	}
	conn, err := s.Write.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := checkpoint(t.Context(), conn, `PRAGMA wal_checkpoint(RESTART)`); err != nil {
		t.Fatal(err)
	}
	if err := noise(t.Context(), conn, len(log)/noiseRow+1); err != nil {
		t.Fatal(err)
	}
	over, err := os.ReadFile(name)
	if err != nil || len(over) < len(log) {
		t.Fatalf("the log has %d bytes now, %v, and had %d", len(over), err, len(log))
	}
	for _, key := range keys {
		if bytes.Contains(over, key) {
			t.Error("the log still holds a key")
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	acceptAt(t, s, time.Now(), 30, []byte("one more"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if closed, err := os.Stat(name); err != nil || closed.Size() < int64(len(over)) {
		t.Errorf("closing took away the log, or some of it: %v", err)
	}
}

// TestAReaderPutsTheOverwritingOff holds an older state open while a report is
// destroyed. The report is gone all the same; the night says what is left to do,
// and does it once it can.
func TestAReaderPutsTheOverwritingOff(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	defer s.Close()
	e := acceptAt(t, s, time.Now(), 30, []byte("text"))
	key := keyOf(t, s, e.ID)
	reader, err := s.Read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Rollback() //nolint:errcheck // after a rollback it does nothing
	var n int
	if err := reader.QueryRow(`SELECT count(*) FROM envelope`).Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := s.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, time.Now()); err != nil {
		t.Errorf("destroy beside a reader: %v", err)
	}
	if _, err := s.OpenBody(t.Context(), e.ID); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("its body: %v", err)
	}
	if _, err := s.Expire(t.Context(), time.Now()); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("the night beside a reader: %v", err)
	}
	if !bytes.Contains(everything(t, dir), key) {
		t.Error("the key is gone already: the reader was not in the way")
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Expire(t.Context(), time.Now()); err != nil {
		t.Errorf("the night after: %v", err)
	}
	if bytes.Contains(everything(t, dir), key) {
		t.Error("the key is still on the disk")
	}
}
