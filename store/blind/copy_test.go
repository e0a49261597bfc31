package blind

import (
	"bytes"
	"crypto/rand"
	"io"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// in stores a report of a body with text.
func in(t *testing.T, s *Store, text []byte) keepiton.Envelope {
	t.Helper()
	b, err := s.Stage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write(text); err != nil {
		t.Fatal(err)
	}
	e, _, err := s.Accept(t.Context(), today(), b)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func today() keepiton.Envelope {
	day := time.Now()
	return keepiton.Envelope{Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, 30)}
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func verify(t *testing.T, s *Store) {
	t.Helper()
	if err := s.VerifySealed(t.Context(), func(p string) { t.Errorf("verify: %s", p) }); err != nil {
		t.Fatal(err)
	}
}

// TestABackupFollowsWhatChangesBehindItsRows changes the store between the
// copying of rows and that of files: one report is destroyed, and a night passes.
func TestABackupFollowsWhatChangesBehindItsRows(t *testing.T) {
	s, to := openForTest(t), openForTest(t)
	stays, goes := in(t, s, random(100_000)), in(t, s, random(100_000))
	small := in(t, s, random(1000))
	if err := s.copyRows(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if err := s.Destroy(t.Context(), goes.ID, keepiton.EnvelopeWithdrawn, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.opt.Now = func() time.Time { return time.Now().AddDate(0, 0, 1) }
	if _, err := s.Expire(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	ids, err := to.withFiles(t.Context())
	if err != nil || len(ids) != 2 {
		t.Fatalf("%d bodies have files, %v", len(ids), err)
	}
	for _, id := range ids {
		if err := s.copyFile(t.Context(), to, id); err != nil {
			t.Fatal(err)
		}
	}
	verify(t, to)
	want, err := s.Envelope(t.Context(), goes.ID)
	if got, err2 := to.Envelope(t.Context(), goes.ID); err != nil || err2 != nil || got != want {
		t.Errorf("what was destroyed meanwhile is %+v, %v, want %+v, %v", got, err2, want, err)
	}
	for _, e := range []keepiton.Envelope{stays, small} {
		if got, err := to.Envelope(t.Context(), e.ID); err != nil || got != e {
			t.Errorf("%+v, %v, want %+v", got, err, e)
		}
	}
}

// TestAnUnansweredCommitIsNotADuplicate runs the same change twice, as the
// committer does when a commit fails and has been made all the same.
func TestAnUnansweredCommitIsNotADuplicate(t *testing.T) {
	s := openForTest(t)
	for _, size := range []int{1000, 100_000} {
		text := random(size)
		b := s.newBody(s.today())
		if _, err := b.Write(text); err != nil {
			t.Fatal(err)
		}
		e := today()
		change, err := newIncoming(&e)
		if err != nil {
			t.Fatal(err)
		}
		if change.body, err = b.finish(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.change(t.Context(), "accept", change.store); err != nil || change.again {
				t.Fatalf("again %v, %v", change.again, err)
			}
		}
		if err := b.release(!change.again); err != nil {
			t.Fatal(err)
		}
		r, err := s.OpenBody(t.Context(), change.stored.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
			t.Errorf("the body is another one, %v", err)
		}
		_ = r.Close()
	}
	if u, err := s.Usage(t.Context()); err != nil || u[keepiton.LaneOpen].Count != 2 {
		t.Errorf("%+v, %v", u, err)
	}
	verify(t, s)
}

// TestTheNightLeavesDamageAsItIs settles beside a body that cannot be read.
func TestTheNightLeavesDamageAsItIs(t *testing.T) {
	s := openForTest(t)
	large, small := in(t, s, random(100_000)), in(t, s, random(1000))
	good := in(t, s, random(70_000))
	if err := s.Transaction(t.Context(), "damage", func(t *database.Transaction) error {
		_, err := t.Exec(`UPDATE body SET key = zeroblob(?) WHERE id <> (SELECT id FROM envelope WHERE size = 70000)`, keyOffset+32)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.opt.Now = func() time.Time { return time.Now().AddDate(0, 0, 1) }
	for range 2 {
		if _, err := s.Expire(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	var damaged []string
	if err := s.VerifySealed(t.Context(), func(p string) { damaged = append(damaged, p) }); err != nil || len(damaged) != 2 {
		t.Errorf("%q, %v, want the two that were damaged", damaged, err)
	}
	n := 0
	if err := s.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error { n++; return nil }); err != nil || n != 3 {
		t.Errorf("%d reports, %v", n, err)
	}
	for _, e := range []keepiton.Envelope{large, small, good} {
		if got, err := s.Envelope(t.Context(), e.ID); err != nil || got != e {
			t.Errorf("%+v, %v, want %+v", got, err, e)
		}
	}
}
