package casework_test

import (
	"context"
	"sync"
	"testing"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

// counting counts what a desk asks its server for.
type counting struct {
	casework.Server
	mu     sync.Mutex
	parts  int
	papers int
}

func (c *counting) Envelopes(ctx context.Context, known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error {
	return c.Server.Envelopes(ctx, known, func(p store.Part[keepiton.Envelope]) error { c.count(1, 0); return yield(p) })
}

func (c *counting) PaperParts(ctx context.Context, known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
	return c.Server.PaperParts(ctx, known, func(p store.Part[store.PaperVersion]) error { c.count(1, 0); return yield(p) })
}

func (c *counting) Papers(ctx context.Context, ids []string, yield func(store.Paper) error) error {
	return c.Server.Papers(ctx, ids, func(p store.Paper) error { c.count(0, 1); return yield(p) })
}

func (c *counting) count(parts, papers int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts, c.papers = c.parts+parts, c.papers+papers
}

// took returns what was asked for since the last took.
func (c *counting) took() (parts, papers int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	parts, papers = c.parts, c.papers
	c.parts, c.papers = 0, 0
	return parts, papers
}

// beside is another analyst's desk at the same server.
func (d *desk) beside(keys casework.Opener) (*casework.Desk, *counting) {
	c := &counting{Server: d.Server}
	return &casework.Desk{Server: c, Keys: keys, Sealer: d.Sealer, Now: d.Now}, c
}

func TestADeskPullsWhatChangedAlone(t *testing.T) {
	d := newDesk(t)
	var ids []keepiton.EnvelopeID
	for range 30 {
		id, _ := d.send(t, cut(t, "2026-11-25", "cut"), nil)
		ids = append(ids, id)
	}
	judge := func(who *casework.Desk, id keepiton.EnvelopeID, dec casework.Decision) {
		t.Helper()
		_, err := who.Judge(t.Context(), id, "judged", func(j *casework.Judgement) error { j.Decision = dec; return nil })
		check(t, err)
	}
	for _, id := range ids {
		judge(d.Desk, id, casework.Unsure)
	}
	ana, anas := d.beside(d.Keys)
	ben, bens := d.beside(d.server.Campaign.Keys[1])
	look := func(who *casework.Desk) *casework.Shelf {
		t.Helper()
		s, err := who.Shelf(t.Context())
		check(t, err)
		return s
	}
	wantTook := func(what string, c *counting, parts, papers int) {
		t.Helper()
		if gotParts, gotPapers := c.took(); gotParts != parts || gotPapers != papers {
			t.Errorf("%s: %d parts and %d papers were pulled, want %d and %d", what, gotParts, gotPapers, parts, papers)
		}
	}
	if s := look(ana); len(s.Envelopes) != 30 || len(s.Judged) != 30 || s.Closed != 0 {
		t.Fatalf("the first look: %d envelopes, %d judged, %d closed", len(s.Envelopes), len(s.Judged), s.Closed)
	}
	look(ben)
	anas.took()
	bens.took()
	if look(ana); true {
		wantTook("nothing has changed", anas, 0, 0)
	}
	judge(ana, ids[3], casework.Use)
	wantTook("one judgement", anas, 0, 1)
	if s := look(ana); s.Judged[ids[3]].Decision != casework.Use {
		t.Errorf("their own judgement: %+v", s.Judged[ids[3]])
	}
	wantTook("the look after it", anas, 2, 0) // the part of the envelope, whose state changed, and that of the note
	before := look(ben)
	wantTook("a colleague's look", bens, 2, 1)
	if got := before.Judged[ids[3]].Decision; got != casework.Use {
		t.Errorf("the colleague sees %q", got)
	}

	// What was seen stays as it was; the next look is another.
	judge(ben, ids[3], casework.Endanger)
	if got := look(ana).Judged[ids[3]].Decision; got != casework.Endanger || before.Judged[ids[3]].Decision != casework.Use {
		t.Errorf("ana sees %q, ben's old look says %q", got, before.Judged[ids[3]].Decision)
	}
}

func TestTheSlowerJudgementIsRefused(t *testing.T) {
	d := newDesk(t)
	id, _ := d.send(t, cut(t, "2026-11-25", "cut"), nil)
	ben, _ := d.beside(d.server.Campaign.Keys[1])
	for range 2 { // of a new note, and of one that is there
		_, err := d.Judge(t.Context(), id, "judged", func(j *casework.Judgement) error {
			_, err := ben.Judge(t.Context(), id, "judged", func(j *casework.Judgement) error { j.Decision = casework.Endanger; return nil })
			check(t, err)
			j.Decision = casework.Use
			return nil
		})
		if keepiton.CodeOf(err) != keepiton.Conflict {
			t.Errorf("the slower one got %v", err)
		}
		shelf, err := d.Shelf(t.Context())
		check(t, err)
		if got := shelf.Judged[id]; got == nil || got.Decision != casework.Endanger {
			t.Errorf("it is judged %+v", got)
		}
	}
}

func TestNotesGoWithTheirReport(t *testing.T) {
	d := newDesk(t)
	id, receipt := d.send(t, cut(t, "2026-11-25", "cut"), nil)
	other, _ := d.send(t, cut(t, "2026-11-25", "cut as well"), nil)
	c, err := d.Begin(t.Context(), "a case", []keepiton.EnvelopeID{id, other})
	check(t, err)
	ben, _ := d.beside(d.server.Campaign.Keys[1])
	_, err = ben.Open(t.Context(), id)
	check(t, err)
	shelf, err := ben.Shelf(t.Context())
	check(t, err)
	if len(shelf.Judged) != 2 || len(shelf.Here()) != 2 {
		t.Fatalf("%d notes about %d reports", len(shelf.Judged), len(shelf.Here()))
	}
	check(t, d.server.Withdraw(t.Context(), receipt.Address().Lookup, receipt.Withdrawal()))
	for _, who := range []*casework.Desk{d.Desk, ben} {
		shelf, err := who.Shelf(t.Context())
		check(t, err)
		if shelf.Judged[id] != nil || len(shelf.Judged) != 1 || len(shelf.Here()) != 1 || len(shelf.Envelopes) != 2 || who.Known(id) != nil {
			t.Errorf("after it was withdrawn: %d notes, %d reports, open in memory: %v", len(shelf.Judged), len(shelf.Here()), who.Known(id) != nil)
		}
		_, err = who.Judge(t.Context(), id, "judged", func(*casework.Judgement) error { return nil })
		if keepiton.CodeOf(err) != keepiton.Conflict {
			t.Errorf("judged after it was withdrawn: %v", err)
		}
	}
	// The case goes on without it.
	if _, err := d.Split(t.Context(), c.ID, "the other", []keepiton.EnvelopeID{other}); err != nil {
		t.Errorf("the case cannot be split any more: %v", err)
	}
}

// TestNotesOfOthersAreCountedAndKept: what these keys do not open is neither
// shown nor written over.
func TestNotesOfOthersAreCountedAndKept(t *testing.T) {
	d := newDesk(t)
	id, _ := d.send(t, cut(t, "2026-11-25", "cut"), nil)
	_, err := d.server.Store.PutPaper(t.Context(), store.Paper{ID: string(id), Kind: "note", About: id, Sealed: []byte("sealed to others")}, 0)
	check(t, err)
	shelf, err := d.Shelf(t.Context())
	check(t, err)
	if shelf.Closed != 1 || len(shelf.Judged) != 0 {
		t.Errorf("%d closed, %d judged", shelf.Closed, len(shelf.Judged))
	}
	if _, err := d.Judge(t.Context(), id, "judged", func(*casework.Judgement) error { return nil }); err == nil {
		t.Error("a note of others was written over")
	}
	if p, err := d.server.Store.Paper(t.Context(), string(id)); err != nil || string(p.Sealed) != "sealed to others" {
		t.Errorf("the note of others is %q, %v", p.Sealed, err)
	}
}

// TestManyAtADeskAtOnce is for the race detector, and for two that wait for each
// other.
func TestManyAtADeskAtOnce(t *testing.T) {
	d := newDesk(t)
	var ids []keepiton.EnvelopeID
	for range 8 {
		id, _ := d.send(t, cut(t, "2026-11-25", "cut"), nil)
		ids = append(ids, id)
	}
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			_, err := d.Judge(t.Context(), id, "judged", func(j *casework.Judgement) error { j.Decision = casework.Spam; return nil })
			if err != nil {
				t.Error(err)
			}
			if s, err := d.Shelf(t.Context()); err != nil || s.Judged[id] == nil || s.Judged[id].Decision != casework.Spam {
				t.Errorf("who has judged does not see it: %v", err)
			}
		})
	}
	wg.Wait()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Shelf(ended); err == nil {
		t.Error("a look whose end has come")
	}
	if s, err := d.Shelf(t.Context()); err != nil || len(s.Judged) != 8 {
		t.Errorf("after all: %v", err)
	}
}
