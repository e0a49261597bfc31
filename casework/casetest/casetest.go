// Package casetest holds the promises of casework.Server as tests, on real
// stores. A form of it is done when [Run] passes.
package casetest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

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
