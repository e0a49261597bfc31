package sqlite

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	dir := t.TempDir()
	s := openAt(t, dir)
	day := time.Now()
	var traces, kept []trace
	var doomed []keepiton.EnvelopeID
	for i := range 600 {
		size := 4200 + 97*(i%40)
		if i%20 == 0 {
			size = 100_000
		}
		text := make([]byte, size)
		_, _ = rand.Read(text)
		e := acceptAt(t, s, day, text)
		key, data := keyOf(t, s, e.ID), []byte(nil)
		if err := s.One(t.Context(), "body", `SELECT data FROM body WHERE hex(id) = upper(?)`, []any{string(e.ID)}, []any{&data}); err != nil {
			t.Fatal(err)
		}
		if i%3 != 0 {
			kept = append(kept, trace{"a key", key})
			continue
		}
		doomed = append(doomed, e.ID)
		traces = append(traces, trace{"a key", key}, trace{"a body", text[len(text)-64:]})
		if data != nil {
			traces = append(traces, trace{"a wrapped body", data[:64]}, trace{"a wrapped body", data[len(data)-64:]})
		}
	}
	for i, id := range doomed {
		state := keepiton.EnvelopeWithdrawn
		if i%2 == 0 {
			state = keepiton.EnvelopeExpired
		}
		if err := s.Destroy(t.Context(), id, state, day); err != nil {
			t.Fatal(err)
		}
	}
	search := func(when string) {
		t.Helper()
		disk := everything(t, dir)
		for _, tr := range traces {
			if n := bytes.Count(disk, tr.bytes); n > 0 {
				t.Errorf("%s: %s that was destroyed is there %d times", when, tr.what, n)
			}
		}
		for _, k := range kept {
			if !bytes.Contains(disk, k.bytes) {
				t.Fatalf("%s: %s that was kept is not found: the search is blind", when, k.what)
			}
		}
	}
	search("while open")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	search("closed")
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

func acceptAt(t *testing.T, s *blind.Store, day time.Time, text []byte) keepiton.Envelope {
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
		Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, 30),
		Receipt: keepiton.ReceiptAddress{Lookup: fmt.Sprintf("%x", id), Reply: fmt.Sprintf("age1pq1%01952d", 7), Withdraw: fmt.Sprintf("%064x", id)},
	}
	e, again, err := s.Accept(t.Context(), e, b)
	if err != nil || again {
		t.Fatalf("accept: %v, %v", again, err)
	}
	return e
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
