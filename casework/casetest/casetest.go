// Package casetest holds the promises of casework.Server as tests, on real
// stores. A form of it is done when [Run] passes.
package casetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
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

// Run tests every promise.
func Run(t *testing.T, open Open, form Form) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, w *World, s casework.Server)
	}{
		{"TheAccountSaysWhoAsks", accounts},
		{"EnvelopesComeWithTheLookupAlone", envelopes},
		{"WhatChangedComesAlone", unchanged},
		{"TombstonesComeInPlaceOfReports", tombstones},
		{"BodiesComeWholeOrFail", bodies},
		{"ABudgetEndsTheDay", budget},
		{"TheDeskSetsItsStatesAlone", states},
		{"AReceiptIsRegisteredOnce", registered},
		{"RepliesReachTheReceipt", replies},
		{"PapersChangeByVersion", papers},
		{"PapersGoWithTheirReport", papersGo},
		{"PapersComeByTheHundred", manyPapers},
		{"UsageIsThatOfTheLanes", usage},
		{"ADraftIsADraft", drafts},
		{"AStoryIsADraftOfItsReport", storyDrafts},
		{"AnOrganizationIsADraftOfItsApplication", organizationDrafts},
		{"TheRecordStandsBeside", record},
		{"PicturesAreKeptUnderTheirHash", pictures},
		{"ReadersMayNothing", readers},
		{"AnEndedContextEndsTheCall", ended},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := NewWorld(t, open, form)
			c.test(t, w, w.analyst())
		})
	}
}

func accounts(t *testing.T, w *World, s casework.Server) {
	a, err := s.Account(t.Context())
	if want := (casework.Account{Name: "ana", Role: keepiton.RoleAnalyst, Organization: "منظمة", Budget: 100}); err != nil || a != want {
		t.Errorf("got %+v, %v", a, err)
	}
}

func envelopes(t *testing.T, w *World, s casework.Server) {
	var want []keepiton.Envelope
	for i := range 7 {
		e, _ := w.arrive(byte(i), 4096, func(e *keepiton.Envelope) {
			if i == 3 {
				e.Lane, e.Work, e.Open = keepiton.LaneWork, 20, keepiton.OpenFields{Country: "ET", Day: "2026-11-24", Kind: "mobile"}
			}
		})
		want = append(want, e)
	}
	slices.SortFunc(want, func(a, b keepiton.Envelope) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	got := w.list(s, &learnt[keepiton.Envelope]{})
	if len(got) != len(want) {
		t.Fatalf("%d envelopes", len(got))
	}
	for i := range want {
		whole, err := s.Envelope(t.Context(), want[i].ID)
		if err != nil || whole != want[i] {
			t.Errorf("whole: got %+v, %v, want %+v", whole, err, want[i])
		}
		lean := want[i]
		lean.Receipt = keepiton.ReceiptAddress{Lookup: lean.Receipt.Lookup}
		if got[i] != lean {
			t.Errorf("listed: got %+v, want %+v", got[i], lean)
		}
	}
	_, err := s.Envelope(t.Context(), "00000000000000000000000000000000")
	w.wantCode("no such envelope", err, keepiton.NotFound)
	stop := fmt.Errorf("enough")
	n := 0
	err = s.Envelopes(t.Context(), store.Marks{}, func(store.Part[keepiton.Envelope]) error { n++; return stop })
	if err != stop || n != 1 {
		t.Errorf("after %d the list ended with %v", n, err)
	}
}

func unchanged(t *testing.T, w *World, s casework.Server) {
	var l learnt[keepiton.Envelope]
	wantParts := func(what string, want int) {
		t.Helper()
		if w.list(s, &l); l.came != want {
			t.Errorf("%s: %d parts came, want %d", what, l.came, want)
		}
	}
	wantParts("an empty shelf", 0)
	e, _ := w.arrive(1, 100, nil)
	wantParts("after one came", 1)
	wantParts("when nothing changed", 0)
	w.must(w.Sealed.SetState(t.Context(), e.ID, keepiton.EnvelopeRead))
	wantParts("after a state was set", 1)
	if all := l.all(); len(all) != 1 || all[0].State != keepiton.EnvelopeRead {
		t.Errorf("what is known: %+v", all)
	}
	_, err := w.Sealed.PutPaper(t.Context(), store.Paper{ID: "0123456789abcdef0123456789abcdef", Kind: "note", Sealed: []byte("n")}, 0)
	w.must(err)
	wantParts("after a paper was put", 0)
	for i := range 300 {
		w.arrive(byte(i), 101+i/256, func(e *keepiton.Envelope) { e.Receipt = keepiton.ReceiptAddress{} })
	}
	if all := w.list(s, &l); len(all) != 301 || !slices.IsSortedFunc(all, func(a, b keepiton.Envelope) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) }) {
		t.Errorf("%d are known, of 301 in order of id", len(all))
	}
}

