package sealing_test

import (
	"fmt"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/web/sealing/sealingtest"
)

// whenCase is what somebody typed, as JavaScript and as Go see it.
type whenCase struct {
	Lang  string        `json:"lang"`
	Typed typedWhen     `json:"typed"`
	Now   int64         `json:"now"`
	when  keepiton.When `json:"-"`
}

type typedWhen struct {
	Date     string `json:"date,omitempty"`
	Time     string `json:"time,omitempty"`
	Calendar string `json:"calendar,omitempty"`
	Clock    string `json:"clock,omitempty"`
	Zone     string `json:"zone,omitempty"`
	About    bool   `json:"about,omitempty"`
}

// whenCases crosses dates, times, calendars, clocks, zones and languages.
func whenCases() []whenCase {
	now := time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)
	dates := []string{
		"", "25/11/2026", "16/3/2019", "16 3 2019", "3/4/2026", "11/25/2026", "2026-11-24", "24.11.26", "25/11", "6/13/2011", "6/13/2012", "29/2/2023", "29/2/2024", "29/2", "31/12", "0/3/2019",
		"20261125", "25112026", "2026", "11/2026", "12", "٢٥/١١/٢٠٢٦", "16 ኅዳር 2019", "ኅዳር 16 2019", "ኅዳር 16", "ትናንት", "ዛሬ", "ትናንት ማታ", "25 November 2026", "November 25, 2026", "25 Nov 2026", "nov", "1 May",
		"yesterday", "today", "tonight", "last night", "this morning", "25 novembre", "le 25 novembre 2026", "25 de noviembre de 2026", "ayer", "anoche", "25 نوفمبر 2026", "أمس", "الليلة", "hier", "avant-hier", "ontem", "ahir",
		"16 Hidar 2019", "5 Pagumen 2018", "6 Pagumen 2018", "6 Pagume 2019", "monday", "3 days ago", "about 25/11/2026", "25/11/2026 15:00", "15:00", "100/3/4", "3/100/4", "1/1/1899", "1/1/2200", "1/1/99", "25-11-2026", "25/11/2026.", "፳፭/፲፩/፳፻፲፱", "garbage",
	}
	times := []string{"", "3", "03", "15", "3:00", "15:30", "3.30", "12", "12:15", "0:05", "24", "24:00", "25", "9:75", "1530", "930", "15 30", "3 pm", "٣", "15h30", "noon", "ከ3", "about 3", "3-4"}
	var out []whenCase
	add := func(lang string, w typedWhen) {
		out = append(out, whenCase{lang, w, now.UnixMilli(), keepiton.When{Date: w.Date, Time: w.Time, Calendar: w.Calendar, Clock: w.Clock, Zone: w.Zone, About: w.About}})
	}
	for _, lang := range []string{"en", "am", "ar", "fr", "es", "pt", "ca"} {
		for i, date := range dates {
			for j, at := range times {
				zone := []string{"", "Africa/Addis_Ababa", "Asia/Kathmandu", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia"}[(i+j)%6]
				add(lang, typedWhen{Date: date, Time: at, Zone: zone, About: (i+j)%5 == 0})
				clock := []string{"24h", "12h-am", "12h-pm", "ethiopic-day", "ethiopic-night"}[(i+2*j)%5]
				add(lang, typedWhen{Date: date, Time: at, Zone: zone, Clock: clock, Calendar: []string{"gregory", "ethiopic", ""}[(i+j)%3]})
			}
		}
	}
	// Around changes of the clocks.
	for _, date := range []string{"29/3/2026", "25/10/2026", "8/3/2026", "1/11/2026", "30/12/2011", "31/12/2011"} {
		for h := range 24 {
			for _, zone := range []string{"Europe/Lisbon", "America/New_York", "Pacific/Apia", "Asia/Gaza"} {
				add("pt", typedWhen{Date: date, Time: fmt.Sprintf("%d:30", h), Clock: "24h", Zone: zone})
			}
		}
	}
	return out
}

