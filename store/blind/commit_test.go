package blind

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // an engine to commit to

	"keepiton"
	"keepiton/store/database"
)

func openForTest(t *testing.T) *Store {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "sealed.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	d := &Dialect{Engine: database.Engine{Name: "sqlite", Goose: goose.DialectSQLite3, Code: func(error) keepiton.Code { return keepiton.Internal }}}
	s, err := Open(t.Context(), db, db, d, filepath.Join(t.TempDir(), "sealed"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// occupy keeps the goroutine that commits busy until release is called, so that
// what is submitted meanwhile ends up in one transaction.
func occupy(t *testing.T, s *Store) (release func()) {
	t.Helper()
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		defer close(done)
		_ = s.change(context.Background(), "wait", func(*database.Transaction) error {
			once.Do(func() { close(begun) })
			<-end
			return nil
		})
	}()
	<-begun
	return func() { close(end); <-done }
}

func put(name string) func(*database.Transaction) error {
	return func(t *database.Transaction) error {
		_, err := t.Exec(`INSERT INTO counter (name, value) VALUES (?, 1)`, name)
		return err
	}
}

func count(t *testing.T, s *Store, name string) (n int) {
	t.Helper()
	if err := s.One(t.Context(), "count", `SELECT count(*) FROM counter WHERE name = ?`, []any{name}, []any{&n}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAChangeThatFailsFailsAlone submits changes that end up in one
// transaction: some good, one that refuses, one that refuses after it has
// written, one that the database refuses.
func TestAChangeThatFailsFailsAlone(t *testing.T) {
	s := openForTest(t)
	release := occupy(t, s)
	refused := keepiton.Errorf(keepiton.TooLarge, "full")
	changes := map[string]struct {
		do   func(*database.Transaction) error
		want keepiton.Code
	}{
		"a": {put("a"), ""},
		"b": {func(*database.Transaction) error { return refused }, keepiton.TooLarge},
		"c": {func(t *database.Transaction) error {
			if err := put("c")(t); err != nil {
				return err
			}
			return refused
		}, keepiton.TooLarge},
		"d": {func(t *database.Transaction) error {
			_, err := t.Exec(`INSERT INTO nowhere VALUES (1)`)
			return err
		}, keepiton.Internal},
		"e": {put("e"), ""},
		"f": {func(t *database.Transaction) error {
			if err := put("f")(t); err != nil {
				return err
			}
			return errors.New("no code")
		}, keepiton.Internal},
	}
	var wg sync.WaitGroup
	for name, c := range changes {
		wg.Go(func() {
			if err := s.change(context.Background(), "test", c.do); keepiton.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		})
	}
	for len(s.commits.jobs) < len(changes) { // until all wait for the same transaction
		runtime.Gosched()
	}
	release()
	wg.Wait()
	for name, c := range changes {
		want := 0
		if c.want == "" {
			want = 1
		}
		if got := count(t, s, name); got != want {
			t.Errorf("%s is there %d times, want %d", name, got, want)
		}
	}
}

func TestAChangeThatWaitsEndsWithItsContext(t *testing.T) {
	s := openForTest(t)
	release := occupy(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() { failed <- s.change(ctx, "test", put("never")) }()
	for len(s.commits.jobs) == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-failed; keepiton.CodeOf(err) != keepiton.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	release()
	if err := s.change(context.Background(), "test", put("after")); err != nil {
		t.Fatal(err)
	}
	if count(t, s, "never") != 0 || count(t, s, "after") != 1 {
		t.Error("a change was made whose caller had gone, or one was not")
	}
}

// TestAChangeUnderWayIsWaitedFor ends the context when it is too late: what may
// be stored is told as stored.
func TestAChangeUnderWayIsWaitedFor(t *testing.T) {
	s := openForTest(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := s.change(ctx, "test", func(t *database.Transaction) error {
		cancel()
		return put("there")(t)
	})
	if err != nil || count(t, s, "there") != 1 {
		t.Errorf("%v, stored %d times", err, count(t, s, "there"))
	}
}

func TestCloseWaitsForWhatWasBegun(t *testing.T) {
	s := openForTest(t)
	release := occupy(t, s)
	done := make(chan error)
	go func() { done <- s.change(context.Background(), "test", put("last")) }()
	for len(s.commits.jobs) == 0 {
		runtime.Gosched()
	}
	closed := make(chan struct{})
	go func() { s.commits.close(); close(closed) }()
	release()
	if err := <-done; err != nil {
		t.Errorf("a change that waited: %v", err)
	}
	<-closed
	if count(t, s, "last") != 1 {
		t.Error("it was told as stored and is not there")
	}
	if err := s.change(context.Background(), "test", put("late")); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("a change after the end: %v", err)
	}
	s.commits.close() // twice is once
}