func tombstones(t *testing.T, w *World, s casework.Server) {
	var l learnt[keepiton.Envelope]
	e, _ := w.arrive(1, 100, nil)
	w.arrive(2, 100, nil)
	w.list(s, &l)
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, w.Now()))
	all := w.list(s, &l)
	got := slices.DeleteFunc(slices.Clone(all), func(e keepiton.Envelope) bool { return e.Gone.IsZero() })
	if len(all) != 2 || len(got) != 1 || got[0].ID != e.ID || got[0].State != keepiton.EnvelopeWithdrawn || !got[0].Gone.Equal(w.Now().Truncate(24*time.Hour)) || got[0].Receipt.Lookup != e.Receipt.Lookup {
		t.Errorf("of %d, tombstones: %+v", len(all), got)
	}
	_, err := s.Body(t.Context(), e.ID)
	w.wantCode("body of what was withdrawn", err, keepiton.NotFound)
	w.wantCode("state of what was withdrawn", s.SetState(t.Context(), e.ID, keepiton.EnvelopeRead), keepiton.Conflict)
}

func bodies(t *testing.T, w *World, s casework.Server) {
	for i, n := range []int{1, 4096, 3 << 20} {
		e, want := w.arrive(byte(i), n, nil)
		body, err := s.Body(t.Context(), e.ID)
		w.must(err)
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d, %v", n, len(got), err)
		}
		w.must(body.Close())
	}
	_, err := s.Body(t.Context(), "00000000000000000000000000000000")
	w.wantCode("no such envelope", err, keepiton.NotFound)
}

func budget(t *testing.T, w *World, s casework.Server) {
	var ids []keepiton.EnvelopeID
	for i := range 4 {
		e, _ := w.arrive(byte(i), 100, nil)
		ids = append(ids, e.ID)
	}
	w.allow(2)
	open := func(s casework.Server, id keepiton.EnvelopeID, want keepiton.Code) {
		t.Helper()
		body, err := s.Body(t.Context(), id)
		w.wantCode("open", err, want)
		if err == nil {
			_, _ = io.Copy(io.Discard, body)
			body.Close()
		}
	}
	open(s, ids[0], "")
	open(s, ids[1], "")
	open(s, ids[0], "") // once more is no more
	open(s, ids[2], keepiton.RateLimited)
	if a, err := s.Account(t.Context()); err != nil || a.Opened != 2 || a.Budget != 2 {
		t.Errorf("the account: %+v, %v", a, err)
	}
	ben := w.form(w, casework.Account{Name: "ben", Role: keepiton.RoleEditor})
	open(ben, ids[2], "")
	w.pass(24 * time.Hour)
	open(s, ids[2], "")
	open(s, ids[3], "")
	open(s, ids[0], keepiton.RateLimited)
}

func states(t *testing.T, w *World, s casework.Server) {
	e, _ := w.arrive(1, 100, nil)
	for _, state := range []keepiton.EnvelopeState{keepiton.EnvelopeRead, keepiton.EnvelopeAsked, keepiton.EnvelopeUsed, keepiton.EnvelopeUnverified, keepiton.EnvelopeUnpublished, keepiton.EnvelopeAnswered, keepiton.EnvelopeSpam, keepiton.EnvelopeNew} {
		w.must(s.SetState(t.Context(), e.ID, state))
		if got, err := s.Envelope(t.Context(), e.ID); err != nil || got.State != state {
			t.Errorf("it is %s, %v, want %s", got.State, err, state)
		}
	}
	for _, state := range []keepiton.EnvelopeState{keepiton.EnvelopeWithdrawn, keepiton.EnvelopeExpired, "published", ""} {
		w.wantCode("state "+string(state), s.SetState(t.Context(), e.ID, state), keepiton.Invalid)
	}
	w.wantCode("no such envelope", s.SetState(t.Context(), "00000000000000000000000000000000", keepiton.EnvelopeRead), keepiton.NotFound)
}

