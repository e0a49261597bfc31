package script

import (
	"os"
	"strings"
	"testing"
	"time"

	"keepiton"
)

// TestMistakesAreNamedWithTheirPlace: a person who writes a case finds the mistake.
func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	head := "case \"x\"\n  country XB\n"
	for text, want := range map[string]string{
		"":                                             "there is no case in it",
		"country XB":                                   `f:1:1: country stands before the first case`,
		"case x":                                       `f:1:6: "x": the title of a case stands in quotation marks`,
		"case \"x":                                     `f:1:6: the quotation mark is not closed`,
		"case \"x\"\nexpect none":                      `f:1:1: the case "x" has neither a country nor a series`,
		head:                                           `f:1:1: the case "x" expects nothing`,
		head + "at yesterday XB fall 5%":               `f:3:4: "yesterday" is no time such as`,
		head + "at 2026-03-02 XB fall":                 `f:3:22: a share such as 60% is expected here`,
		head + "at 2026-03-02 XB fall 160%":            `f:3:23: "160%" is no share`,
		head + "at 2026-03-02 XB vanish":               `f:3:18: "vanish" is not what happens: one of fall, block`,
		head + "at 2026-03-02 fall 5%":                 `f:3:15: "fall": where? everywhere, or`,
		head + "at 2026-03-02 for 5x XB fall 5%":       `f:3:19: "5x" is no length of time`,
		head + "  at 2026-03-02 XB move 5% XC":         `f:3:28: "XC": "into" is expected here`,
		head + "network XD AS1 5%":                     `f:3:9: there is no XD; name it first: country XD`,
		head + "network XB 64500 5%":                   `f:3:12: "64500" is no network such as AS64600`,
		head + "country XB":                            `f:3:9: XB is there already`,
		head + "country XC zone Mars/Base":             `f:3:17: "Mars/Base" is no time zone`,
		head + "expect disruption XB P > 5%":           `f:3:24: ">" is not a comparison: one of >=, <=`,
		head + "expect disruption XB state verified":   `f:3:28: "verified" is no state`,
		head + "expect none XB please":                 `f:3:16: "please": nothing more is expected here`,
		head + "expect veto sunspots":                  `f:3:13: "sunspots" is not a veto`,
		head + "from 2026-01-01 for 900d":              `f:3:21: a world lasts from 1d to 400d`,
		head + "series a/b/country/XB level 5 step 7m": `f:3:36: a step is from 5m to 1d`,
		head + "series bgp/v4/country/XB level 5":      `f:3:8: bgp/v4 is made of the countries already`,
		head + "notice XB magic 2026-01-01":            `f:3:11: "magic" is not a kind of notice`,
		head + "hope":                                  `f:3:1: "hope" is no statement; one of case, at, country`,
		head + "at 2026-03-02 XB fall 5% daily 400\nat 2026-03-02 XB fall 5% daily 400\nat 2026-03-02 XB fall 5% daily 400\nat 2026-03-02 XB fall 5% daily 400\nat 2026-03-02 XB fall 5% daily 400\nat 2026-03-02 XB fall 5%": "f:8:4: more than 2000 events",
		head + strings.Repeat("#", 5000): "f:3:4096: the line is longer",
	} {
		_, err := Parse("f", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%.60q:\n got %v\nwant %s", text, err, want)
		}
	}
}

// TestACaseIsReadAsItSays.
func TestACaseIsReadAsItSays(t *testing.T) {
	all, err := Parse("f", strings.NewReader(`
case "all of it" # a comment
  from 2026-01-01 for 20d
  now 2026-01-20T12:00
  seed 9
  feeds bgp ioda
  country XB zone Africa/Nairobi v4 100 v6 200 probes 3
  network XB AS64600 mobile 60%
  network XB AS64601 40%
  region XB XB-01 XB-02
  services XB telegram
  series a/b/region/XB-01 level 7 noise 2% daily 10% kind volume family volume week step 1h lag 2h floor 3 probes 4
  at 2026-01-10T10:00 for 90m XB AS64600 mobile region XB-01 fall 60% over 10m recover 1h stagger 5m on v4 v6 daily 3
  at 2026-01-12 everywhere block 0.9 telegram signal
  watch XB election 2026-01-10
  notice XB cable 2026-01-11T02:00 for 3h
  past XB 2025-01-01 2024-01-01
  reports XB 12 roads 3 places 2
  owned XB 70%
  expect disruption AS64600/XB between 2026-01-10 and 2026-01-11 P >= 0.9 intentional <= 40% state disruption,likely_outage shape curfew not bgp_flat episodes >= 3 by 2026-01-10T12:00 ended
  expect none always
case "second"
  country XC
  expect none XC
`))
	if err != nil || len(all) != 2 {
		t.Fatal(len(all), err)
	}
	c := all[0]
	e := c.World.Events[2]
	day := time.Date(2026, 1, 10, 10, 0, 0, 0, time.UTC)
	if len(c.World.Events) != 4 || !e.From.Equal(day.AddDate(0, 0, 2)) || e.To.Sub(e.From) != 90*time.Minute || e.Level < 0.39 || e.Level > 0.41 || e.Access != "mobile" || e.Region != "XB-01" || e.ASNs[0] != 64600 || e.Over != 10*time.Minute || e.Stagger != 5*time.Minute || len(e.Metrics) != 2 {
		t.Errorf("event %+v", e)
	}
	x := c.World.Countries[0]
	if x.Zone.String() != "Africa/Nairobi" || x.V4 != 100 || x.V6 != 200 || x.Probes != 3 || len(x.Networks) != 2 || len(x.Regions) != 2 || x.Services[0] != "telegram" {
		t.Errorf("country %+v", x)
	}
	k := c.Contexts["XB"]
	if k.Zone != x.Zone || len(k.Watch) != 1 || len(k.Notices) != 1 || k.Notices[0].Span.To.Sub(k.Notices[0].Span.From) != 3*time.Hour || len(k.Past) != 2 || k.Reports.Channels != 3 || k.Owned != 0.7 {
		t.Errorf("context %+v", k)
	}
	m := c.World.Extra[0].Metric
	if m.Kind != keepiton.ArrivalCount || m.Season != keepiton.HourOfWeek || m.Step != time.Hour || m.Lag != 2*time.Hour || m.Family != keepiton.Arrivals {
		t.Errorf("metric %+v", m)
	}
	want := c.Expects[0]
	if want.Entity.ASN != 64600 || len(want.Bounds) != 3 || len(want.States) != 2 || !*want.Ended || want.By.IsZero() || !c.Expects[1].Always || c.World.Seed != 9 {
		t.Errorf("expectation %+v", want)
	}
}

