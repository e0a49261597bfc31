package locale

import (
	"math"
	"testing"
	"time"

	"keepiton"
)

func TestDatesFollowTheLanguageAndSayHowMuchIsKnown(t *testing.T) {
	day := keepiton.On(2022, time.January, 3)
	for _, c := range []struct {
		lang string
		m    keepiton.Moment
		want string
	}{
		{"en", day, "3 January 2022"},
		{"en", keepiton.Moment{At: day.At, Estimated: true}, "about 3 January 2022"},
		{"en", keepiton.Moment{At: day.At, Precision: keepiton.Month}, "January 2022"},
		{"en", keepiton.Moment{At: day.At, Precision: keepiton.Year}, "2022"},
		{"en", keepiton.Moment{At: day.At.Add(15 * time.Hour), Precision: keepiton.Hour}, "3 January 2022, between 15:00 and 16:00 UTC"},
		{"en", keepiton.Moment{At: day.At.Add(15*time.Hour + 4*time.Minute), Precision: keepiton.Minute}, "3 January 2022, 15:04 UTC"},
		{"en", keepiton.Moment{}, "no date given"},
		{"fr", day, "3 janvier 2022"},
		{"es", day, "3 de enero de 2022"},
		{"pt", day, "3 de janeiro de 2022"},
		{"ca", day, "3 de gener del 2022"},
		{"ar", day, "3 يناير 2022"},
	} {
		if got := For(c.lang).Date(c.m); got != c.want {
			t.Errorf("%s: Date(%v) = %q, want %q", c.lang, c.m, got, c.want)
		}
	}
}

func TestRangesLeaveOutWhatTheDatesShare(t *testing.T) {
	d := func(y int, m time.Month, day int) time.Time { return time.Date(y, m, day, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		lang     string
		from, to time.Time
		want     string
	}{
		{"en", d(2022, 3, 3), d(2022, 3, 7), "3–7 Mar 2022"},
		{"en", d(2022, 3, 3), d(2022, 4, 7), "3 Mar\u2009–\u20097 Apr 2022"},
		{"en", d(2022, 3, 3), d(2023, 4, 7), "3 Mar 2022\u2009–\u20097 Apr 2023"},
		{"en", d(2022, 3, 3), d(2022, 3, 3), "3 March 2022"},
		{"pt", d(2022, 3, 3), d(2022, 3, 7), "3\u2009–\u20097 de mar. de 2022"},
	} {
		if got := For(c.lang).Range(c.from, c.to); got != c.want {
			t.Errorf("%s: Range = %q, want %q", c.lang, got, c.want)
		}
	}
}

func TestNumbersFollowTheLanguage(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    any
		want string
	}{
		{"en", 1234567, "1,234,567"},
		{"en", -1234, "-1,234"},
		{"en", 0.125, "0.13"},
		{"en", -0.001, "0"},
		{"en", math.NaN(), "–"},
		{"fr", 1234567.5, "1\u202f234\u202f567,5"},
		{"es", 1234, "1234"},
		{"es", 12345, "12.345"},
		{"ar", 12345, "12,345"},
	} {
		if got := For(c.lang).Number(c.n); got != c.want {
			t.Errorf("%s: Number(%v) = %q, want %q", c.lang, c.n, got, c.want)
		}
	}
	if got := For("fr").Percent(0.25); got != "25\u00a0%" && got != "25\u202f%" {
		t.Errorf("fr: Percent(0.25) = %q", got)
	}
	if got := For("en").Percent(0.0123); got != "1.2%" {
		t.Errorf("en: Percent(0.0123) = %q", got)
	}
}

func TestArabicHasSixPluralForms(t *testing.T) {
	c := catalogs["ar"]
	for n, want := range map[int]string{0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 102: "other", 103: "few"} {
		if got := c.form(n); got != want {
			t.Errorf("form(%d) = %q, want %q", n, got, want)
		}
	}
	if got := catalogs["fr"].form(1000000); got != "many" {
		t.Errorf("fr: form(1000000) = %q, want many", got)
	}
}

func TestDurationsSayWhatIsKnown(t *testing.T) {
	p := For("en")
	for _, c := range []struct {
		d    keepiton.Days
		want string
	}{
		{keepiton.Days{Min: 1, Best: 3, Max: 3, Known: true}, "3 days"},
		{keepiton.Days{Min: 0, Best: 1, Max: 1, Known: true}, "1 day"},
		{keepiton.Days{Min: 1, Best: 20, Max: 31, Known: true}, "1 to 31 days, most likely 20 days"},
		{keepiton.Days{Min: 0, Best: 200, Max: 200}, "at least 1 day; the end is not known"},
	} {
		if got := p.Days(c.d); got != c.want {
			t.Errorf("Days(%+v) = %q, want %q", c.d, got, c.want)
		}
	}
}

func TestMissingTranslationIsEnglishAndSaysSo(t *testing.T) {
	c := &catalog{tag: "xx", messages: map[string]message{"answer.yes": {other: "oc"}}}
	p := &Printer{lang: Language{Tag: "xx", Dir: "rtl"}, own: c, english: catalogs["en"], patterns: cldr["en"]}
	if got := p.T("answer.no"); got != "No" {
		t.Errorf("T = %q, want the English text", got)
	}
	if got := p.LangOf("answer.no"); got != "en" {
		t.Errorf("LangOf = %q, want en", got)
	}
	if got := p.LangAttr("answer.no"); got != ` lang="en" dir="ltr"` {
		t.Errorf("LangAttr = %q", got)
	}
	if got := p.LangAttr("answer.yes"); got != "" {
		t.Errorf("LangAttr of a translated message = %q, want nothing", got)
	}
	if got := p.T("no.such.key"); got != "no.such.key" {
		t.Errorf("T of a missing key = %q", got)
	}
}

func TestMatchFindsTheReadersLanguage(t *testing.T) {
	for header, want := range map[string]string{
		"":                        "en",
		"am-ET,en;q=0.5":          "am",
		"pt-BR":                   "pt",
		"ar-EG,fr;q=0.9":          "ar",
		"ja,de;q=0.7":             "en",
		"ja,ca;q=0.7":             "ca",
		"fr-CH, fr;q=0.9, *;q=.5": "fr",
		";;;;":                    "en",
	} {
		if got := Match(header).Tag; got != want {
			t.Errorf("Match(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestListsAreJoinedAsTheLanguageDoes(t *testing.T) {
	for _, c := range []struct {
		lang string
		in   []string
		want string
	}{
		{"en", []string{"a", "b", "c", "d"}, "a, b, c and d"},
		{"en", []string{"a", "b"}, "a and b"},
		{"en", nil, ""},
		{"am", []string{"ሀ", "ለ", "ሐ"}, "ሀ፣ ለ እና ሐ"},
	} {
		if got := For(c.lang).List(c.in); got != c.want {
			t.Errorf("%s: List(%q) = %q, want %q", c.lang, c.in, got, c.want)
		}
	}
}