func registered(t *testing.T, w *World, s casework.Server) {
	e, _ := w.arrive(1, 100, func(e *keepiton.Envelope) { e.Lane, e.Receipt = keepiton.LaneMail, keepiton.ReceiptAddress{} })
	w.must(s.Register(t.Context(), e.ID, receiptOf(9)))
	if got, err := s.Envelope(t.Context(), e.ID); err != nil || got.Receipt != receiptOf(9) {
		t.Errorf("receipt %+v, %v", got.Receipt, err)
	}
	w.wantCode("another receipt", s.Register(t.Context(), e.ID, receiptOf(8)), keepiton.Conflict)
}

func replies(t *testing.T, w *World, s casework.Server) {
	e, _ := w.arrive(1, 100, nil)
	one, two := bytes.Repeat([]byte{0, 255, '\n'}, 1000), bytes.Repeat([]byte("z"), store.MaxReplyBytes)
	w.must(s.PutReply(t.Context(), e.Receipt.Lookup, one))
	w.must(s.PutReply(t.Context(), e.Receipt.Lookup, two))
	got, err := w.Sealed.Replies(t.Context(), e.Receipt.Lookup)
	if err != nil || len(got) != 2 || !bytes.Equal(got[0], one) || !bytes.Equal(got[1], two) {
		t.Errorf("%d replies, %v", len(got), err)
	}
	w.wantCode("a long reply", s.PutReply(t.Context(), e.Receipt.Lookup, append(two, 'z')), keepiton.TooLarge)
}

// paper asks for one; nil if there is none.
func (w *World) paper(s casework.Server, id string) (found *store.Paper) {
	w.Helper()
	w.must(s.Papers(w.Context(), []string{"00000000000000000000000000000000", id}, func(p store.Paper) error { found = &p; return nil }))
	return found
}

func papers(t *testing.T, w *World, s casework.Server) {
	const id, other = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	e, _ := w.arrive(1, 100, nil)
	p := store.Paper{ID: id, Kind: "case", Sealed: bytes.Repeat([]byte{0, 1, 255, '\n'}, store.MaxPaper/4)}
	version, err := s.PutPaper(t.Context(), p, 0)
	w.must(err)
	note := store.Paper{ID: other, Kind: "note", About: e.ID, Sealed: []byte("n")}
	note.Version, err = s.PutPaper(t.Context(), note, 0)
	w.must(err)
	if got := w.paper(s, id); got == nil || got.ID != id || got.Kind != "case" || got.Version != version || got.About != "" || !bytes.Equal(got.Sealed, p.Sealed) {
		t.Errorf("the case is not what was put: %v", got != nil)
	}
	if got := w.paper(s, other); got == nil || !reflect.DeepEqual(*got, note) {
		t.Errorf("the note is %+v", got)
	}
	var l learnt[store.PaperVersion]
	known := func(want ...store.PaperVersion) {
		t.Helper()
		w.must(l.ask(func(known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
			return s.PaperParts(t.Context(), known, yield)
		}))
		if got := l.all(); !slices.Equal(got, want) {
			t.Errorf("the papers are %v, want %v", got, want)
		}
	}
	known(store.PaperVersion{ID: id, Version: version}, store.PaperVersion{ID: other, Version: note.Version})
	p.Sealed = []byte("changed")
	next, err := s.PutPaper(t.Context(), p, version)
	if err != nil || next <= version {
		t.Errorf("version %d after %d, %v", next, version, err)
	}
	if known(store.PaperVersion{ID: id, Version: next}, store.PaperVersion{ID: other, Version: note.Version}); l.came != 1 {
		t.Errorf("%d parts came after one change", l.came)
	}
	_, err = s.PutPaper(t.Context(), p, version)
	w.wantCode("on an old version", err, keepiton.Conflict)
	_, err = s.PutPaper(t.Context(), p, 0)
	w.wantCode("as a new one", err, keepiton.Conflict)
	p.Sealed = make([]byte, store.MaxPaper+1)
	_, err = s.PutPaper(t.Context(), p, next)
	w.wantCode("too large", err, keepiton.TooLarge)
	stop := fmt.Errorf("enough")
	if err := s.Papers(t.Context(), []string{id, other}, func(store.Paper) error { return stop }); err != stop {
		t.Errorf("the list ended with %v", err)
	}
	w.must(s.DeletePaper(t.Context(), id))
	if known(store.PaperVersion{ID: other, Version: note.Version}); w.paper(s, id) != nil || l.came != 1 {
		t.Errorf("a removed paper is there; %d parts came", l.came)
	}
	w.wantCode("too many at one time", s.Papers(t.Context(), make([]string, casework.MaxPapers+1), nil), keepiton.TooLarge)
}

