package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func questions(t *testing.T, w *world) {
	imp := anImport("a", day0, imported("KIO-2022-0001", day0, incident("2022")))
	w.must("import", w.ApplyImport(w.ctx, imp))
	imp.Incidents = nil
	w.must("again", w.ApplyImport(w.ctx, imp))
	open, err := w.Ambiguities(w.ctx, true, 10)
	w.must("questions", err)
	if len(open) != 1 || open[0].Kind != "match" || open[0].Incident != "KIO-2022-0001" || !reflect.DeepEqual(open[0].Candidates, imp.Ambiguities[0].Candidates) {
		t.Fatalf("open: %+v", open)
	}
	w.must("answer", w.ResolveAmbiguity(w.ctx, open[0].ID, "two incidents", "ana", day0))
	w.wantCode("answer twice", w.ResolveAmbiguity(w.ctx, open[0].ID, "one", "ben", day0), keepiton.Conflict)
	w.wantCode("answer nothing", w.ResolveAmbiguity(w.ctx, 999, "one", "ben", day0), keepiton.NotFound)
	w.must("third import", w.ApplyImport(w.ctx, imp))
	if open, _ = w.Ambiguities(w.ctx, true, 10); len(open) != 0 {
		t.Errorf("an answered question was asked again: %+v", open)
	}
	all, err := w.Ambiguities(w.ctx, false, 10)
	if err != nil || len(all) != 1 || all[0].Resolution != "two incidents" || all[0].By != "ana" || !all[0].Resolved.Equal(day0) {
		t.Errorf("all: %+v, %v", all, err)
	}
}

func unmapped(t *testing.T, w *world) {
	imp := anImport("a", day0, imported("KIO-2022-0001", day0, incident("2022")))
	imp.Unmapped = append(imp.Unmapped, store.Unmapped{Kind: "value", Column: "shutdown_type", Words: "መዝጋት ", Count: 9})
	w.must("import", w.ApplyImport(w.ctx, imp))
	open, err := w.Unmapped(w.ctx, true, 0)
	w.must("unmapped", err)
	if !reflect.DeepEqual(open, []store.Unmapped{imp.Unmapped[1], imp.Unmapped[0]}) {
		t.Errorf("open, most frequent first: %+v", open)
	}
	w.must("map", w.ResolveUnmapped(w.ctx, "place", "area_name", "XA", "Nowhere", "XA-01", day0))
	w.wantCode("map what is not there", w.ResolveUnmapped(w.ctx, "place", "area_name", "XB", "Nowhere", "XB-01", day0), keepiton.NotFound)
	imp.Incidents, imp.Unmapped[0].Count = nil, 5
	w.must("again", w.ApplyImport(w.ctx, imp))
	if open, _ = w.Unmapped(w.ctx, true, 0); len(open) != 1 {
		t.Errorf("open: %+v", open)
	}
	all, _ := w.Unmapped(w.ctx, false, 1000)
	if len(all) != 2 || all[1].Answer != "XA-01" || all[1].Count != 5 || !all[1].Resolved.Equal(day0) {
		t.Errorf("all: %+v", all)
	}
}

