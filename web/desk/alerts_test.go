package desk_test

import (
	"net/url"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// waitingIncident stores an incident that waits to be published.
func waitingIncident(t *testing.T, o *office) keepiton.IncidentID {
	t.Helper()
	revs, err := o.store.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: o.now(), Role: keepiton.RoleAnalyst, Author: "ana", Incident: keepiton.Incident{
		State: keepiton.InReview, Kinds: []string{"shutdown"}, Extents: []string{"full_network"}, Scope: "one_place", Causes: []string{"protests"},
		Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 5, 1), End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places:   []keepiton.Place{{Words: "Sudan", Country: "SD", Nationwide: true, Confidence: 1}},
		Sources:  []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://example.org/1", Published: keepiton.On(2026, 5, 2)}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return revs[0].Incident.ID
}

func TestAnIncidentIsPublishedWithoutAWordToAnybody(t *testing.T) {
	o := newOffice(t)
	eva := o.hire("eva", keepiton.RoleEditor, "One")
	id := waitingIncident(t, o)
	act := "/desk/incidents/" + string(id) + "/act"
	eva.get(act).must(200, "Do not announce")
	eva.press("publish", url.Values{"hold": {"yes"}, "hold_reason": {""}}).must(422, "Say why it must not be announced")
	if standing, err := o.store.Embargoes(t.Context(), false); err != nil || len(standing) != 0 {
		t.Errorf("held without a reason: %+v, %v", standing, err)
	}
	if rev, err := o.store.Get(t.Context(), id, time.Time{}); err != nil || rev.Incident.State != keepiton.InReview {
		t.Errorf("published all the same: %s, %v", rev.Incident.State, err)
	}
	eva.press("publish", url.Values{"hold": {"yes"}, "hold_reason": {"people hide there"}}).must(200, "Published")
	standing, err := o.store.Embargoes(t.Context(), false)
	if err != nil || len(standing) != 1 || standing[0].Subject != string(id) || standing[0].Reason != "people hide there" || standing[0].Account != "eva" {
		t.Errorf("standing: %+v, %v", standing, err)
	}
	eva.get("/desk/alerts").must(200, string(id), "people hide there", "eva")
	eva.press("lift", nil).must(200, "Lifted")
	if standing, err = o.store.Embargoes(t.Context(), false); err != nil || len(standing) != 0 {
		t.Errorf("still standing: %+v, %v", standing, err)
	}
}

func TestAnEmbargoFallsWithTheActItWasMadeFor(t *testing.T) {
	o := newOffice(t)
	eva := o.hire("eva", keepiton.RoleEditor, "One")
	id := waitingIncident(t, o)
	act := "/desk/incidents/" + string(id) + "/act"
	eva.get(act)
	values := url.Values{"csrf": {attrOf(eva, "csrf")}, "base": {"7"}, "do": {"publish"}, "hold": {"yes"}, "hold_reason": {"people hide there"}}
	eva.post(act, values, nil).must(409)
	if standing, err := o.store.Embargoes(t.Context(), false); err != nil || len(standing) != 0 {
		t.Errorf("standing: %+v, %v", standing, err)
	}
}

func TestTheLogShowsWhatFailedAndNobodysAddress(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	s := keepiton.Subscription{ID: 7, Channel: keepiton.ChannelMail, Pace: keepiton.Instant, Sealed: []byte("marked@reader.test"), Day: o.now()}
	if _, err := o.store.PutSubscription(ctx, s); err != nil {
		t.Fatal(err)
	}
	a := keepiton.Alert{ID: "KIO-2026-0001.1", Subject: "KIO-2026-0001", N: 1}
	if err := o.store.NoteAlerts(ctx, "test", "c", []keepiton.Alert{a}); err != nil {
		t.Fatal(err)
	}
	a.State, a.Act, a.Announced = keepiton.AlertAnnounced, keepiton.ActPublished, o.now()
	if err := o.store.SettleAlert(ctx, a); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.FanOut(ctx, 1, 10, func(*keepiton.Subscription) (time.Time, bool) { return o.now(), true }); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.Claim(ctx, keepiton.DeliveryClaim{Channel: keepiton.ChannelMail, Holder: "h", Now: o.now(), Until: o.now().Add(time.Minute), Limit: 10}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.Mark(ctx, "h", []keepiton.DeliveryMark{{Alert: 1, To: 7, State: keepiton.DeliveryDead, Failed: true, Answer: "554 5.7.1", Day: o.now()}}); err != nil {
		t.Fatal(err)
	}
	ana, eva := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("eva", keepiton.RoleEditor, "One")
	ana.get("/desk/alerts").must(200, "KIO-2026-0001.1", "554 5.7.1", "given up", "Mail, at once: 1")
	if ana.sees("marked") || ana.form("again") != nil || ana.form("hold") != nil {
		t.Error("an analyst sees an address, or may act")
	}
	ana.post("/desk/alerts", url.Values{"csrf": {attrOf(ana, "csrf")}, "do": {"again"}, "subject": {"KIO-2026-0001.1"}}, nil).must(403)
	eva.get("/desk/alerts").press("again", nil).must(200, "tried again")
	if counts, err := o.store.DeliveryCounts(ctx, []int64{1}); err != nil || counts[1][keepiton.ChannelMail][keepiton.DeliveryWaiting] != 1 {
		t.Errorf("counts: %v, %v", counts, err)
	}
	eva.press("hold", url.Values{"subject": {"KIO-2026-0099"}, "reason": {"x"}}).must(422, "There is no incident or entry")
}