func papersGo(t *testing.T, w *World, s casework.Server) {
	e, _ := w.arrive(1, 100, nil)
	note := store.Paper{ID: "0123456789abcdef0123456789abcdef", Kind: "note", About: e.ID, Sealed: []byte("n")}
	version, err := s.PutPaper(t.Context(), note, 0)
	w.must(err)
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, w.Now()))
	if w.paper(s, note.ID) != nil {
		t.Error("the paper about what was withdrawn is there")
	}
	_, err = s.PutPaper(t.Context(), note, version)
	w.wantCode("a change of it", err, keepiton.Conflict)
	_, err = s.PutPaper(t.Context(), note, 0)
	w.wantCode("a new one about it", err, keepiton.Conflict)
}

// manyPapers come each once, in the order that they are asked for, also over a
// line that breaks.
func manyPapers(t *testing.T, w *World, s casework.Server) {
	var ids, got []string
	for i := range 150 {
		id := hex.EncodeToString(bytes.Repeat([]byte{byte(7 * i)}, 16))
		_, err := s.PutPaper(t.Context(), store.Paper{ID: id, Kind: "note", Sealed: bytes.Repeat([]byte{byte(i)}, 20_000)}, 0)
		w.must(err)
		ids = append(ids, id)
	}
	w.must(s.Papers(t.Context(), ids, func(p store.Paper) error {
		if want := bytes.Repeat([]byte{byte(len(got))}, 20_000); !bytes.Equal(p.Sealed, want) {
			t.Errorf("paper %d is another", len(got))
		}
		got = append(got, p.ID)
		return nil
	}))
	if !slices.Equal(got, ids) {
		t.Errorf("%d papers came, want %d in their order", len(got), len(ids))
	}
}

func usage(t *testing.T, w *World, s casework.Server) {
	w.arrive(1, 100, nil)
	w.arrive(2, 100, func(e *keepiton.Envelope) { e.Lane = keepiton.LaneSMS })
	got, err := s.Usage(t.Context())
	want, err2 := w.Sealed.Usage(t.Context())
	if err != nil || err2 != nil || got[keepiton.LaneSMS] != want[keepiton.LaneSMS] || got[keepiton.LaneOpen].Count != 1 || got[keepiton.LaneOpen].New != 1 {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func anIncident(words string) *keepiton.Incident {
	return &keepiton.Incident{
		Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 11, 20), End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places:   []keepiton.Place{{Words: words, Country: "ET", Confidence: 1}}, Kinds: []string{"shutdown"}, Summary: words,
		Sources: []keepiton.Source{{ID: "s1", Kind: keepiton.KindReport, Confidential: true}},
	}
}

func drafts(t *testing.T, w *World, s casework.Server) {
	inc := anIncident("መቀሌ & <b>")
	inc.ID, inc.State = "KIO-1999-0001", keepiton.Published
	rev, err := s.Draft(t.Context(), inc, "four reports")
	if err != nil || rev.Incident.State != keepiton.Draft || rev.Incident.ID == inc.ID || rev.Incident.Summary != inc.Summary || rev.N != 1 || rev.Reason != "four reports" {
		t.Fatalf("got %+v, %v", rev, err)
	}
	stored, err := w.Record.Get(t.Context(), rev.Incident.ID, time.Time{})
	if err != nil || stored.Author != "ana" || !stored.Incident.RestsOnReports() {
		t.Errorf("stored %+v, %v", stored, err)
	}
}

func storyDrafts(t *testing.T, w *World, s casework.Server) {
	st := &keepiton.Story{
		ID: "KIS-1999-0001", State: keepiton.Published, Lang: "am", Title: "ጥበቃ & <b>", Text: "ሌሊቱን ሙሉ።\n\nማንም አልደወለም።", Harms: []string{"safety"},
		Media: []keepiton.StoryMedia{{SHA256: "00", Type: "image/png", Alt: "በር"}}, Translations: []keepiton.Translation{{Lang: "en", Text: "All night.", Machine: true}},
		Basis: []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"},
	}
	_, err := s.DraftStory(t.Context(), st, "no such report")
	w.wantCode("no such report", err, keepiton.NotFound)
	e, _ := w.arrive(1, 100, nil)
	st.Basis = []keepiton.EnvelopeID{e.ID}
	rev, err := s.DraftStory(t.Context(), st, "one report")
	want := st.Clone()
	want.ID, want.State = rev.Story.ID, keepiton.Draft
	if err != nil || rev.N != 1 || rev.Reason != "one report" || rev.Story.ID == st.ID || !reflect.DeepEqual(&rev.Story, want) {
		t.Fatalf("got %+v, %v", rev, err)
	}
	stored, err := w.Record.Story(t.Context(), rev.Story.ID)
	if err != nil || stored.Author != "ana" || !reflect.DeepEqual(&stored.Story, want) {
		t.Errorf("stored %+v, %v", stored, err)
	}
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, e.Day))
	_, err = s.DraftStory(t.Context(), st, "withdrawn")
	w.wantCode("a report that was withdrawn", err, keepiton.NotFound)
}