func approvals(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	w.must("ben", w.Approve(w.ctx, a.Incident.ID, 1, "ben", day0.Add(time.Minute)))
	w.must("ana", w.Approve(w.ctx, a.Incident.ID, 1, "ana", day0.Add(2*time.Minute)))
	w.must("ben again", w.Approve(w.ctx, a.Incident.ID, 1, "ben", day0.Add(3*time.Minute)))
	w.wantCode("no such revision", w.Approve(w.ctx, a.Incident.ID, 2, "ben", day0), keepiton.NotFound)
	got, err := w.Approvals(w.ctx, a.Incident.ID, 1)
	if err != nil || !slices.Equal(got, []string{"ben", "ana"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := w.Approvals(w.ctx, a.Incident.ID, 2); err != nil || len(got) != 0 {
		t.Errorf("revision 2: %v, %v", got, err)
	}
}

func signedApprovals(t *testing.T, w *world) {
	a := w.create(day0, incident("2022"))
	sign := func(account string, n int, digest byte) store.SignedApproval {
		return store.SignedApproval{
			Subject: string(a.Incident.ID), N: n, Digest: [32]byte{digest}, Account: account, Organization: "منظمة", Credential: []byte{0, 255}, Algorithm: -257,
			PublicKey: []byte{1}, AuthenticatorData: []byte{2}, ClientData: []byte("{}"), Signature: []byte{3}, Day: day0.Truncate(24 * time.Hour),
		}
	}
	ben, ana, later := sign("ben", 2, 7), sign("ana", 2, 7), sign("ana", 3, 7)
	for _, s := range []store.SignedApproval{later, ben, ana} {
		w.must("sign", w.PutSignedApproval(w.ctx, s))
	}
	again := ben
	again.Organization, again.Signature = "Another", []byte{9}
	w.must("sign again", w.PutSignedApproval(w.ctx, again))
	got, err := w.SignedApprovals(w.ctx, string(a.Incident.ID), 2)
	if err != nil || !reflect.DeepEqual(got, []store.SignedApproval{ana, ben}) {
		t.Errorf("revision 2: %+v, %v", got, err)
	}
	if got, err = w.SignedApprovals(w.ctx, string(a.Incident.ID), 0); err != nil || !reflect.DeepEqual(got, []store.SignedApproval{ana, ben, later}) {
		t.Errorf("all: %+v, %v", got, err)
	}
	nobodys := ben
	for _, subject := range []string{"KIO-1999-0001", "KIS-1999-0001", "KIX-1999-0001", ""} {
		nobodys.Subject = subject
		w.wantCode("no such subject "+subject, w.PutSignedApproval(w.ctx, nobodys), keepiton.NotFound)
	}
	story, err := w.AppendStory(w.ctx, 0, aStory("XA"))
	w.must("a story", err)
	told := ben
	told.Subject = string(story.Story.ID)
	w.must("sign a story", w.PutSignedApproval(w.ctx, told))
	if got, err := w.SignedApprovals(w.ctx, told.Subject, 2); err != nil || !reflect.DeepEqual(got, []store.SignedApproval{told}) {
		t.Errorf("of a story: %+v, %v", got, err)
	}
	if got, err := w.SignedApprovals(w.ctx, "KIO-1999-0001", 0); err != nil || len(got) != 0 {
		t.Errorf("of no incident: %v, %v", got, err)
	}
}

// importsLeaveReports proves that an import never shows, changes or hides what
// rests on reports, and that what it would say waits as a proposal.
func importsLeaveReports(t *testing.T, w *world) {
	rests := with(incident("2022"), func(i *keepiton.Incident) {
		i.Sources = append(i.Sources, keepiton.Source{ID: "s9", Kind: keepiton.KindReport, Confidential: true})
	})
	a := w.create(day0, rests)
	for what, inc := range map[string]keepiton.Incident{"a report": rests, "its removal": incident("2022")} {
		w.wantCode("importing "+what, w.ApplyImport(w.ctx, anImport("a", day0, imported(a.Incident.ID, day0, inc))), keepiton.Conflict)
	}
	w.wantCode("a new one", w.ApplyImport(w.ctx, anImport("a", day0, imported("KIO-2022-0999", day0, rests))), keepiton.Conflict)
	if got := w.get(a.Incident.ID, time.Time{}); got.N != 1 {
		t.Errorf("revision %d was stored", got.N)
	}
	imp := anImport("a", day0, imported("KIO-2022-0998", day0, incident("2022")))
	p := store.Proposal{Incident: a.Incident, Base: 1, Role: keepiton.RoleImport, Reason: "the edition says so", Created: day0, Edition: "a"}
	imp.Proposals = []store.Proposal{p}
	w.must("import", w.ApplyImport(w.ctx, imp))
	open, err := w.Proposals(w.ctx, true, 0)
	if err != nil || len(open) != 1 || open[0].Edition != "a" || open[0].Incident.ID != a.Incident.ID || open[0].ID == 0 {
		t.Errorf("waiting: %+v, %v", open, err)
	}
}

func proposals(t *testing.T, w *world) {
	a := w.create(day0, fullIncident())
	p := store.Proposal{Incident: w.get(a.Incident.ID, time.Time{}).Incident, Base: 1, Author: "ana", Role: keepiton.RoleAnalyst, Reason: "ምክንያት", Created: day0}
	p.Incident.Summary = "proposed"
	id, err := w.PutProposal(w.ctx, p)
	w.must("propose", err)
	b := w.create(day0, incident("2022"))
	p.Act, p.Other, p.OtherBase, p.Part, p.Edition = "merge", b.Incident.ID, 1, `{"Rows":[1]}`, "الطبعة"
	second, err := w.PutProposal(w.ctx, p)
	w.must("propose again", err)
	if id == second || id == 0 {
		t.Errorf("ids %d and %d", id, second)
	}
	if got := w.get(a.Incident.ID, time.Time{}); got.N != 1 || got.Incident.Summary == "proposed" {
		t.Error("a proposal changed the record")
	}
	w.must("close", w.ResolveProposal(w.ctx, id, "accepted", "ben", day0.Add(time.Hour)))
	w.wantCode("close twice", w.ResolveProposal(w.ctx, id, "declined", "ben", day0), keepiton.Conflict)
	w.wantCode("close nothing", w.ResolveProposal(w.ctx, 77, "declined", "ben", day0), keepiton.NotFound)
	open, err := w.Proposals(w.ctx, true, 10)
	p.ID = second
	if err != nil || !reflect.DeepEqual(open, []store.Proposal{p}) {
		t.Errorf("open: %+v, %v", open, err)
	}
	all, err := w.Proposals(w.ctx, false, 10)
	if err != nil || len(all) != 2 || all[0].Resolution != "accepted" || all[0].By != "ben" {
		t.Errorf("all: %+v, %v", all, err)
	}
}

func meta(t *testing.T, w *world) {
	for _, text := range []string{"one", "ሁለት", ""} {
		w.must("set", w.SetMeta(w.ctx, "k", text))
		if got, err := w.Store.Meta(w.ctx, "k"); err != nil || got != text {
			t.Errorf("got %q, %v, want %q", got, err, text)
		}
	}
	if got, err := w.Store.Meta(w.ctx, "never"); err != nil || got != "" {
		t.Errorf("got %q, %v", got, err)
	}
}
