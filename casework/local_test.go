package casework_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/casework/casetest"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// stores opens real ones.
func stores(ctx context.Context, folder string, now func() time.Time) (store.Store, store.Sealed, error) {
	record, err := sqlite.Open(ctx, filepath.Join(folder, "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		return nil, nil, err
	}
	opt := sqlite.SealedOptions{}
	opt.Now = now
	sealed, err := sqlite.OpenSealed(ctx, filepath.Join(folder, "sealed.db"), filepath.Join(folder, "sealed"), opt)
	return record, sealed, err
}

func TestLocalKeepsThePromisesOfAServer(t *testing.T) {
	casetest.Run(t, stores, func(w *casetest.World, who casework.Account) casework.Server { return w.Local(who) })
}

func TestAWayThatLivesOnFollowsTheAccount(t *testing.T) {
	w := casetest.NewWorld(t, stores, nil)
	l := w.Local(casework.Account{})
	who, gone := casework.Account{Name: "ana", Role: keepiton.RoleAnalyst}, error(nil)
	l.Live = func(context.Context) (casework.Account, error) { return who, gone }
	if a, err := l.Account(t.Context()); err != nil || a.Name != "ana" {
		t.Errorf("got %+v, %v", a, err)
	}
	who.Role = keepiton.RoleReader
	if _, err := l.Usage(t.Context()); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("as a reader: %v", err)
	}
	gone = keepiton.Errorf(keepiton.Unsigned, "disabled")
	if _, err := l.Usage(t.Context()); keepiton.CodeOf(err) != keepiton.Unsigned {
		t.Errorf("disabled: %v", err)
	}
}

func TestABodyThatIsNotTheOneThatArrivedFails(t *testing.T) {
	text := []byte("what arrived")
	e := keepiton.Envelope{ID: "e", Size: int64(len(text)), Digest: sha256.Sum256(text)}
	for what, body := range map[string]string{"the same": "what arrived", "shorter": "what arrive", "longer": "what arrived!", "other": "what arriveD", "nothing": ""} {
		got, err := io.ReadAll(casework.Checked(io.NopCloser(strings.NewReader(body)), e))
		if (what == "the same") != (err == nil) || what != "the same" && keepiton.CodeOf(err) != keepiton.Internal {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
}

func TestTheLogTellsHowManyWereOpenedAndNeverWhich(t *testing.T) {
	var log bytes.Buffer
	w := casetest.NewWorld(t, stores, nil)
	w.Budget.Log = slog.New(slog.NewTextHandler(&log, nil))
	for i := range 100 {
		if err := w.Budget.Open(t.Context(), "ana", keepiton.EnvelopeID(strings.Repeat("ab", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Budget.Open(t.Context(), "ana", "one more"); keepiton.CodeOf(err) != keepiton.RateLimited {
		t.Errorf("beyond the budget: %v", err)
	}
	for line, want := range map[string]int{"account=ana today=1\n": 1, "account=ana today=50\n": 1, "account=ana today=51\n": 0, "used up": 1, "abab": 0} {
		if got := strings.Count(log.String(), line); got != want {
			t.Errorf("%q stands %d times in the log, want %d:\n%s", line, got, want, log.String())
		}
	}
}

func TestABudgetThatCannotBeReadOpensNothing(t *testing.T) {
	w := casetest.NewWorld(t, stores, nil)
	broken := errors.New("no setting")
	w.Budget.Limit = func(context.Context) (int, error) { return 0, broken }
	if err := w.Budget.Open(t.Context(), "ana", "e"); !errors.Is(err, broken) {
		t.Errorf("it opened: %v", err)
	}
}
