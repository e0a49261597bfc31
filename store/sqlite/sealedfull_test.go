package sqlite

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/blind"
)

// fillSealed accepts bodies of size bytes until the disk is full, and returns how
// many were acknowledged.
func fillSealed(t *testing.T, s *blind.Store, size int) int {
	t.Helper()
	text := make([]byte, size)
	for n := range 5000 {
		_, _ = rand.Read(text)
		b, err := s.Stage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err = b.Write(text); err == nil {
			_, _, err = s.Accept(t.Context(), plainEnvelope(), b)
		}
		if err == nil {
			continue
		}
		if keepiton.CodeOf(err) != keepiton.Unavailable {
			t.Errorf("a full disk is told as %q: %v", keepiton.CodeOf(err), err)
		}
		if err := b.Discard(); err != nil {
			t.Errorf("discard: %v", err)
		}
		return n
	}
	t.Fatal("the disk never filled up")
	return 0
}

func plainEnvelope() keepiton.Envelope {
	day := time.Now()
	return keepiton.Envelope{Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, 30)}
}

// checkSealed wants n reports, whole, and nothing beside them.
func checkSealed(t *testing.T, s *blind.Store, n int) {
	t.Helper()
	if err := s.VerifySealed(t.Context(), func(p string) { t.Errorf("verify: %s", p) }); err != nil {
		t.Fatal(err)
	}
	u, err := s.Usage(t.Context())
	if err != nil || u[keepiton.LaneOpen].Count != n {
		t.Errorf("%d reports are there, %v, %d were acknowledged", u[keepiton.LaneOpen].Count, err, n)
	}
}

func TestAFullDatabaseRefusesCleanly(t *testing.T) {
	dir := t.TempDir()
	open := func(pages int) *blind.Store {
		s, err := OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{MaxPages: pages})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open(400)
	n := fillSealed(t, s, 5000)
	if n < 50 {
		t.Errorf("full after %d reports already", n)
	}
	checkSealed(t, s, n)
	// A larger body needs little of the database, but something.
	large := fillSealed(t, s, 100_000)
	checkSealed(t, s, n+large)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(0)
	defer s.Close()
	acceptAt(t, s, time.Now(), 30, []byte("there is room again"))
	checkSealed(t, s, n+large+1)
}

// TestAFullDiskRefusesCleanly runs on a real file system of 12 MiB where the test
// may mount one. The same handle goes on when there is room.
func TestAFullDiskRefusesCleanly(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=12m"); err != nil {
		t.Skipf("SKIPPED: mounting a small tmpfs: %v; the test with a bounded database covers the rest", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, dir)
	defer s.Close()
	upload, err := s.BeginUpload(t.Context(), 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	begun := strings.Repeat("a piece that came before ", 4000)
	if _, err := s.AppendUpload(t.Context(), upload, 0, strings.NewReader(begun)); err != nil {
		t.Fatal(err)
	}
	n := fillSealed(t, s, 300_000)
	n += fillSealed(t, s, 5000)
	checkSealed(t, s, n)

	rest := bytes.Repeat([]byte{7}, 1_000_000-len(begun))
	end, err := s.AppendUpload(t.Context(), upload, int64(len(begun)), bytes.NewReader(rest))
	if keepiton.CodeOf(err) != keepiton.Unavailable || end < int64(len(begun)) {
		t.Errorf("a piece on a full disk: end %d, %v", end, err)
	}
	got, _, err := s.UploadEnd(t.Context(), upload)
	if err != nil || got != end {
		t.Errorf("the upload ends at %d, %v, not at %d as was said", got, err, end)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if end, err = s.AppendUpload(t.Context(), upload, end, bytes.NewReader(rest[int(end)-len(begun):])); err != nil || end != 1_000_000 {
		t.Fatalf("it does not go on when there is room: end %d, %v", end, err)
	}
	b, err := s.FinishUpload(t.Context(), upload)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Accept(t.Context(), plainEnvelope(), b); err != nil {
		t.Fatal(err)
	}
	acceptAt(t, s, time.Now(), 30, []byte("there is room again"))
	checkSealed(t, s, n+2)
}

// TestAQuotaBoundsTheDisk fills a lane and measures what its folder takes.
func TestAQuotaBoundsTheDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine that writes much: nothing for the race detector")
	}
	const quota = 8 << 20
	for _, size := range []int{1, 5000, 13_000, 16*4096 - 8, 17*4096 - 8} {
		dir := t.TempDir()
		s := openAt(t, dir)
		if err := s.SetQuota(t.Context(), keepiton.LaneOpen, store.Quota{Bytes: quota}); err != nil {
			t.Fatal(err)
		}
		before := diskUse(t, s, dir)
		text := make([]byte, size+8)
		n := 0
		for ; ; n++ {
			_, _ = rand.Read(text)
			b, err := s.Stage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Write(text); err != nil {
				t.Fatal(err)
			}
			e := envelopeOf(uint64(n))
			if _, _, err = s.Accept(t.Context(), e, b); keepiton.CodeOf(err) == keepiton.TooLarge {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		use := diskUse(t, s, dir) - before
		t.Logf("%d reports of %d bytes take %.2f of the quota", n, len(text), float64(use)/quota)
		if use > quota || use < quota/8 {
			t.Errorf("%d reports of %d bytes take %d bytes of the disk, the quota is %d", n, len(text), use, quota)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// diskUse is what the files take up, the log emptied.
func diskUse(t *testing.T, s *blind.Store, dir string) (bytes int64) {
	t.Helper()
	if _, err := s.Write.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"sealed.db*", "sealed/*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			var st syscall.Stat_t
			if err := syscall.Stat(name, &st); err != nil {
				t.Fatal(err)
			}
			bytes += st.Blocks * 512
		}
	}
	return bytes
}
