package sqlite

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store/blind"
)

// TestTheDiskForgetsTheOrderOfArrival looks up where on the disk each report
// lies. On its day the places tell the order of arrival; after the night they
// tell nothing, and every body has another key and every file another name.
func TestTheDiskForgetsTheOrderOfArrival(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine that writes much: nothing for the race detector")
	}
	dir := t.TempDir()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	s, err := OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{Options: blind.Options{Now: func() time.Time { return now }}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const n = 400
	var ids []keepiton.EnvelopeID
	for i := range n {
		size := 6000 + 50*(i%30)
		if i%100 == 7 {
			size = 80_000
		}
		text := make([]byte, size)
		_, _ = rand.Read(text)
		ids = append(ids, acceptAt(t, s, now, 30, text).ID)
	}
	if r := arrivalAgainstPlace(t, s, dir, ids); r < 0.9 {
		t.Errorf("on the day itself order and place agree by %.2f only: the measure is blind", r)
	}
	before := files(t, dir)
	now = now.AddDate(0, 0, 1)
	if n, err := s.Expire(t.Context(), now); err != nil || n != 0 {
		t.Fatalf("%d expired, %v", n, err)
	}
	// Of 400 places in random order one in a million agrees by a quarter.
	if r := arrivalAgainstPlace(t, s, dir, ids); math.Abs(r) > 0.25 {
		t.Errorf("after the night order and place still agree by %.2f", r)
	}
	after := files(t, dir)
	if len(before) != n/100 || len(after) != n/100 {
		t.Fatalf("%d files became %d, want %d", len(before), len(after), n/100)
	}
	for _, f := range after {
		if slices.ContainsFunc(before, func(b os.FileInfo) bool { return b.Name() == f.Name() }) {
			t.Errorf("a file is still the one that was made when the report came")
		}
		if !f.ModTime().Equal(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("a file is dated %s", f.ModTime())
		}
	}
	if err := s.VerifySealed(t.Context(), func(p string) { t.Error(p) }); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir string) (out []os.FileInfo) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, info)
	}
	return out
}

// arrivalAgainstPlace returns Spearman's rank correlation between the order of
// ids, which is that of arrival, and that of the places of their keys in the
// database.
func arrivalAgainstPlace(t *testing.T, s *blind.Store, dir string, ids []keepiton.EnvelopeID) float64 {
	t.Helper()
	if _, err := s.Write.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	disk, err := os.ReadFile(filepath.Join(dir, "sealed.db"))
	if err != nil {
		t.Fatal(err)
	}
	type found struct{ arrived, at int }
	var list []found
	for i, id := range ids {
		at := bytes.Index(disk, keyOf(t, s, id))
		if at < 0 {
			t.Fatal("a key is not found")
		}
		list = append(list, found{i, at})
	}
	slices.SortFunc(list, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	sum, n := 0.0, float64(len(list))
	for place, f := range list {
		d := float64(place - f.arrived)
		sum += d * d
	}
	return 1 - 6*sum/(n*(n*n-1))
}
