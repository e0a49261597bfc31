package campaign_test

import (
	"reflect"
	"testing"

	"keepiton"
	"keepiton/campaign"
)

func moment(s string) keepiton.Moment {
	m, err := keepiton.ParseMoment(s)
	if err != nil {
		panic(err)
	}
	return m
}

func election(id keepiton.EntryID, country, from, to, status string) campaign.Dated {
	return campaign.Dated{ID: id, Watch: &keepiton.Watch{Cause: "election", Country: country, From: moment(from), To: moment(to), Status: status}}
}

func cutIn(id keepiton.IncidentID, country, start, end, cause string, by ...string) keepiton.Incident {
	e := keepiton.Episode{Start: moment(start), End: keepiton.Ending{State: keepiton.EndUnknown}}
	if end != "" {
		e.End = keepiton.Ending{State: keepiton.Ended, At: moment(end)}
	}
	inc := keepiton.Incident{ID: id, State: keepiton.Published, Places: []keepiton.Place{{Country: country, Confidence: 1}}, Episodes: []keepiton.Episode{e}, Causes: []string{cause}}
	for _, cc := range by {
		inc.Perpetrators = append(inc.Perpetrators, keepiton.Perpetrator{Body: "military", Country: cc})
	}
	return inc
}

func TestFrequencyHasADenominatorAndNamesWhatItCounts(t *testing.T) {
	next := election("KIW-2026-0009", "ET", "2026-12-05", "", "confirmed")
	past := []campaign.Dated{
		election("KIW-2026-0001", "ET", "2015-05-24", "", "confirmed"),
		election("KIW-2026-0002", "ET", "2021-06-21", "2021-06-22", "confirmed"),
		election("KIW-2026-0003", "ET", "2018-06-01", "", "cancelled"), // it never was
		election("KIW-2026-0004", "ET", "2026-11-25", "", "confirmed"), // today is not over
		election("KIW-2026-0005", "KE", "2022-08-09", "", "confirmed"), // another country
		election("KIW-2026-0006", "ET", "2010-05-23", "", "confirmed"), // linked by a person alone
		next,
	}
	past[5].Watch.Incidents = []keepiton.IncidentID{"KIO-2010-0001"}
	incidents := []keepiton.Incident{
		cutIn("KIO-2021-0001", "ET", "2021-06-29", "2021-07-02", "elections"), // seven days after the last day
		cutIn("KIO-2021-0002", "ET", "2021-06-30", "", "elections"),           // eight
		cutIn("KIO-2021-0003", "ET", "2021-06-21", "2021-06-22", "conflict"),  // another cause
		cutIn("KIO-2015-0001", "ET", "2015-05-01", "", "elections"),           // its end is not known: it surely lasted a day
		cutIn("KIO-2015-0002", "ET", "2015-05-24", "", "elections", "ER"),     // a foreign power alone
		cutIn("KIO-2022-0001", "KE", "2022-08-09", "2022-08-10", "elections"),
	}
	got := campaign.Frequency(next, past, incidents, now)
	if len(got.Events) != 3 || got.Cut != 2 {
		t.Fatalf("%d of %d, want 2 of 3", got.Cut, len(got.Events))
	}
	ids := map[keepiton.EntryID][]keepiton.IncidentID{}
	for _, e := range got.Events {
		ids[e.ID] = e.Incidents
	}
	want := map[keepiton.EntryID][]keepiton.IncidentID{"KIW-2026-0001": nil, "KIW-2026-0002": {"KIO-2021-0001"}, "KIW-2026-0006": {"KIO-2010-0001"}}
	if !reflect.DeepEqual(ids, want) {
		t.Errorf("events %v, want %v", ids, want)
	}
	if want := []keepiton.IncidentID{"KIO-2021-0002", "KIO-2021-0001", "KIO-2015-0001"}; !reflect.DeepEqual(got.Record, want) {
		t.Errorf("in the record %v, want %v", got.Record, want)
	}
	if got.Events[0].ID != "KIW-2026-0002" || got.Events[2].ID != "KIW-2026-0006" {
		t.Error("the latest does not come first")
	}
	if none := campaign.Frequency(election("KIW-2026-0010", "VE", "2027-01-01", "", "confirmed"), past, incidents, now); len(none.Events) != 0 || none.Cut != 0 || none.Record != nil {
		t.Errorf("a country without a past has one: %+v", none)
	}
}
