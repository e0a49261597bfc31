package casework_test

import (
	"testing"

	"keepiton"
	"keepiton/casework"
	"keepiton/intake"
	"keepiton/seal"
)

// add lets an addition in through a receipt and returns its envelope.
func (d *desk) add(t *testing.T, r seal.Receipt, rep keepiton.Report) keepiton.EnvelopeID {
	t.Helper()
	s, err := d.server.Add(t.Context(), intake.Pass{Lane: keepiton.LaneOpen}, r)
	check(t, err)
	defer s.Cancel()
	own, err := s.Finish(&rep, keepiton.OpenFields{})
	check(t, err)
	e, err := d.server.Store.EnvelopeByLookup(t.Context(), own.Address().Lookup)
	check(t, err)
	return e.ID
}

func shelfOf(t *testing.T, d *casework.Desk) *casework.Shelf {
	t.Helper()
	s, err := d.Shelf(t.Context())
	check(t, err)
	return s
}

// TestConsentFollowsTheNarrowest: who takes a use back through the receipt is
// obeyed, words without a choice about consent take nothing back, and nothing
// that comes later allows more: whoever knows the number of a receipt, such as
// the server, could seal it.
func TestConsentFollowsTheNarrowest(t *testing.T) {
	d := newDesk(t)
	rep := cut(t, "2026-11-25", "x")
	rep.Consent = keepiton.Consent{Publish: true, Media: true, Press: true, Naming: keepiton.NamedName, Name: "Abeba", Version: 1}
	id, receipt := d.send(t, rep, nil)
	_, other := d.send(t, cut(t, "2026-11-25", "y"), nil)
	o, err := d.Open(t.Context(), id)
	check(t, err)
	want := func(what string, want keepiton.Consent, additions int) {
		t.Helper()
		s := shelfOf(t, d.Desk)
		if got := d.Consent(s, o); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
		if n := len(d.Additions(s, o)); n != additions {
			t.Errorf("%s: %d additions, want %d", what, n, additions)
		}
	}
	opened := func(id keepiton.EnvelopeID) {
		t.Helper()
		_, err := d.Open(t.Context(), id)
		check(t, err)
	}
	want("as it came", rep.Consent, 0)
	opened(d.add(t, other, keepiton.Report{Consent: keepiton.Consent{Version: 1}}))
	want("a stranger takes all back", rep.Consent, 0)
	opened(d.add(t, receipt, keepiton.Report{Seen: "it is back"}))
	want("words alone", rep.Consent, 1)
	opened(d.add(t, receipt, keepiton.Report{Consent: keepiton.Consent{Publish: true, Press: true, Naming: keepiton.NamedRolePlace, Name: "a nurse", Version: 1}}))
	less := keepiton.Consent{Publish: true, Press: true, Naming: keepiton.NamedRolePlace, Name: "a nurse", Version: 1}
	want("less", less, 2)
	opened(d.add(t, receipt, keepiton.Report{Consent: keepiton.Consent{Publish: true, Media: true, Press: true, Court: true, Naming: keepiton.NamedName, Name: "Abeba", Version: 1}}))
	want("more", less, 3)
}

// TestWhatOneDeskFoundBindsTheOthers: an addition that one analyst opened in one
// run is known at the others' desks, in every other.
func TestWhatOneDeskFoundBindsTheOthers(t *testing.T) {
	d := newDesk(t)
	rep := cut(t, "2026-11-25", "x")
	rep.Consent = keepiton.Consent{Publish: true, Media: true, Naming: keepiton.NamedName, Name: "Abeba", Version: 1}
	id, receipt := d.send(t, rep, nil)
	added := d.add(t, receipt, keepiton.Report{Seen: "please not my name, and no picture", Consent: keepiton.Consent{Publish: true, Naming: keepiton.NamedRolePlace, Name: "a nurse", Version: 1}})
	c, err := d.Begin(t.Context(), "a case", []keepiton.EnvelopeID{id})
	check(t, err)

	ana, _ := d.beside(d.Keys)
	ana.Glancer = pixels{}
	_, err = ana.Open(t.Context(), id)
	check(t, err)
	if n := len(ana.Unlooked(shelfOf(t, ana))); n != 1 {
		t.Errorf("%d envelopes are unopened, want the addition", n)
	}
	inc := &keepiton.Incident{State: keepiton.Draft, Kinds: []string{"shutdown"}}
	_, err = ana.Send(t.Context(), c.ID, inc, "", false)
	if keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("drafted while an envelope is unopened: %v", err)
	}
	st := &keepiton.Story{Lang: "en", Title: "x", Text: "x"}
	_, err = ana.SendStory(t.Context(), id, st, "", false)
	if keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("a story while an envelope is unopened: %v", err)
	}
	_, err = ana.Open(t.Context(), added)
	check(t, err)
	finish(t, ana)

	ben, _ := d.beside(d.server.Campaign.Keys[1])
	s := shelfOf(t, ben)
	if n := len(ben.Unlooked(s)); n != 0 {
		t.Errorf("%d envelopes are unopened", n)
	}
	o, err := ben.Open(t.Context(), id)
	check(t, err)
	if got := ben.Consent(s, o); !got.Publish || got.Media || got.Naming != keepiton.NamedRolePlace || got.Name != "" {
		t.Errorf("before the addition is open here: %+v", got)
	}
	check(t, ben.OpenAdditions(t.Context(), s, o))
	if ben.Known(added) == nil {
		t.Error("the addition was not opened")
	}
	if got := ben.Consent(shelfOf(t, ben), o); got.Media || got.Name != "a nurse" {
		t.Errorf("once it is: %+v", got)
	}
	st.Named, st.Name = keepiton.NamedName, "Abeba"
	_, err = ben.SendStory(t.Context(), id, st, "", false)
	if keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a story with the name that was taken back: %v", err)
	}
	rev, err := ben.Send(t.Context(), c.ID, inc, "", false)
	check(t, err)
	if rev.Incident.ID == "" {
		t.Error("nothing was drafted")
	}

	// Who was told may go on, and it is written down.
	d.send(t, cut(t, "2026-11-25", "y"), nil)
	second, err := d.Begin(t.Context(), "another", []keepiton.EnvelopeID{id})
	check(t, err)
	_, err = ben.Send(t.Context(), second.ID, inc, "", false)
	if keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("drafted while an envelope is unopened: %v", err)
	}
	_, err = ben.Send(t.Context(), second.ID, inc, "", true)
	check(t, err)
	second, err = ben.Case(t.Context(), second.ID)
	check(t, err)
	if last := second.Steps[len(second.Steps)-1]; last.What != "drafted, 1 envelopes unopened" {
		t.Errorf("the last step is %q", last.What)
	}
}
