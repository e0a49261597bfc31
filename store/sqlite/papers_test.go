package sqlite

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// TestOldNotesBelongToTheirReports: before migration 3 a note about a report had
// its id and nothing else, and stayed when the report was withdrawn.
func TestOldNotesBelongToTheirReports(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sealed.db")
	open := func() store.Sealed {
		s, err := OpenSealed(t.Context(), file, filepath.Join(dir, "sealed"), SealedOptions{})
		must(t, err)
		return s
	}
	s := open()
	report := func() keepiton.EnvelopeID {
		b, err := s.Stage(t.Context())
		must(t, err)
		text := make([]byte, 100)
		_, _ = rand.Read(text)
		_, err = b.Write(text)
		must(t, err)
		today := time.Now()
		e, _, err := s.Accept(t.Context(), keepiton.Envelope{Lane: keepiton.LaneOpen, Day: today, Expires: today.AddDate(0, 0, 30)}, b)
		must(t, err)
		return e.ID
	}
	here, gone := report(), report()
	must(t, s.Destroy(t.Context(), gone, keepiton.EnvelopeWithdrawn, time.Now()))
	must(t, s.Close())

	// As the last release left it.
	db, err := openDB("file:" + file)
	must(t, err)
	for _, q := range []string{
		`DROP INDEX paper_about`, `DROP INDEX paper_version`, `ALTER TABLE paper DROP COLUMN about`, `ALTER TABLE envelope DROP COLUMN version`, `DELETE FROM migration WHERE version_id = 3`,
		fmt.Sprintf(`INSERT INTO paper (id, kind, version, sealed) VALUES (x'%s', 'note', 4, x'01'), (x'%s', 'note', 2, x'02'), (x'00112233445566778899aabbccddeeff', 'case', 1, x'03')`, here, gone),
	} {
		_, err := db.ExecContext(t.Context(), q)
		must(t, err)
	}
	must(t, db.Close())

	s = open()
	defer s.Close()
	if p, err := s.Paper(t.Context(), string(here)); err != nil || p.About != here || p.Version != 4 {
		t.Errorf("the note about a report: %+v, %v", p, err)
	}
	if _, err := s.Paper(t.Context(), string(gone)); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the note about a report that was withdrawn: %v", err)
	}
	if p, err := s.Paper(t.Context(), "00112233445566778899aabbccddeeff"); err != nil || p.About != "" {
		t.Errorf("the case: %+v, %v", p, err)
	}
	parts := map[string]int{}
	must(t, s.EnvelopeParts(t.Context(), store.Marks{}, func(p store.Part[keepiton.Envelope]) error { parts["envelopes"] += len(p.All); return nil }))
	must(t, s.PaperParts(t.Context(), store.Marks{}, func(p store.Part[store.PaperVersion]) error { parts["papers"] += len(p.All); return nil }))
	if parts["envelopes"] != 2 || parts["papers"] != 2 {
		t.Errorf("it lists %v", parts)
	}
	must(t, s.Destroy(t.Context(), here, keepiton.EnvelopeWithdrawn, time.Now()))
	if _, err := s.Paper(t.Context(), string(here)); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the note is there after its report was withdrawn: %v", err)
	}
	must(t, s.VerifySealed(t.Context(), func(problem string) { t.Error(problem) }))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