func organizationDrafts(t *testing.T, w *World, s casework.Server) {
	o := &keepiton.Organization{Name: "ድምጽ & <b>", Standing: keepiton.StandingMember, Type: "civil_society", Country: "ET", Basis: []keepiton.EnvelopeID{"00112233445566778899aabbccddeeff"}}
	_, err := s.DraftOrganization(t.Context(), o, "no such application")
	w.wantCode("no such application", err, keepiton.NotFound)
	e, _ := w.arrive(1, 100, nil)
	o.Basis = []keepiton.EnvelopeID{e.ID}
	rev, err := s.DraftOrganization(t.Context(), o, "vetted")
	var got keepiton.Organization
	if err == nil {
		err = json.Unmarshal(rev.Doc, &got)
	}
	if err != nil || rev.ID.Kind() != keepiton.KindOrganization || rev.N != 1 || rev.State != keepiton.Draft || rev.Author != "ana" || rev.Reason != "vetted" || !reflect.DeepEqual(&got, o) {
		t.Fatalf("got %+v, %v", rev, err)
	}
	for want, q := range map[int]store.EntryQuery{
		1: {Kind: keepiton.KindOrganization, Desk: true, Facets: map[string][]string{"basis": {string(e.ID)}}},
		0: {Kind: keepiton.KindOrganization, Facets: map[string][]string{"basis": {string(e.ID)}}},
	} {
		page, err := s.Entries(t.Context(), q)
		if err != nil || len(page.Items) != want || page.Total != want || want == 1 && (page.Items[0].ID != rev.ID || !bytes.Equal(page.Items[0].Doc, rev.Doc)) {
			t.Errorf("%+v: %+v, %v", q, page, err)
		}
	}
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, e.Day))
	_, err = s.DraftOrganization(t.Context(), o, "withdrawn")
	w.wantCode("an application that was withdrawn", err, keepiton.NotFound)
}

func record(t *testing.T, w *World, s casework.Server) {
	for _, words := range []string{"Addis Ababa", "Mekelle"} {
		inc := anIncident(words)
		inc.State, inc.Sources = keepiton.Published, nil
		_, err := w.Record.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: w.Now(), Role: keepiton.RoleEditor, Incident: *inc}})
		w.must(err)
	}
	_, err := s.Draft(t.Context(), anIncident("Axum"), "x")
	w.must(err)
	for want, q := range map[int]store.Query{
		2: {Countries: []string{"ET"}},
		3: {Countries: []string{"ET"}, States: []keepiton.State{keepiton.Draft, keepiton.Published}},
		0: {Countries: []string{"KE"}},
		1: {Text: "Mekelle"},
	} {
		page, err := s.Record(t.Context(), q)
		if err != nil || page.Total != want || len(page.Items) != want {
			t.Errorf("%+v: %d of %d, %v, want %d", q, len(page.Items), page.Total, err, want)
		}
	}
	page, err := s.Record(t.Context(), store.Query{Limit: 1, Sort: store.ByID})
	w.must(err)
	next, err := s.Record(t.Context(), store.Query{Limit: 1, Sort: store.ByID, Cursor: page.Next})
	if err != nil || len(next.Items) != 1 || next.Items[0].Incident.ID <= page.Items[0].Incident.ID {
		t.Errorf("the next page: %+v, %v", next, err)
	}
	_, err = s.Record(t.Context(), store.Query{Limit: 5000})
	w.wantCode("too many", err, keepiton.Invalid)
}

