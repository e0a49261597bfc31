package sqlite

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/store/blind"
)

// TestVerifyNamesEveryFault damages a store in every way that VerifySealed
// looks for, one at a time.
func TestVerifyNamesEveryFault(t *testing.T) {
	exec := func(t *testing.T, s *blind.Store, query string) {
		t.Helper()
		r, err := s.Write.ExecContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := r.RowsAffected(); n == 0 {
			t.Fatalf("%s touched nothing", query)
		}
	}
	oneFile := func(t *testing.T, dir string) string {
		t.Helper()
		f := files(t, dir)
		if len(f) != 1 {
			t.Fatalf("%d files", len(f))
		}
		return filepath.Join(dir, "sealed", f[0].Name())
	}
	for name, c := range map[string]struct {
		damage func(t *testing.T, s *blind.Store, dir string)
		want   string
	}{
		"nothing": {func(*testing.T, *blind.Store, string) {}, ""},
		"a byte of a file": {func(t *testing.T, s *blind.Store, dir string) {
			f, err := os.OpenFile(oneFile(t, dir), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			b := make([]byte, 1)
			if _, err := f.ReadAt(b, 70_000); err != nil {
				t.Fatal(err)
			}
			b[0] ^= 1
			if _, err := f.WriteAt(b, 70_000); err != nil {
				t.Fatal(err)
			}
		}, "chunk 1 of the body: it was changed"},
		"the end of a file": {func(t *testing.T, s *blind.Store, dir string) {
			if err := os.Truncate(oneFile(t, dir), 65_000); err != nil {
				t.Fatal(err)
			}
		}, "chunk 0 of the body: it is cut off"},
		"a file": {func(t *testing.T, s *blind.Store, dir string) {
			if err := os.Remove(oneFile(t, dir)); err != nil {
				t.Fatal(err)
			}
		}, "open a body: no such file"},
		"a file too many": {func(t *testing.T, s *blind.Store, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "sealed", strings.Repeat("ab", 16)), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "1 files belong to no report"},
		"a key": {func(t *testing.T, s *blind.Store, dir string) {
			exec(t, s, `UPDATE body SET key = zeroblob(1056) WHERE data IS NOT NULL`)
		}, "chunk 0 of the body: it was changed"},
		"half a key": {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE body SET key = zeroblob(16)`) }, "the key of the body is damaged"},
		"a body":     {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `DELETE FROM body WHERE data IS NOT NULL`) }, "its body has no key"},
		"a digest": {func(t *testing.T, s *blind.Store, dir string) {
			exec(t, s, `UPDATE envelope SET digest = randomblob(32)`)
		}, "its body is another one"},
		"a size":             {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE envelope SET size = size + 1`) }, "bytes, not"},
		"a counter":          {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE lane SET bytes = bytes + 1`) }, "lane open: its counters are off by 1 bytes, 0 envelopes, 0 new ones"},
		"a state":            {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE envelope SET state = 'read'`) }, "0 bytes, 0 envelopes, 2 new ones"},
		"a row of a report":  {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `DELETE FROM envelope WHERE size > 50000`) }, "a body of no report"},
		"the name of a file": {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `DELETE FROM body_file`) }, "a body that is nowhere"},
		"a name of no body":  {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE body_file SET id = randomblob(16)`) }, "a file of no body"},
		"a tombstone's body": {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE envelope SET gone = 20000`) }, "it is gone, and its body has a key"},
		"an address":         {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE address SET id = randomblob(16)`) }, "a receipt address of no report"},
		"a reply":            {func(t *testing.T, s *blind.Store, dir string) { exec(t, s, `UPDATE reply SET lookup = randomblob(16)`) }, "a reply to no report"},
		"an upload's file": {func(t *testing.T, s *blind.Store, dir string) {
			exec(t, s, `UPDATE upload SET name = (SELECT name FROM body_file)`)
		}, "a file of a body that is also an upload"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openAt(t, dir)
			defer s.Close()
			large, small := make([]byte, 100_000), make([]byte, 3000)
			_, _ = rand.Read(large)
			_, _ = rand.Read(small)
			acceptAt(t, s, time.Now(), 30, large)
			e := acceptAt(t, s, time.Now(), 30, small)
			if err := s.PutReply(t.Context(), e.Receipt.Lookup, []byte("reply")); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(name, "upload") {
				if _, err := s.BeginUpload(t.Context(), 10); err != nil {
					t.Fatal(err)
				}
			}
			c.damage(t, s, dir)
			var problems []string
			if err := s.VerifySealed(t.Context(), func(p string) { problems = append(problems, p) }); err != nil {
				t.Fatal(err)
			}
			all := strings.Join(problems, "\n")
			if c.want == "" && all != "" || !strings.Contains(all, c.want) {
				t.Errorf("found %q, want %q", all, c.want)
			}
			if strings.Contains(all, dir) {
				t.Errorf("a problem names a file: %s", all)
			}
		})
	}
}

// TestFilesAreTheOwnersAloneAndKnowNoHour looks at what the file system keeps.
func TestFilesAreTheOwnersAloneAndKnowNoHour(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 25, 15, 7, 33, 0, time.UTC)
	s, err := OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{Options: blind.Options{Now: func() time.Time { return now }}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	acceptAt(t, s, now, 30, make([]byte, 100_000))
	id, err := s.BeginUpload(t.Context(), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendUpload(t.Context(), id, 0, bytes.NewReader(make([]byte, 70_000))); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	list := files(t, dir)
	if len(list) != 2 {
		t.Fatalf("%d files", len(list))
	}
	folder, err := os.Stat(filepath.Join(dir, "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(list, folder) {
		if f.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %s", f.Name(), f.Mode())
		}
		if !f.ModTime().Equal(day) {
			t.Errorf("%s is of %s", f.Name(), f.ModTime())
		}
	}
	for _, name := range []string{"sealed.db", "sealed.db-wal"} {
		if f, err := os.Stat(filepath.Join(dir, name)); err != nil || f.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, f.Mode(), err)
		}
	}
}

func TestOpenUploadsAreBounded(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), SealedOptions{Options: blind.Options{MaxUploads: 3, MaxUploadBytes: 250_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	begin := func() string {
		t.Helper()
		id, err := s.BeginUpload(t.Context(), 200_000)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	add := func(id string, n int) error {
		end, _, err := s.UploadEnd(t.Context(), id)
		if err == nil {
			_, err = s.AppendUpload(t.Context(), id, end, io.LimitReader(rand.Reader, int64(n)))
		}
		return err
	}
	// The one with the least in it gives way, not those that people wait for.
	a, b, c := begin(), begin(), begin()
	for id, n := range map[string]int{a: 50_000, b: 1, c: 20_000} {
		if err := add(id, n); err != nil {
			t.Fatal(err)
		}
	}
	d := begin()
	for id, want := range map[string]keepiton.Code{a: "", b: keepiton.NotFound, c: "", d: ""} {
		if _, _, err := s.UploadEnd(t.Context(), id); keepiton.CodeOf(err) != want {
			t.Errorf("an upload: %v, want %q", err, want)
		}
	}
	if n := len(files(t, dir)); n != 3 {
		t.Errorf("%d files for 3 uploads", n)
	}
	if err := add(a, 150_000); err != nil {
		t.Fatal(err)
	}
	if err := add(c, 100_000); keepiton.CodeOf(err) != keepiton.RateLimited {
		t.Errorf("beyond what all may hold together: %v", err)
	}
	if err := add(c, 30_000); err != nil {
		t.Errorf("up to what all may hold together: %v", err)
	}
	if _, err := s.BeginUpload(t.Context(), 10); keepiton.CodeOf(err) != keepiton.RateLimited {
		t.Errorf("one more, when they hold all they may: %v", err)
	}
	if err := s.VerifySealed(t.Context(), func(p string) { t.Error(p) }); err != nil {
		t.Fatal(err)
	}
}
