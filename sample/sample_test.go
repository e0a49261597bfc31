package sample

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"keepiton"
	"keepiton/geo"
)

var now = time.Date(2026, time.November, 23, 12, 34, 56, 0, time.UTC)

func TestMadeUpCountriesAreThoseOfGeo(t *testing.T) {
	made := geo.MadeUp()
	if len(made) != len(countries) {
		t.Fatalf("%d countries here, %d in geo", len(countries), len(made))
	}
	for i, c := range countries {
		m := made[i]
		if m.Code != c.code || m.STOP != c.label || m.Region != c.region || geo.Name(c.code, "en") != c.name {
			t.Errorf("%s: %q %q %q, geo has %q %q %q", c.code, c.name, c.label, c.region, geo.Name(c.code, "en"), m.STOP, m.Region)
		}
		parts := geo.Regions(c.code)
		if len(parts) != len(c.parts) {
			t.Errorf("%s: %d parts, geo has %d", c.code, len(c.parts), len(parts))
			continue
		}
		for n, p := range parts {
			if p.Code != c.partCode(n+1) || p.Name != c.parts[n] {
				t.Errorf("%s: %q, geo has %s %q", c.partCode(n+1), c.parts[n], p.Code, p.Name)
			}
		}
	}
}

// moments are days on which calendars like to go wrong.
var moments = []time.Time{now, time.Date(2027, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC)}

func TestWorldHasNoFaultAndBreaksNoRule(t *testing.T) {
	for _, now := range moments {
		var before *keepiton.Revision
		public := map[keepiton.IncidentID]bool{}
		revs := World(now)
		for i := range revs {
			rev := &revs[i]
			inc := &rev.Incident
			first := before == nil || before.Incident.ID != inc.ID
			if _, _, err := inc.ID.Parse(); err != nil {
				t.Fatal(err)
			}
			if first != (rev.N == 1) || !first && (rev.N != before.N+1 || rev.Recorded.Before(before.Recorded) || !before.Incident.State.May(inc.State)) {
				t.Errorf("%s revision %d follows wrongly", inc.ID, rev.N)
			}
			if !first && len(rev.Changes) == 0 {
				t.Errorf("%s revision %d (%q) changes nothing", inc.ID, rev.N, rev.Reason)
			}
			if rev.Recorded.After(now) || rev.Recorded.Before(inc.Start().At) {
				t.Errorf("%s revision %d is recorded at %s, now is %s", inc.ID, rev.N, rev.Recorded, now)
			}
			for _, p := range keepiton.Lint(inc, now) {
				if p.Severity == keepiton.Fault {
					t.Errorf("%s revision %d: %s: %s %v", inc.ID, rev.N, p.Field, p.Key, p.Args)
				}
			}
			public[inc.ID] = inc.State.Public()
			before = rev
		}
		for _, rev := range revs {
			if to := rev.Incident.MergedInto; to != "" && !public[to] {
				t.Errorf("%s is merged into %q, which is not public", rev.Incident.ID, to)
			}
		}
	}
}

func TestWorldAlwaysHasSomethingOfEverything(t *testing.T) {
	for _, now := range moments {
		have := map[string]int{}
		last := map[keepiton.IncidentID]keepiton.Revision{}
		for _, rev := range World(now) {
			last[rev.Incident.ID] = rev
		}
		for _, rev := range last {
			inc := rev.Incident
			have[string(inc.State)]++
			have[string(inc.Verification.Level)]++
			for _, k := range inc.Kinds {
				have[k]++
			}
			if inc.State == keepiton.Published && inc.End().State == keepiton.Ongoing {
				have["dark now"]++
			}
			for _, c := range inc.Countries() {
				have[c]++
			}
			for _, s := range inc.Sources {
				have[fmt.Sprint("confidential ", s.Confidential)]++
			}
			if len(inc.Episodes) > 10 {
				have["curfew"]++
			}
			if len(inc.Perpetrators) > 0 && inc.Perpetrators[0].Country != "" && inc.Perpetrators[0].Country != inc.Countries()[0] {
				have["cross-border"]++
			}
		}
		want := []string{
			"draft", "in_review", "published", "withdrawn", "merged", "", "corroborated", "verified", "disputed", "shutdown", "throttling",
			"dark now", "XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH", "confidential true", "curfew", "cross-border",
		}
		for _, w := range want {
			if have[w] == 0 {
				t.Errorf("%s: nothing that is %q", now, w)
			}
		}
		if len(last) < 60 {
			t.Errorf("%d incidents, want 60 or more", len(last))
		}
	}
}

func TestConfidentialSourcesOfTheWorldDoNotShow(t *testing.T) {
	for _, rev := range World(now) {
		for _, s := range rev.Incident.Public().Sources {
			if s.Confidential && s.Words != "" {
				t.Errorf("%s shows %q", rev.Incident.ID, s.Words)
			}
		}
	}
}

func TestGenerateIsDeterministicLintCleanAndInOrder(t *testing.T) {
	const n, each = 2000, 10
	var before keepiton.IncidentID
	incidents := 0
	states := map[keepiton.State]int{}
	second := make(chan []keepiton.Revision)
	go func() {
		defer close(second)
		for revs := range Generate(n, each, 7) {
			second <- revs
		}
	}()
	for revs := range Generate(n, each, 7) {
		if again := <-second; !reflect.DeepEqual(revs, again) {
			t.Fatalf("%s comes out differently the second time", revs[0].Incident.ID)
		}
		id := revs[0].Incident.ID
		if len(revs) != each || before != "" && !less(before, id) {
			t.Fatalf("%s after %s with %d revisions", id, before, len(revs))
		}
		for i := range revs {
			if i > 0 && (revs[i].Recorded.Before(revs[i-1].Recorded) || !revs[i-1].Incident.State.May(revs[i].Incident.State)) {
				t.Fatalf("%s revision %d follows wrongly", id, i+1)
			}
		}
		inc := &revs[each-1].Incident
		for _, p := range keepiton.Lint(inc, generateUntil) {
			if p.Severity == keepiton.Fault {
				t.Fatalf("%s: %s: %s %v", id, p.Field, p.Key, p.Args)
			}
		}
		states[inc.State]++
		before = id
		incidents++
	}
	if incidents != n || states[keepiton.Withdrawn] == 0 || states[keepiton.Merged] == 0 || states[keepiton.Draft] == 0 {
		t.Errorf("%d incidents, %v", incidents, states)
	}
}

func TestGenerateStopsWhenAsked(t *testing.T) {
	n := 0
	for range Generate(1_000_000, 1, 1) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d incidents", n)
	}
}

func less(a, b keepiton.IncidentID) bool {
	ay, an, _ := a.Parse()
	by, bn, _ := b.Parse()
	return ay < by || ay == by && an < bn
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		for range Generate(1000, 10, 1) {
		}
	}
}
