package campaign_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store/sqlite"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func office(t *testing.T, need campaign.Need) *campaign.Office {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return &campaign.Office{Entries: st, Now: func() time.Time { return now }, Need: func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return need, nil }}
}

var (
	ana = campaign.Person{Account: "ana", Role: keepiton.RoleAnalyst, Organization: "One"}
	ben = campaign.Person{Account: "ben", Role: keepiton.RoleEditor, Organization: "Two"}
	eva = campaign.Person{Account: "eva", Role: keepiton.RoleEditor, Organization: "Two"}
	mia = campaign.Person{Account: "mia", Role: keepiton.RoleReader, Organization: "One"}
)

func wantCode(t *testing.T, what string, err error, want keepiton.Code) {
	t.Helper()
	if keepiton.CodeOf(err) != want {
		t.Errorf("%s: got %v, want %s", what, err, want)
	}
}

func TestTwoPeopleVetWhoJoins(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	rev, err := o.Create(ctx, ana, &keepiton.Organization{Name: "Open Lines", Type: "civil_society", Standing: "member"}, "applied")
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, "approve a draft", o.Approve(ctx, ben, rev.ID, 1, true, "known"), keepiton.Conflict)
	rev, err = o.Submit(ctx, ana, rev.ID, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Publish(ctx, ben, rev.ID, 2, "")
	wantCode(t, "nobody approved", err, keepiton.Forbidden)
	wantCode(t, "without a reason", o.Approve(ctx, ben, rev.ID, 2, true, ""), keepiton.Invalid)
	wantCode(t, "a reader approves", o.Approve(ctx, mia, rev.ID, 2, true, "yes"), keepiton.Forbidden)
	for range 2 { // twice is once
		if err := o.Approve(ctx, ben, rev.ID, 2, true, "both referees answered"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = o.Publish(ctx, ben, rev.ID, 2, "")
	wantCode(t, "one approved", err, keepiton.Forbidden)
	if err := o.Approve(ctx, ana, rev.ID, 2, false, "the site is down"); err != nil {
		t.Fatal(err)
	}
	if err := o.Approve(ctx, eva, rev.ID, 2, true, "met them"); err != nil {
		t.Fatal(err)
	}
	_, err = o.Publish(ctx, ben, rev.ID, 2, "")
	wantCode(t, "one speaks against it", err, keepiton.Forbidden)
	if err := o.Approve(ctx, ana, rev.ID, 2, true, "the site is back"); err != nil {
		t.Fatal(err)
	}
	_, err = o.Publish(ctx, ana, rev.ID, 2, "")
	wantCode(t, "an analyst publishes", err, keepiton.Forbidden)
	if rev, err = o.Publish(ctx, ben, rev.ID, 2, "vetted"); err != nil || rev.State != keepiton.Published {
		t.Fatal(rev, err)
	}
	// A change needs its own vetting, and readers see the old words meanwhile.
	org, err := campaign.As[*keepiton.Organization](rev)
	if err != nil {
		t.Fatal(err)
	}
	org.Name = "Other Lines"
	if rev, err = o.Save(ctx, ana, rev.ID, 3, org, "new name"); err != nil {
		t.Fatal(err)
	}
	_, err = o.Publish(ctx, ben, rev.ID, 4, "")
	wantCode(t, "other words with old approvals", err, keepiton.Forbidden)
	public, err := o.Entries.PublicEntry(ctx, rev.ID)
	if err != nil || public.N != 3 {
		t.Errorf("readers see revision %d, %v", public.N, err)
	}
	_, err = o.Withdraw(ctx, ben, rev.ID, 4, "")
	wantCode(t, "withdrawn without a reason", err, keepiton.Invalid)
	if rev, err = o.Withdraw(ctx, ben, rev.ID, 4, "they left"); err != nil || rev.State != keepiton.Withdrawn {
		t.Error(rev, err)
	}
	if org, err = campaign.As[*keepiton.Organization](rev); err != nil || org.Name != "Open Lines" {
		t.Errorf("readers are shown a draft that nobody stood behind: %q, %v", org.Name, err)
	}
}

func TestTheOperatorsPolicyHoldsForTheRest(t *testing.T) {
	ctx := t.Context()
	statement := &keepiton.Statement{Title: keepiton.Texts{"en": "Keep it on"}, Body: keepiton.Texts{"en": "Now."}, Dated: keepiton.On(2026, 11, 25)}
	o := office(t, campaign.Need{})
	rev, err := o.Create(ctx, ben, statement, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = o.Publish(ctx, ben, rev.ID, 1, ""); err != nil {
		t.Errorf("one person is enough: %v", err)
	}
	o = office(t, campaign.Need{People: 2, Organizations: 2})
	if rev, err = o.Create(ctx, ben, statement, ""); err == nil {
		rev, err = o.Submit(ctx, ben, rev.ID, 1, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []campaign.Person{ben, eva} {
		if err := o.Approve(ctx, who, rev.ID, 2, true, "read"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = o.Publish(ctx, ben, rev.ID, 2, "")
	wantCode(t, "two people of one organization", err, keepiton.Forbidden)
	if err := o.Approve(ctx, ana, rev.ID, 2, true, "read"); err != nil {
		t.Fatal(err)
	}
	if _, err = o.Publish(ctx, ben, rev.ID, 2, ""); err != nil {
		t.Error(err)
	}
}

func TestWhatIsIncompleteIsNotHandedOver(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	rev, err := o.Create(ctx, ana, &keepiton.Pledge{Leader: "A"}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Submit(ctx, ana, rev.ID, 1, "")
	wantCode(t, "a pledge without words", err, keepiton.Invalid)
	_, err = o.Publish(ctx, ben, rev.ID, 1, "")
	wantCode(t, "published all the same", err, keepiton.Invalid)
	_, err = campaign.As[*keepiton.Watch](rev)
	wantCode(t, "read as another kind", err, keepiton.NotFound)
	_, err = o.Create(ctx, campaign.Person{}, &keepiton.Pledge{}, "")
	wantCode(t, "nobody", err, keepiton.Unsigned)
}
