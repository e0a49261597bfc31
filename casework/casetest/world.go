package casetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

// World is a server's stores with a clock, and one way to reach them.
type World struct {
	testing.TB
	Record store.Store
	Sealed store.Sealed
	Budget *casework.Budget
	Now    func() time.Time

	mu    sync.Mutex
	clock time.Time
	limit int
	form  Form
}

// Form gives an account its way to the server of w, in the form under test; the
// way starts at w.Local.
type Form func(w *World, who casework.Account) casework.Server

// Open makes empty stores in a folder, with the clock now.
type Open func(ctx context.Context, folder string, now func() time.Time) (store.Store, store.Sealed, error)

// NewWorld makes a world of empty stores, with a clock that its tests move.
func NewWorld(tb testing.TB, open Open, form Form) *World {
	tb.Helper()
	w := &World{TB: tb, clock: time.Date(2026, 11, 25, 13, 7, 9, 0, time.UTC), limit: 100, form: form}
	w.Now = func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.clock }
	record, sealed, err := open(tb.Context(), tb.TempDir(), w.Now)
	w.must(err)
	tb.Cleanup(func() { _ = record.Close(); _ = sealed.Close() })
	w.fill(record, sealed)
	return w
}

// Over makes a world of stores that are there, for tests of what is built on a
// Server. An account may open so many bodies a day as it usually may.
func Over(tb testing.TB, record store.Store, sealed store.Sealed, now func() time.Time) *World {
	w := &World{TB: tb, Now: now, limit: casework.DefaultBudget}
	w.fill(record, sealed)
	return w
}

func (w *World) fill(record store.Store, sealed store.Sealed) {
	w.Record, w.Sealed = record, sealed
	w.Budget = &casework.Budget{Counter: record, Now: w.Now, Limit: func(context.Context) (int, error) { w.mu.Lock(); defer w.mu.Unlock(); return w.limit, nil }}
}

// Hire makes an account of an analyst.
func (w *World) Hire(name string) casework.Account {
	w.Helper()
	who := casework.Account{Name: name, Role: keepiton.RoleAnalyst, Organization: "Example Org"}
	w.must(w.Record.PutAccount(w.Context(), store.Account{Name: name, Role: who.Role, Organization: who.Organization}))
	return who
}

func (w *World) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *World) allow(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = n
}

// Local is the way of who in this process.
func (w *World) Local(who casework.Account) *casework.Local {
	return &casework.Local{
		Who: who, Sealed: w.Sealed, Budget: w.Budget, Beside: w.Record, Pictures: w.Record,
		Begin: func(ctx context.Context, inc *keepiton.Incident, reason string) (keepiton.Revision, error) {
			draft := inc.Clone()
			draft.ID, draft.State = "", keepiton.Draft
			revs, err := w.Record.Append(ctx, store.Edit{Rev: keepiton.Revision{Recorded: w.Now(), Role: who.Role, Author: who.Name, Reason: reason, Incident: *draft}})
			if err != nil {
				return keepiton.Revision{}, err
			}
			return revs[0], nil
		},
		Tell: func(ctx context.Context, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
			draft := st.Clone()
			draft.ID, draft.State = "", keepiton.Draft
			return w.Record.AppendStory(ctx, 0, keepiton.StoryRevision{Recorded: w.Now(), Role: who.Role, Author: who.Name, Reason: reason, Story: *draft})
		},
		Campaign: w.Record,
		Enrol: func(ctx context.Context, o *keepiton.Organization, reason string) (keepiton.EntryRevision, error) {
			doc, err := json.Marshal(o)
			if err != nil {
				return keepiton.EntryRevision{}, err
			}
			return w.Record.AppendEntry(ctx, keepiton.KindOrganization, 0, keepiton.EntryRevision{State: keepiton.Draft, Recorded: w.Now(), Role: who.Role, Author: who.Name, Reason: reason, Doc: doc}, o.Index())
		},
	}
}

func (w *World) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *World) wantCode(what string, err error, want keepiton.Code) {
	w.Helper()
	if got := keepiton.CodeOf(err); got != want {
		w.Errorf("%s: %v has code %q, want %q", what, err, got, want)
	}
}

// analyst is the way of ana, who may do everything here.
func (w *World) analyst() casework.Server {
	return w.form(w, casework.Account{Name: "ana", Role: keepiton.RoleAnalyst, Organization: "منظمة"})
}

// arrive stores a report of n bytes, which depend on seed.
func (w *World) arrive(seed byte, n int, change func(e *keepiton.Envelope)) (keepiton.Envelope, []byte) {
	w.Helper()
	text := bytes.Repeat([]byte{seed, 'x', seed + 1}, n/3+1)[:n]
	today := w.Now().Truncate(24 * time.Hour)
	e := keepiton.Envelope{Lane: keepiton.LaneOpen, Day: today, Expires: today.AddDate(0, 6, 0), Receipt: receiptOf(seed)}
	if change != nil {
		change(&e)
	}
	body, err := w.Sealed.Stage(w.Context())
	w.must(err)
	_, err = body.Write(text)
	w.must(err)
	stored, _, err := w.Sealed.Accept(w.Context(), e, body)
	w.must(err)
	return stored, text
}

func receiptOf(seed byte) keepiton.ReceiptAddress {
	hash := func(what string) string {
		sum := sha256.Sum256([]byte(what + string(rune(seed))))
		return hex.EncodeToString(sum[:])
	}
	return keepiton.ReceiptAddress{Lookup: hash("lookup")[:32], Reply: "age1pq1" + hash("reply"), Withdraw: hash("withdraw")}
}

// learnt is what somebody knows of a list who asks for what changed alone.
type learnt[T any] struct {
	marks store.Marks
	parts [store.Parts][]T
	came  int // parts, the last time
}

func (l *learnt[T]) ask(do func(known store.Marks, yield func(store.Part[T]) error) error) error {
	l.came = 0
	return do(l.marks, func(p store.Part[T]) error {
		l.came++
		l.marks[p.N], l.parts[p.N] = p.Mark, p.All
		return nil
	})
}

func (l *learnt[T]) all() []T { return slices.Concat(l.parts[:]...) }

// list asks for the envelopes that changed since l was learnt, and returns all.
func (w *World) list(s casework.Server, l *learnt[keepiton.Envelope]) []keepiton.Envelope {
	w.Helper()
	w.must(l.ask(func(known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error {
		return s.Envelopes(w.Context(), known, yield)
	}))
	return l.all()
}
