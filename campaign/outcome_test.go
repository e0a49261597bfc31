package campaign_test

import (
	"reflect"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
)

// promise is a pledge of Ethiopia made on a day; from and until may be empty.
func promise(scope, made, from, until string) *keepiton.Pledge {
	return &keepiton.Pledge{Leader: "A", Country: "ET", Scope: scope, Made: moment(made), From: moment(from), Until: moment(until), Outcome: "open"}
}

func ongoingSince(id keepiton.IncidentID, start string) keepiton.Incident {
	inc := cutIn(id, "ET", start, "", "elections")
	inc.Episodes[0].End.State = keepiton.Ongoing
	return inc
}

func changed(inc keepiton.Incident, how func(*keepiton.Incident)) keepiton.Incident {
	how(&inc)
	return inc
}

func TestOutcomeOfWhatAPledgeCovers(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	vote := promise("election", "2021-06-01", "", "2021-06-30")
	for name, tc := range map[string]struct {
		p    *keepiton.Pledge
		inc  keepiton.Incident
		want string
	}{
		"within":                                   {vote, cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "elections"), "broken"},
		"on the last day":                          {vote, cutIn("KIO-2021-0001", "ET", "2021-06-30", "2021-07-02", "elections"), "broken"},
		"the day after the last":                   {vote, cutIn("KIO-2021-0001", "ET", "2021-07-01", "2021-07-02", "elections"), "kept"},
		"over before it was made":                  {vote, cutIn("KIO-2021-0001", "ET", "2021-05-20", "2021-05-31", "elections"), "kept"},
		"on the day it was made, and no longer":    {vote, cutIn("KIO-2021-0001", "ET", "2021-06-01", "2021-06-01", "elections"), "kept"},
		"went on after the day it was made":        {vote, cutIn("KIO-2021-0001", "ET", "2021-05-28", "2021-06-02", "elections"), "broken"},
		"on that day, with an end nobody knows":    {vote, cutIn("KIO-2021-0001", "ET", "2021-06-01", "", "elections"), "kept"},
		"within, with an end nobody knows":         {vote, cutIn("KIO-2021-0001", "ET", "2021-06-02", "", "elections"), "broken"},
		"before, and going on":                     {vote, ongoingSince("KIO-2021-0001", "2021-05-01"), "broken"},
		"after, and going on":                      {vote, ongoingSince("KIO-2021-0001", "2021-07-01"), "kept"},
		"some time in the month":                   {vote, cutIn("KIO-2021-0001", "ET", "2021-06", "2021-06", "elections"), "kept"},
		"some time in a month that is all covered": {promise("election", "2021-05-31", "", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06", "", "elections"), "broken"},
		"some time in the year":                    {vote, cutIn("KIO-2021-0001", "ET", "2021", "", "elections"), "kept"},
		"about the last day":                       {vote, cutIn("KIO-2021-0001", "ET", "2021-06-30~", "", "elections"), "kept"},
		"about the day before the last":            {vote, cutIn("KIO-2021-0001", "ET", "2021-06-29~", "", "elections"), "broken"},
		"about the second day":                     {vote, cutIn("KIO-2021-0001", "ET", "2021-06-02~", "", "elections"), "kept"},
		"before, until about the first day":        {vote, cutIn("KIO-2021-0001", "ET", "2021-05-20", "2021-06-02~", "elections"), "kept"},
		"before, until the third, about":           {vote, cutIn("KIO-2021-0001", "ET", "2021-05-20", "2021-06-03~", "elections"), "broken"},
		"an end before its start":                  {vote, cutIn("KIO-2021-0001", "ET", "2021-05-31", "2021-05-01", "elections"), "kept"},
		"no start":                                 {vote, cutIn("KIO-2021-0001", "ET", "", "2021-06-20", "elections"), "kept"},
		"from a later day: before it":              {promise("election", "2021-06-01", "2021-06-15", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06-10", "2021-06-14", "elections"), "kept"},
		"from a later day: on it":                  {promise("election", "2021-06-01", "2021-06-15", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06-15", "2021-06-15", "elections"), "broken"},
		"from about a later day: on it":            {promise("election", "2021-06-01", "2021-06-15~", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06-15", "2021-06-15", "elections"), "kept"},
		"from a day before it was made":            {promise("election", "2021-06-20", "2021-06-01", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06-10", "2021-06-11", "elections"), "kept"},
		"to the minute, after it":                  {promise("election", "2021-06-01T10:00Z", "", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06-01T12:00Z", "2021-06-01T14:00Z", "elections"), "broken"},
		"to the minute, before it":                 {promise("election", "2021-06-01T13:00Z", "", "2021-06-30"), cutIn("KIO-2021-0001", "ET", "2021-06-01T11:00Z", "2021-06-01T12:00Z", "elections"), "kept"},
		"until about a day: on it":                 {promise("election", "2021-06-01", "", "2021-06-30~"), cutIn("KIO-2021-0001", "ET", "2021-06-30", "", "elections"), "kept"},
		"its only day is the one it was made on":   {promise("election", "2021-06-01", "", "2021-06-01"), cutIn("KIO-2021-0001", "ET", "2021-05-01", "2021-07-01", "elections"), "kept"},
		"no end, years later":                      {promise("always", "2021-06-01", "", ""), cutIn("KIO-2025-0001", "ET", "2025-01-01", "", "conflict"), "broken"},
		"no end, today":                            {promise("always", "2021-06-01", "", ""), cutIn("KIO-2026-0001", "ET", "2026-11-25", "", "conflict"), "broken"},
	} {
		if got := campaign.OutcomeOf(tc.p, []keepiton.Incident{tc.inc}, at); got.Outcome != tc.want || (got.Outcome == "broken") != (len(got.By) == 1) {
			t.Errorf("%s: %+v, want %s", name, got, tc.want)
		}
	}
}

func TestOutcomeOfWhoAndWhy(t *testing.T) {
	cut := cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "elections")
	for name, tc := range map[string]struct {
		scope string
		inc   keepiton.Incident
		want  string
	}{
		"the government's own":        {"election", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "elections", "ET"), "broken"},
		"a foreign power alone":       {"election", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "elections", "ER"), "kept"},
		"a foreign power and its own": {"election", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "elections", "ER", "ET"), "broken"},
		"another country":             {"election", cutIn("KIO-2021-0001", "KE", "2021-06-21", "2021-06-22", "elections"), "kept"},
		"another cause":               {"election", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "conflict"), "kept"},
		"any cause":                   {"always", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "conflict"), "broken"},
		"no cause":                    {"always", changed(cut, func(i *keepiton.Incident) { i.Causes = nil }), "broken"},
		"no cause, about a vote":      {"election", changed(cut, func(i *keepiton.Incident) { i.Causes = nil }), "kept"},
		"exams":                       {"exams", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "exam_cheating"), "broken"},
		"unrest":                      {"protests", cutIn("KIO-2021-0001", "ET", "2021-06-21", "2021-06-22", "political_instability"), "broken"},
		"something else":              {"other", cut, "expired"},
		"not published":               {"election", changed(cut, func(i *keepiton.Incident) { i.State = keepiton.InReview }), "kept"},
		"withdrawn":                   {"election", changed(cut, func(i *keepiton.Incident) { i.State = keepiton.Withdrawn }), "kept"},
		"disputed":                    {"election", changed(cut, func(i *keepiton.Incident) { i.Verification.Level = keepiton.Disputed }), "kept"},
		"not listed any more":         {"election", changed(cut, func(i *keepiton.Incident) { i.NotListed = "2025" }), "kept"},
		"where it may have been":      {"election", changed(cut, func(i *keepiton.Incident) { i.Places = []keepiton.Place{{Country: "ET", Confidence: 0.2}} }), "kept"},
	} {
		if got := campaign.OutcomeOf(promise(tc.scope, "2021-06-01", "", "2021-06-30"), []keepiton.Incident{tc.inc}, now); got.Outcome != tc.want {
			t.Errorf("%s: %+v, want %s", name, got, tc.want)
		}
	}
}

func TestOutcomeOfWhatIsNotOver(t *testing.T) {
	p := promise("election", "2021-06-01", "", "2021-06-30")
	for day, want := range map[string]campaign.Proposal{
		"2021-06-30": {Outcome: "open"},
		"2021-07-01": {Outcome: "kept", On: moment("2021-06-30")},
	} {
		if got := campaign.OutcomeOf(p, nil, moment(day).At); !reflect.DeepEqual(got, want) {
			t.Errorf("on %s: %+v, want %+v", day, got, want)
		}
	}
	if got := campaign.OutcomeOf(promise("always", "2001-01-01", "", ""), nil, now); got.Outcome != "open" {
		t.Errorf("a pledge without an end is %s", got.Outcome)
	}
	if got := campaign.OutcomeOf(promise("exams", "2021-06-01", "", "2021-06~"), nil, moment("2021-07-15").At); got.Outcome != "open" {
		t.Errorf("an end that may be a month later is over: %s", got.Outcome)
	}
}

func TestOutcomeNamesWhatBrokeItTheEarliestFirst(t *testing.T) {
	incidents := []keepiton.Incident{
		cutIn("KIO-2021-0009", "ET", "2021-06-25", "", "elections"),
		cutIn("KIO-2021-0003", "ET", "2021-06-21", "", "elections"),
		cutIn("KIO-2021-0002", "ET", "2021-06-21", "", "elections"),
		cutIn("KIO-2021-0004", "ET", "2021-06-23", "", "conflict"),
	}
	got := campaign.OutcomeOf(promise("election", "2021-06-01", "", "2021-06-30"), incidents, now)
	want := campaign.Proposal{Outcome: "broken", By: []keepiton.IncidentID{"KIO-2021-0002", "KIO-2021-0003", "KIO-2021-0009"}, On: moment("2021-06-21")}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	long := []keepiton.Incident{cutIn("KIO-2021-0001", "ET", "2021-05-01", "2021-06-10", "elections")}
	if got := campaign.OutcomeOf(promise("election", "2021-06-01", "", "2021-06-30"), long, now); got.On != moment("2021-06-02") {
		t.Errorf("broken on %v, before it was promised", got.On)
	}
}

func TestAPersonHasTheLastWord(t *testing.T) {
	for _, tc := range []struct {
		proposed, confirmed    string
		unconfirmed, overruled bool
	}{
		{"open", "open", false, false},
		{"broken", "broken", false, false},
		{"broken", "open", true, false},
		{"broken", "kept", true, false},
		{"broken", "expired", false, true},
		{"kept", "open", true, false},
		{"expired", "open", true, false},
		{"kept", "expired", false, false},
		{"expired", "kept", false, false},
		{"kept", "broken", false, true},
		{"open", "broken", false, true},
		{"open", "kept", false, true},
	} {
		q := campaign.Proposal{Outcome: tc.proposed}
		if q.Unconfirmed(tc.confirmed) != tc.unconfirmed || q.Overruled(tc.confirmed) != tc.overruled {
			t.Errorf("the record says %s, a person %s: unconfirmed %v, overruled %v", tc.proposed, tc.confirmed, q.Unconfirmed(tc.confirmed), q.Overruled(tc.confirmed))
		}
	}
}