// TestDatesAreReadAsLocaleReadsThem lets the script read less than package
// locale does, but never otherwise: each way that it finds is found there, in
// that order, and nothing else is.
func TestDatesAreReadAsLocaleReadsThem(t *testing.T) {
	cases := whenCases()
	words := map[string]locale.DateWords{}
	for _, l := range locale.Languages {
		words[l.Tag] = locale.For(l.Tag).DateWords()
	}
	type result struct {
		Read bool
		At   string
		All  []string
	}
	got := sealingtest.Run[[]result](t, `
		const words = {};
		for (const lang of Object.keys(input.words)) words[lang] = KeepItOn.dictionary(input.words[lang]);
		return input.cases.map((c) => {
			const all = KeepItOn.readings(c.typed, c.lang, words[c.lang], c.now);
			return {Read: all !== null, At: KeepItOn.read(all), All: (all || []).map((m) => m.calendar + ' ' + m.clock + ' ' + m.edtf)};
		});`, map[string]any{"cases": cases, "words": words})
	read, several := 0, 0
	for i, c := range cases {
		if !got[i].Read {
			continue
		}
		read++
		now := time.UnixMilli(c.Now)
		var want []string
		for _, r := range locale.Readings(c.when, c.Lang, now) {
			want = append(want, r.Calendar+" "+r.Clock+" "+r.At.String())
		}
		if len(want) > 1 {
			several++
		}
		if fmt.Sprint(got[i].All) != fmt.Sprint(want) {
			t.Errorf("%s %+v: readings %v, want %v", c.Lang, c.Typed, got[i].All, want)
		} else if at := locale.ReadWhen(c.when, c.Lang, now).At.String(); at != got[i].At {
			t.Errorf("%s %+v: at %q, want %q", c.Lang, c.Typed, got[i].At, at)
		}
	}
	t.Logf("%d of %d read, %d of them in several ways", read, len(cases), several)
	if read < len(cases)/4 || several < 100 {
		t.Errorf("%d of %d read, %d in several ways: too few to say anything", read, len(cases), several)
	}
}

// TestCommonDatesAreRead holds the dates that the form itself gives as examples.
func TestCommonDatesAreRead(t *testing.T) {
	type given struct {
		Lang, Date, Time, Calendar, Clock, Want string
	}
	cases := []given{
		{"am", "ኅዳር 16 2019", "3", "", "ethiopic-day", "2026-11-25T06Z"},
		{"am", "16/3/2019", "3:30", "ethiopic", "ethiopic-night", "2026-11-25T18:30Z"},
		{"am", "ትናንት", "", "", "", "2026-11-24"},
		{"ar", "٢٥/١١/٢٠٢٦", "١٥:٣٠", "", "", "2026-11-25T12:30Z"},
		{"ar", "25 نوفمبر", "", "", "", "2026-11-25"},
		{"en", "25 November", "15", "", "", "2026-11-25T12Z"},
		{"es", "ayer", "", "", "", "2026-11-24"},
		{"fr", "25/11/2026", "", "", "", "2026-11-25"},
	}
	words := map[string]locale.DateWords{}
	for _, l := range locale.Languages {
		words[l.Tag] = locale.For(l.Tag).DateWords()
	}
	got := sealingtest.Run[[]string](t, `return input.cases.map((c) => KeepItOn.read(KeepItOn.readings(
		{date: c.Date, time: c.Time, calendar: c.Calendar, clock: c.Clock, zone: 'Africa/Addis_Ababa'}, c.Lang, KeepItOn.dictionary(input.words[c.Lang]), Date.UTC(2026, 10, 25, 20))))`,
		map[string]any{"cases": cases, "words": words})
	for i, c := range cases {
		if got[i] != c.Want {
			t.Errorf("%s %q %q: %q, want %q", c.Lang, c.Date, c.Time, got[i], c.Want)
		}
	}
}
