package campaign_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// told is a shelf of stories.
type told map[keepiton.StoryID]*keepiton.Story

func (s told) Story(_ context.Context, id keepiton.StoryID) (keepiton.StoryRevision, error) {
	if s[id] == nil {
		return keepiton.StoryRevision{}, keepiton.Errorf(keepiton.NotFound, "no %s", id)
	}
	return keepiton.StoryRevision{Story: *s[id]}, nil
}

func statement(embargo time.Time) *keepiton.Statement {
	return &keepiton.Statement{
		Title: keepiton.Texts{"en": "Sooner or later"}, Body: keepiton.Texts{"en": "Words."},
		Dated: keepiton.On(2026, time.November, 25), Embargo: embargo,
	}
}

// embargoed takes a statement to its embargo and returns its revision.
func embargoed(t *testing.T, o *campaign.Office, s *keepiton.Statement) keepiton.EntryRevision {
	t.Helper()
	ctx := t.Context()
	rev, err := o.Create(ctx, ana, s, "")
	if err == nil {
		rev, err = o.Submit(ctx, ana, rev.ID, rev.N, "")
	}
	if err == nil {
		_, err = o.Publish(ctx, ben, rev.ID, rev.N, "")
		if !s.Embargo.IsZero() {
			wantCode(t, "publish in spite of the embargo", err, keepiton.Conflict)
			err = nil
		} else if err == nil {
			t.Fatal("published: the test wants it to wait")
		}
	}
	if err == nil {
		_, err = o.Embargo(ctx, ben, rev.ID, rev.N, "")
		wantCode(t, "an embargo without a reason", err, keepiton.Invalid)
		_, err = o.Embargo(ctx, ana, rev.ID, rev.N, "why")
		wantCode(t, "an analyst's embargo", err, keepiton.Forbidden)
		rev, err = o.Embargo(ctx, ben, rev.ID, rev.N, "people leave first")
	}
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func TestAnEmbargoedStatementIsPublicNowhereAndShowsItselfOnce(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	ends := now.Add(3 * time.Hour).In(time.FixedZone("", 3*3600))
	rev := embargoed(t, o, statement(ends))

	hidden := func(when string) {
		t.Helper()
		_, err := o.Entries.PublicEntry(ctx, rev.ID)
		wantCode(t, when+": a reader", err, keepiton.NotFound)
		page, err := o.Entries.ListEntries(ctx, store.EntryQuery{Kind: keepiton.KindStatement})
		if err != nil || page.Total != 0 {
			t.Errorf("%s: readers list %d, %v", when, page.Total, err)
		}
		if revs, _, err := o.Entries.(store.Alerts).EntryChanges(ctx, "", 10); err != nil || len(revs) != 0 {
			t.Errorf("%s: alerts read %d changes, %v", when, len(revs), err)
		}
	}
	hidden("under embargo")
	shown, next, err := o.Release(ctx)
	if err != nil || len(shown) != 0 || !next.Equal(ends) {
		t.Errorf("a release too early shows %v, waits until %v, %v", shown, next, err)
	}
	hidden("after a release that came too early")

	o.Now = func() time.Time { return ends }
	for i, want := range []int{1, 0} { // the second is another process, or the same after a restart
		if shown, next, err = o.Release(ctx); err != nil || len(shown) != want || !next.IsZero() {
			t.Errorf("release %d shows %v, waits until %v, %v", i, shown, next, err)
		}
	}
	got, err := o.Entries.PublicEntry(ctx, rev.ID)
	if err != nil || got.State != keepiton.Published || got.Author != "ben" || !got.Recorded.Equal(ends) {
		t.Errorf("readers see %+v, %v", got, err)
	}
	if revs, _, err := o.Entries.(store.Alerts).EntryChanges(ctx, "", 10); err != nil || len(revs) != 1 {
		t.Errorf("alerts read %d changes, want 1: %v", len(revs), err)
	}
}

func TestAnEmbargoWithoutATimeWaitsUntilItIsLifted(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{People: 1})
	s := statement(time.Time{})
	rev, err := o.Create(ctx, ana, s, "")
	if err == nil {
		rev, err = o.Submit(ctx, ana, rev.ID, rev.N, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Embargo(ctx, ben, rev.ID, rev.N, "nobody approved it yet")
	wantCode(t, "an embargo on what nobody approved", err, keepiton.Forbidden)
	_, err = o.Lift(ctx, ben, rev.ID, rev.N, "")
	wantCode(t, "lift what is under none", err, keepiton.Conflict)
	if err := o.Approve(ctx, ana, rev.ID, rev.N, true, "read it"); err != nil {
		t.Fatal(err)
	}
	if rev, err = o.Embargo(ctx, ben, rev.ID, rev.N, "until the family is out"); err != nil {
		t.Fatal(err)
	}
	o.Now = func() time.Time { return now.AddDate(1, 0, 0) }
	if shown, next, err := o.Release(ctx); err != nil || len(shown) != 0 || !next.IsZero() {
		t.Fatalf("it showed itself: %v, %v, %v", shown, next, err)
	}
	if _, err = o.Lift(ctx, ben, rev.ID, rev.N, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := o.Entries.PublicEntry(ctx, rev.ID); err != nil || got.State != keepiton.Published {
		t.Errorf("readers see %+v, %v", got, err)
	}
}

func TestWorkOnAnEmbargoedStatementKeepsItBack(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	rev := embargoed(t, o, statement(now.Add(time.Hour)))
	changed := statement(now.Add(time.Hour))
	changed.Body = keepiton.Texts{"en": "Better words."}
	if _, err := o.Save(ctx, ana, rev.ID, rev.N, changed, ""); err != nil {
		t.Fatal(err)
	}
	o.Now = func() time.Time { return now.Add(2 * time.Hour) }
	if shown, _, err := o.Release(ctx); err != nil || len(shown) != 0 {
		t.Errorf("a draft above it was passed over: %v, %v", shown, err)
	}
}

func TestAQuoteNeedsTheTellersYesOnTheDayItIsShown(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	teller := &keepiton.Story{ID: "KIS-2026-0001", State: keepiton.Published, Text: "We walked to the hill.\nIt was dark.", Uses: []string{"court"}}
	o.Stories = told{teller.ID: teller}
	s := statement(now.Add(time.Hour))
	s.Quotes = []keepiton.Quote{
		{Words: keepiton.Texts{"en": "Nobody asked us."}, Who: "a lawyer", Agreed: true},
		{Words: keepiton.Texts{"en": "We walked to the hill. It was dark."}, Who: "a nurse", Story: teller.ID, Agreed: true},
	}
	rev, err := o.Create(ctx, ana, s, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Submit(ctx, ana, rev.ID, rev.N, "")
	wantCode(t, "a teller who allowed court alone", err, keepiton.Invalid)
	teller.Uses = []string{"court", "press"}
	teller.Text = "We stayed at home."
	_, err = o.Submit(ctx, ana, rev.ID, rev.N, "")
	wantCode(t, "words that the teller never said", err, keepiton.Invalid)
	teller.Text = "We walked to the hill.\nIt was dark."
	if rev, err = o.Submit(ctx, ana, rev.ID, rev.N, ""); err != nil {
		t.Fatal(err)
	}
	if _, err = o.Embargo(ctx, ben, rev.ID, rev.N, "why"); err != nil {
		t.Fatal(err)
	}
	teller.State, teller.Uses = keepiton.Withdrawn, nil // taken back while it waits
	o.Now = func() time.Time { return now.Add(2 * time.Hour) }
	if shown, _, err := o.Release(ctx); err != nil || len(shown) != 1 {
		t.Fatalf("released %v, %v", shown, err)
	}
	public, err := o.Entries.PublicEntry(ctx, rev.ID)
	var got keepiton.Statement
	if err == nil {
		err = json.Unmarshal(public.Doc, &got)
	}
	if err != nil || len(got.Quotes) != 1 || got.Quotes[0].Who != "a lawyer" {
		t.Errorf("published with %+v, %v", got.Quotes, err)
	}
}
