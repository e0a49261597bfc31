package campaign_test

import (
	"testing"

	"keepiton"
	"keepiton/campaign"
)

func TestAPersonConfirmsWhatTheRecordProposes(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	p := &keepiton.Pledge{
		Leader: "A Minister", Office: keepiton.Texts{"en": "Minister"}, Country: "XA", Lang: "en", Words: keepiton.Texts{"en": "No cuts."}, Made: keepiton.On(2026, 1, 1), Scope: "always", Outcome: "open",
		Sources: []keepiton.Source{{URL: "https://a.example/"}},
	}
	rev, err := o.Create(ctx, ana, p, "")
	if err != nil {
		t.Fatal(err)
	}
	cut := keepiton.Incident{
		ID: "KIO-2026-0001", State: keepiton.Published, Places: []keepiton.Place{{Country: "XA", Nationwide: true, Confidence: 1}},
		Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 3, 1), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2026, 3, 3)}}},
	}
	confirm := func(who campaign.Person, base int, cuts []keepiton.Incident, seen, reason string) error {
		_, err := o.ConfirmOutcome(ctx, who, rev.ID, base, cuts, seen, reason)
		return err
	}
	cuts := []keepiton.Incident{cut}
	wantCode(t, "a reader", confirm(mia, 1, cuts, "broken", "so it is"), keepiton.Forbidden)
	wantCode(t, "no reason", confirm(ana, 1, cuts, "broken", " "), keepiton.Invalid)
	wantCode(t, "an older revision", confirm(ana, 0, cuts, "broken", "so it is"), keepiton.Conflict)
	wantCode(t, "the record changed since it was shown", confirm(ana, 1, nil, "broken", "so it is"), keepiton.Conflict)
	wantCode(t, "nothing new", confirm(ana, 1, nil, "open", "so it is"), keepiton.Conflict)
	if err := confirm(ana, 1, cuts, "broken", "the ministry ordered it"); err != nil {
		t.Fatal(err)
	}
	now, err := o.Entries.Entry(ctx, rev.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := campaign.As[*keepiton.Pledge](now)
	if err != nil || got.Outcome != "broken" || len(got.BrokenBy) != 1 || got.BrokenBy[0] != cut.ID || got.On != keepiton.On(2026, 3, 1) || now.State != keepiton.Draft || now.Reason != "the ministry ordered it" || now.Author != "ana" {
		t.Errorf("confirmed: %+v %s %q, %v", got, now.State, now.Reason, err)
	}
	wantCode(t, "twice", confirm(ana, 2, cuts, "broken", "again"), keepiton.Conflict)
	cut.ID = "KIO-2026-0002" // another one came to light
	if err := confirm(ana, 2, []keepiton.Incident{cuts[0], cut}, "broken", "and another"); err != nil {
		t.Error(err)
	}
}

func TestAPetitionIsHandedOverAndAnswered(t *testing.T) {
	ctx, o := t.Context(), office(t, campaign.Need{})
	rev, err := o.Create(ctx, ana, &keepiton.Petition{
		Title: keepiton.Texts{"en": "Keep it on"}, Demand: keepiton.Texts{"en": "All."}, To: keepiton.Texts{"en": "The Authority"}, Opens: keepiton.On(2026, 1, 1), Closes: keepiton.On(2026, 12, 10),
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	hand := func(base int, day keepiton.Moment, to, reason string) error {
		_, err := o.HandOver(ctx, ana, rev.ID, base, day, "fr", to, reason)
		return err
	}
	wantCode(t, "a day to come", hand(1, keepiton.On(2026, 11, 26), "", "we were there"), keepiton.Invalid)
	wantCode(t, "no day", hand(1, keepiton.Moment{}, "", "we were there"), keepiton.Invalid)
	wantCode(t, "no reason", hand(1, keepiton.On(2026, 11, 20), "", ""), keepiton.Invalid)
	if err := hand(1, keepiton.On(2026, 11, 20), " Au ministre ", "we were there"); err != nil {
		t.Fatal(err)
	}
	_, err = o.Answer(ctx, ana, rev.ID, 2, keepiton.On(2026, 11, 24), "fr", " ", "by letter")
	wantCode(t, "no answer", err, keepiton.Invalid)
	got, err := o.Answer(ctx, ana, rev.ID, 2, keepiton.On(2026, 11, 24), "fr", "Rien.", "by letter")
	if err != nil {
		t.Fatal(err)
	}
	p, err := campaign.As[*keepiton.Petition](got)
	if err != nil || p.Handed != keepiton.On(2026, 11, 20) || p.HandedTo["fr"] != "Au ministre" || p.Answer["fr"] != "Rien." || p.Answered != keepiton.On(2026, 11, 24) || got.Reason != "by letter" || len(p.Check()) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	_, err = o.ConfirmOutcome(ctx, ana, rev.ID, 3, nil, "kept", "why")
	wantCode(t, "a petition is no pledge", err, keepiton.NotFound)
}
