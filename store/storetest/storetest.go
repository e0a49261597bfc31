// Package storetest holds the promises of package store as tests. An engine is
// done when [Run] passes on it; [Bench] measures it.
package storetest

import (
	"context"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// Open makes an empty record and returns a function that opens it, each time
// with another handle, as another process would. It cleans up when the test
// ends; handles are closed by the suite.
type Open func(tb testing.TB) func() store.Store

// Run tests every promise on fresh records of the engine.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, w *world)
	}{
		{"NewIncidentsAreNumberedByTheYearTheyStart", numbered},
		{"NumbersAreNeverGivenTwice", numbersOnce},
		{"AGroupOfEditsIsStoredWholeOrNotAtAll", allOrNothing},
		{"AnEditOfAnOldRevisionIsAConflict", conflict},
		{"PublishedNeverBecomesADraftAgain", noWayBack},
		{"AClockSetBackDoesNotHideAnEdit", clockSetBack},
		{"EveryFieldComesBackAsItWas", roundTrip},
		{"WhatWasReturnedIsTheCallersOwn", ownCopies},
		{"TextsThatNoEngineCanHoldAreRefused", badTexts},
		{"AsOfIsExactToTheSecond", asOfEdges},
		{"ALateOlderRevisionSlipsInBefore", lateOlder},
		{"PagingNeitherSkipsNorRepeats", paging},
		{"PagingHoldsWhileOthersWrite", pagingDuringWrites},
		{"CursorsAreBoundToTheirSort", cursors},
		{"FiltersNarrowAndValuesWiden", filters},
		{"OngoingIncidentsAreActiveInEveryYearSince", ongoingYears},
		{"FiltersHoldForPastMoments", pastFilters},
		{"BadQueriesAreInvalid", badQueries},
		{"CasesAreThoseOfThePublicRevisionsInForce", cases},
		{"BetweenTellsWhatDiffers", between},
		{"ChangesComeInOrderWithTombstones", changes},
		{"WordsAreFoundInEveryScript", scripts},
		{"WholeWordsComeBeforeTheirBeginnings", wholeWords},
		{"WordsOfThePastAreFoundInThePast", pastWords},
		{"AnotherHandleSeesWhatWasStored", otherHandle},
		{"ReadersAndWritersDoNotDisturbEachOther", together},
		{"AnEndedContextEndsTheCall", endedContext},
		{"AnImportIsStoredWholeOrNotAtAll", importWhole},
		{"ARewriteLeavesOnlyTheNewImport", rewrite},
		{"ARewriteIsRefusedOnceIDsArePublic", rewritePublic},
		{"ARewriteIsRefusedOncePeopleEdited", rewritePeople},
		{"EditionsAreReplacedByNameAndDate", editions},
		{"QuestionsAreAskedOnceAndAnsweredOnce", questions},
		{"WordsAreMappedByPeople", unmapped},
		{"ApprovalsCountEachPersonOnce", approvals},
		{"SignaturesAreKeptAndNeverChanged", signedApprovals},
		{"AnImportLeavesWhatRestsOnReports", importsLeaveReports},
		{"ProposalsWaitUntilClosed", proposals},
		{"StoriesAreRevisionsWithNumbersOfTheirOwn", stories},
		{"StoriesAreFoundByWhatTheySay", storyLists},
		{"AStoryTakenBackLosesItsWords", storyTakenBack},
		{"EntriesOfTheCampaignAreRevisions", entries},
		{"EntriesAreFoundByWhatTheyAreAbout", entryLists},
		{"EntriesOfEveryKindAreFoundTogether", entriesOfEveryKind},
		{"WhatWasGivenUpIsNeverPublic", entryGivenUp},
		{"WhatWasStruckLeavesItsNumberAlone", entryStruck},
		{"PeopleSpeakForOrAgainstAnEntry", entryApprovals},
		{"ChangesOfEntriesComeInOrder", entryChanges},
		{"OrganizationsStandUnderALetter", signatures},
		{"LinksToWhatIsUnderEmbargoEnd", pressLinks},
		{"AMarkSignsAPetitionOnce", petitionMarks},
		{"SignaturesAreCountedInPartsThatDoNotMeet", petitionCounts},
		{"AClosedPetitionKeepsItsNumbersAlone", petitionClosed},
		{"ManySignAtOnce", petitionTogether},
		{"AlertsAreNotedOnceAndSettledOnce", alertNotes},
		{"SubscriptionsAreOneForEachAddress", subscriptions},
		{"AnOrganizationHasSubscriptionsOfItsOwn", ownedSubscriptions},
		{"AnAlertReachesEachSubscriptionOnce", fanOut},
		{"ADeliveryBelongsToOneHolder", claims},
		{"WhatWasHandedOverIsInDoubtUntilMarked", doubt},
		{"AnEmbargoHoldsWhatIsNotHandedOver", embargoes},
		{"DeliveriesAreLoggedRevivedAndForgotten", deliveryLog},
		{"HoldersShareTheQueue", sharedQueue},
		{"VerdictsAreOnlyAdded", verdictsOnlyAdded},
		{"DisruptionsAreListedNewestFirst", disruptionLists},
		{"DecisionsAreOnlyAdded", decisionsOnlyAdded},
		{"PicturesAreKeptUnderTheirHash", media},
		{"MetaTextsAreKept", meta},
		{"AccountsAreKeptByName", accounts},
		{"AccountChangesAreNeverLost", accountChanges},
		{"PasskeysStayWithTheirAccount", passkeys},
		{"SessionsEnd", sessions},
		{"OpenedReportsAreCountedByDay", opened},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newWorld(t, open)) })
	}
}

