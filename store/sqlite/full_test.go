package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/relational"
)

// fillUp stores incidents until the engine refuses, and returns how many it
// acknowledged.
func fillUp(t *testing.T, s *relational.Store) int {
	t.Helper()
	for n := range 5000 {
		inc := keepiton.Incident{State: keepiton.Published, Summary: randomWords(n)}
		_, err := s.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: time.Unix(1_700_000_000, 0), Role: keepiton.RoleEditor, Incident: inc}})
		if err != nil {
			if keepiton.CodeOf(err) != keepiton.Unavailable {
				t.Errorf("a full disk is told as %q: %v", keepiton.CodeOf(err), err)
			}
			if n < 10 {
				t.Fatalf("full after %d incidents already: %v", n, err)
			}
			return n
		}
	}
	t.Fatal("the disk never filled up")
	return 0
}

// randomWords does not compress well.
func randomWords(seed int) string {
	var b strings.Builder
	x := uint64(seed)*2 + 1
	for range 300 {
		x = x*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&b, "%x ", x>>20)
	}
	return b.String()
}

func checkFull(t *testing.T, s *relational.Store, want int) {
	t.Helper()
	p, err := s.List(t.Context(), store.Query{Limit: 1000, Sort: store.ByID})
	if err != nil || p.Total != want {
		t.Fatalf("%d incidents are there, %d were acknowledged, %v", p.Total, want, err)
	}
	for i, rev := range p.Items {
		if rev.Incident.Summary != randomWords(i) {
			t.Errorf("%s is not what was stored", rev.Incident.ID)
		}
	}
	checkWhole(t, s)
}

func TestFullFileRefusesCleanlyAndGoesOnLater(t *testing.T) {
	file := filepath.Join(t.TempDir(), "record.db")
	s, err := Open(t.Context(), file, Options{MaxPages: 300})
	if err != nil {
		t.Fatal(err)
	}
	n := fillUp(t, s)
	checkFull(t, s, n)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), file, Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	checkFull(t, s, n)
	storeOne(t, s, n)
	checkFull(t, s, n+1)
}

func storeOne(t *testing.T, s *relational.Store, n int) {
	t.Helper()
	inc := keepiton.Incident{State: keepiton.Published, Summary: randomWords(n)}
	if _, err := s.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: time.Unix(1_700_000_000, 0), Role: keepiton.RoleEditor, Incident: inc}}); err != nil {
		t.Fatalf("a write after space came back: %v", err)
	}
}

// TestFullDiskRefusesCleanlyAndGoesOnLater runs on a real file system of 4 MiB
// where the test may mount one. The same handle goes on when there is room.
func TestFullDiskRefusesCleanlyAndGoesOnLater(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("SKIPPED: mounting a small tmpfs: %v; the test with a bounded file covers the rest", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), filepath.Join(dir, "record.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := fillUp(t, s)
	checkFull(t, s, n)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	storeOne(t, s, n)
	checkFull(t, s, n+1)
}

func TestBackupIsTheWholeRecordWhileOthersWrite(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), filepath.Join(dir, "record.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range 20 {
		storeOne(t, s, n)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 20; ; n++ {
			select {
			case <-stop:
				return
			default:
				storeOne(t, s, n)
			}
		}
	}()
	copied := filepath.Join(dir, "copy of it's.db")
	err = s.Backup(t.Context(), copied)
	close(stop)
	<-stopped
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), copied); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("a backup over a file: %v", err)
	}
	b, err := Open(t.Context(), copied, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	p, err := b.List(t.Context(), store.Query{})
	if err != nil || p.Total < 20 {
		t.Fatalf("the copy has %d incidents, %v", p.Total, err)
	}
	checkFull(t, b, p.Total)
}