func pictures(t *testing.T, w *World, s casework.Server) {
	content := bytes.Repeat([]byte{0xff, 0xd8, 0}, 100_000)
	sum := sha256.Sum256(content)
	m := store.MediaFile{SHA256: hex.EncodeToString(sum[:]), Type: "image/jpeg", Subjects: []string{"KIO-2026-0001", "KIO-2026-0002"}, Bytes: content}
	w.must(s.PutMedia(t.Context(), m))
	got, err := w.Record.Media(t.Context(), m.SHA256)
	if err != nil || got.Type != m.Type || !slices.Equal(got.Subjects, m.Subjects) || !bytes.Equal(got.Bytes, content) {
		t.Errorf("%d bytes of %q for %v, %v", len(got.Bytes), got.Type, got.Subjects, err)
	}
	m.Bytes = content[1:]
	w.wantCode("another hash", s.PutMedia(t.Context(), m), keepiton.Invalid)
	m.Bytes = make([]byte, store.MaxMedia+1)
	w.wantCode("too large", s.PutMedia(t.Context(), m), keepiton.TooLarge)
}

func readers(t *testing.T, w *World, _ casework.Server) {
	e, _ := w.arrive(1, 100, nil)
	s := w.form(w, casework.Account{Name: "rea", Role: keepiton.RoleReader})
	ctx := t.Context()
	for what, do := range map[string]func() error{
		"account":   func() error { _, err := s.Account(ctx); return err },
		"envelopes": func() error { return s.Envelopes(ctx, store.Marks{}, nil) },
		"envelope":  func() error { _, err := s.Envelope(ctx, e.ID); return err },
		"body":      func() error { _, err := s.Body(ctx, e.ID); return err },
		"state":     func() error { return s.SetState(ctx, e.ID, keepiton.EnvelopeRead) },
		"receipt":   func() error { return s.Register(ctx, e.ID, receiptOf(9)) },
		"reply":     func() error { return s.PutReply(ctx, e.Receipt.Lookup, []byte("x")) },
		"versions":  func() error { return s.PaperParts(ctx, store.Marks{}, nil) },
		"papers":    func() error { return s.Papers(ctx, nil, nil) },
		"paper": func() error {
			_, err := s.PutPaper(ctx, store.Paper{ID: "0123456789abcdef0123456789abcdef", Kind: "note"}, 0)
			return err
		},
		"delete": func() error { return s.DeletePaper(ctx, "0123456789abcdef0123456789abcdef") },
		"usage":  func() error { _, err := s.Usage(ctx); return err },
		"story":  func() error { _, err := s.DraftStory(ctx, &keepiton.Story{}, ""); return err },
		"organization": func() error {
			_, err := s.DraftOrganization(ctx, &keepiton.Organization{}, "")
			return err
		},
		"entries": func() error { _, err := s.Entries(ctx, store.EntryQuery{}); return err },
		"draft":   func() error { _, err := s.Draft(ctx, anIncident("x"), ""); return err },
		"record":  func() error { _, err := s.Record(ctx, store.Query{}); return err },
		"picture": func() error { return s.PutMedia(ctx, store.MediaFile{SHA256: "00"}) },
	} {
		w.wantCode(what, do(), keepiton.Forbidden)
	}
}

func ended(t *testing.T, w *World, s casework.Server) {
	e, _ := w.arrive(1, 100, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Envelope(ctx, e.ID); err == nil {
		t.Error("it answered")
	}
	if err := s.SetState(ctx, e.ID, keepiton.EnvelopeRead); err == nil {
		t.Error("it changed something")
	}
	if got, err := s.Envelope(t.Context(), e.ID); err != nil || got.State != keepiton.EnvelopeNew {
		t.Errorf("it is %s, %v", got.State, err)
	}
}