// world is one record under test.
type world struct {
	testing.TB
	store.Store
	ctx    context.Context
	reopen func() store.Store
}

func newWorld(tb testing.TB, open Open) *world {
	tb.Helper()
	reopen := open(tb)
	w := &world{TB: tb, ctx: tb.Context(), reopen: reopen, Store: reopen()}
	tb.Cleanup(func() {
		if err := w.Store.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return w
}

// day0 is the moment of the first revision in most tests.
var day0 = time.Date(2023, 5, 1, 12, 0, 0, 0, time.UTC)

// incident is a small published incident in the made-up country XA.
func incident(start string) keepiton.Incident {
	m, err := keepiton.ParseMoment(start)
	if err != nil {
		panic(err)
	}
	return keepiton.Incident{
		State:    keepiton.Published,
		Episodes: []keepiton.Episode{{Start: m, End: keepiton.Ending{State: keepiton.Ended, At: m}}},
		Places:   []keepiton.Place{{Words: "Norland", Country: "XA", Confidence: 1}},
		Kinds:    []string{"shutdown"},
		Causes:   []string{"protests"},
		Sources:  []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://example.org/1"}},
	}
}

// with returns inc after change.
func with(inc keepiton.Incident, change func(*keepiton.Incident)) keepiton.Incident {
	c := inc.Clone()
	change(c)
	return *c
}

// create stores a new incident as of at and returns its first revision.
func (w *world) create(at time.Time, inc keepiton.Incident) keepiton.Revision {
	w.Helper()
	revs, err := w.Append(w.ctx, store.Edit{Rev: keepiton.Revision{Recorded: at, Role: keepiton.RoleEditor, Author: "ana", Reason: "new", Incident: inc}})
	if err != nil {
		w.Fatalf("create: %v", err)
	}
	return revs[0]
}

// correct stores a revision on top of rev.
func (w *world) correct(rev keepiton.Revision, at time.Time, change func(*keepiton.Incident)) keepiton.Revision {
	w.Helper()
	revs, err := w.Append(w.ctx, edit(rev, at, change))
	if err != nil {
		w.Fatalf("correct %s: %v", rev.Incident.ID, err)
	}
	return revs[0]
}

func edit(rev keepiton.Revision, at time.Time, change func(*keepiton.Incident)) store.Edit {
	return store.Edit{ID: rev.Incident.ID, Base: rev.N, Rev: keepiton.Revision{
		Recorded: at, Role: keepiton.RoleEditor, Author: "ben", Reason: "corrected", Incident: with(rev.Incident, change),
	}}
}

func (w *world) get(id keepiton.IncidentID, asOf time.Time) keepiton.Revision {
	w.Helper()
	rev, err := w.Get(w.ctx, id, asOf)
	if err != nil {
		w.Fatalf("get %s as of %s: %v", id, asOf, err)
	}
	return rev
}

// list returns the ids and total of the first page.
func (w *world) list(q store.Query) ([]keepiton.IncidentID, int) {
	w.Helper()
	p, err := w.List(w.ctx, q)
	if err != nil {
		w.Fatalf("list %+v: %v", q, err)
	}
	return ids(p), p.Total
}

func ids(p store.Page) []keepiton.IncidentID {
	out := make([]keepiton.IncidentID, len(p.Items))
	for i, r := range p.Items {
		out[i] = r.Incident.ID
	}
	return out
}

func (w *world) wantCode(what string, err error, want keepiton.Code) {
	w.Helper()
	if got := keepiton.CodeOf(err); got != want {
		w.Errorf("%s: got code %q (%v), want %q", what, got, err, want)
	}
}

func (w *world) must(what string, err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}
