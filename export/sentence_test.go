package export

import (
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

func TestSentenceHasNoHolesInAnyLanguage(t *testing.T) {
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for _, what := range []string{"full", "mobile", "service", "throttling", "throttled_service", "other"} {
			for _, where := range []string{"nationwide", "places"} {
				for _, end := range []string{"day", "ended", "ongoing", "open"} {
					key := "sentence." + what + "." + where + "." + end
					if p.LangOf(key) != l.Tag {
						t.Errorf("%s lacks %s", l.Tag, key)
					}
				}
			}
		}
		for _, rev := range newest() {
			s := Sentence(p, &rev.Incident, now)
			if s == "" || strings.Contains(s, "{{") || strings.HasPrefix(s, "sentence.") {
				t.Errorf("%s %s: got %q", l.Tag, rev.Incident.ID, s)
			}
		}
	}
}

func TestSentenceSaysWhatTheRecordSays(t *testing.T) {
	base := func() *keepiton.Incident {
		return &keepiton.Incident{
			ID: "KIO-2021-0005", State: keepiton.Published, Kinds: []string{"shutdown"}, Extents: []string{"full_network"},
			Episodes: []keepiton.Episode{{Start: keepiton.On(2021, 10, 25), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2021, 11, 18)}}},
			Places:   []keepiton.Place{{Country: "SD", Nationwide: true, Confidence: 1, Words: "Nationwide"}},
			Country:  "Sudan", Area: "Nationwide",
		}
	}
	for _, c := range []struct {
		name   string
		change func(inc *keepiton.Incident)
		want   string
	}{
		{"ended", func(*keepiton.Incident) {}, "Sudan, 25 October 2021 – 18 November 2021: the internet was cut in the whole country."},
		{"one day", func(inc *keepiton.Incident) { inc.Episodes[0].End.At = inc.Episodes[0].Start }, "Sudan, 25 October 2021: the internet was cut in the whole country."},
		{"no end", func(inc *keepiton.Incident) { inc.Episodes[0].End = keepiton.Ending{State: keepiton.Ended} }, "Sudan, 25 October 2021: the internet was cut in the whole country; the record has no end date."},
		{"end before start", func(inc *keepiton.Incident) { inc.Episodes[0].End.At = keepiton.On(2020, 1, 1) }, "Sudan, 25 October 2021: the internet was cut in the whole country; the record has no end date."},
		{"ongoing", func(inc *keepiton.Incident) { inc.Episodes[0].End = keepiton.Ending{State: keepiton.Ongoing} }, "Sudan, 25 October 2021: the internet was cut in the whole country; as of 23 November 2026 this was still going on."},
		{"mobile alone", func(inc *keepiton.Incident) {
			inc.Networks = keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.No}
			inc.Places, inc.Area = []keepiton.Place{{Country: "SD", Region: "SD-KH", Words: "Khartoum", Confidence: 1}}, "Khartoum"
		}, "Sudan (Khartoum), 25 October 2021 – 18 November 2021: mobile internet was cut."},
		{"fixed alone is not the internet", func(inc *keepiton.Incident) {
			inc.Networks = keepiton.Networks{Mobile: keepiton.No, Fixed: keepiton.Yes}
		}, "Sudan, 25 October 2021 – 18 November 2021: communications were disrupted in the whole country."},
		{"except", func(inc *keepiton.Incident) {
			inc.Places = append(inc.Places, keepiton.Place{Country: "SD", Words: "Port Sudan", Except: true, Confidence: 1})
			inc.Area = "Nationwide except Port Sudan"
		}, "Sudan (Nationwide except Port Sudan), 25 October 2021 – 18 November 2021: the internet was cut."},
		{"services", func(inc *keepiton.Incident) {
			inc.Extents = []string{"service_based"}
			inc.Services = []keepiton.ServiceAnswer{{ID: "whatsapp", Affected: keepiton.Yes}, {ID: "telegram", Affected: keepiton.No}, {ID: "facebook", Affected: keepiton.Yes}}
		}, "Sudan, 25 October 2021 – 18 November 2021: access to WhatsApp and Facebook was blocked in the whole country."},
		{"no service named", func(inc *keepiton.Incident) { inc.Extents = []string{"service_based"} }, "Sudan, 25 October 2021 – 18 November 2021: access to online services was blocked in the whole country."},
		{"throttling", func(inc *keepiton.Incident) { inc.Kinds = []string{"throttling"} }, "Sudan, 25 October 2021 – 18 November 2021: the internet was slowed down in the whole country."},
		{"unknown kind", func(inc *keepiton.Incident) { inc.Kinds = []string{"unknown"} }, "Sudan, 25 October 2021 – 18 November 2021: communications were disrupted in the whole country."},
		{"month, estimated", func(inc *keepiton.Incident) {
			inc.Episodes[0].Start = keepiton.Moment{At: keepiton.On(2021, 10, 1).At, Precision: keepiton.Month, Estimated: true}
		}, "Sudan, about October 2021 – 18 November 2021: the internet was cut in the whole country."},
		{"withdrawn", func(inc *keepiton.Incident) { inc.State, inc.Reason = keepiton.Withdrawn, "A cable was cut." }, "Incident KIO-2021-0005 was withdrawn from the record: A cable was cut."},
		{"merged", func(inc *keepiton.Incident) { inc.State, inc.MergedInto = keepiton.Merged, "KIO-2021-0004" }, "Incident KIO-2021-0005 was merged into KIO-2021-0004."},
		{"unsure place is no fact", func(inc *keepiton.Incident) { inc.Places[0].Confidence = 0.5; inc.Country = "Sudan?" }, "Sudan?, 25 October 2021 – 18 November 2021: the internet was cut in the whole country."},
	} {
		inc := base()
		c.change(inc)
		if got := Sentence(locale.For("en"), inc, now); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestLongAreaIsCutAtARune(t *testing.T) {
	for n := range 12 {
		s := shorten(strings.Repeat("x", n)+strings.Repeat("ሀ", 100), areaLimit)
		if len(s) > areaLimit || !strings.HasSuffix(s, "ሀ…") {
			t.Errorf("%d: got %d bytes: %q", n, len(s), s)
		}
	}
}

func TestSeveralCountriesAreNotOneWholeCountry(t *testing.T) {
	inc := keepiton.Incident{
		State:    keepiton.Published,
		Episodes: []keepiton.Episode{{Start: keepiton.On(2024, 5, 12), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2024, 5, 13)}}},
		Places: []keepiton.Place{
			{Words: "Nationwide", Country: "KE", Nationwide: true, Confidence: 1},
			{Words: "Nationwide", Country: "UG", Nationwide: true, Confidence: 1},
		},
		Area:     "Nationwide",
		Kinds:    []string{"shutdown"},
		Extents:  []string{"full_network"},
		Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes},
	}
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	got := Sentence(locale.For("en"), &inc, now)
	if !strings.Contains(got, "Kenya and Uganda") || strings.Contains(got, "whole country") {
		t.Errorf("got %q", got)
	}
	inc.Places = inc.Places[:1]
	if got := Sentence(locale.For("en"), &inc, now); !strings.Contains(got, "whole country") {
		t.Errorf("one country: got %q", got)
	}
}
