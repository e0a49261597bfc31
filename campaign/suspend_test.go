package campaign_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// joined is an organization that two people have vetted and that readers see.
func joined(t *testing.T, o *campaign.Office, org *keepiton.Organization) keepiton.EntryRevision {
	t.Helper()
	rev, err := o.Create(t.Context(), ana, org, "applied")
	if err == nil {
		rev, err = o.Submit(t.Context(), ana, rev.ID, rev.N, "")
	}
	return vetted(t, o, rev, err)
}

func vetted(t *testing.T, o *campaign.Office, rev keepiton.EntryRevision, err error) keepiton.EntryRevision {
	t.Helper()
	for _, who := range []campaign.Person{ana, ben} {
		if err == nil {
			err = o.Approve(t.Context(), who, rev.ID, rev.N, true, "checked")
		}
	}
	if err == nil {
		rev, err = o.Publish(t.Context(), ben, rev.ID, rev.N, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func TestSuspensionIsToldInTheOpenAndLiftedByTwo(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	rev := joined(t, o, &keepiton.Organization{Name: "Open Lines", Type: "academic", Standing: keepiton.StandingPartner, Confirmed: true})
	why := keepiton.Texts{"en": "It sold filtering."}
	_, err := o.Suspend(ctx, ana, rev.ID, rev.N, why)
	wantCode(t, "an analyst suspends", err, keepiton.Forbidden)
	_, err = o.Suspend(ctx, ben, rev.ID, rev.N, keepiton.Texts{"en": ""})
	wantCode(t, "without a reason", err, keepiton.Invalid)
	_, err = o.EndSuspension(ctx, ana, rev.ID, rev.N, why)
	wantCode(t, "lifted before it was suspended", err, keepiton.Conflict)
	draft, err := o.Save(ctx, ana, rev.ID, rev.N, &keepiton.Organization{Name: "Other Lines", Type: "academic", Standing: keepiton.StandingPartner, Confirmed: true}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Suspend(ctx, ben, rev.ID, rev.N, why)
	wantCode(t, "on what is no longer the newest", err, keepiton.Conflict)
	out, err := o.Suspend(ctx, ben, rev.ID, draft.N, why)
	if err != nil || out.State != keepiton.Published {
		t.Fatal(out, err)
	}
	public, err := o.Entries.PublicEntry(ctx, rev.ID)
	org, err2 := campaign.As[*keepiton.Organization](public)
	if err != nil || err2 != nil || org.Standing != keepiton.StandingSuspended || org.Name != "Open Lines" || org.StandingNote["en"] != "It sold filtering." {
		t.Errorf("readers see %+v, %v %v", org, err, err2)
	}
	_, err = o.Suspend(ctx, ben, rev.ID, out.N, why)
	wantCode(t, "suspended twice", err, keepiton.Conflict)

	member := campaign.Person{Account: "zoe", Role: keepiton.RoleMember, Organization: string(rev.ID)}
	if own, err := o.Own(ctx, member); err != nil || !own.Ended {
		t.Errorf("its own people may still act: %+v, %v", own, err)
	}
	lift, err := o.EndSuspension(ctx, ana, rev.ID, out.N, keepiton.Texts{"fr": "La vente a cessé."})
	if err != nil || lift.State != keepiton.InReview {
		t.Fatal(lift, err)
	}
	_, err = o.Publish(ctx, ben, rev.ID, lift.N, "")
	wantCode(t, "lifted by one", err, keepiton.Forbidden)
	vetted(t, o, lift, nil)
	all, err := o.Entries.EntryRevisions(ctx, rev.ID)
	if err != nil {
		t.Fatal(err)
	}
	turns, err := campaign.Turns(all)
	said := []string{}
	for _, turn := range turns {
		text, _ := turn.Why.In("fr")
		said = append(said, turn.Standing+" "+text)
	}
	if got := strings.Join(said, "; "); err != nil || got != "partner ; suspended It sold filtering.; partner La vente a cessé." {
		t.Errorf("its standing turned %q, %v", got, err)
	}
	if turns, err := campaign.Turns(all[:3]); err != nil || turns != nil {
		t.Errorf("one that was never suspended tells %+v", turns)
	}
	gone, err := o.Withdraw(ctx, ben, rev.ID, lift.N+1, "a mistake")
	if err != nil {
		t.Fatal(err)
	}
	if turns, err := campaign.Turns(append(all, gone)); err != nil || turns != nil {
		t.Errorf("withdrawn, it still tells %+v", turns)
	}
	_, err = o.Suspend(ctx, ben, rev.ID, gone.N, why)
	wantCode(t, "suspend what readers do not see", err, keepiton.Conflict)
}

func TestWhoWasRefusedStandsInNoHistory(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	application := keepiton.EnvelopeID("00112233445566778899aabbccddeeff")
	draft := func() keepiton.EntryRevision {
		rev, err := o.Create(ctx, ana, &keepiton.Organization{Name: "Asked Once", Type: "civil_society", Standing: keepiton.StandingMember, Confirmed: true, Basis: []keepiton.EnvelopeID{application}}, "Asked Once applied")
		if err == nil {
			rev, err = o.Submit(ctx, ana, rev.ID, 1, "")
		}
		if err == nil {
			err = o.Approve(ctx, ben, rev.ID, 2, false, "Asked Once is a company")
		}
		if err != nil {
			t.Fatal(err)
		}
		return rev
	}
	nameless := func(id keepiton.EntryID) {
		t.Helper()
		all, err := o.Entries.EntryRevisions(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, rev := range all {
			voices, err := o.Entries.EntryApprovals(ctx, id, rev.N)
			if err != nil || len(voices) > 0 || !campaign.Struck(rev) || strings.Contains(string(rev.Doc)+rev.Reason, "Asked") {
				t.Errorf("revision %d: %s %q %v %v", rev.N, rev.Doc, rev.Reason, voices, err)
			}
		}
		if last := all[len(all)-1]; last.State != keepiton.Withdrawn || last.Reason == "" {
			t.Errorf("the last is %+v", last)
		}
	}
	first := draft()
	_, err := o.Strike(ctx, ana, first.ID, 2, "declined")
	wantCode(t, "an analyst strikes", err, keepiton.Forbidden)
	_, err = o.Strike(ctx, ben, first.ID, 2, "")
	wantCode(t, "without a reason", err, keepiton.Invalid)
	if _, err := o.Strike(ctx, ben, first.ID, 2, "declined"); err != nil {
		t.Fatal(err)
	}
	nameless(first.ID)

	second := draft()
	if err := o.StrikeFor(ctx, application); err != nil {
		t.Fatal(err)
	}
	nameless(second.ID)
	shown := joined(t, o, &keepiton.Organization{Name: "Asked and Taken In", Type: "civil_society", Standing: keepiton.StandingMember, Confirmed: true, Basis: []keepiton.EnvelopeID{application}})
	for range 2 {
		if err := o.StrikeFor(ctx, application); err != nil {
			t.Fatal(err)
		}
	}
	if rev, err := o.Entries.PublicEntry(ctx, shown.ID); err != nil || rev.State != keepiton.Published {
		t.Errorf("what is public was struck: %+v, %v", rev, err)
	}
	_, err = o.Strike(ctx, ben, shown.ID, shown.N, "no")
	wantCode(t, "what readers see", err, keepiton.Conflict)
}

func TestALogoThatNoRevisionNamesGoesAfterADay(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	st := o.Entries.(store.Store) // what office has opened
	clock := now
	s := &campaign.Sweeper{Entries: st, Media: st, Now: func() time.Time { return clock }}
	keep := func(content, subject string) string {
		sum := sha256.Sum256([]byte(content))
		m := store.MediaFile{SHA256: hex.EncodeToString(sum[:]), Type: "image/png", Subjects: []string{subject}, Bytes: []byte(content)}
		if err := st.PutMedia(ctx, m); err != nil {
			t.Fatal(err)
		}
		return m.SHA256
	}
	with := func(logo string) *keepiton.Organization {
		return &keepiton.Organization{Name: "Open Lines", Type: "civil_society", Standing: keepiton.StandingMember, Confirmed: true, Logo: logo, LogoAlt: "a line"}
	}
	const subject = "KIC-2026-0001"
	old, draft, unused, picked := keep("old", subject), keep("draft", subject), keep("unused", subject), keep("picked", subject)
	story := keep("story", "KIS-2026-0001")
	rev := joined(t, o, with(old))
	if rev.ID != subject {
		t.Fatalf("the first organization is %s", rev.ID)
	}
	rev, err := o.Save(ctx, ana, rev.ID, rev.N, with(draft), "")
	if err == nil {
		rev, err = o.Save(ctx, ana, rev.ID, rev.N, with(""), "")
	}
	if err != nil {
		t.Fatal(err)
	}
	sweep := func(want int) {
		t.Helper()
		if n, err := s.Sweep(ctx); err != nil || n != want {
			t.Errorf("after %v: %d removed, %v, want %d", clock.Sub(now), n, err, want)
		}
	}
	sweep(0)
	clock = clock.Add(campaign.UnusedLogo - time.Hour)
	sweep(0)
	if _, err := o.Save(ctx, ana, rev.ID, rev.N, with(picked), "saved after all"); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(2 * time.Hour)
	sweep(1)
	sweep(0)
	for sum, want := range map[string]keepiton.Code{old: "", draft: "", picked: "", story: "", unused: keepiton.NotFound} {
		_, err := st.Media(ctx, sum)
		wantCode(t, "picture "+sum[:8], err, want)
	}
}
