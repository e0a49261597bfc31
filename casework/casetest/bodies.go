package casetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

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
