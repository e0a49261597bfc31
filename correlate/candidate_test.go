package correlate

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"keepiton"
)

var arrival = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

func sent(lane keepiton.Lane, country, day, kind string, state keepiton.EnvelopeState) keepiton.Envelope {
	return keepiton.Envelope{
		ID: keepiton.EnvelopeID(fmt.Sprintf("%032x", rand.Uint64())), Lane: lane, Day: arrival, State: state,
		Open: keepiton.OpenFields{Country: country, Day: day, Kind: kind},
	}
}

func TestAFloodOfOneLaneIsOneVoice(t *testing.T) {
	var all []keepiton.Envelope
	for range 5000 {
		all = append(all, sent(keepiton.LaneOpen, "XA", "2026-11-25", "full", keepiton.EnvelopeNew))
	}
	for _, l := range []keepiton.Lane{keepiton.LaneWork, keepiton.LaneOnion, keepiton.LaneOpen} {
		all = append(all, sent(l, "ET", "2026-11-25", "mobile", keepiton.EnvelopeNew))
	}
	all = append(all, sent(keepiton.LaneWork, "ET", "2026-11-25", "full", keepiton.EnvelopeRead))
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	got := Candidates(all)
	if len(got) != 2 || got[0].Country != "ET" || got[0].Channels() != 3 || got[1].Channels() != 1 {
		t.Fatalf("got %+v", got)
	}
	want := []Saying{
		{Kind: "full", Count: 1, Opened: 1, Voices: []Voice{{People, "work", "full", 1, 1}}},
		{Kind: "mobile", Count: 3, Voices: []Voice{{People, "work", "mobile", 1, 0}, {People, "onion", "mobile", 1, 0}, {People, "open", "mobile", 1, 0}}},
	}
	if says := got[0].Sayings(); !reflect.DeepEqual(says, want) {
		t.Errorf("got  %+v\nwant %+v", says, want)
	}
	if s := got[1].Sayings()[0]; s.Count != 5000 || s.Opened != 0 {
		t.Errorf("the flood is counted as %d", s.Count)
	}
	for range 20 {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if again := Candidates(all); !reflect.DeepEqual(again, got) {
			t.Fatal("the order of the reports changes what is joined")
		}
	}
}

func TestWhatNobodySaidIsNotInvented(t *testing.T) {
	gone := sent(keepiton.LaneWork, "ET", "2026-11-25", "mobile", keepiton.EnvelopeWithdrawn)
	gone.Gone = arrival
	none := Candidates([]keepiton.Envelope{
		gone,
		sent(keepiton.LaneOpen, "", "2026-11-25", "mobile", keepiton.EnvelopeNew), // no country
		sent(keepiton.LaneOpen, "ET", "2026-11-25", "mobile", keepiton.EnvelopeSpam),
		{Lane: keepiton.LaneOpen, Day: arrival, State: keepiton.EnvelopeNew},
	})
	if len(none) != 0 {
		t.Errorf("from nothing: %+v", none)
	}
	for day, want := range map[string]time.Time{
		"2026-11-20": arrival.AddDate(0, 0, -5),
		"2026-11-26": arrival.AddDate(0, 0, 1), // east of here it is tomorrow
		"2026-11-27": {},
		"2099-01-01": {},
		"":           {},
		"yesterday":  {},
	} {
		got := Candidates([]keepiton.Envelope{sent(keepiton.LaneOpen, "ET", day, "satellite", keepiton.EnvelopeNew)})
		if len(got) != 1 || !got[0].Day.Equal(want) || got[0].Voices[0].Kind != "" {
			t.Errorf("day %q: %+v", day, got)
		}
		got[0].Beside([]keepiton.Revision{{Incident: keepiton.Incident{Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 11, 20), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2026, 11, 27)}}}}}})
		if (len(got[0].Incidents) == 1) == want.IsZero() {
			t.Errorf("day %q: %d incidents beside", day, len(got[0].Incidents))
		}
	}
}

func BenchmarkCandidates(b *testing.B) {
	var all []keepiton.Envelope
	for i := range 100_000 {
		all = append(all, sent(keepiton.Lanes[i%len(keepiton.Lanes)], string(rune('A'+i%26))+"X", arrival.AddDate(0, 0, -i%30).Format(time.DateOnly), kinds[i%5], keepiton.EnvelopeNew))
	}
	for b.Loop() {
		Candidates(all)
	}
}
