package web

import (
	"fmt"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func TestWhatInstrumentsSeeIsFoundFromEveryPage(t *testing.T) {
	s, _ := sampleSite(t)
	for _, l := range locale.Languages {
		link := fmt.Sprintf(`<a href="/%s/signals"`, l.Tag)
		for path, places := range map[string]int{"/": 2, "/years/2025": 1, "/incidents": 1, "/what": 2, "/glossary": 2} {
			if body := get(t, s, "/"+l.Tag+path).Body.String(); strings.Count(body, link) < places {
				t.Errorf("/%s%s has %d links to it, want %d", l.Tag, path, strings.Count(body, link), places)
			}
		}
	}
}

// Fifty networks that were looked at in vain are no fifty lines, and a share of probes that
// is many times the usual one is no percentage of what was expected.
func TestManySilentSeriesAreToldTogether(t *testing.T) {
	s, _ := sampleSite(t)
	board := *s.opt.Signals
	told := *board.Disruptions.(*toldOf)
	told.all = disruptionsAt(testNow)
	d := &told.all[1]
	d.Entity.Country = "KE" // a place with a time of its own
	last := &d.Verdicts[len(d.Verdicts)-1]
	last.Silent = nil
	for n := range 50 {
		of := keepiton.SeriesKey{Feed: "ooni", Metric: "blocked", Entity: keepiton.Entity{Country: d.Entity.Country, ASN: keepiton.ASN(64500 + n)}}
		last.Silent = append(last.Silent, keepiton.Silence{Series: of, State: keepiton.Silent, Normal: n%10 == 0})
	}
	for i := range d.Signals {
		d.Signals[i].Series.Feed, d.Signals[i].Series.Metric = "ioda", "gtr"
		d.Signals[i].Witness.Value, d.Signals[i].Witness.Baseline = 1, 0.03
	}
	board.Disruptions = &told
	s.opt.Signals = &board
	s.cache = newPageCache(1 << 20)
	body := get(t, s, "/en/signals/"+string(d.ID)).Body.String()
	for _, want := range []string{"no value (45 series)", "which speaks against it (5 series)", "33 times what was expected"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Index(body, "(5 series)") > strings.Index(body, "(45 series)") || strings.Contains(body, "3,333%") {
		t.Error("what speaks against it does not come first, or a share is told of more than all")
	}
	if d.End.From.IsZero() {
		t.Fatal("the made-up cable goes on")
	}
	ended := body[strings.Index(body, "<dt>Ended</dt>"):]
	if ended = ended[:strings.Index(ended, "</dd>")]; !strings.Contains(ended, "(UTC)") || strings.Count(ended, "UTC") < 2 {
		t.Errorf("the end has not the time of the place and UTC: %s", ended)
	}
}