// TestAnExpectationCanFail: each kind of expectation says what it found instead.
func TestAnExpectationCanFail(t *testing.T) {
	head := "case \"x\"\nfrom 2026-03-01 for 18d\nfeeds bgp ioda\ncountry XB\nat 2026-03-16T10:00 for 5h XB fall 90%\n"
	for expectation, want := range map[string]string{
		"expect none":           "line 6: nothing was expected, and there is KID-20260316T1000-XB",
		"expect none always XB": "nothing was expected",
		"expect disruption XC":  "line 6: no disruption of country/XC; there is KID-",
		"expect disruption XB between 2026-03-02 and 2026-03-03": "began between 2026-03-02T00:00 and 2026-03-03T00:00; there is",
		"expect disruption XB P <= 0.5":                          "P is 0.999 of KID-",
		"expect disruption XB episodes >= 2":                     "episodes is 1.000",
		"expect disruption XB state insufficient":                "the state is",
		"expect disruption XB shape curfew":                      "curfew is not in the shape",
		"expect disruption XB open":                              "it has not ended, or should not have",
		"expect disruption XB by 2026-03-16T10:05 P >= 0.9":      "P is 0.000",
		"expect veto common_mode":                                "no signal was vetoed as common_mode",
	} {
		all, err := Parse("f", strings.NewReader(head+expectation))
		if err != nil {
			t.Fatal(expectation, err)
		}
		r, err := all[0].Run()
		if err != nil || len(r.Failures) != 1 || !strings.Contains(r.Failures[0], want) {
			t.Errorf("%s: %v %v", expectation, r.Failures, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"testdata/shutdowns.detect", "testdata/artefacts.detect", "testdata/outages.detect"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for part := range strings.SplitSeq(string(b), "\n\n") {
			f.Add(part)
		}
	}
	f.Add("case \"x\"\nseries a/b/country/XB level 7 noise 2% daily 10% kind shares step 1h\nreports XB 3\nat 2026-01-01 everywhere block 3% a over 5m\nexpect disruption XB by 2026-01-01 depth >= 3%")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Parse("f", strings.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") || keepiton.CodeOf(err) != keepiton.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		for _, c := range all {
			if len(c.Expects) == 0 || len(c.World.Events) > maxEvents || c.World.Days < 1 || c.World.Days > maxDays {
				t.Errorf("%q: %+v", text, c)
			}
		}
	})
}

// What is known to be missed does not fail a case; what is not missed any more does.
func TestAMissIsToldAndNotForgiven(t *testing.T) {
	for _, c := range []struct {
		expect         string
		fails, missing int
	}{
		{`expect disruption XB P >= 0.99 miss "nothing happened"`, 0, 1},
		{`expect none miss "it should not hold"`, 1, 0},
		{`expect none always XB miss "it should not hold"`, 1, 0},
		{`expect veto satellite miss "none flies"`, 0, 1},
	} {
		cases, err := Parse("x", strings.NewReader("case \"quiet\"\nfrom 2026-03-01 for 5d\ncountry XB\n"+c.expect+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := cases[0].Run()
		if err != nil || len(r.Failures) != c.fails || len(r.Misses) != c.missing {
			t.Errorf("%s: %v, failures %q, misses %q", c.expect, err, r.Failures, r.Misses)
		}
	}
	for _, bad := range []string{`expect none miss`, `expect none miss ""`, `expect none miss because`} {
		if _, err := Parse("x", strings.NewReader("case \"quiet\"\ncountry XB\n"+bad+"\n")); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}
