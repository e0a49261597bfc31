package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// TestAnEmbargoEndsWhileTheServerIsDown puts a statement under embargo, closes the
// store as a crash would, and lets a fresh process look after the end.
func TestAnEmbargoEndsWhileTheServerIsDown(t *testing.T) {
	ctx, file := t.Context(), filepath.Join(t.TempDir(), "record.db")
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	open := func() (*releasing, store.Store, *int) {
		st, err := sqlite.Open(ctx, file, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		poked := new(int)
		office := newOffice(st)
		office.Need = func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return campaign.Need{}, nil }
		office.Now = func() time.Time { return now }
		return &releasing{office: office, links: st, poke: func() { *poked++ }, log: slog.New(slog.DiscardHandler)}, st, poked
	}
	r, st, poked := open()
	ben := campaign.Person{Account: "ben", Role: keepiton.RoleEditor}
	ends := now.Add(90 * time.Minute)
	s := &keepiton.Statement{Title: keepiton.Texts{"en": "Later"}, Body: keepiton.Texts{"en": "Words."}, Dated: keepiton.On(2026, time.November, 25), Embargo: ends}
	rev, err := r.office.Create(ctx, ben, s, "")
	if err == nil {
		rev, err = r.office.Submit(ctx, ben, rev.ID, rev.N, "")
	}
	if err == nil {
		rev, err = r.office.Embargo(ctx, ben, rev.ID, rev.N, "why")
	}
	if err == nil {
		err = st.PutEarlyLink(ctx, keepiton.EarlyLink{Entry: rev.ID, Token: [32]byte{1}, Made: now, Expires: now.AddDate(0, 0, 9)})
	}
	if err != nil {
		t.Fatal(err)
	}
	if wait := r.step(ctx); wait != releaseLook || *poked != 0 {
		t.Errorf("it waits %v and woke the alerts %d times", wait, *poked)
	}
	now = ends.Add(-5 * time.Second)
	if wait := r.step(ctx); wait != 5*time.Second {
		t.Errorf("five seconds before the end it waits %v", wait)
	}
	st.Close()

	now = ends.Add(time.Hour)
	r, st, poked = open()
	defer st.Close()
	r.step(ctx)
	r.step(ctx)
	if *poked != 1 {
		t.Errorf("the alerts were woken %d times, want once", *poked)
	}
	got, err := st.PublicEntry(ctx, rev.ID)
	if err != nil || got.N != rev.N+1 {
		t.Errorf("readers see %+v, %v", got, err)
	}
	var body keepiton.Statement
	if err := json.Unmarshal(got.Doc, &body); err != nil || !body.Embargo.Equal(ends) {
		t.Errorf("it was released with %+v, %v", body, err)
	}
	if links, err := st.EarlyLinks(ctx, rev.ID); err != nil || len(links) != 0 {
		t.Errorf("%d links are left, %v", len(links), err)
	}
}
